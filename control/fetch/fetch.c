// SPDX-License-Identifier: BSD-3-Clause
// The check of the address stands where the socket is made, behind every look-up and redirect, so
// that a name cannot lead elsewhere between check and use.

#include "control/fetch/fetch.h"

#include "control/fetch/reach.h"
#include "platform/text.h"

#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

struct download {
	const struct fetch_request *q;
	struct fetch_report *report;
	CURL *curl;
	int fd;
	EVP_MD_CTX *digest;
	char trouble[CURL_ERROR_SIZE]; // in curl's words
	bool told; // report->error says it better
};

static void __attribute__((format(printf, 2, 3)))
tell(struct download *d, const char *format, ...) {
	va_list args;

	if (d->told)
		return;
	d->told = true;
	va_start(args, format);
	vsnprintf(d->report->error, sizeof d->report->error, format, args);
	va_end(args);
}

static curl_socket_t
on_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
	struct download *d = context;
	enum reach reach = reach_of_socket(&address->addr);
	char text[TEXT_ADDRESS] = "?";
	uint8_t bytes[16] = {0};

	(void)purpose;
	if (reach == REACH_INTERNET || (reach == REACH_PRIVATE && d->q->allow_private))
		return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
	const void *at = &address->addr;
	if (address->family == AF_INET) {
		memcpy(bytes, &((const struct sockaddr_in *)at)->sin_addr, 4);
		text_address(4, bytes, text);
	} else if (address->family == AF_INET6) {
		memcpy(bytes, &((const struct sockaddr_in6 *)at)->sin6_addr, 16);
		text_address(6, bytes, text);
	}
	if (reach == REACH_PRIVATE)
		tell(d,
		     "its server is %s, an address of the home or of this machine: write "
		     "allow_private: true if that is meant",
		     text);
	else
		tell(d, "its server is %s, where nobody can be", text);
	return CURL_SOCKET_BAD;
}

static long
status_of(const struct download *d) {
	long code = 0;

	curl_easy_getinfo(d->curl, CURLINFO_RESPONSE_CODE, &code);
	return code;
}

static size_t
on_body(char *text, size_t size, size_t count, void *context) {
	struct download *d = context;
	size_t length = size * count;

	if (status_of(d) != 200)
		return length; // a page that says sorry; the status is told at the end
	if (length > d->q->max - d->report->bytes) {
		tell(d,
		     "its answer is larger than its max of %llu KiB: raise max if that is meant",
		     (unsigned long long)(d->q->max >> 10));
		return 0;
	}
	for (size_t at = 0; at < length;) {
		ssize_t n = write(d->fd, text + at, length - at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			tell(d, "it cannot be stored: %s", strerror(n < 0 ? errno : EIO));
			return 0;
		}
		at += (size_t)n;
	}
	if (EVP_DigestUpdate(d->digest, text, length) != 1)
		return 0;
	d->report->bytes += length;
	return length;
}

// Visible ASCII, or nothing: it goes into a file of ours and back to the server.
static void
keep_value(const char *from, size_t length, char ret[FETCH_TAG]) {
	while (length > 0 && (*from == ' ' || *from == '\t')) {
		from++;
		length--;
	}
	while (length > 0 && strchr("\r\n \t", from[length - 1]))
		length--;
	ret[0] = 0;
	if (length >= FETCH_TAG)
		return;
	for (size_t i = 0; i < length; i++)
		if (from[i] < 0x20 || from[i] > 0x7e)
			return;
	memcpy(ret, from, length);
	ret[length] = 0;
}

static size_t
on_header(char *line, size_t size, size_t count, void *context) {
	static const char etag[] = "etag:", date[] = "last-modified:";
	struct download *d = context;
	size_t length = size * count;

	if (length >= 5 && memcmp(line, "HTTP/", 5) == 0) { // of another answer
		d->report->etag[0] = d->report->modified[0] = 0;
	} else if (length > sizeof etag && strncasecmp(line, etag, sizeof etag - 1) == 0) {
		keep_value(line + sizeof etag - 1, length - sizeof etag + 1, d->report->etag);
	} else if (length > sizeof date && strncasecmp(line, date, sizeof date - 1) == 0) {
		keep_value(line + sizeof date - 1, length - sizeof date + 1, d->report->modified);
	}
	return length;
}

static struct curl_slist *
conditions(const struct fetch_request *q) {
	struct curl_slist *list = NULL;
	char line[FETCH_TAG + 32];

	if (q->accept[0]) {
		snprintf(line, sizeof line, "Accept: %s", q->accept);
		list = curl_slist_append(list, line);
	}
	if (q->etag[0]) {
		snprintf(line, sizeof line, "If-None-Match: %s", q->etag);
		list = curl_slist_append(list, line);
	}
	if (q->modified[0]) {
		snprintf(line, sizeof line, "If-Modified-Since: %s", q->modified);
		list = curl_slist_append(list, line);
	}
	return list;
}

static void
set_options(struct download *d, struct curl_slist *headers) {
	const struct fetch_request *q = d->q;
	bool secure = strncasecmp(q->url, "https:", 6) == 0;
	CURL *c = d->curl;

	curl_easy_setopt(c, CURLOPT_URL, q->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http,https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(c, CURLOPT_MAXREDIRS, (long)FETCH_REDIRECTS);
	curl_easy_setopt(c, CURLOPT_PROXY, ""); // the check of addresses needs the server's own
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(c, CURLOPT_USERAGENT, "spin-gateway/" SPIN_RELEASE);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (q->ca[0])
		curl_easy_setopt(c, CURLOPT_CAINFO, q->ca);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)q->max);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)q->total_ms);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)q->connect_ms);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, (long)FETCH_SLOW_BYTES);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)q->slow_s);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, d->trouble);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, on_socket);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, d);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, d);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, d);
}

static void
tell_timeout(struct download *d) {
	double connected = 0, total = 0;

	curl_easy_getinfo(d->curl, CURLINFO_PRETRANSFER_TIME, &connected);
	curl_easy_getinfo(d->curl, CURLINFO_TOTAL_TIME, &total);
	if (connected == 0)
		tell(d, "its server did not answer within %.0f s", total);
	else if (total * 1000 + 50 < (double)d->q->total_ms)
		tell(d,
		     "its server sent less than %d bytes a second for %llu s: given up",
		     FETCH_SLOW_BYTES,
		     (unsigned long long)d->q->slow_s);
	else
		tell(d,
		     "its server did not end its answer within %llu s: raise timeout if it is only "
		     "slow",
		     (unsigned long long)((d->q->total_ms + 999) / 1000));
}

static void
tell_failure(struct download *d, CURLcode code) {
	switch (code) {
	case CURLE_OPERATION_TIMEDOUT:
		tell_timeout(d);
		break;
	case CURLE_FILESIZE_EXCEEDED:
		tell(d,
		     "its answer is larger than its max of %llu KiB: raise max if that is meant",
		     (unsigned long long)(d->q->max >> 10));
		break;
	case CURLE_TOO_MANY_REDIRECTS:
		tell(d, "its server sends us on more than %d times", FETCH_REDIRECTS);
		break;
	case CURLE_UNSUPPORTED_PROTOCOL: // of a redirect, or HTTP/0.9: anything at all
		tell(d,
		     status_of(d) / 100 == 3
			     ? "its server sends us on to an address that is not http, or from "
			       "https to http"
			     : "its server's answer is not HTTP");
		break;
	case CURLE_PARTIAL_FILE:
		tell(d,
		     "its answer broke off after %llu bytes",
		     (unsigned long long)d->report->bytes);
		break;
	default:
		tell(d, "%.200s", d->trouble[0] ? d->trouble : curl_easy_strerror(code));
		break;
	}
}

static bool
digest_fits(struct download *d) {
	unsigned char bytes[EVP_MAX_MD_SIZE];
	char text[2 * EVP_MAX_MD_SIZE + 1] = "";
	unsigned int length = 0;

	if (EVP_DigestFinal_ex(d->digest, bytes, &length) != 1)
		return false;
	for (unsigned int i = 0; i < length; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	if (!d->q->sha256[0] || strcasecmp(text, d->q->sha256) == 0)
		return true;
	tell(d, "its SHA-256 is %s, not the one that sha256 asks for", text);
	return false;
}

static enum fetch_status
outcome(struct download *d, CURLcode code) {
	long status = status_of(d);

	if (code != CURLE_OK) {
		tell_failure(d, code);
		return FETCH_FAILED;
	}
	if (status == 304 && (d->q->etag[0] || d->q->modified[0]))
		return FETCH_UNCHANGED;
	if (status != 200) {
		tell(d,
		     "its server answers with status %ld%s",
		     status,
		     status == 404 ? " (not found): is the address right?" : "");
		return FETCH_FAILED;
	}
	if (d->report->bytes == 0) {
		tell(d, "its server's answer is empty");
		return FETCH_FAILED;
	}
	return digest_fits(d) ? FETCH_NEW : FETCH_FAILED;
}

void
fetch_run(const struct fetch_request *q, int fd, struct fetch_report *ret) {
	struct download d = {.q = q, .report = ret, .fd = fd};

	*ret = (struct fetch_report){.status = FETCH_FAILED};
	struct curl_slist *headers = conditions(q);
	d.curl = curl_easy_init();
	d.digest = EVP_MD_CTX_new();
	if (d.curl && d.digest && EVP_DigestInit_ex(d.digest, EVP_sha256(), NULL) == 1) {
		set_options(&d, headers);
		ret->status = outcome(&d, curl_easy_perform(d.curl));
	} else {
		tell(&d, "out of memory");
	}
	curl_easy_cleanup(d.curl);
	curl_slist_free_all(headers);
	EVP_MD_CTX_free(d.digest);
}
