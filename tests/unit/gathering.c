// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/gathering.h"

#include "control/clock.h"
#include "control/domain.h"
#include "platform/text.h"

#include <stdlib.h>
#include <string.h>

#define FRAME_BYTES 100

void
gathering_open(struct gathering *g) {
	domain_init(NULL);
	g->flows = 0;
	state_init(&g->s);
	g->s.profiles = (struct profiles){
		.items =
			{{.name = "allow-all"},
			 {.name = "block-all", .verdict = POLICY_DEFAULT_BLOCK}},
		.count = 2,
	};
}

void
gathering_close(struct gathering *g) {
	state_fini(&g->s);
}

static void
mac_of(uint8_t n, uint8_t ret[6]) {
	memcpy(ret, (const uint8_t[6]){2, 0, 0, 0, 0, n}, 6);
}

struct device *
gathering_device(struct gathering *g, uint8_t n) {
	uint8_t mac[6];

	mac_of(n, mac);
	return device_get(&g->s, mac);
}

void
gathering_name(struct gathering *g, uint8_t device, const char *names, const char *address) {
	struct wire_name w = {.source = SOURCE_DNS, .ttl = 60, .seen_ns = clock_mono_ns()};
	char text[WIRE_CHAIN_MAX] = "";
	unsigned int family = 0;

	strcpy(text, names);
	for (char *c = text; *c; c++)
		if (*c == ' ')
			*c = 0;
	mac_of(device, w.mac);
	if (address && text_parse_address(address, &family, w.address) < 0)
		abort();
	w.family = (uint8_t)family;
	w.length = (uint16_t)(strlen(names) + 1);
	observe_name(&g->s, &w, text);
}

uint64_t
gathering_flow(
	struct gathering *g,
	uint64_t id,
	uint8_t device,
	const char *address,
	uint64_t packets,
	enum reason reason
) {
	struct wire_flow w = {
		.id = id ? id : ++g->flows,
		.first_seen_ns = clock_mono_ns(),
		.last_seen_ns = clock_mono_ns(),
		.packets = {packets, packets},
		.bytes = {packets * FRAME_BYTES, packets * 2 * FRAME_BYTES},
		.port = {40000, 443},
		.protocol = 6,
		.flags = WIRE_FLOW_HAS_PORTS,
		.side = {SIDE_LAN, SIDE_WAN},
		.reason = (uint8_t)reason,
	};
	unsigned int family;

	if (text_parse_address(address, &family, w.address[1]) < 0)
		abort();
	w.family = (uint8_t)family;
	mac_of(device, w.mac[0]);
	flow_observe(&g->s, &w);
	return w.id;
}
