// SPDX-License-Identifier: BSD-3-Clause
// Numbers of SPIN's nodes: the file of them, and that none is given twice, not after a crash.

#include "control/export/spin/nodes.h"
#include "control/export/spin/nodes_file.h"
#include "control/thread.h"
#include "tests/unit/test.h"

#include <ev.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/var/tmp/spin-nodes-XXXXXX";
static char path[sizeof folder + 16];

static int
setup(void **) {
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof path, "%s/" NODES_FILE, folder);
	return 0;
}

static int
teardown(void **) {
	unlink(path);
	return rmdir(folder);
}

static void
put(const char *text) {
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int
on_row(void *context, uint64_t number, uint64_t thing) {
	*(uint64_t *)context += number * 1000 + thing;
	return 0;
}

static void
read_what_is_a_file(void **) {
	char error[NODES_ERROR];
	uint64_t next = 1, sum = 0;

	unlink(path);
	assert_int_equal(nodes_file_read(path, &next, on_row, &sum, error), 0);
	assert_int_equal(next, 1);
	put("spin-nodes 1\nnext 9\n2 70\n5 71\n");
	assert_int_equal(nodes_file_read(path, &next, on_row, &sum, error), 0);
	assert_int_equal(next, 9);
	assert_int_equal(sum, 7141);
}

static void
refuse_what_is_none(void **) {
	static const char *const bad[] = {
		"",
		"spin-nodes 2\nnext 9\n",
		"spin-nodes 1\n",
		"spin-nodes 1\nnext 0\n",
		"spin-nodes 1\nnext 9",
		"spin-nodes 1\nnext 9\n9 70\n", // was not given
		"spin-nodes 1\nnext 9\n5 70\n5 71\n",
		"spin-nodes 1\nnext 9\n5 70\n4 71\n",
		"spin-nodes 1\nnext 9\n5 0\n",
		"spin-nodes 1\nnext 9\n5 70",
		"spin-nodes 1\nnext 9\n5 70 x\n",
	};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		char error[NODES_ERROR] = "";
		uint64_t next = 1, sum = 0;
		put(bad[i]);
		if (nodes_file_read(path, &next, on_row, &sum, error) == 0)
			fail_msg("%s", bad[i]);
		assert_non_null(strstr(error, "damaged"));
		assert_int_equal(next, 1);
	}
}

static struct nodes *
begin(struct ev_loop *loop, struct thread **ret) {
	char error[NODES_ERROR];

	assert_int_equal(thread_start(loop, NULL, ret), 0);
	struct nodes *n = nodes_open(*ret, folder, error);
	assert_non_null(n);
	while (!nodes_is_ready(n))
		ev_run(loop, EVRUN_ONCE);
	return n;
}

static void
give_none_twice(void **) {
	struct ev_loop *loop = ev_default_loop(0);
	struct thread *thread;

	unlink(path);
	struct nodes *n = begin(loop, &thread);
	assert_int_equal(nodes_number(n, 100), 1);
	assert_int_equal(nodes_number(n, 200), 2);
	assert_int_equal(nodes_number(n, 100), 1);
	assert_int_equal(nodes_thing(n, 2), 200);
	nodes_forget(n, 2);
	assert_int_equal(nodes_thing(n, 2), 0);
	assert_int_equal(nodes_number(n, 200), 3);
	thread_stop(thread);
	nodes_close(n);

	n = begin(loop, &thread);
	assert_int_equal(nodes_known(n, 100), 1);
	assert_int_equal(nodes_number(n, 300), 4);
	thread_stop(thread);
	// As a crash leaves it: what the file says is ahead of what was given.
	char error[NODES_ERROR];
	uint64_t next = 0, sum = 0;
	assert_int_equal(nodes_file_read(path, &next, on_row, &sum, error), 0);
	assert_true(next > 4);
	nodes_close(n);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_what_is_a_file),
		cmocka_unit_test(refuse_what_is_none),
		cmocka_unit_test(give_none_twice),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
