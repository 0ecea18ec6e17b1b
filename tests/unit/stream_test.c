// SPDX-License-Identifier: BSD-3-Clause
// Event streams: the ring alone, then readers of the real server: fast, slow, leaving, returning.

#include "control/http/ring.h"
#include "control/http/stream.h"
#include "platform/base.h"
#include "tests/unit/http_client.h"
#include "tests/unit/http_server.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define H "Host: localhost\r\n"

static int port;
static struct reply reply;
static char text[4 << 20];
static size_t length;

static void
test_ring(void **state) {
	(void)state;
	struct ring r;
	assert_int_equal(ring_init(&r, 4, 4096), 0);
	for (int i = 0; i < 6; i++) {
		ring_add(&r, 0, "device", "{\n}", 3);
	}
	assert_int_equal(r.first, 3);
	assert_int_equal(r.next, 7);
	char expected[64], id[64];
	snprintf(
		expected,
		sizeof(expected),
		"id: %016llx-6\nevent: device\ndata: { }\n\n",
		(unsigned long long)r.epoch
	);
	const struct ring_event *last = ring_at(&r, 6);
	assert_int_equal(last->length, strlen(expected));
	assert_memory_equal(last->text, expected, last->length);
	static const struct {
		const char *number;
		bool good;
		uint64_t next;
	} cases[] = {
		{"6", true, 7},
		{"2", true, 3}, // all after it are here
		{"1", false, 0},
		{"0", false, 0},
		{"7", false, 0},
		{"", false, 0},
		{"-1", false, 0},
		{"3x", false, 0},
		{"99999999999999999999999", false, 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint64_t next = 0;
		snprintf(
			id, sizeof(id), "%016llx-%s", (unsigned long long)r.epoch, cases[i].number
		);
		assert_int_equal(ring_resume(&r, id, &next), cases[i].good);
		assert_int_equal(next, cases[i].next);
	}
	uint64_t next;
	assert_false(ring_resume(&r, "", &next));
	assert_false(ring_resume(&r, "0123456789abcdef-3", &next));
	static char big[4040];
	ring_add(&r, 0, "flow", big, sizeof(big));
	assert_int_equal(r.next - r.first, 1); // the bytes are limited too
	ring_fini(&r);
}

static int
open_stream(const char *query, const char *header) {
	int fd = client_connect(port);
	char ask[512];
	int n = snprintf(
		ask, sizeof(ask), "GET /api/v1/events%s HTTP/1.1\r\n" H "%s\r\n", query, header
	);
	client_send(fd, ask, (size_t)n);
	length = 0;
	return fd;
}

static void
publish(const char *query) {
	client_ask(port, &reply, "POST /api/v1/publish%s HTTP/1.1\r\n" H "\r\n", query);
	assert_int_equal(reply.status, 200);
}

static void
expect(int fd, const char *what) {
	if (!client_wait(fd, what, text, sizeof(text), &length)) {
		fail_msg("no \"%s\" in: %.2000s", what, text);
	}
}

// Waits until the server counts so many readers.
static void
expect_readers(int wanted) {
	for (int i = 0; i < 500; i++) {
		client_ask(port, &reply, "GET /api/v1/counts HTTP/1.1\r\n" H "\r\n");
		if (atoi(strstr(reply.body, "readers\":") + 9) == wanted) {
			return;
		}
		usleep(10000);
	}
	fail_msg("%s", reply.body);
}

static void
test_snapshot_then_deltas(void **state) {
	(void)state;
	int fd = open_stream("", "");
	expect(fd, "event: snapshot_end\ndata: {\"part\":3}\n\n");
	assert_non_null(strstr(text, "text/event-stream"));
	assert_non_null(strstr(text, "no-store"));
	assert_non_null(strstr(text, "retry: "));
	assert_non_null(strstr(text, "-0\nevent: snapshot\ndata: {\"part\":0}\n\n"));
	assert_non_null(strstr(text, "event: snapshot\ndata: {\"part\":2}\n\n"));
	publish("?n=2");
	expect(fd, "event: device\ndata: {\"fill\":\"x\"}\n\n");
	expect(fd, "event: flow\n");
	length = 0;
	expect(fd, ": hb\n\n");
	close(fd);
	expect_readers(0);
}

static void
test_resume(void **state) {
	(void)state;
	int fd = open_stream("", "");
	expect(fd, "snapshot_end");
	publish("?n=1");
	expect(fd, "event: device");
	char *id = strstr(text, "snapshot_end");
	id = strstr(id, "id: ");
	char last[40], header[80], query[80];
	assert_int_equal(sscanf(id, "id: %39s", last), 1);
	close(fd);
	publish("?n=2"); // missed meanwhile
	snprintf(header, sizeof(header), "Last-Event-ID: %s\r\n", last);
	fd = open_stream("", header);
	expect(fd, "event: flow");
	assert_null(strstr(text, "snapshot"));
	close(fd);
	snprintf(query, sizeof(query), "?last_event_id=%s", last);
	fd = open_stream(query, "");
	expect(fd, "event: flow");
	assert_null(strstr(text, "snapshot"));
	close(fd);
	fd = open_stream("?last_event_id=0123456789abcdef-5", "");
	expect(fd, "event: snapshot");
	close(fd);
	expect_readers(0);
}

static void
test_types(void **state) {
	(void)state;
	int fd = open_stream("?types=flow", "");
	expect(fd, "snapshot_end");
	assert_null(strstr(text, "event: snapshot\n"));
	publish("?n=2");
	expect(fd, "event: flow");
	assert_null(strstr(text, "event: device"));
	close(fd);
	client_ask(port, &reply, "GET /api/v1/events?types=flow,foo HTTP/1.1\r\n" H "\r\n");
	assert_int_equal(reply.status, 400);
	assert_non_null(strstr(reply.body, "foo"));
}

// One who reads nothing loses events and is told so; another reader gets every one meanwhile.
static void
test_slow_reader(void **state) {
	(void)state;
	int slow = open_stream("", "");
	expect(slow, "snapshot_end");
	int small = 4096;
	setsockopt(slow, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	publish("?n=5000&bytes=2000");
	int fast = open_stream("", "");
	expect(fast, "snapshot_end");
	publish("?n=1&bytes=77");
	expect(fast, "event: device");
	close(fast);
	length = 0;
	char *all = malloc(64 << 20);
	assert_true(client_wait(slow, "event: gap\ndata: {\"lost\":", all, 64 << 20, &length));
	assert_true(client_wait(slow, "snapshot_end", all, 64 << 20, &length));
	free(all);
	close(slow);
	expect_readers(0);
}

static void
test_too_many(void **state) {
	(void)state;
	int fds[STREAM_READERS_MAX];
	for (int i = 0; i < STREAM_READERS_MAX; i++) {
		fds[i] = open_stream("", "");
		expect(fds[i], "snapshot_end");
	}
	client_ask(port, &reply, "GET /api/v1/events HTTP/1.1\r\n" H "\r\n");
	assert_int_equal(reply.status, 503);
	assert_true(reply_has(&reply, "retry-after: "));
	publish("?n=10");
	for (int i = 0; i < STREAM_READERS_MAX; i++) {
		expect(fds[i], "event: flow");
		length = 0;
		close(fds[i]);
	}
	expect_readers(0); // nothing is published: their leaving itself is noticed
}

static void
test_leaving_in_mid_send(void **state) {
	(void)state;
	for (int i = 0; i < 20; i++) {
		int fd = open_stream("", "");
		expect(fd, "snapshot_end");
		int small = 4096;
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
		publish("?n=200&bytes=2000");
		close(fd);
	}
	expect_readers(0);
	// One that talks where it should listen is cut.
	int fd = open_stream("", "");
	expect(fd, "snapshot_end");
	client_send(fd, "GET / HTTP/1.1\r\n" H "\r\n", 34);
	assert_true(client_closed(fd));
	close(fd);
}

// One that never reads again is not kept for ever.
static void
test_stalled(void **state) {
	(void)state;
	int fd = open_stream("", "");
	expect(fd, "snapshot_end");
	int small = 4096;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	publish("?n=1000&bytes=4000");
	expect_readers(0);
	close(fd);
}

static int
start(void **state) {
	(void)state;
	port = server_start(NULL);
	return 0;
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ring),
		cmocka_unit_test(test_snapshot_then_deltas),
		cmocka_unit_test(test_resume),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_slow_reader),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_leaving_in_mid_send),
		cmocka_unit_test(test_stalled),
	};
	return cmocka_run_group_tests(tests, start, NULL);
}
