// SPDX-License-Identifier: BSD-3-Clause
// The flight recorder: the newest headers of each device, whatever came before them.

#include "dataplane/capture/mirror.h"
#include "dataplane/capture/recorder.h"
#include "dataplane/pipeline.h"
#include "tests/unit/bridge.h"
#include "tests/unit/test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LANES 2
#define SLOTS RECORDER_SLOTS_MIN

struct rig {
	struct bridge bridge;
	struct mirror set;
	void *at;
	struct party camera, phone, far;
};

static void
start(struct rig *g) {
	const struct wire_recorder w = {.lanes = LANES, .slots = SLOTS};
	size_t size = recorder_size(LANES, SLOTS);
	const struct mirror *old;
	const char *why = "";
	uint64_t token;

	bridge_open(&g->bridge, NULL, NULL);
	g->camera = party_make(1);
	g->phone = party_make(2);
	g->far = party_make(100);
	int fd = memfd_create("recorder", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
	assert_null(recorder_new(fd, &w, 1, &why)); // it could be cut
	assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL), 0);
	assert_null(recorder_new(fd, &(struct wire_recorder){LANES, SLOTS + 1}, 1, &why));
	assert_null(recorder_new(fd, &w, LANES + 1, &why));
	g->set.recorder = recorder_new(fd, &w, 1, &why);
	assert_non_null(g->set.recorder);
	g->at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(g->at != MAP_FAILED);
	close(fd);
	assert_int_equal(mirror_publish(g->bridge.shared, &g->set, &old, &token), 0);
}

static void
stop(struct rig *g) {
	const struct mirror *old;
	uint64_t token;

	assert_int_equal(mirror_publish(g->bridge.shared, &(struct mirror){0}, &old, &token), 0);
	free((struct mirror *)(uintptr_t)old);
	recorder_free(g->set.recorder);
	munmap(g->at, recorder_size(LANES, SLOTS));
	bridge_close(&g->bridge);
}

static void
pass(struct rig *g, unsigned int port, const struct frame *f) {
	bridge_send(&g->bridge, port, f);
	mirror_seal(g->bridge.worker, &g->bridge.batch);
}

static uint64_t
owner(const uint8_t mac[6]) {
	uint64_t o = 0;

	memcpy(&o, mac, 6);
	return o;
}

static int
lane_of(const struct rig *g, const struct party *p) {
	for (uint32_t i = 0; i < LANES; i++)
		if (atomic_load(&recorder_lane(g->at, i)->owner) == owner(p->mac))
			return (int)i;
	return -1;
}

static uint64_t
head_of(const struct rig *g, const struct party *p) {
	return atomic_load(&recorder_lane(g->at, (uint32_t)lane_of(g, p))->head);
}

// Record i of the device, and the bytes behind it.
static struct capture_record
record(const struct rig *g, const struct party *p, uint64_t i, const uint8_t **ret_bytes) {
	uint8_t *slot = recorder_slot(g->at, LANES, SLOTS, (uint32_t)lane_of(g, p), i);
	struct capture_record r;

	memcpy(&r, slot, sizeof r);
	*ret_bytes = slot + sizeof r;
	return r;
}

static void
test_both_ends_and_only_headers(void **state) {
	struct rig g = {0};
	const uint8_t *bytes;
	(void)state;
	start(&g);
	uint8_t secret[100];
	memset(secret, 's', sizeof secret);
	struct frame f = frame_udp_with(&g.camera, &g.phone, 1, 2, secret, sizeof secret);
	struct frame back = frame_udp(&g.phone, &g.camera, 2, 1);
	pass(&g, LAN, &f);
	g.bridge.now += 2 * NS_PER_MS; // one new lane a millisecond
	pass(&g, LAN2, &back);
	assert_int_equal(head_of(&g, &g.camera), 2);
	struct capture_record r = record(&g, &g.camera, 0, &bytes);
	assert_int_equal(r.captured, 42);
	assert_int_equal(r.length, f.length);
	assert_int_equal(r.direction, CAPTURE_OUTBOUND);
	assert_memory_equal(bytes, f.bytes, 42);
	r = record(&g, &g.camera, 1, &bytes);
	assert_int_equal(r.direction, CAPTURE_INBOUND);
	assert_memory_equal(bytes, back.bytes, 42);
	assert_int_equal(
		record(&g, &g.phone, head_of(&g, &g.phone) - 1, &bytes).direction, CAPTURE_OUTBOUND
	);
	stop(&g);
}

static void
test_the_newest_stay(void **state) {
	struct rig g = {0};
	const uint8_t *bytes;
	(void)state;
	start(&g);
	for (uint16_t i = 0; i < 3 * SLOTS; i++) {
		struct frame f = frame_udp(&g.camera, &g.far, 1000, i);
		pass(&g, LAN, &f);
	}
	assert_int_equal(head_of(&g, &g.camera), 3 * SLOTS);
	for (uint16_t i = 2 * SLOTS; i < 3 * SLOTS; i++) {
		struct frame f = frame_udp(&g.camera, &g.far, 1000, i);
		assert_int_equal(record(&g, &g.camera, i, &bytes).captured, 42);
		assert_memory_equal(bytes, f.bytes, 42);
	}
	stop(&g);
}

// Two lanes, three devices: the third is left out until one was silent for a minute.
static void
test_lanes_are_few(void **state) {
	struct rig g = {0};
	struct party third = party_make(3);
	(void)state;
	start(&g);
	struct frame one = frame_udp(&g.camera, &g.far, 1, 2);
	struct frame two = frame_udp(&g.phone, &g.far, 1, 2);
	struct frame three = frame_udp(&third, &g.far, 1, 2);
	pass(&g, LAN, &one);
	g.bridge.now += NS_PER_S;
	pass(&g, LAN2, &two);
	g.bridge.now += NS_PER_S;
	pass(&g, LAN, &three);
	assert_int_equal(lane_of(&g, &third), -1);
	g.bridge.now += 59 * NS_PER_S;
	pass(&g, LAN, &three);
	assert_int_equal(lane_of(&g, &g.camera), -1); // the one that was silent longest
	assert_int_equal(head_of(&g, &third), 1);
	assert_int_equal(head_of(&g, &g.phone), 1);
	stop(&g);
}

// Whatever the other process writes there: the worker goes by its own positions.
static void
test_a_lying_reader(void **state) {
	struct rig g = {0};
	(void)state;
	start(&g);
	struct frame f = frame_udp(&g.camera, &g.far, 1, 2);
	for (unsigned int i = 0; i < 2000; i++) {
		memset(g.at, (int)i, LANES * sizeof(struct recorder_lane));
		pass(&g, LAN, &f);
	}
	stop(&g);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_ends_and_only_headers),
		cmocka_unit_test(test_the_newest_stay),
		cmocka_unit_test(test_lanes_are_few),
		cmocka_unit_test(test_a_lying_reader),
	};

	return cmocka_run_group_tests(tests, bridge_start, bridge_stop);
}
