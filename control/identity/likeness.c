// SPDX-License-Identifier: BSD-3-Clause

#include "control/identity/likeness.h"

#include "control/device.h"
#include "control/identity/glob.h"
#include "control/text/language.h"
#include "platform/base.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define TOGETHER_STEPS 2 // one step both share when one address takes over from the other
#define TOGETHER_NOW_NS (5 * NS_PER_S)
#define SOON_NS (15 * 60 * NS_PER_S)

// What many devices are called out of the box: two of them are two devices as easily as one.
static const char *const common_names[] = {
	"iphone*",
	"ipad*",
	"android*",
	"galaxy*",
	"pixel*",
	"watch*",
	"macbook*",
	"*laptop",
	"*desktop",
	"redmi*",
	"esp*",
	"wlan?",
	"espressif",
	"localhost",
};

static void __attribute__((format(printf, 3, 4)))
witness(struct likeness *l, double weight, const char *format, ...) {
	va_list list;

	if (l->evidence_count == LIKENESS_EVIDENCE_MAX)
		return;
	va_start(list, format);
	vsnprintf(l->evidence[l->evidence_count++], LIKENESS_SENTENCE, _(format), list);
	va_end(list);
	double left = (1 - l->confidence / 100.) * (1 - weight);
	l->confidence = (unsigned int)(100 * (1 - left) + .5);
}

bool
likeness_is_namesake(const struct device *a, const struct device *b) {
	return a->hostname[0] && strcasecmp(a->hostname, b->hostname) == 0;
}

static bool
is_common(const char *name) {
	for (size_t i = 0; i < ARRAY_LEN(common_names); i++)
		if (glob_fits(common_names[i], name))
			return true;
	return false;
}

// 1 the same, -1 not the same, 0 unknown.  What DHCPv6 was asked for is no match for what DHCP was.
static int
same(const struct device *a, const struct device *b, enum clue clue, const char **ret_text) {
	const struct facts *f = &a->identity.facts;
	const struct facts *g = &b->identity.facts;
	int found = 0;

	for (unsigned int i = 0; i < f->count; i++)
		for (unsigned int k = 0; k < g->count; k++) {
			if (f->items[i].clue != clue || g->items[k].clue != clue
			    || f->items[i].source != g->items[k].source)
				continue;
			if (strcmp(f->items[i].text, g->items[k].text) == 0) {
				*ret_text = f->items[i].text;
				return 1;
			}
			found = -1;
		}
	return found;
}

static unsigned int
same_services(const struct device *a, const struct device *b, unsigned int *ret_all) {
	const struct facts *f = &a->identity.facts;
	const struct facts *g = &b->identity.facts;
	unsigned int both = 0;

	for (unsigned int i = 0; i < f->count; i++)
		for (unsigned int k = 0; k < g->count; k++)
			both += f->items[i].clue == CLUE_MDNS_SERVICE
				&& g->items[k].clue == CLUE_MDNS_SERVICE
				&& strcmp(f->items[i].text, g->items[k].text) == 0;
	*ret_all = facts_count(f, CLUE_MDNS_SERVICE) + facts_count(g, CLUE_MDNS_SERVICE) - both;
	return both;
}

static bool
are_together(const struct device *a, const struct device *b, uint64_t now) {
	if (presence_shared(&a->identity.presence, &b->identity.presence) >= TOGETHER_STEPS)
		return true;
	return a->last_seen_ns + TOGETHER_NOW_NS > now && b->last_seen_ns + TOGETHER_NOW_NS > now;
}

static bool
differ(const struct device *a, const struct device *b) {
	enum kind x = identity_kind(a);
	enum kind y = identity_kind(b);

	const char *text;

	return same(a, b, CLUE_DHCP_OPTIONS, &text) < 0 || same(a, b, CLUE_DHCP_VENDOR, &text) < 0
		|| (x != KIND_NONE && y != KIND_NONE && x != y && kind_within(x) != y
		    && kind_within(y) != x);
}

static void
weigh_times(const struct device *a, const struct device *b, struct likeness *ret) {
	const struct device *early = a->first_seen_ns <= b->first_seen_ns ? a : b;
	const struct device *late = early == a ? b : a;
	bool after = late->first_seen_ns + PRESENCE_STEP_NS > early->last_seen_ns;
	uint64_t gap = late->first_seen_ns > early->last_seen_ns
		? late->first_seen_ns - early->last_seen_ns
		: 0;

	if (after && gap < SOON_NS)
		witness(ret,
			.25,
			"One appeared %llu seconds after the other was last seen.",
			(unsigned long long)(gap / NS_PER_S));
	else
		witness(ret, .15, "They were never online at the same time.");
}

void
likeness_judge(
	const struct device *a,
	const struct device *b,
	unsigned int others,
	uint64_t now_ns,
	struct likeness *ret
) {
	bool random = device_mac_is_random(a) || device_mac_is_random(b);
	unsigned int all;
	const char *text;

	*ret = (struct likeness){.confidence = 0};
	if (a->side != SIDE_LAN || b->side != SIDE_LAN || differ(a, b)
	    || are_together(a, b, now_ns))
		return;
	if (likeness_is_namesake(a, b)) {
		bool common = others > 0 || is_common(a->hostname);
		witness(ret, common ? .35 : .6, "Both are named %.64s.", a->hostname);
	}
	unsigned int both = same_services(a, b, &all);
	if (same(a, b, CLUE_MDNS_MODEL, &text) > 0)
		witness(ret, .3, "Both give %.64s as their model.", text);
	else if (both > 1 && both == all)
		witness(ret, .2, "Both announce the same %u services.", both);
	if (ret->confidence == 0)
		return; // without a word of their own all equal models would be one
	bool vendor = same(a, b, CLUE_DHCP_VENDOR, &text) > 0;
	if (same(a, b, CLUE_DHCP_OPTIONS, &text) > 0)
		witness(ret, vendor ? .35 : .3, "Both ask DHCP for the same options, %.96s.", text);
	weigh_times(a, b, ret);
	if (random)
		witness(ret,
			.15,
			"%s",
			device_mac_is_random(a) && device_mac_is_random(b)
				? _("Both addresses are made up, as phones do.")
				: _("One of the addresses is made up, as phones do."));
	else
		ret->confidence /= 2; // two makers' addresses: two interfaces, or two devices
	ret->confidence = MIN_OF(ret->confidence, 95u);
	if (ret->confidence < LIKENESS_MIN)
		ret->confidence = 0;
}
