// SPDX-License-Identifier: BSD-3-Clause
// A redirect is not followed: a message goes to the server that the household named, and to none
// that this one names.

#include "control/fetch/post.h"

#include "control/fetch/reach.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define CONNECT_MS 10000
#define ANSWER_MAX (256u << 10)

struct message {
	const struct post_request *q;
	char trouble[CURL_ERROR_SIZE];
	enum reach reach; // of an address that was refused
	size_t answered;
};

static curl_socket_t
on_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
	struct message *m = context;
	enum reach reach = reach_of_socket(&address->addr);

	(void)purpose;
	if (reach == REACH_INTERNET || (reach == REACH_PRIVATE && m->q->allow_private))
		return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
	m->reach = reach;
	return CURL_SOCKET_BAD;
}

static size_t
on_answer(char *text, size_t size, size_t count, void *context) {
	struct message *m = context;

	(void)text;
	m->answered += size * count;
	return m->answered > ANSWER_MAX ? 0 : size * count;
}

static struct curl_slist *
headers_of(const struct post_request *q) {
	struct curl_slist *list = curl_slist_append(NULL, "Content-Type: application/json");
	char line[POST_TOKEN + 32];

	list = curl_slist_append(list, "Expect:");
	if (q->token[0]) {
		snprintf(line, sizeof line, "Authorization: Bearer %s", q->token);
		list = curl_slist_append(list, line);
		explicit_bzero(line, sizeof line);
	}
	return list;
}

static void
set_options(CURL *c, struct message *m, struct curl_slist *headers) {
	const struct post_request *q = m->q;

	curl_easy_setopt(c, CURLOPT_URL, q->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_PROXY, ""); // the check of addresses needs the server's own
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "spin-gateway/" SPIN_RELEASE);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, q->method);
	curl_easy_setopt(c, CURLOPT_POSTFIELDS, q->body);
	curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)q->length);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (q->ca[0])
		curl_easy_setopt(c, CURLOPT_CAINFO, q->ca);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)q->total_ms);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, m->trouble);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, on_socket);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, m);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_answer);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, m);
}

static enum post_status
failed(const struct message *m, CURLcode code, char ret[POST_ERROR]) {
	bool never = m->reach != REACH_INTERNET || code == CURLE_PEER_FAILED_VERIFICATION
		|| code == CURLE_SSL_CACERT_BADFILE;

	if (m->reach == REACH_PRIVATE)
		snprintf(
			ret,
			POST_ERROR,
			"its server has an address of the home or of this machine: write "
			"allow_private: true if that is meant"
		);
	else if (m->reach == REACH_NOBODY)
		snprintf(ret, POST_ERROR, "its server has an address where nobody can be");
	else if (code == CURLE_OPERATION_TIMEDOUT)
		snprintf(ret, POST_ERROR, "its server did not answer in time");
	else if (code == CURLE_WRITE_ERROR)
		snprintf(ret, POST_ERROR, "its server's answer has no end");
	else
		snprintf(
			ret,
			POST_ERROR,
			"%.200s",
			m->trouble[0] ? m->trouble : curl_easy_strerror(code)
		);
	return never ? POST_NEVER : POST_LATER;
}

// Too early, too often, or the server's own fault may pass; the rest is what we send.
static enum post_status
judge(long status, char ret[POST_ERROR]) {
	if (status / 100 == 2)
		return POST_SENT;
	if (status / 100 == 3) {
		snprintf(
			ret,
			POST_ERROR,
			"its server sends us on to another address (status %ld): write that "
			"address, redirects are not followed",
			status
		);
		return POST_NEVER;
	}
	snprintf(
		ret,
		POST_ERROR,
		"its server answers with status %ld%s",
		status,
		status == 401 || status == 403 ? ": is the token right?"
			: status == 404	       ? ": is the address right?"
					       : ""
	);
	return status / 100 == 5 || status == 408 || status == 425 || status == 429 ? POST_LATER
										    : POST_NEVER;
}

enum post_status
post_run(const struct post_request *q, char ret_error[POST_ERROR]) {
	struct message m = {.q = q, .reach = REACH_INTERNET};
	struct curl_slist *headers = headers_of(q);
	CURL *c = curl_easy_init();
	enum post_status r = POST_LATER;
	long status = 0;

	snprintf(ret_error, POST_ERROR, "out of memory");
	if (c && headers) {
		set_options(c, &m, headers);
		CURLcode code = curl_easy_perform(c);
		curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
		r = code == CURLE_OK ? judge(status, ret_error) : failed(&m, code, ret_error);
	}
	curl_easy_cleanup(c);
	curl_slist_free_all(headers);
	return r;
}
