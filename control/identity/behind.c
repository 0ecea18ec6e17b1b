// SPDX-License-Identifier: BSD-3-Clause

#include "control/identity/behind.h"

#include "control/text/language.h"
#include "platform/base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ADDRESSES_MANY 3 // one more than a device has that changed its own
#define NAMES_MANY 3
#define HOPS_MAX 3 // routers one after the other that a home has at most

static const unsigned int initial[] = {64, 128, 255};

static void __attribute__((format(printf, 2, 3)))
evidence(struct behind *b, const char *format, ...) {
	va_list list;

	if (b->evidence_count == BEHIND_EVIDENCE_MAX)
		return;
	va_start(list, format);
	vsnprintf(b->evidence[b->evidence_count++], BEHIND_SENTENCE, _(format), list);
	va_end(list);
}

// How many kinds of system sent packets that came over a router; names one of their hop limits.
static unsigned int
routed(const char *text, unsigned int *ret_one) {
	bool seen[ARRAY_LEN(initial)] = {false};
	unsigned int n = 0;

	for (const char *at = text; *at;) {
		char *end;
		unsigned long v = strtoul(at, &end, 10);
		for (size_t i = 0; end != at && i < ARRAY_LEN(initial); i++) {
			if (v >= initial[i] || v + HOPS_MAX < initial[i] || seen[i])
				continue;
			seen[i] = true;
			if (n++ == 0)
				*ret_one = (unsigned int)v;
		}
		at = end + (*end == ',');
		if (end == text || (*end && *end != ','))
			break;
	}
	return n;
}

// Different names under which DHCP clients asked through this MAC.
static unsigned int
names(const struct facts *f) {
	unsigned int n = 0;

	for (unsigned int i = 0; i < f->count; i++)
		n += f->items[i].clue == CLUE_HOSTNAME
			&& (f->items[i].source == SOURCE_DHCP || f->items[i].source == SOURCE_MDNS);
	return n;
}

void
behind_judge(const struct facts *f, struct behind *ret) {
	const struct fact *hops = facts_newest(f, CLUE_HOP_LIMIT);
	const struct fact *many = facts_newest(f, CLUE_ADDRESS_COUNT);
	unsigned int one = 0;
	unsigned int systems = hops ? routed(hops->text, &one) : 0;
	unsigned int addresses = many ? (unsigned int)strtoul(many->text, NULL, 10) : 0;
	unsigned int named = names(f);

	*ret = (struct behind){.what = BEHIND_NOTHING};
	if (systems > 0) {
		ret->what = BEHIND_ROUTER;
		ret->devices = MAX_OF(systems, addresses > 1 ? addresses - 1 : 0);
		evidence(
			ret,
			"Packets come with the hop limit %u: one router has passed them on.",
			one
		);
		if (systems > 1)
			evidence(ret, "They are of %u different systems.", systems);
	} else if (addresses >= ADDRESSES_MANY) {
		ret->what = BEHIND_REPEATER;
		ret->devices = addresses - 1;
	}
	if (ret->what == BEHIND_NOTHING)
		return;
	if (addresses > 1)
		evidence(ret, "Packets come from %u IPv4 addresses under this one MAC.", addresses);
	if (named >= NAMES_MANY) {
		ret->devices = MAX_OF(ret->devices, named - 1);
		evidence(ret, "%u names were told under this one MAC.", named);
	}
}

const char *
behind_name(enum behind_what w) {
	return w == BEHIND_ROUTER ? "router" : "repeater";
}
