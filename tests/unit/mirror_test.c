// SPDX-License-Identifier: BSD-3-Clause
// The mirror: what a capture asked for is copied as it came, with what became of it; the rest is
// not looked at twice, and a ring that is full costs only what does not fit.

#include "dataplane/capture/headers.h"
#include "dataplane/capture/mirror.h"
#include "dataplane/pipeline.h"
#include "tests/unit/bridge.h"
#include "tests/unit/image.h"
#include "tests/unit/test.h"

#include <pcap/pcap.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LANE CAPTURE_LANE_MIN

static struct party camera, phone, far, other;

struct rig {
	struct bridge bridge;
	struct mirror set;
	void *ring;
	struct capture_end end; // the reader's
};

static int
ring_fd(unsigned int seals, size_t size) {
	int fd = memfd_create("ring", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, seals), 0);
	return fd;
}

// A request with room for what may follow it.
struct ask {
	struct wire_capture c;
	uint8_t more[512];
};

static void
capture(struct rig *g, const struct ask *a) {
	const char *why = "";
	const struct mirror *old;
	uint64_t token;

	int fd = ring_fd(F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL, capture_ring_size(1, LANE));
	struct mirror_ring *ring = mirror_ring_new(
		fd, &(struct wire_capture){.lanes = 1, .lane_bytes = LANE}, 1, &why
	);
	assert_non_null(ring);
	g->ring = mmap(NULL, ring->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(g->ring != MAP_FAILED);
	close(fd);
	g->end = capture_end_of(g->ring, 1, LANE, 0);
	g->set = (struct mirror){.n = 1, .capture = {mirror_capture_new(&a->c, ring, &why)}};
	assert_non_null(g->set.capture[0]);
	mirror_ring_free(ring);
	assert_int_equal(mirror_publish(g->bridge.shared, &g->set, &old, &token), 0);
	assert_null(old);
}

static void
start(struct rig *g, const struct ask *a) {
	bridge_open(&g->bridge, NULL, NULL);
	camera = party_make(1);
	phone = party_make(2);
	far = party_make(100);
	other = party_make(101);
	const struct frame f[] = {
		frame_arp(&camera, &far), frame_arp(&phone, &far), frame_arp(&far, &camera)};
	bridge_send(&g->bridge, LAN, &f[0]);
	bridge_send(&g->bridge, LAN2, &f[1]);
	bridge_send(&g->bridge, WAN, &f[2]);
	capture(g, a);
}

static void
stop(struct rig *g) {
	const struct mirror *old;
	uint64_t token;

	assert_int_equal(mirror_publish(g->bridge.shared, &(struct mirror){0}, &old, &token), 0);
	free((struct mirror *)(uintptr_t)old);
	mirror_capture_free(g->set.capture[0]);
	munmap(g->ring, capture_ring_size(1, LANE));
	bridge_close(&g->bridge);
}

static enum reason
pass(struct rig *g, unsigned int port, const struct frame *f) {
	enum reason r = bridge_send(&g->bridge, port, f);

	if (g->bridge.worker->mirror)
		mirror_seal(g->bridge.worker, &g->bridge.batch);
	return r;
}

// The next record is of this frame, cut to `captured` bytes.
static struct capture_record
expect(struct rig *g, const struct frame *f, size_t captured) {
	struct capture_record r = {0};
	const uint8_t *bytes = NULL;

	assert_int_equal(capture_take(&g->end, &r, &bytes), 1);
	assert_int_equal(r.length, f->length);
	assert_int_equal(r.captured, captured);
	assert_memory_equal(bytes, f->bytes, captured);
	assert_int_equal(r.time_ns, g->bridge.now);
	capture_release(&g->end);
	return r;
}

static void
expect_none(struct rig *g) {
	struct capture_record r;
	const uint8_t *bytes;

	assert_int_equal(capture_take(&g->end, &r, &bytes), 0);
}

static void
test_everything_with_its_fate(void **state) {
	struct rig g = {0};
	static struct image i; // is not freed
	(void)state;
	start(&g, &(struct ask){0});
	struct frame f = frame_udp(&camera, &far, 1000, 2000);
	pass(&g, LAN, &f);
	struct capture_record r = expect(&g, &f, f.length);
	assert_int_equal(r.reason, REASON_NONE);
	assert_int_equal(r.port, LAN);
	assert_int_equal(r.direction, CAPTURE_OUTBOUND);
	struct frame back = frame_udp(&far, &camera, 2000, 1000);
	pass(&g, WAN, &back);
	r = expect(&g, &back, back.length);
	assert_int_equal(r.direction, CAPTURE_INBOUND);
	assert_int_equal(r.port, WAN);
	struct frame within = frame_udp(&camera, &phone, 1000, 2000);
	pass(&g, LAN, &within);
	assert_int_equal(expect(&g, &within, within.length).direction, CAPTURE_DIRECTION_UNKNOWN);
	image_init(&i, POLICY_DEFAULT_ALLOW);
	image_device(&i, camera.mac, POLICY_BLOCK, 0);
	bridge_policy(&g.bridge, &i);
	assert_int_equal(pass(&g, LAN, &f), REASON_DEVICE_BLOCKED);
	assert_int_equal(expect(&g, &f, f.length).reason, REASON_DEVICE_BLOCKED);
	// What forward decides is known, too.
	struct frame there = frame_udp(&other, &far, 1, 2);
	assert_int_equal(pass(&g, WAN, &there), REASON_SAME_PORT);
	assert_int_equal(expect(&g, &there, there.length).reason, REASON_SAME_PORT);
	assert_int_equal(atomic_load(&g.end.lane->taken[LAN]), 3);
	assert_int_equal(atomic_load(&g.end.lane->taken[WAN]), 2);
	stop(&g);
}

static void
test_a_device_and_snaplen(void **state) {
	struct rig g = {0};
	struct ask a = {.c = {.macs = 1, .snaplen = 20}};
	(void)state;
	camera = party_make(1);
	memcpy(a.more, camera.mac, 6);
	start(&g, &a);
	struct frame to = frame_udp(&phone, &camera, 1, 2), from = frame_udp(&camera, &far, 1, 2);
	struct frame not = frame_udp(&phone, &far, 1, 2);
	pass(&g, LAN2, &not );
	pass(&g, LAN2, &to);
	assert_int_equal(expect(&g, &to, 20).direction, CAPTURE_INBOUND);
	pass(&g, LAN, &from);
	assert_int_equal(expect(&g, &from, 20).direction, CAPTURE_OUTBOUND);
	expect_none(&g);
	stop(&g);
}

static void
put_address(uint8_t *at, uint8_t family, const uint8_t *bytes) {
	struct wire_capture_address a = {.family = family};

	memcpy(a.address, bytes, family == 4 ? 4 : 16);
	memcpy(at, &a, sizeof a);
}

static void
test_addresses(void **state) {
	struct rig g = {0};
	struct ask a = {.c = {.addresses = 3}};
	(void)state;
	far = party_make(100);
	put_address(a.more, 4, (const uint8_t[]){192, 0, 2, 200});
	put_address(a.more + 24, 4, far.ip4);
	put_address(a.more + 48, 6, far.ip6);
	start(&g, &a);
	struct frame f[] = {
		frame_udp(&camera, &far, 1, 2),
		frame_udp6(&far, &camera, 1, 2),
		frame_udp(&camera, &phone, 1, 2),
		frame_udp6(&camera, &phone, 1, 2),
		frame_arp(&camera, &far)};
	for (unsigned int i = 0; i < 5; i++)
		pass(&g, i == 1 ? WAN : LAN, &f[i]);
	expect(&g, &f[0], f[0].length);
	expect(&g, &f[1], f[1].length);
	expect_none(&g);
	stop(&g);
}

static void
test_a_filter(void **state) {
	struct rig g = {0};
	struct ask a = {0};
	struct bpf_program p;
	(void)state;
	pcap_t *dead = pcap_open_dead(DLT_EN10MB, 65535);
	assert_int_equal(pcap_compile(dead, &p, "udp dst port 53", 1, PCAP_NETMASK_UNKNOWN), 0);
	a.c.instructions = (uint16_t)p.bf_len;
	assert_true(p.bf_len * 8 <= sizeof a.more);
	memcpy(a.more, p.bf_insns, p.bf_len * 8);
	pcap_freecode(&p);
	pcap_close(dead);
	start(&g, &a);
	struct frame yes = frame_udp6(&camera, &far, 1, 53), no = frame_udp(&camera, &far, 53, 1);
	pass(&g, LAN, &no);
	pass(&g, LAN, &yes);
	expect(&g, &yes, yes.length);
	expect_none(&g);
	stop(&g);
}

static void
test_headers_only(void **state) {
	struct rig g = {0};
	(void)state;
	start(&g, &(struct ask){.c = {.flags = WIRE_CAPTURE_HEADERS}});
	uint8_t secret[100];
	memset(secret, 's', sizeof secret);
	struct frame udp = frame_udp_with(&camera, &far, 1, 2, secret, sizeof secret);
	struct frame tagged = udp, later = udp, arp = frame_arp(&camera, &far);
	struct frame tcp = frame_segment(
		&camera, &far, (uint16_t[]){1, 2}, 0x18, (uint32_t[]){1, 1}, secret, sizeof secret
	);
	struct frame odd = frame_raw(far.mac, camera.mac, 0x88b5, 100);
	frame_tag(&tagged, 0x8100, 7);
	frame_fragment(&later, 9, 64, 1);
	const struct {
		const struct frame *f;
		size_t headers;
	} rows[] = {
		{&udp, 14 + 20 + 8},
		{&tagged, 18 + 20 + 8},
		{&tcp, 14 + 20 + 20},
		{&later, 14 + 20},
		{&arp, 14 + 28},
		{&odd, 14},
	};
	for (unsigned int i = 0; i < ARRAY_LEN(rows); i++) {
		pass(&g, LAN, rows[i].f);
		expect(&g, rows[i].f, rows[i].headers);
	}
	stop(&g);
}

static void
test_a_full_ring_loses_and_says_so(void **state) {
	struct rig g = {0};
	struct capture_record r;
	const uint8_t *bytes;
	unsigned int taken = 0;
	(void)state;
	start(&g, &(struct ask){0});
	struct frame f = frame_udp(&camera, &far, 1, 2);
	for (unsigned int i = 0; i < 1000; i++)
		pass(&g, LAN, &f);
	uint64_t lost = atomic_load(&g.end.lane->lost[LAN]);
	assert_true(lost > 0);
	while (capture_take(&g.end, &r, &bytes) == 1)
		taken++;
	assert_int_equal(taken + lost, 1000);
	assert_int_equal(atomic_load(&g.end.lane->taken[LAN]), taken);
	capture_release(&g.end);
	for (unsigned int i = 0; i < 5000; i++) { // around the end many times
		pass(&g, LAN, &f);
		expect(&g, &f, f.length);
	}
	assert_int_equal(atomic_load(&g.end.lane->lost[LAN]), lost);
	stop(&g);
}

// The memory is the other process's, too: whatever stands there, nobody leaves the ring.
static void
test_a_lying_reader(void **state) {
	static const uint64_t tails[] = {1, 7, LANE, LANE + 8, 1ull << 40, UINT64_MAX};
	struct rig g = {0};
	(void)state;
	start(&g, &(struct ask){0});
	struct frame f = frame_udp(&camera, &far, 1, 2);
	for (unsigned int i = 0; i < ARRAY_LEN(tails); i++) {
		atomic_store(&g.end.lane->tail, tails[i]);
		for (unsigned int k = 0; k < 2000; k++)
			pass(&g, LAN, &f);
	}
	stop(&g);
}

static void
test_a_lying_writer(void **state) {
	static const uint64_t firsts[] = {
		0, 1, 8, 16, 24, 1ull << 31, UINT64_MAX, 24 | 1ull << 32, 32 | 9ull << 32};
	static const uint64_t heads[] = {1, 8, 40, LANE, LANE + 8, UINT64_MAX};
	struct capture_record r;
	const uint8_t *bytes;
	struct rig g = {0};
	(void)state;
	start(&g, &(struct ask){0});
	for (unsigned int h = 0; h < ARRAY_LEN(heads); h++)
		for (unsigned int i = 0; i < ARRAY_LEN(firsts); i++) {
			struct capture_end e = capture_end_of(g.ring, 1, LANE, 0);
			atomic_store(&e.lane->head, heads[h]);
			memcpy(e.data, &firsts[i], 8);
			while (capture_take(&e, &r, &bytes) == 1)
				assert_true(bytes + r.captured <= e.data + LANE);
		}
	stop(&g);
}

static void
test_what_cannot_be(void **state) {
	unsigned int all = F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
	size_t size = capture_ring_size(1, LANE);
	struct wire_capture c = {.lanes = 1, .lane_bytes = LANE};
	const char *why = NULL;
	const struct {
		unsigned int seals;
		size_t size;
		uint32_t lanes, bytes;
		unsigned int workers;
	} bad[] = {
		{F_SEAL_GROW | F_SEAL_SEAL, size, 1, LANE, 1},
		{all, size - 1, 1, LANE, 1},
		{all, size, 1, LANE, 2},
		{all, size, 0, LANE, 0},
		{all, size, 1, LANE - 8, 1},
		{all, size, 9, LANE, 1},
		{all, size, 1, 1u << 30, 1},
	};
	struct {
		struct wire_capture c;
		struct bpf_insn program[1];
	} jump = {{.instructions = 1}, {{BPF_JMP | BPF_JA, 0, 0, 7}}};
	struct {
		struct wire_capture c;
		struct bpf_insn program[2];
	} unknown = {{.instructions = 2}, {{0xff00, 0, 0, 0}, {BPF_RET | BPF_K, 0, 0, 1}}};
	struct mirror_ring ring = {.users = 1};
	(void)state;
	for (unsigned int i = 0; i < ARRAY_LEN(bad); i++) {
		int fd = ring_fd(bad[i].seals, bad[i].size);
		c.lanes = bad[i].lanes;
		c.lane_bytes = bad[i].bytes;
		assert_null(mirror_ring_new(fd, &c, bad[i].workers, &why));
		assert_non_null(why);
		close(fd);
	}
	assert_null(mirror_capture_new(&jump.c, &ring, &why));
	assert_int_equal(errno, EINVAL);
	assert_null(mirror_capture_new(&unknown.c, &ring, &why));
	assert_int_equal(ring.users, 1);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everything_with_its_fate),
		cmocka_unit_test(test_a_device_and_snaplen),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_a_filter),
		cmocka_unit_test(test_headers_only),
		cmocka_unit_test(test_a_full_ring_loses_and_says_so),
		cmocka_unit_test(test_a_lying_reader),
		cmocka_unit_test(test_a_lying_writer),
		cmocka_unit_test(test_what_cannot_be),
	};

	return cmocka_run_group_tests(tests, bridge_start, bridge_stop);
}
