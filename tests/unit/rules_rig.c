// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/rules_rig.h"

#include "control/lists_build.h"
#include "dataplane/policy/policy.h"
#include "platform/base.h"
#include "tests/unit/image.h"
#include "tests/unit/rules_packet.h"
#include "tests/unit/rules_words.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
put_lists(struct rules_rig *r) {
	static const uint64_t key[2] = {3, 7};
	struct lists_build build;
	struct policy *old;
	const char *why = "";
	uint8_t wire[255], address[16];
	void *bytes;
	size_t length;
	const struct {
		const char *party;
		const char *name;
	} lists[] = {{"bad", "listed.example"}, {"named", "named.example"}, {"nl", NULL}};

	lists_build_init(&build, key);
	for (unsigned int i = 0; i < ARRAY_LEN(lists); i++) {
		const struct party *p = packet_party(lists[i].party);
		memset(address, 0, sizeof address);
		memcpy(address, p->ip4, 4);
		lists_build_prefix(&build, i, 4, address, 32);
		lists_build_prefix(&build, i, 6, p->ip6, 128);
		if (lists[i].name)
			lists_build_name(&build, i, wire, image_wire(lists[i].name, wire));
		lists_build_list(&build, i, lists[i].party);
	}
	assert_int_equal(lists_build_finish(&build, 1, ARRAY_LEN(lists), 1, &bytes, &length), 0);
	lists_build_fini(&build);
	struct policy_image *image = policy_lists_copy(bytes, length, &why);
	free(bytes);
	assert_non_null(image);
	policy_publish(r->b.shared, policy_with_lists(r->b.shared, image), &old);
	policy_free(old);
}

void
rules_rig_open(struct rules_rig *r, unsigned int family) {
	static const char *const known[] = {"a", "c", "host", "router"};

	r->family = family;
	bridge_open(
		&r->b,
		&(struct shared_config
		){.devices = 64, .stations = 256, .names = 256, .addresses = 256, .start = 1},
		&(struct worker_config
		){.flows = 64, .fragments = 64, .questions = 64, .event_bytes = 1 << 16}
	);
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		const struct party *p = packet_party(known[i]);
		struct frame f = frame_arp(p, packet_party("far"));
		bridge_send(&r->b, packet_port(known[i]), &f);
	}
	put_lists(r);
}

void
rules_rig_close(struct rules_rig *r) {
	bridge_close(&r->b);
}

static uint16_t
service_port(const char *word) {
	return (uint16_t)atoi(word);
}

static void
read_packet(struct rules_rig *r, const struct words *w, size_t at, struct packet *ret) {
	static const struct {
		const char *word;
		uint8_t flags;
	} flags[] = {{"syn", 2}, {"ack", 0x10}, {"synack", 0x12}, {"data", 0x18}, {"rst", 4}};
	char *other = w->word[0] + at;

	*ret = (struct packet){
		.family = r->family,
		.back = *other == '<',
		.error = *other == '!',
		.flags = *other == '<' ? 0x12 : 2,
		.client_port = 4000,
		.protocol = w->word[1],
	};
	*other = 0;
	ret->client = w->word[0];
	ret->server = other + 1;
	for (unsigned int i = 2; i < w->n; i++) {
		bool found = false;
		for (size_t k = 0; k < ARRAY_LEN(flags) && !found; k++)
			if ((found = strcmp(flags[k].word, w->word[i]) == 0))
				ret->flags = flags[k].flags;
		if (w->word[i][0] == '#')
			ret->client_port = (uint16_t)(4000 + atoi(w->word[i] + 1));
		else if (strcmp(w->word[i], "first") == 0 || strcmp(w->word[i], "later") == 0)
			ret->fragment = w->word[i][0] == 'f' ? PACKET_FIRST : PACKET_LATER;
		else if (!found)
			ret->server_port = service_port(w->word[i]);
	}
}

static enum reason
send_packet(struct rules_rig *r, const struct words *w, size_t at) {
	struct packet p;

	read_packet(r, w, at, &p);
	struct frame f = packet_frame(&p);
	bool server = p.back || p.error;
	return bridge_send(&r->b, packet_port(server ? p.server : p.client), &f);
}

static void
resolve(struct rules_rig *r, char *who, size_t at) {
	char *name = who + at + 1;
	char *to = strchr(name, '=');
	char *alias = strchr(name, '/');
	struct frame f;

	who[at] = 0;
	*to++ = 0;
	if (alias)
		*alias++ = 0;
	f = packet_question(r->family, who, name);
	bridge_send(&r->b, packet_port(who), &f);
	f = packet_answer(r->family, who, name, alias, to);
	bridge_send(&r->b, WAN, &f);
}

enum reason
rules_rig_run(struct rules_rig *r, const char *steps) {
	enum reason last = REASON_NONE;
	struct words *w;

	for (const char *at = steps; at;) {
		at = words_next(at, &w);
		if (w->n == 0)
			continue;
		size_t mark = strcspn(w->word[0], "<>!?");
		if (strcmp(w->word[0], "wait") == 0)
			r->b.now += (ns_t)atoi(w->word[1]) * 1000 * NS_PER_MS;
		else if (strcmp(w->word[0], "start") == 0)
			r->b.shared->start = r->b.now;
		else if (w->word[0][mark] == '?')
			resolve(r, w->word[0], mark);
		else
			last = send_packet(r, w, mark);
	}
	return last;
}
