// SPDX-License-Identifier: BSD-3-Clause
// Any frames in any order through all stages, with a policy and all state kept between them.
//
// Shape:   records of one control byte (port, time, policy, end of the batch), two bytes of length,
//          and the frame.  What must hold at the end is in bridge_close: the counts agree, and no
//          buffer is lost; and every forwarded frame left by another port than it came from.
#include "tests/fuzz/fuzz.h"
#include "tests/unit/bridge.h"
#include "tests/unit/image.h"

#include <stdio.h>

#define HEAD 3

static struct bridge b;

static void
open_bridge(void) {
	static bool started;
	static const struct shared_config shared = {
		.devices = 24,
		.stations = 64,
		.names = 64,
		.addresses = 64,
		.device_addresses = 4,
		.start = 1,
		.inspect_hellos = true,
	};
	static const struct worker_config worker = {
		.flows = 64,
		.fragments = 16,
		.questions = 16,
		.streams = 8,
		.event_bytes = 4096,
	};

	if (!started)
		must(bridge_start(NULL) == 0);
	started = true;
	bridge_open(&b, &shared, &worker);
	b.shared->port[LAN2].offloads = true;
}

// Two policies take turns: one is open, one knows a device, a name and an address.
static void
change_policy(bool rules) {
	static struct image image;
	static const uint8_t address[4] = {192, 0, 2, 1};
	static const uint8_t mac[6] = {2, 0, 0, 0, 0, 1};

	image_init(&image, rules ? POLICY_DEFAULT_BLOCK : POLICY_DEFAULT_ALLOW);
	uint32_t open = image_profile(&image, POLICY_DEFAULT_ALLOW);
	uint32_t device = image_device(&image, mac, rules ? 0 : POLICY_BLOCK, open);
	uint32_t name = image_destination(&image, POLICY_BLOCK);
	uint32_t bare = image_destination(&image, POLICY_ALLOW);
	image_name(&image, name, "example.org");
	image_address(&image, bare, 4, address);
	image_pair(&image, device, bare, rules ? POLICY_BLOCK : POLICY_ALLOW);
	bridge_policy(&b, &image);
}

static void
run(const uint8_t *in) {
	unsigned int n = b.batch.n;

	for (unsigned int i = 0; i < n; i++)
		must(b.batch.port[i] == in[i]);
	bridge_run(&b);
	for (unsigned int i = 0; i < n; i++) {
		must((b.reason[i] == REASON_NONE) == (b.out[i] != 0));
		must(!(b.out[i] >> in[i] & 1));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static const ns_t jump[4] = {0, NS_PER_MS, 15000 * NS_PER_MS, 400000 * NS_PER_MS};
	static struct frame f;
	uint8_t in[BATCH_MAX];
	bool rules = false;

	open_bridge();
	while (size >= HEAD) {
		uint8_t control = data[0];
		size_t length = (size_t)data[1] | (size_t)(data[2] & 7) << 8;
		data += HEAD;
		size -= HEAD;
		f.length = length < size ? length : size;
		f.length = f.length ? f.length : 1;
		if (size == 0)
			break;
		memcpy(f.bytes, data, f.length);
		data += f.length;
		size -= f.length;
		b.now += jump[control >> 2 & 3];
		in[b.batch.n] = control & 3;
		bridge_stage(&b, control & 3, &f);
		if (b.batch.n == BATCH_MAX || control & 0x10)
			run(in);
		if (control & 0x20 && b.batch.n == 0)
			change_policy(rules = !rules);
		if (control & 0x40 && b.batch.n == 0)
			bridge_sweep(&b);
	}
	if (b.batch.n)
		run(in);
	bridge_close(&b);
	return 0;
}
