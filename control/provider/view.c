// SPDX-License-Identifier: BSD-3-Clause
// What those from outside get to see of an answer or event, and what a member of the household
// that is no admin sees of the audit trail.

#include "control/core.h"
#include "control/http/request.h"
#include "control/http/stream.h"
#include "control/identity/identity.h"
#include "control/identity/join.h"
#include "control/provider/help.h"
#include "platform/base.h"
#include "platform/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum view {
	VIEW_ALL,
	VIEW_HOUSEHOLD, // of the audit trail, the things at home only
	VIEW_CONSENT,
};

// Its number among those of its kind, given at first sight and kept.
static unsigned int
number_of(struct provider *p, const struct device *d, uint8_t *ret_kind) {
	uint8_t kind = (uint8_t)identity_kind(d);
	unsigned int number = 1;

	for (size_t i = 0; i < p->labels_count; i++) {
		if (p->labels[i].device == d->id) {
			*ret_kind = p->labels[i].kind;
			return p->labels[i].number;
		}
		number += p->labels[i].kind == kind;
	}
	*ret_kind = kind;
	if (p->labels_count == p->labels_size) {
		size_t size = p->labels_size ? 2 * p->labels_size : 32;
		struct mask_label *larger = realloc(p->labels, size * sizeof *larger);
		if (!larger)
			return 0; // all such are "device 0": masked, if not told apart
		p->labels = larger;
		p->labels_size = size;
	}
	p->labels[p->labels_count++] = (struct mask_label){d->id, number, kind};
	return number;
}

static void
add_device(struct mask *m, struct provider *p, const struct state *s, const struct device *d) {
	const struct device *whole = join_whole(s, d);
	char label[MASK_WORD];
	char first[256];
	char mac[TEXT_MAC];
	uint8_t kind;

	char id[ID_TEXT];
	unsigned int number = number_of(p, whole, &kind);
	snprintf(
		label,
		sizeof label,
		"%s %u",
		kind == KIND_NONE ? "device" : kind_name((enum kind)kind),
		number
	);
	mask_add_id(m, id_text("dev_", d->id, id), label);
	mask_add_word(m, d->user_name, label);
	mask_add_word(m, d->hostname, label);
	// What has no name is called by its maker and the end of its MAC, and so told both halves.
	text_mac(d->mac, mac);
	if (d->vendor) {
		snprintf(first, sizeof first, "%s %s", d->vendor, mac + 9);
		mask_add_word(m, first, label);
	}
	snprintf(first, sizeof first, "%.*s", (int)strcspn(d->hostname, "."), d->hostname);
	mask_add_word(m, first, label);
	for (size_t i = 0; i < d->identity.facts.count; i++)
		if (clue_family((enum clue)d->identity.facts.items[i].clue) == FAMILY_NAME)
			mask_add_word(m, d->identity.facts.items[i].text, label);
	for (unsigned int i = 0; i < d->addresses_count; i++) {
		struct rule_address a = {
			.family = d->addresses[i].family,
			.length = d->addresses[i].family == 4 ? 32 : 128,
		};
		memcpy(a.bytes, d->addresses[i].address, sizeof a.bytes);
		mask_add_home(m, &a);
	}
}

static void
add_destination(struct mask *m, const struct destination *to) {
	char id[ID_TEXT];

	if (!to->user_name[0])
		return;
	mask_add_id(m, id_text("dst_", to->id, id), to->name);
	mask_add_word(m, to->user_name, to->name);
}

// RFC 1918, 3927, 4193, 4291, 6598: nobody's outside a home.
static const struct rule_address private[] = {
	{{10}, 4, 8},
	{{172, 16}, 4, 12},
	{{192, 168}, 4, 16},
	{{169, 254}, 4, 16},
	{{100, 64}, 4, 10},
	{{0xfc}, 6, 7},
	{{0xfe, 0x80}, 6, 10},
};

void
provider_mask(struct core *c, const struct grant *g, const char *own, struct mask *ret) {
	const struct state *s = &c->state;

	mask_init(ret, g->key);
	ret->own = own;
	for (size_t i = 0; i < ARRAY_LEN(private); i++)
		mask_add_home(ret, &private[i]);
	for (size_t i = 0; i < c->home_count; i++)
		mask_add_home(ret, &c->home[i]);
	for (size_t i = 0; i < s->devices_count; i++)
		add_device(ret, c->provider, s, s->devices[i]);
	for (size_t i = 0; i < s->destinations_count; i++)
		add_destination(ret, s->destinations[i]);
	mask_ready(ret);
}

bool
provider_masks(const struct http_request *r, void *core) {
	const struct grant *g = provider_grant(core, http_principal(r));

	return g && g->masked;
}

char *
provider_rewrite(
	struct http_request *r,
	const char *content_type,
	const char *body,
	size_t length,
	size_t *ret_length,
	void *core
) {
	struct core *c = core;
	const struct grant *g = provider_grant(c, http_principal(r));
	struct mask m;

	provider_mask(c, g, http_who(r), &m);
	char *text = strstr(content_type, "json") ? mask_json(&m, body, length, ret_length)
						  : mask_plain(&m, body, length, ret_length);
	mask_fini(&m);
	return text;
}

// --- Events ---

unsigned int
provider_stream_view(struct http_request *r, void *core) {
	const struct principal *p = http_principal(r);

	const struct core *c = core;

	if (p->kind == PRINCIPAL_HELP)
		for (unsigned int i = 0; i < HELP_MAX; i++)
			if (c->provider->helps[i].grant.id == p->credential)
				return VIEW_CONSENT + 1 + i;
	if (p->role == ROLE_PROVIDER)
		return VIEW_CONSENT;
	return p->role == ROLE_ADMIN ? VIEW_ALL : VIEW_HOUSEHOLD;
}

static bool
is_about_things(const char *json, size_t length) {
	static const char *const ids[] = {"\"id\":\"dev_", "\"id\":\"dst_", "\"id\":\"rule_"};

	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		if (memmem(json, length, ids[i], strlen(ids[i])))
			return true;
	return false;
}

static bool
may_see(const struct grant *g, enum stream_type type, const char *json, size_t length) {
	switch (type) {
	case STREAM_DEVICE:
	case STREAM_RULE:
	case STREAM_ALERT:
		return grant_has(g, RIGHT_DEVICES);
	case STREAM_DESTINATION:
	case STREAM_FLOW:
		return grant_has(g, RIGHT_FLOWS);
	case STREAM_SNAPSHOT:
		return grant_has(
			g,
			memmem(json, MIN_OF(length, (size_t)20), "\"destinations\"", 14)
				? RIGHT_FLOWS
				: RIGHT_DEVICES
		);
	case STREAM_AUDIT:
		return is_about_things(json, length);
	case STREAM_NOTIFICATION: // are the household's
		return false;
	default:
		return true;
	}
}

bool
provider_stream_rewrite(
	void *core,
	unsigned int view,
	unsigned int type,
	const char *json,
	size_t length,
	char **ret,
	size_t *ret_length
) {
	struct core *c = core;
	const struct grant *g = view > VIEW_CONSENT
		? &c->provider->helps[view - VIEW_CONSENT - 1].grant
		: &c->provider->consent;
	struct mask m;

	*ret = NULL;
	if (view > VIEW_CONSENT && type == STREAM_PROVIDER)
		return false; // is not about a helpdesk
	if (view == VIEW_HOUSEHOLD)
		return type != STREAM_AUDIT || is_about_things(json, length);
	if (!grant_is_active(g) || !may_see(g, (enum stream_type)type, json, length))
		return false;
	if (!g->masked)
		return true;
	provider_mask(c, g, "", &m);
	*ret = mask_json(&m, json, length, ret_length);
	mask_fini(&m);
	return *ret != NULL;
}
