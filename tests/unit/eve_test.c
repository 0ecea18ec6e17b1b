// SPDX-License-Identifier: BSD-3-Clause
// The ways out of EVE JSON: a file of whole lines, and a socket that nobody may wait for.

#include "control/clock.h"
#include "control/export/eve/heard.h"
#include "control/export/eve/line.h"
#include "control/export/eve/rotate.h"
#include "control/export/eve/socket.h"
#include "tests/unit/test.h"

#include <ev.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char folder[64], path[128];

static int
setup(void **state) {
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/eve_test.XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/eve.json", folder);
	return 0;
}

static int
teardown(void **state) {
	char name[160];

	(void)state;
	for (unsigned int i = 0; i < 8; i++) {
		snprintf(name, sizeof name, "%s.%u", path, i);
		unlink(name);
	}
	unlink(path);
	return rmdir(folder);
}

static void
assert_holds(const char *name, const char *text) {
	char got[512] = "";
	int fd = open(name, O_RDONLY);

	assert_true(fd >= 0);
	assert_true(read(fd, got, sizeof got - 1) >= 0);
	close(fd);
	assert_string_equal(got, text);
}

static uint64_t
put(struct rotate *r, const char *text) {
	char error[EVE_ERROR];
	uint64_t n = rotate_write(r, text, strlen(text), error);

	assert_string_equal(error, "");
	return n;
}

static const char *
numbered(unsigned int i) {
	static char name[160];

	snprintf(name, sizeof name, "%s.%u", path, i);
	return name;
}

static void
full_files_move_on(void **state) {
	struct rotate r;

	(void)state;
	rotate_init(&r, path, 8, 2);
	assert_int_equal(put(&r, "1111\n222\n"), 2); // longer than the size: still whole
	assert_int_equal(put(&r, "333\n"), 1);
	assert_int_equal(put(&r, "444\n"), 1);
	assert_int_equal(put(&r, "555\n"), 1);
	assert_holds(path, "555\n");
	assert_holds(numbered(1), "333\n444\n");
	assert_holds(numbered(2), "1111\n222\n");
	assert_int_equal(put(&r, "66666\n"), 1);
	assert_holds(numbered(2), "333\n444\n");
	assert_int_equal(access(numbered(3), F_OK), -1);
	rotate_close(&r);
}

static void
moved_away_and_torn(void **state) {
	struct rotate r;
	struct stat s;

	(void)state;
	rotate_init(&r, path, 0, 1);
	put(&r, "a\n");
	assert_int_equal(stat(path, &s), 0);
	assert_int_equal(s.st_mode & 07777 & ~0640, 0);
	assert_int_equal(rename(path, numbered(7)), 0);
	put(&r, "b\n");
	assert_holds(path, "b\n");
	assert_int_equal(unlink(path), 0);
	put(&r, "c\n");
	assert_holds(path, "c\n");
	rotate_close(&r);
	int fd = open(path, O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, "{\"half", 6), 6);
	close(fd);
	put(&r, "d\n");
	assert_holds(path, "c\n{\"half\nd\n");
	rotate_close(&r);
}

static void
a_full_disk_leaves_whole_lines(void **state) {
	struct rlimit before, small;
	char error[EVE_ERROR];
	struct rotate r;

	(void)state;
	rotate_init(&r, path, 0, 1);
	getrlimit(RLIMIT_FSIZE, &before);
	small = (struct rlimit){10, before.rlim_max};
	signal(SIGXFSZ, SIG_IGN); // EFBIG instead, after what fits
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	uint64_t n = rotate_write(&r, "1234\n5678\n9999\n", 15, error);
	assert_int_equal(n, 2);
	assert_non_null(strstr(error, "it takes no more"));
	small.rlim_cur = 13;
	setrlimit(RLIMIT_FSIZE, &small);
	assert_int_equal(rotate_write(&r, "abcd\n", 5, error), 0);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_holds(path, "1234\n5678\n");
	assert_int_equal(put(&r, "ab\n"), 1);
	assert_holds(path, "1234\n5678\nab\n");
	rotate_close(&r);
}

static void
no_file_no_lines(void **state) {
	char error[EVE_ERROR];
	struct rotate r;

	(void)state;
	rotate_init(&r, "/nonexistent/eve.json", 0, 1);
	assert_int_equal(rotate_write(&r, "a\n", 2, error), 0);
	assert_non_null(strstr(error, "No such file"));
	assert_int_equal(mkfifo(path, 0600), 0);
	rotate_init(&r, path, 0, 1);
	assert_int_equal(rotate_write(&r, "a\n", 2, error), 0);
	assert_non_null(strstr(error, "no file"));
	rotate_close(&r);
}

static int
listen_at(int type) {
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type, 0);

	memcpy(a.sun_path, path, strlen(path));
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(fd, 4), 0);
	return fd;
}

static void
retry_now(struct eve_socket *s, const struct eve_out *o) {
	uint64_t end = clock_mono_ns() + 60 * NS_PER_S;

	while (o->error[0] && clock_mono_ns() < end)
		eve_socket_second(s);
	assert_string_equal(o->error, "");
}

static void
a_stream_is_awaited_and_bounded(void **state) {
	struct ev_loop *loop = ev_loop_new(0);
	struct eve_socket *s;
	char line[32], got[32];

	(void)state;
	assert_int_equal(eve_socket_open(loop, path, EVE_STREAM, &s), 0);
	const struct eve_out *o = eve_socket_out(s);
	assert_true(o->error[0]);
	for (unsigned int i = 0; i < EVE_SOCKET_LINES + 10; i++) {
		snprintf(line, sizeof line, "line %05u", i);
		eve_socket_put(s, "", line, strlen(line));
	}
	assert_int_equal(o->lost, 10);
	assert_int_equal(o->waiting, EVE_SOCKET_LINES);
	int listener = listen_at(SOCK_STREAM);
	retry_now(s, o);
	FILE *in = fdopen(accept(listener, NULL, NULL), "r");
	assert_non_null(in);
	for (unsigned int i = 0; i < EVE_SOCKET_LINES; i++) {
		snprintf(line, sizeof line, "line %05u\n", i);
		if (i % 64 == 0)
			ev_run(loop, EVRUN_NOWAIT);
		assert_non_null(fgets(got, sizeof got, in));
		assert_string_equal(got, line);
	}
	while (o->waiting)
		ev_run(loop, EVRUN_ONCE);
	assert_int_equal(o->sent, EVE_SOCKET_LINES);
	fclose(in); // the other end goes
	while (!o->error[0])
		ev_run(loop, EVRUN_ONCE);
	eve_socket_put(s, "<13>", "again", 5);
	retry_now(s, o);
	in = fdopen(accept(listener, NULL, NULL), "r");
	assert_non_null(fgets(got, sizeof got, in));
	assert_string_equal(got, "<13>again\n");
	fclose(in);
	close(listener);
	eve_socket_close(s);
	ev_loop_destroy(loop);
}

static void
datagrams_wait_for_a_slow_reader(void **state) {
	struct ev_loop *loop = ev_loop_new(0);
	int reader = listen_at(SOCK_DGRAM);
	struct eve_socket *s;
	char got[64], line[16];

	(void)state;
	assert_int_equal(eve_socket_open(loop, path, EVE_DATAGRAM, &s), 0);
	const struct eve_out *o = eve_socket_out(s);
	for (unsigned int i = 0; i < 2000; i++) {
		snprintf(line, sizeof line, "%u", i);
		eve_socket_put(s, "<174>spin: ", line, strlen(line));
	}
	assert_true(o->waiting > 0);
	for (unsigned int i = 0; i < 2000; i++) {
		ssize_t n = recv(reader, got, sizeof got - 1, 0);
		assert_true(n > 0);
		got[n] = 0;
		assert_int_equal(atoi(got + strlen("<174>spin: ")), i);
		ev_run(loop, EVRUN_NOWAIT);
	}
	assert_int_equal(o->sent, 2000);
	assert_int_equal(o->lost, 0);
	eve_socket_close(s);
	close(reader);
	ev_loop_destroy(loop);
}

static void
a_name_finds_its_flow(void **state) {
	static struct heard_names h;
	struct wire_name n = {.family = 4, .length = 5};
	struct heard got;

	(void)state;
	for (n.seen_ns = 1; !heard_is_full(&h); n.seen_ns++) {
		n.flow = n.seen_ns / 2;
		assert_true(heard_add(&h, &n, n.seen_ns % 2 ? "odd\0" : "even"));
	}
	for (uint64_t i = 4; i <= 5; i++) {
		assert_true(heard_take(&h, 2, &got));
		assert_int_equal(got.is.seen_ns, i);
		assert_string_equal(got.names, i % 2 ? "odd" : "even");
		free(got.names);
	}
	assert_false(heard_take(&h, 2, &got));
	assert_false(heard_take_older(&h, 1, &got));
	for (uint64_t i = 1; i <= 8; i += i == 3 ? 3 : 1) {
		assert_true(heard_take_older(&h, UINT64_MAX, &got));
		assert_int_equal(got.is.seen_ns, i);
		free(got.names);
	}
	assert_true(heard_add(&h, &n, "last"));
	assert_int_equal(h.count, HEARD_MAX - 7); // 2 + 6 went, 1 came
	heard_fini(&h);
	assert_int_equal(h.count, 0);
}

static void
an_alert_has_a_number_and_a_word(void **state) {
	struct state_alert a = {.kind = ALERT_DNS_REFUSED, .text = "a \"b\"", .seen_ns = 1500};
	struct json j;

	(void)state;
	json_init(&j);
	eve_line_alert(&a, &j);
	assert_false(j.failed);
	assert_non_null(strstr(j.text, "\"timestamp\":\"1970-01-01T00:00:00.000001+0000\""));
	assert_non_null(strstr(j.text, "\"event_type\":\"alert\",\"alert\":{"));
	assert_non_null(strstr(j.text, "\"signature\":\"a \\\"b\\\"\""));
	assert_non_null(strstr(j.text, "\"category\":\"dns_refused\""));
	json_free(&j);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_finds_its_flow),
		cmocka_unit_test(an_alert_has_a_number_and_a_word),
		cmocka_unit_test_setup_teardown(full_files_move_on, setup, teardown),
		cmocka_unit_test_setup_teardown(moved_away_and_torn, setup, teardown),
		cmocka_unit_test_setup_teardown(a_full_disk_leaves_whole_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(no_file_no_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(a_stream_is_awaited_and_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(datagrams_wait_for_a_slow_reader, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
