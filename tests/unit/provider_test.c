// SPDX-License-Identifier: BSD-3-Clause
// The provider's door: shut until it is opened, only for a client's certificate that is known, and
// shut again at once.

#include "control/http/http.h"
#include "control/http/request.h"
#include "control/tls/context.h"
#include "tests/unit/http_client.h"
#include "tests/unit/test.h"

#include <ev.h>

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static char dir[] = "/tmp/spin-provider-XXXXXX";
static char known_file[64];
static struct household household;
static struct household_leaf leaf;
static int port, provider_port;

struct identity {
	EVP_PKEY *key;
	X509 *certificate;
};
static struct identity known, stranger;

static void
make_identity(const char *name, struct identity *ret) {
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	ASN1_INTEGER_set(X509_get_serialNumber(x), 7);
	X509_gmtime_adj(X509_getm_notBefore(x), -60);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_NAME_add_entry_by_txt(
		X509_get_subject_name(x), "CN", MBSTRING_ASC, (const void *)name, -1, -1, 0
	);
	X509_set_issuer_name(x, X509_get_subject_name(x));
	X509_set_pubkey(x, key);
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	*ret = (struct identity){key, x};
}

// --- The server ---

static struct http_server *server;

static void
on_who(struct http_request *r, void *context) {
	(void)context;
	struct http_peer p = http_peer(r);
	char out[160];
	int n = snprintf(
		out,
		sizeof(out),
		"{\"provider\":%d,\"address\":\"%s\",\"certificate\":\"%s\"}",
		p.kind == HTTP_PEER_PROVIDER,
		p.address,
		p.certificate
	);
	http_reply_json(r, 200, out, (size_t)n);
}

static void
on_open(struct http_request *r, void *context) {
	(void)context;
	char message[HTTP_MESSAGE_MAX];
	bool open = strcmp(http_path(r, "word"), "open") == 0;
	int result = http_provider_open(server, open, message);
	char out[160];
	int n = snprintf(
		out,
		sizeof(out),
		"{\"result\":%d,\"at\":\"%s\"}",
		result,
		http_listening(server, 1) ? http_listening(server, 1) : ""
	);
	http_reply_json(r, 200, out, (size_t)n);
}

static const struct http_route routes[] = {
	{"GET", "/api/v1/who", on_who, "who", NULL, NULL},
	{"POST", "/api/v1/{what}:{word}", on_open, "door", NULL, NULL},
};

static void
serve(int ready) {
	static const struct http_listen listen[] = {
		{"127.0.0.1:0", HTTP_PEER_LOOPBACK},
		{"127.0.0.1:0", HTTP_PEER_PROVIDER},
	};
	static const char *const names[] = {"spin.local"};
	struct ev_loop *loop = ev_default_loop(0);
	const struct http_config config = {
		.listen = listen,
		.n_listen = 2,
		.names = names,
		.n_names = 1,
		.routes = routes,
		.n_routes = 2,
	};
	char message[HTTP_MESSAGE_MAX];
	struct ssl_ctx_st *context;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (http_start(loop, &config, &server, message) < 0
	    || context_of_leaf(&household, &leaf, &context, message) < 0
	    || context_want_client(context, known_file, message) < 0) {
		fprintf(stderr, "%s\n", message);
		_exit(1);
	}
	http_use_tls(server, HTTP_PEER_PROVIDER, context, false);
	context_free(context);
	int p = atoi(strrchr(http_listening(server, 0), ':') + 1);
	if (write(ready, &p, sizeof(p)) == sizeof(p)) {
		ev_run(loop, 0);
	}
	_exit(0);
}

// --- The provider ---

static SSL_CTX *
client_context(const struct identity *who) {
	SSL_CTX *c = SSL_CTX_new(TLS_client_method());
	X509_STORE_add_cert(SSL_CTX_get_cert_store(c), household.ca);
	SSL_CTX_set_verify(c, SSL_VERIFY_PEER, NULL);
	if (who) {
		SSL_CTX_use_certificate(c, who->certificate);
		SSL_CTX_use_PrivateKey(c, who->key);
	}
	return c;
}

// What the server answered, or "" when it let us not in; the connection stays open in *ret.
static const char *
say(const struct identity *who, SSL **ret) {
	static const char ask[] = "GET /api/v1/who HTTP/1.1\r\nHost: spin.local:%d\r\n\r\n";
	static char text[4096];
	SSL_CTX *c = client_context(who);
	SSL *s = SSL_new(c);
	SSL_CTX_free(c);
	char request[128];
	int n = snprintf(request, sizeof(request), ask, provider_port);
	text[0] = 0;
	SSL_set_fd(s, client_connect(provider_port));
	// With TLS 1.3 the client is done before the server has judged its certificate.
	if (SSL_connect(s) == 1 && SSL_write(s, request, n) == n) {
		size_t have = 0;
		for (int got = 1; got > 0 && !strchr(text, '}');
		     have += got > 0 ? (size_t)got : 0) {
			got = SSL_read(s, text + have, (int)(sizeof(text) - 1 - have));
			text[have + (got > 0 ? (size_t)got : 0)] = 0;
		}
	}
	if (ret) {
		*ret = s;
	} else {
		close(SSL_get_fd(s));
		SSL_free(s);
	}
	return text;
}

static void
door(const char *word) {
	static struct reply reply;
	client_ask(
		port,
		&reply,
		"POST /api/v1/door:%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n",
		word
	);
	assert_int_equal(reply.status, 200);
	assert_non_null(strstr(reply.body, "\"result\":0"));
	const char *at = strstr(reply.body, "https://127.0.0.1:");
	assert_int_equal(at != NULL, strcmp(word, "open") == 0);
	provider_port = at ? atoi(at + strlen("https://127.0.0.1:")) : provider_port;
}

static void
assert_shut(void) {
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)provider_port),
		.sin_addr = {htonl(INADDR_LOOPBACK)},
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), -1);
	assert_int_equal(errno, ECONNREFUSED);
	close(fd);
}

static void
test_door(void **state) {
	(void)state;
	SSL *kept;
	door("open");
	assert_non_null(strstr(say(&known, NULL), "\"certificate\":\"North_Net\""));
	assert_non_null(strstr(say(&known, &kept), "\"provider\":1,\"address\":\"127.0.0.1\""));
	assert_string_equal(say(NULL, NULL), "");
	assert_string_equal(say(&stranger, NULL), "");
	door("shut");
	assert_shut();
	char more;
	assert_true(SSL_read(kept, &more, 1) <= 0); // ended with the rest
	close(SSL_get_fd(kept));
	SSL_free(kept);
	door("shut");
	door("open");
	assert_non_null(strstr(say(&known, NULL), "200 OK"));
}

static int
start(void **state) {
	(void)state;
	char error[HOUSEHOLD_ERROR];
	int ready[2];
	signal(SIGPIPE, SIG_IGN);
	assert_non_null(mkdtemp(dir));
	assert_int_equal(household_open(dir, &household, error), 0);
	assert_int_equal(household_sign(&household, NULL, 0, NULL, 0, &leaf, error), 0);
	make_identity("North Net", &known); // what a name may not hold in a log is replaced
	make_identity("North Net", &stranger);
	snprintf(known_file, sizeof(known_file), "%s/known.pem", dir);
	FILE *f = fopen(known_file, "w");
	assert_int_equal(PEM_write_X509(f, known.certificate), 1);
	fclose(f);
	assert_int_equal(pipe(ready), 0);
	if (fork() == 0) {
		serve(ready[1]);
	}
	return read(ready[0], &port, sizeof(port)) == sizeof(port) ? 0 : -1;
}

static int
finish(void **state) {
	(void)state;
	char path[96];
	static const char *const files[] = {"known.pem", "tls/ca.key", "tls/ca.pem"};
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/tls", dir);
	rmdir(path);
	return rmdir(dir);
}

int
main(void) {
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_door)};
	return cmocka_run_group_tests(tests, start, finish);
}
