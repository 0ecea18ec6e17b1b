// SPDX-License-Identifier: BSD-3-Clause
// Rules in words, given to the compiler.

#include "platform/base.h"
#include "tests/unit/image.h"
#include "tests/unit/rules_packet.h"
#include "tests/unit/rules_rig.h"
#include "tests/unit/rules_words.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OBJECTS 32

struct set {
	struct image image;
	unsigned int family;
	const char *device_name[8];
	uint32_t device[8];
	uint32_t devices;
	char object_name[OBJECTS][64];
	uint32_t object[OBJECTS];
	uint32_t objects;
};

static uint32_t
device_of(struct set *s, const char *name, uint32_t profile) {
	static char names[8][8];

	for (uint32_t i = 0; i < s->devices; i++)
		if (strcmp(s->device_name[i], name) == 0)
			return s->device[i];
	uint32_t n = s->devices++;
	snprintf(names[n], sizeof names[n], "%s", name);
	s->device_name[n] = names[n];
	s->device[n] = compile_device(&s->image.c, packet_party(name)->mac, profile);
	return s->device[n];
}

static void
add_prefix(struct set *s, uint32_t object, const char *text, bool whole) {
	char name[32];
	size_t n = strcspn(text, "/");
	uint8_t address[16] = {0};

	memcpy(name, text, n);
	name[n] = 0;
	const struct party *p = packet_party(name);
	memcpy(address, s->family == 4 ? p->ip4 : p->ip6, s->family == 4 ? 4 : 16);
	unsigned int length =
		whole ? policy_full_length(s->family) : (unsigned int)atoi(text + n + 1);
	compile_object_prefix(&s->image.c, object, s->family, address, length);
}

static uint32_t
make_object(struct set *s, const char *text) {
	static const struct {
		const char *word;
		enum policy_kind kind;
	} kinds[] = {
		{"any", POLICY_ANY},
		{"node", POLICY_NODE},
		{"addr", POLICY_ADDRESS},
		{"net", POLICY_PREFIX},
		{"domain", POLICY_DOMAIN},
		{"suffix", POLICY_SUFFIX},
		{"list", POLICY_LIST},
		{"country", POLICY_COUNTRY},
		{"local", POLICY_LOCAL},
		{"gateway", POLICY_GATEWAY},
	};
	struct compile *c = &s->image.c;
	size_t n = strcspn(text, ":");
	const char *what = text[n] ? text + n + 1 : "";
	uint8_t wire[255];

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (strlen(kinds[i].word) != n || strncmp(kinds[i].word, text, n) != 0)
			continue;
		enum policy_kind kind = kinds[i].kind;
		uint32_t row = compile_object(c, kind);
		if (kind == POLICY_LIST || kind == POLICY_COUNTRY)
			compile_object_list(c, row, (unsigned int)atoi(what));
		else if (kind == POLICY_DOMAIN || kind == POLICY_SUFFIX || strchr(what, '.'))
			compile_object_name(
				c, row, wire, image_wire(what, wire), kind == POLICY_SUFFIX
			);
		else if (what[0])
			add_prefix(s, row, what, kind != POLICY_PREFIX);
		return row;
	}
	fail_msg("no object is called %s", text);
	return 0;
}

static uint32_t
object_of(struct set *s, const char *text) {
	for (uint32_t i = 0; i < s->objects; i++)
		if (strcmp(s->object_name[i], text) == 0)
			return s->object[i];
	assert_true(s->objects < OBJECTS);
	uint32_t n = s->objects++;
	snprintf(s->object_name[n], sizeof s->object_name[n], "%s", text);
	return s->object[n] = make_object(s, text);
}

static void
subject_of(struct set *s, const char *text, struct compile_rule *r) {
	char device[8];
	size_t n = strcspn(text, "@");

	if (strcmp(text, "*") == 0)
		return;
	if (text[0] == 'p') {
		r->subject = COMPILE_PROFILE;
		r->subject_row = (uint32_t)atoi(text + 1);
		return;
	}
	memcpy(device, text, n);
	device[n] = 0;
	r->subject = COMPILE_DEVICE;
	r->subject_row = device_of(s, device, 0);
	if (text[n]) {
		const struct party *p = packet_party(text + n + 1);
		r->local_family = s->family;
		memcpy(r->local_address, s->family == 4 ? p->ip4 : p->ip6, s->family == 4 ? 4 : 16);
	}
}

static void
service_of(struct set *s, const char *text, struct compile_rule *r) {
	const char *ports = strchr(text, '/');

	if (strncmp(text, "icmp", 4) == 0)
		r->protocol = s->family == 4 ? 1 : 58;
	else
		r->protocol = strncmp(text, "tcp", 3) == 0 ? 6 : 17;
	if (!ports)
		return;
	const char *high = strchr(ports, '-');
	r->port_low = (uint16_t)atoi(ports + 1);
	r->port_high = high ? (uint16_t)atoi(high + 1) : r->port_low;
}

static bool
verb_of(const char *word, struct compile_rule *r) {
	static const struct {
		const char *word;
		enum policy_class class;
		enum policy_action action;
	} verbs[] = {
		{"block", POLICY_CLASS_BLOCK, POLICY_BLOCK},
		{"allow", POLICY_CLASS_ALLOW, POLICY_ALLOW},
		{"pause", POLICY_CLASS_CONTAIN, POLICY_BLOCK},
		{"free", POLICY_CLASS_CONTAIN, POLICY_ALLOW},
		{"p-block", POLICY_CLASS_PROFILE, POLICY_BLOCK},
		{"p-allow", POLICY_CLASS_PROFILE, POLICY_ALLOW},
		{"l-block", POLICY_CLASS_LIST, POLICY_BLOCK},
		{"limit", POLICY_CLASS_LIMIT, POLICY_LIMIT},
	};

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		if (strcmp(verbs[i].word, word) == 0) {
			r->class = verbs[i].class;
			r->action = verbs[i].action;
			return true;
		}
	return false;
}

static bool
limit_of(const char *word, struct policy_limit *l) {
	uint32_t n = strchr(word, '=') ? (uint32_t)atoi(strchr(word, '=') + 1) : 0;

	if (strncmp(word, "up=", 3) == 0)
		l->up = l->up_burst = n;
	else if (strncmp(word, "down=", 5) == 0)
		l->down = l->down_burst = n;
	else if (strncmp(word, "flows=", 6) == 0)
		l->new_flows = n;
	return n > 0;
}

static void
add_rule(struct set *s, const struct words *w) {
	struct compile_rule r = {0};
	struct policy_limit limit = {0};

	if (!verb_of(w->word[0], &r) || w->n < 3)
		fail_msg("no rule begins with %s", w->word[0]);
	subject_of(s, w->word[1], &r);
	r.object = object_of(s, w->word[2]);
	for (unsigned int i = 3; i < w->n; i++) {
		if (strcmp(w->word[i], "out") == 0)
			r.direction = POLICY_OUT;
		else if (strcmp(w->word[i], "in") == 0)
			r.direction = POLICY_IN;
		else if (!limit_of(w->word[i], &limit))
			service_of(s, w->word[i], &r);
	}
	if (r.action == POLICY_LIMIT)
		r.limit = compile_limit(&s->image.c, &limit);
	image_rule(&s->image, r);
}

static void
add_known(struct set *s, const struct words *w) {
	const struct party *p = packet_party(w->word[2]);
	uint8_t address[16] = {0};

	memcpy(address, s->family == 4 ? p->ip4 : p->ip6, s->family == 4 ? 4 : 16);
	compile_known(
		&s->image.c,
		device_of(s, w->word[1], 0),
		s->family,
		address,
		object_of(s, w->word[3])
	);
}

void
rules_rig_set(struct rules_rig *r, const char *rules) {
	static struct set s;
	struct words *w;

	image_init(&s.image, POLICY_DEFAULT_ALLOW);
	image_profile(&s.image, POLICY_DEFAULT_BLOCK);
	s.family = r->family;
	s.devices = s.objects = 0;
	for (const char *at = rules; at;) {
		at = words_next(at, &w);
		if (w->n == 0)
			continue;
		if (strcmp(w->word[0], "default") == 0)
			s.image.c.default_profile = (uint32_t)atoi(w->word[1] + 1);
		else if (strcmp(w->word[0], "home") == 0)
			add_prefix(&s, object_of(&s, "local"), w->word[1], false);
		else if (strcmp(w->word[0], "known") == 0)
			add_known(&s, w);
		else if (w->n == 3 && strcmp(w->word[1], "in") == 0)
			device_of(&s, w->word[0], (uint32_t)atoi(w->word[2] + 1));
		else
			add_rule(&s, w);
	}
	bridge_policy(&r->b, &s.image);
}
