// SPDX-License-Identifier: BSD-3-Clause
// The HTTP server as strangers meet it: hosts, origins, methods, sizes, and what HTTP/2 gets.

#include "platform/base.h"
#include "tests/unit/http_client.h"
#include "tests/unit/http_server.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int port;
static struct reply reply;

static void
test_requests(void **state) {
	(void)state;
#define H "Host: 127.0.0.1:1\r\n"
#define JSON "Content-Type: application/json\r\n"
	static const struct {
		const char *request; // without the last empty line
		const char *body;
		int status;
		const char *in_body;
	} cases[] = {
		{"GET /api/v1/things/a HTTP/1.1\r\n" H, "", 200, "\"thing\":\"a\""},
		{"GET /api/v1/things/a%2Fb%3Ac HTTP/1.1\r\n" H, "", 200, "\"a/b:c\""},
		{"GET /api/v1/things/a?q=b+c%20d HTTP/1.1\r\n" H, "", 200, "\"b c d\""},
		{"GET /api/v1/things/a?z=1 HTTP/1.1\r\n" H, "", 400, "unknown_parameter"},
		{"GET /api/v1/things/a?q=1&q=2 HTTP/1.1\r\n" H, "", 400, "bad_request"},
		{"GET /api/v1/things/a?q=%zz HTTP/1.1\r\n" H, "", 400, "bad_request"},
		{"GET /api/v1/things/a%00 HTTP/1.1\r\n" H, "", 404, "not_found"},
		{"GET /api/v1/things/ HTTP/1.1\r\n" H, "", 404, "not_found"},
		{"GET /api/v1/nothing HTTP/1.1\r\n" H, "", 404, "not_found"},
		{"GET /api/v1/later HTTP/1.1\r\n" H, "", 200, "late"},
		{"GET /api/v1/silent HTTP/1.1\r\n" H, "", 500, "internal"},
		// Methods.
		{"HEAD /api/v1/things/a HTTP/1.1\r\n" H, "", 200, ""},
		{"OPTIONS /api/v1/things/a HTTP/1.1\r\n" H, "", 204, ""},
		{"DELETE /api/v1/things/a HTTP/1.1\r\n" H, "", 405, "method_not_allowed"},
		{"TRACE /api/v1/things/a HTTP/1.1\r\n" H, "", 405, "method_not_allowed"},
		{"FOO /api/v1/things/a HTTP/1.1\r\n" H, "", 405, "method_not_allowed"},
		{"GET /api/v1/things/a:block HTTP/1.1\r\n" H, "", 405, "method_not_allowed"},
		{"POST /api/v1/things/a:eat HTTP/1.1\r\n" H, "", 404, "unknown_action"},
		{"POST / HTTP/1.1\r\n" H, "", 405, "method_not_allowed"},
		{"OPTIONS * HTTP/1.1\r\n" H, "", 404, "not_found"},
		{"CONNECT a:1 HTTP/1.1\r\n" H, "", 404, "not_found"},
		// Host.
		{"GET /api/v1/things/a HTTP/1.1\r\n", "", 421, "wrong_host"},
		{"GET /api/v1/things/a HTTP/1.1\r\nHost: evil.example\r\n", "", 421, "wrong_host"},
		{"GET / HTTP/1.1\r\nHost: evil.example\r\n", "", 421, "wrong_host"},
		{"GET /api/v1/things/a HTTP/1.1\r\nHost: localhost:99\r\n", "", 200, "thing"},
		{"GET /api/v1/things/a HTTP/1.1\r\nHost: [::1]:99\r\n", "", 200, "thing"},
		{"GET http://127.0.0.1/x HTTP/1.1\r\nHost: evil.example\r\n",
		 "",
		 421,
		 "wrong_host"},
		// Origin.
		{"GET /api/v1/things/a HTTP/1.1\r\n" H "Origin: http://127.0.0.1:1\r\n",
		 "",
		 200,
		 ""},
		{"GET /api/v1/things/a HTTP/1.1\r\n" H "Origin: http://127.0.0.1:2\r\n",
		 "",
		 403,
		 "foreign_origin"},
		{"POST /api/v1/things/a:x HTTP/1.1\r\n" H "Origin: null\r\n", "", 403, "foreign"},
		{"GET /api/v1/things/a HTTP/1.1\r\n" H "Sec-Fetch-Site: cross-site\r\n",
		 "",
		 403,
		 "foreign"},
		{"GET / HTTP/1.1\r\n" H
		 "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n",
		 "",
		 200,
		 "SPIN"},
		// Bodies.
		{"PATCH /api/v1/things/a HTTP/1.1\r\n" H JSON, "{\"name\":\"x\"}", 200, "{}"},
		{"PATCH /api/v1/things/a HTTP/1.1\r\n" H, "{\"name\":\"x\"}", 415, "unsupported"},
		{"PATCH /api/v1/things/a HTTP/1.1\r\n" H "Content-Type: text/plain\r\n",
		 "{}",
		 415,
		 "unsupported"},
		{"PATCH /api/v1/things/a HTTP/1.1\r\n" H JSON,
		 "{\"name\":}",
		 400,
		 "Line 1, column 9"},
		{"PATCH /api/v1/things/a HTTP/1.1\r\n" H JSON, "[]", 400, "bad_body"},
		{"PATCH /api/v1/things/a HTTP/1.1\r\n" H JSON, "{\"nam\":1}", 400, "unknown_field"},
		{"PATCH /api/v1/things/a HTTP/1.1\r\n" H JSON, "{\"name\":1}", 400, "\"/name\""},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char length[64] = "";
		if (cases[i].body[0]) {
			snprintf(
				length,
				sizeof(length),
				"Content-Length: %zu\r\n",
				strlen(cases[i].body)
			);
		}
		client_ask(port, &reply, "%s%s\r\n%s", cases[i].request, length, cases[i].body);
		if (reply.status != cases[i].status || !strstr(reply.body, cases[i].in_body)) {
			fail_msg("%s→ %d %s", cases[i].request, reply.status, reply.body);
		}
		assert_true(reply_has(&reply, "x-content-type-options: nosniff"));
		assert_true(reply_has(&reply, "frame-ancestors 'none'"));
		assert_false(reply_has(&reply, "server:"));
		assert_true(reply.status < 400 || reply_has(&reply, "application/problem+json"));
	}
	client_ask(port, &reply, "DELETE /api/v1/things/a HTTP/1.1\r\n" H "\r\n");
	assert_true(reply_has(&reply, "allow: get, head, patch, options\r\n"));
	client_ask(port, &reply, "HEAD /api/v1/things/a HTTP/1.1\r\n" H "\r\n");
	assert_int_equal(reply.length, 0);
	assert_true(reply_has(&reply, "cache-control: no-store"));
}

static void
test_sizes(void **state) {
	(void)state;
	static const struct {
		size_t bytes;
		int status;
	} cases[] = {{256 * 1024, 400}, {256 * 1024 + 1, 413}, {1000000, 413}, {1048576, 413}};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *body = malloc(cases[i].bytes);
		memset(body, ' ', cases[i].bytes);
		int fd = client_connect(port);
		char head[256];
		int n = snprintf(
			head,
			sizeof(head),
			"PATCH /api/v1/things/a HTTP/1.1\r\n" H JSON "Content-Length: %zu\r\n\r\n",
			cases[i].bytes
		);
		client_send(fd, head, (size_t)n);
		client_send(fd, body, cases[i].bytes);
		client_read(fd, false, &reply);
		assert_int_equal(reply.status, cases[i].status);
		if (cases[i].status == 413) {
			assert_non_null(strstr(reply.body, "body_too_large"));
		}
		free(body);
		close(fd);
	}
	// Far too large: h2o hangs up without reading it.
	client_ask(
		port,
		&reply,
		"PATCH /api/v1/things/a HTTP/1.1\r\n" H JSON "Content-Length: 99999999\r\n\r\n"
	);
	assert_int_equal(reply.status, 413);
	assert_non_null(strstr(reply.body, "body_too_large"));
	assert_true(reply_has(&reply, "content-type: application/problem+json\r\n"));
	assert_true(reply_has(&reply, "nosniff"));
	client_ask(
		port,
		&reply,
		"PATCH /api/v1/things/a HTTP/1.1\r\n" H JSON
		"Transfer-Encoding: chunked\r\n\r\nzz\r\n"
	);
	assert_int_equal(reply.status, 400);
	assert_non_null(strstr(reply.body, "bad_request"));
}

static void
test_keep_alive(void **state) {
	(void)state;
	int fd = client_connect(port);
	for (int i = 0; i < 3; i++) {
		const char *ask = i == 1 ? "GET /api/v1/nothing HTTP/1.1\r\n" H "\r\n"
					 : "GET /api/v1/things/a HTTP/1.1\r\n" H "\r\n";
		client_send(fd, ask, strlen(ask));
		client_read(fd, false, &reply);
		assert_int_equal(reply.status, i == 1 ? 404 : 200);
	}
	close(fd);
}

// Three ways to HTTP/2; the third, ALPN, needs TLS, which is not listened on.
static void
test_no_http2(void **state) {
	(void)state;
	client_ask(
		port,
		&reply,
		"GET /api/v1/things/a HTTP/1.1\r\n" H "Connection: Upgrade, HTTP2-Settings\r\n"
		"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
	);
	assert_int_equal(reply.status, 200);
	assert_memory_equal(reply.head, "http/1.1", 8);
	int fd = client_connect(port);
	const char *prior = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";
	client_send(fd, prior, 33);
	client_read(fd, false, &reply);
	assert_int_equal(reply.status, 400);
	assert_true(client_closed(fd));
	close(fd);
}

static void
test_client_leaves(void **state) {
	(void)state;
	// The answer comes 50 ms later, to nobody.
	for (int i = 0; i < 20; i++) {
		int fd = client_connect(port);
		const char *ask = "GET /api/v1/later HTTP/1.1\r\n" H "\r\n";
		client_send(fd, ask, strlen(ask));
		close(fd);
	}
	client_ask(port, &reply, "GET /api/v1/later HTTP/1.1\r\n" H "\r\n");
	assert_int_equal(reply.status, 200);
}

static void
test_many_connections(void **state) {
	(void)state;
	int fds[350];
	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		fds[i] = client_connect(port); // the kernel takes them all
	}
	const char *ask = "GET /api/v1/counts HTTP/1.1\r\n" H "\r\n";
	client_send(fds[0], ask, strlen(ask));
	client_read(fds[0], false, &reply);
	assert_int_equal(reply.status, 200);
	assert_true(atoi(strstr(reply.body, "connections\":") + 13) <= 300);
	client_send(fds[349], ask, strlen(ask));
	for (size_t i = 0; i < 349; i++) {
		close(fds[i]);
	}
	client_read(fds[349], false, &reply); // its turn came when others left
	assert_int_equal(reply.status, 200);
	close(fds[349]);
}

static char web[] = "/tmp/spin-http-XXXXXX";

static void
put(const char *name, const char *text) {
	char path[128];
	snprintf(path, sizeof(path), "%s/%s", web, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void
test_files(void **state) {
	(void)state;
	put("app-4XKQ7P2A.js", "plain");
	put("app-4XKQ7P2A.js.gz", "zipped");
	put("app-4XKQ7P2A.js.br", "brotli");
	put("style.css", "body{}");
#define GET(path) "GET " path " HTTP/1.1\r\n" H
	client_ask(port, &reply, GET("/app-4XKQ7P2A.js") "Accept-Encoding: gzip, br\r\n\r\n");
	assert_memory_equal(reply.body, "brotli", 6);
	assert_true(reply_has(&reply, "content-encoding: br"));
	assert_true(reply_has(&reply, "immutable"));
	assert_true(reply_has(&reply, "text/javascript"));
	client_ask(port, &reply, GET("/app-4XKQ7P2A.js") "Accept-Encoding: gzip, br;q=0\r\n\r\n");
	assert_memory_equal(reply.body, "zipped", 6);
	client_ask(port, &reply, GET("/app-4XKQ7P2A.js") "\r\n");
	assert_memory_equal(reply.body, "plain", 5);
	client_ask(port, &reply, GET("/style.css") "\r\n");
	assert_true(reply_has(&reply, "cache-control: no-cache"));
	char etag[80];
	assert_int_equal(sscanf(strstr(reply.head, "etag: "), "etag: %79[^\r]", etag), 1);
	client_ask(port, &reply, GET("/style.css") "If-None-Match: \"x\", W/%s\r\n\r\n", etag);
	assert_int_equal(reply.status, 304);
	assert_int_equal(reply.length, 0);
	static const char *const pages[] = {"/", "/devices", "/devices/dev_1", "/index.html"};
	for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
		client_ask(port, &reply, "GET %s HTTP/1.1\r\n" H "\r\n", pages[i]);
		assert_int_equal(reply.status, 200);
		assert_memory_equal(reply.body, "SPIN", 4);
	}
	static const char *const outside[] = {
		"/../etc/passwd",
		"/%2e%2e/etc/passwd",
		"/..%2fetc%2fpasswd",
		"/.hidden.js",
		"/x/../../y.js",
		"/nothing.js",
		"/a%00.js",
		"/%5c..%5cx.js",
		"//etc/passwd.txt",
	};
	for (size_t i = 0; i < ARRAY_LEN(outside); i++) {
		client_ask(port, &reply, "GET %s HTTP/1.1\r\n" H "\r\n", outside[i]);
		assert_int_equal(reply.status, 404);
	}
}

static void
test_not_built(void **state) {
	(void)state;
	int other = server_start("/nonexistent");
	client_ask(other, &reply, GET("/") "\r\n");
	assert_int_equal(reply.status, 503);
	assert_non_null(strstr(reply.body, "The GUI is not built"));
}

static int
start(void **state) {
	(void)state;
	assert_non_null(mkdtemp(web));
	put("index.html", "SPIN");
	port = server_start(web);
	return 0;
}

static int
finish(void **state) {
	(void)state;
	static const char *const names[] = {
		"index.html",
		"style.css",
		"app-4XKQ7P2A.js",
		"app-4XKQ7P2A.js.gz",
		"app-4XKQ7P2A.js.br",
	};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char path[128];
		snprintf(path, sizeof(path), "%s/%s", web, names[i]);
		unlink(path);
	}
	return rmdir(web);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_keep_alive),
		cmocka_unit_test(test_no_http2),
		cmocka_unit_test(test_client_leaves),
		cmocka_unit_test(test_many_connections),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_not_built),
	};
	return cmocka_run_group_tests(tests, start, finish);
}
