// SPDX-License-Identifier: BSD-3-Clause

#include "control/rule_spec.h"

#include "control/text/language.h"
#include "platform/base.h"
#include "platform/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool
rule_fault(struct rule_fault *f, const char *field, const char *right, const char *what, ...) {
	va_list arguments;

	snprintf(f->field, sizeof f->field, "%s", field);
	snprintf(f->right, sizeof f->right, "%s", _(right));
	va_start(arguments, what);
	vsnprintf(f->what, sizeof f->what, _(what), arguments);
	va_end(arguments);
	return false;
}

static const char *const object_keys[] = {
#define X(id, key, ...) key,
	RULE_OBJECTS(X)
#undef X
};

static const char *const subject_keys[] = {
#define X(id, key, ...) key,
	RULE_SUBJECTS(X)
#undef X
};

static const char *const direction_words[] = {
#define X(id, word) word,
	RULE_DIRECTIONS(X)
#undef X
};

const char *
rule_object_key(enum rule_object o) {
	return object_keys[o < ARRAY_LEN(object_keys) ? o : 0];
}

const char *
rule_subject_key(enum rule_subject s) {
	return subject_keys[s < ARRAY_LEN(subject_keys) ? s : 0];
}

const char *
rule_direction_word(enum rule_direction d) {
	return direction_words[d < ARRAY_LEN(direction_words) ? d : 0];
}

bool
rule_object_of(const char *key, enum rule_object *ret) {
	for (unsigned int i = 0; i < ARRAY_LEN(object_keys); i++)
		if (strcmp(object_keys[i], key) == 0) {
			*ret = (enum rule_object)i;
			return true;
		}
	return false;
}

static bool
address_equal(const struct rule_address *a, const struct rule_address *b) {
	return a->family == b->family && a->length == b->length
		&& memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

static bool
service_equal(const struct rule_service *a, const struct rule_service *b) {
	return strcmp(a->name, b->name) == 0 && a->protocol == b->protocol && a->low == b->low
		&& a->high == b->high;
}

bool
rule_spec_same_traffic(const struct rule_spec *a, const struct rule_spec *b) {
	return a->subject == b->subject && a->device == b->device
		&& strcmp(a->profile, b->profile) == 0 && address_equal(&a->from, &b->from)
		&& a->object == b->object && a->destination == b->destination
		&& address_equal(&a->address, &b->address) && strcmp(a->text, b->text) == 0
		&& service_equal(&a->service, &b->service)
		&& (a->direction == b->direction || a->direction == RULE_BOTH
		    || b->direction == RULE_BOTH);
}

bool
rule_spec_same(const struct rule_spec *a, const struct rule_spec *b) {
	return rule_spec_same_traffic(a, b) && a->action == b->action
		&& a->direction == b->direction && a->until_ns == b->until_ns
		&& a->schedule.days == b->schedule.days && a->schedule.from == b->schedule.from
		&& a->schedule.to == b->schedule.to && a->limits.up_bps == b->limits.up_bps
		&& a->limits.down_bps == b->limits.down_bps
		&& a->limits.new_flows == b->limits.new_flows;
}

bool
rule_spec_is_plain(const struct rule_spec *s) {
	bool device = s->subject == RULE_DEVICE && s->from.family == 0;
	bool node = s->object == RULE_NODE;

	return s->action <= ACTION_IGNORE && !s->disabled && s->direction == RULE_BOTH
		&& (device || (s->subject == RULE_EVERYONE && node))
		&& (node || s->object == RULE_ANY) && !s->service.name[0]
		&& s->service.protocol == 0 && !schedule_is_set(&s->schedule) && s->until_ns == 0;
}

static bool
check_limits(const struct rule_spec *s, struct rule_fault *f) {
	bool limited = s->limits.up_bps || s->limits.down_bps || s->limits.new_flows;

	if (s->action == ACTION_LIMIT && !limited)
		return rule_fault(
			f,
			"limit",
			"give up or down in bits a second, as 2M, or new_flows a second",
			"a limit without a figure holds nothing back"
		);
	if (s->action != ACTION_LIMIT && limited)
		return rule_fault(
			f,
			"limit",
			"leave the limit out, or make it a rule of its own",
			"figures belong to the action 'limit', this one is '%s'",
			action_word((enum action)s->action)
		);
	return true;
}

bool
rule_spec_check(const struct rule_spec *s, struct rule_fault *f) {
	bool anything = s->object == RULE_ANY && !s->service.name[0] && s->service.protocol == 0;

	if (!check_limits(s, f))
		return false;
	if (s->from.family && s->subject != RULE_DEVICE)
		return rule_fault(
			f,
			"subject/address",
			"name the device beside the address",
			"an address alone may be another device's tomorrow"
		);
	if (s->action == ACTION_PAUSE
	    && (s->subject != RULE_DEVICE || !anything || s->direction != RULE_BOTH))
		return rule_fault(
			f,
			"action",
			"block it instead, or pause the whole device",
			"only a whole device can be paused"
		);
	if (s->action == ACTION_IGNORE
	    && ((s->object != RULE_ANY && s->object != RULE_NODE) || s->subject == RULE_PROFILE
		|| s->from.family || s->service.name[0] || s->service.protocol
		|| s->direction != RULE_BOTH || schedule_is_set(&s->schedule) || s->until_ns))
		return rule_fault(
			f,
			"action",
			"ignore a device, a node, or a pair of both, without conditions",
			"ignoring hides from the views, it does not judge traffic"
		);
	if (s->subject == RULE_EVERYONE && anything && s->action == ACTION_IGNORE)
		return rule_fault(
			f,
			"subject",
			"name a device or a node",
			"to ignore everything leaves nothing to see"
		);
	if (s->object == RULE_GATEWAY && s->direction == RULE_IN)
		return rule_fault(
			f,
			"direction",
			"write out or both",
			"the gateway begins no connections with devices"
		);
	if (s->until_ns && s->until_ns < CLOCK_TRUSTED_NS)
		return rule_fault(
			f, "until", "write a time to come", "the rule would be over already"
		);
	return true;
}

const char *
rule_service_text(const struct rule_service *s, char ret[2 * SERVICE_TEXT]) {
	char protocol[SERVICE_TEXT];

	ret[0] = 0;
	if (s->name[0])
		snprintf(ret, 2 * SERVICE_TEXT, "%s", s->name);
	else if (s->protocol) {
		service_protocol(s->protocol, protocol);
		if (s->low == 0)
			snprintf(ret, 2 * SERVICE_TEXT, "%s", protocol);
		else if (s->low == s->high)
			snprintf(ret, 2 * SERVICE_TEXT, "%s/%u", protocol, s->low);
		else
			snprintf(ret, 2 * SERVICE_TEXT, "%s/%u-%u", protocol, s->low, s->high);
	}
	return ret;
}

const char *
rule_address_text(const struct rule_address *a, char ret[64]) {
	char text[TEXT_ADDRESS];

	ret[0] = 0;
	if (a->family == 0)
		return ret;
	text_address(a->family, a->bytes, text);
	if (a->length == (a->family == 4 ? 32 : 128))
		snprintf(ret, 64, "%s", text);
	else
		snprintf(ret, 64, "%s/%u", text, a->length);
	return ret;
}
