// SPDX-License-Identifier: BSD-3-Clause
// The parts that the handlers of the history share.

#include "control/clock.h"
#include "control/core.h"
#include "control/http/api_history.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "control/view.h"
#include "platform/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW_MAX_S (11ull * 366 * 86400)

static bool
read_time(struct http_request *r, const char *name, uint64_t fallback_s, uint64_t *ret_s) {
	const char *text = http_query(r, name);
	uint64_t ns;

	*ret_s = fallback_s;
	if (!text)
		return true;
	if (text_parse_time(text, &ns) == 0) {
		*ret_s = ns / NS_PER_S;
		return true;
	}
	http_problem(
		r,
		PROBLEM_BAD_VALUE,
		"Write it as 2026-11-26T18:00:00Z.",
		"'%.40s' is no time.",
		text
	);
	return false;
}

bool
api_window(struct http_request *r, uint64_t default_s, uint64_t *ret_from_s, uint64_t *ret_to_s) {
	uint64_t now = clock_wall_ns() / NS_PER_S + 1;

	if (!read_time(r, "to", now, ret_to_s)
	    || !read_time(r, "from", *ret_to_s - MIN_OF(default_s, *ret_to_s), ret_from_s))
		return false;
	if (*ret_from_s < *ret_to_s && *ret_to_s - *ret_from_s <= WINDOW_MAX_S)
		return true;
	http_problem(
		r,
		PROBLEM_BAD_VALUE,
		"Write a `from` before `to`, at most ten years apart.",
		"The window holds no time that is kept."
	);
	return false;
}

bool
api_history_device(
	struct http_request *r,
	const struct core *c,
	const struct device *d,
	uint64_t ret[ASK_DEVICES_MAX],
	size_t *ret_count
) {
	const char *text = d ? NULL : http_query(r, "device");
	uint64_t id;

	*ret_count = 0;
	if (text) {
		if (!id_parse("dev_", text, &id)) {
			http_problem(
				r,
				PROBLEM_BAD_VALUE,
				"Write an id as the lists give it.",
				"'%.40s' is no id of a device.",
				text
			);
			return false;
		}
		d = device_by_id(&c->state, id);
		if (!d) // it is gone; its past may not be
			ret[(*ret_count)++] = id;
	}
	const struct device *whole = d;
	for (; d && *ret_count < ASK_DEVICES_MAX; d = join_next(&c->state, whole, d))
		ret[(*ret_count)++] = d->id;
	return true;
}

bool
api_history_place(
	struct http_request *r,
	const struct core *c,
	struct ask_place *ret,
	bool *ret_has
) {
	const char *text = http_query(r, "destination");
	const struct destination *d;
	uint64_t id;

	*ret_has = text != NULL;
	*ret = (struct ask_place){.kind = PLACE_OTHER};
	if (!text)
		return true;
	if (id_parse("dst_", text, &id)) {
		d = destination_by_id(&c->state, id);
		ret->id = id;
		if (d)
			snprintf(ret->name, sizeof ret->name, "%s", d->name);
		return true;
	}
	if (text[0] && strlen(text) < sizeof ret->name) {
		snprintf(ret->name, sizeof ret->name, "%s", text);
		return true;
	}
	http_problem(
		r,
		PROBLEM_BAD_VALUE,
		"Write an id as the lists give it, a domain, an address, an organisation or a "
		"country.",
		"'%.40s' is no destination.",
		text
	);
	return false;
}

bool
api_has_history(struct http_request *r, const struct core *c) {
	if (c->history)
		return true;
	http_problem(
		r,
		PROBLEM_HISTORY_OFF,
		"Write history: {enabled: true} into spin.yaml, and restart spin-control.",
		"No history is kept."
	);
	return false;
}

void
api_ask_history(struct http_request *r, struct core *c, struct api_asked *a) {
	a->core = c;
	if (history_ask(c->history, &a->ask) == 0) {
		a->later = http_later(r);
		return;
	}
	free(a);
	http_problem(r, PROBLEM_BUSY, "Ask again in a moment.", "Too many questions wait already.");
}

struct http_request *
api_history_answered(struct api_asked *a) {
	struct http_request *r = http_resume(a->later);

	if (!r || a->ask.result == 0)
		return r;
	http_problem(
		r,
		a->ask.result == -ENOMEM ? PROBLEM_BUSY : PROBLEM_STORAGE_FAILED,
		"GET /api/v1/health says how the history is.",
		"The history cannot be read: %s.",
		a->ask.message
	);
	return NULL;
}

void
api_write_counts(struct json *j, const struct history_counts *c) {
	json_key_u64(j, "packets_out", c->packets_out);
	json_key_u64(j, "bytes_out", c->bytes_out);
	json_key_u64(j, "packets_in", c->packets_in);
	json_key_u64(j, "bytes_in", c->bytes_in);
	json_key_u64(j, "dropped", c->dropped);
	json_key_u64(j, "flows", c->flows);
}

void
api_write_device(struct json *j, const struct core *c, uint64_t id) {
	const struct device *d = device_by_id(&c->state, id);
	char name[NAME_BYTES_MAX + 1];

	if (d)
		d = join_whole(&c->state, d);
	json_key(j, "device");
	json_object(j);
	view_id(j, "id", "dev_", d ? d->id : id);
	json_key_string(j, "name", d ? device_name(d, name) : NULL);
	json_end(j);
}

const struct destination *
api_place_now(const struct core *c, const struct ask_place *p) {
	unsigned int family;
	uint8_t address[16];

	if (p->kind == PLACE_DOMAIN)
		return destination_find_domain(&c->state, p->name);
	if (p->kind == PLACE_ADDRESS && text_parse_address(p->name, &family, address) == 0)
		return destination_find_address(&c->state, family, address);
	return NULL;
}

void
api_write_place(struct json *j, const struct core *c, const struct ask_place *p) {
	const struct destination *d = api_place_now(c, p);

	json_key(j, "destination");
	json_object(j);
	view_id(j, "id", "dst_", d ? d->id : p->id);
	json_key_string(j, "kind", place_kind_name((enum place_kind)p->kind));
	json_key_string(j, "name", d ? destination_label(d) : p->name[0] ? p->name : NULL);
	json_end(j);
}
