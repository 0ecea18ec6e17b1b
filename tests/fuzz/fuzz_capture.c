// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as a message that asks for a capture, and the rest of them as a ring in the hands of a
// hostile peer: what passes the checks can be run on any frame, and nobody leaves the ring.
#include "dataplane/capture/headers.h"
#include "dataplane/capture/mirror.h"
#include "platform/capture_ring.h"
#include "tests/fuzz/fuzz.h"

#include <pcap/pcap.h>

#define LANE CAPTURE_LANE_MIN

static void
run(const struct wire_capture *c, const uint8_t *frame, size_t size) {
	struct mirror_ring ring = {.users = 2};
	const char *why = NULL;
	struct facts f;

	struct mirror_capture *m = mirror_capture_new(c, &ring, &why);
	if (!m) {
		must(why != NULL && ring.users == 2);
		return;
	}
	uint8_t *exact = malloc(size ? size : 1);
	must(exact != NULL);
	memcpy(exact, frame, size);
	if (m->program)
		bpf_filter(m->program, exact, (unsigned int)size, (unsigned int)size);
	parse_frame(exact, size, size, &f);
	must(headers_end(exact, (uint32_t)size, &f) <= size);
	free(exact);
	mirror_capture_free(m);
	must(ring.users == 2);
}

static void
try_message(const uint8_t *data, size_t size) {
	static _Alignas(8) uint8_t message[WIRE_MESSAGE_MAX];
	const struct wire_header h = {
		.length = (uint32_t)(sizeof h + size),
		.type = WIRE_CAPTURE,
		.count = 1,
	};

	if (size > sizeof message - sizeof h)
		return;
	memcpy(message, &h, sizeof h);
	memcpy(message + sizeof h, data, size);
	if (wire_check(message, h.length) == 0)
		run((const struct wire_capture *)(const void *)(message + sizeof h), data, size);
}

// The input lies at the start of the data, behind the positions that it begins with.
static void
try_ring(const uint8_t *data, size_t size) {
	static _Alignas(4096) uint8_t memory[CAPTURE_PAGE + LANE];
	struct capture_record r;
	const uint8_t *frame;

	if (size < 16)
		return;
	memset(memory, 0, CAPTURE_PAGE);
	memcpy(memory + CAPTURE_PAGE, data + 16, size - 16);
	struct capture_end reader = capture_end_of(memory, 1, LANE, 0), writer = reader;
	memcpy(memory, data, 8);
	memcpy(memory + offsetof(struct capture_lane, tail), data + 8, 8);
	for (int i = 0; i < 5000 && capture_take(&reader, &r, &frame) == 1; i++) {
		must(frame >= memory + CAPTURE_PAGE + sizeof r);
		must(r.captured <= memory + sizeof memory - frame);
	}
	for (int i = 0; i < 100; i++) {
		struct capture_record *put = capture_put(&writer, data[0] * 7u + 1);
		if (!put)
			break;
		const uint8_t *at = (const uint8_t *)put;
		must(at >= memory + CAPTURE_PAGE && put->size <= memory + sizeof memory - at);
		memset(put + 1, 0xaa, put->captured);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	try_message(data, size);
	try_ring(data, size);
	return 0;
}
