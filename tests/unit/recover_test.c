// SPDX-License-Identifier: BSD-3-Clause
// A disk that fails to sync: nothing is acknowledged then, nothing that was is lost, and when it
// works again so does the store, without a restart.

#include "control/store/private.h"
#include "tests/unit/store_rig.h"

#include <sqlite3.h>

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

// SQLite's, too: the program's own definition comes before the library's.
static atomic_bool failing;

int
fdatasync(int fd) {
	if (atomic_load(&failing)) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

int
fsync(int fd) {
	if (atomic_load(&failing)) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fsync, fd);
}

static int
put_level(struct rig *r, uint64_t level) {
	struct store_level job = {.job.run = store_run_level, .level = level};

	return run(r, &job.job);
}

static uint64_t
kept_level(void) {
	struct rig r;

	rig_open(&r);
	uint64_t level = r.g.s.privacy;
	rig_close(&r);
	return level;
}

static void
test_it_goes_on_when_the_disk_does(void **state) {
	struct rig r;

	(void)state;
	rig_open(&r);
	for (uint64_t i = 1; i <= 40; i++) // past a checkpoint
		assert_int_equal(put_level(&r, 2), 0);
	atomic_store(&failing, true);
	assert_true(put_level(&r, 3) < 0);
	assert_int_equal(put_level(&r, 3), -EROFS); // the disk is asked, not the memory
	atomic_store(&failing, false);
	int result = -EROFS;
	for (int i = 0; i < 400 && result < 0; i++) {
		usleep(10000); // it is not tried more often than every two seconds
		result = put_level(&r, 1);
	}
	assert_int_equal(result, 0);
	rig_close(&r);
	assert_int_equal(kept_level(), 1);
}

// What was refused is not there after a restart either.
static void
test_what_was_refused_is_gone(void **state) {
	struct rig r;

	(void)state;
	rig_open(&r);
	assert_int_equal(put_level(&r, 4), 0);
	atomic_store(&failing, true);
	assert_true(put_level(&r, 2) < 0);
	atomic_store(&failing, false);
	struct store_inventory look = {.job.run = store_run_inventory, .state_dir = directory};
	struct json rows;
	json_init(&rows);
	look.rows = &rows;
	json_array(&rows);
	run(&r, &look.job); // reading does no harm meanwhile
	json_free(&rows);
	int result = -EROFS;
	for (int i = 0; i < 400 && result < 0; i++) {
		usleep(10000);
		struct store_erase nothing = {.job.run = store_run_erase};
		result = run(&r, &nothing.job);
	}
	assert_int_equal(result, 0);
	rig_close(&r);
	assert_int_equal(kept_level(), 4);
}

static int
make_directory(void **state) {
	(void)state;
	return mkdtemp(directory) ? 0 : -1;
}

static int
remove_directory(void **state) {
	(void)state;
	unlink(path_of("state.db"));
	unlink(path_of("state.db-wal"));
	unlink(path_of("audit.head"));
	return rmdir(directory);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_goes_on_when_the_disk_does),
		cmocka_unit_test(test_what_was_refused_is_gone),
	};
	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
