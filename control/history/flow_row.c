// SPDX-License-Identifier: BSD-3-Clause

#include "control/history/flow_row.h"

#include "platform/base.h"

#include <errno.h>
#include <string.h>

#define FORMAT 1
#define MINUTE_NS (60 * NS_PER_S)

enum {
	INWARD = 1,
	HAS_ADDRESS = 2,
	IPV6 = 4,
	HAS_COMMUNITY = 8,
};

void
flow_row_lower(struct flow_row *f, unsigned int level, bool has_domain) {
	if (level < 1 || level <= f->level)
		return;
	f->level = (uint8_t)level;
	f->name[0] = 0;
	f->port = 0;
	memset(f->community, 0, sizeof f->community);
	if (has_domain || level > 1) {
		f->has_address = false;
		memset(f->address, 0, sizeof f->address);
	}
	if (level < 2)
		return;
	f->place = f->place_2;
	f->started_ns -= f->started_ns % MINUTE_NS;
	f->ended_ns -= f->ended_ns % MINUTE_NS;
}

int
flow_row_pack(const struct flow_row *f, struct bytes *ret) {
	static const uint8_t none[COMMUNITY_ID_BYTES];
	uint64_t ended = f->ended_ns / NS_PER_MS, started = f->started_ns / NS_PER_MS;
	unsigned int flags = (f->inward ? INWARD : 0) | (f->has_address ? HAS_ADDRESS : 0)
		| (f->family == 6 ? IPV6 : 0)
		| (memcmp(f->community, none, sizeof none) ? HAS_COMMUNITY : 0);

	ret->length = 0;
	int r = bytes_put(ret, FORMAT);
	r |= bytes_put(ret, flags);
	r |= bytes_put(ret, ended);
	r |= bytes_put(ret, ended > started ? ended - started : 0);
	r |= bytes_put(ret, f->service);
	r |= bytes_put(ret, f->reason);
	r |= bytes_put(ret, f->counts.packets_out);
	r |= bytes_put(ret, f->counts.bytes_out);
	r |= bytes_put(ret, f->counts.packets_in);
	r |= bytes_put(ret, f->counts.bytes_in);
	r |= bytes_put(ret, f->place_2);
	r |= bytes_put(ret, f->port);
	if (f->has_address)
		r |= bytes_put_text(ret, f->address, f->family == 6 ? 16 : 4);
	r |= bytes_put_text(ret, f->name, strnlen(f->name, FLOW_NAME_MAX));
	if (flags & HAS_COMMUNITY)
		r |= bytes_put_text(ret, f->community, sizeof f->community);
	return r ? -ENOMEM : 0;
}

static bool
get_text(struct bucket_reader *r, void *into, size_t most, size_t *ret_length) {
	uint64_t length;

	if (!bytes_get(r, &length) || length > most || length > (size_t)(r->end - r->at)) {
		r->bad = true;
		return false;
	}
	memcpy(into, r->at, length);
	r->at += length;
	*ret_length = length;
	return true;
}

static bool
get_body(struct bucket_reader *r, struct flow_row *f) {
	uint64_t format, flags, ended, took, service, reason, place, port;
	size_t length;

	if (!bytes_get(r, &format) || format != FORMAT || !bytes_get(r, &flags)
	    || !bytes_get(r, &ended) || !bytes_get(r, &took) || !bytes_get(r, &service)
	    || !bytes_get(r, &reason) || !bytes_get(r, &f->counts.packets_out)
	    || !bytes_get(r, &f->counts.bytes_out) || !bytes_get(r, &f->counts.packets_in)
	    || !bytes_get(r, &f->counts.bytes_in) || !bytes_get(r, &place) || !bytes_get(r, &port))
		return false;
	f->inward = flags & INWARD;
	f->has_address = flags & HAS_ADDRESS;
	f->family = flags & IPV6 ? 6 : 4;
	f->ended_ns = ended * NS_PER_MS;
	f->started_ns = (ended - MIN_OF(took, ended)) * NS_PER_MS;
	f->service = (uint32_t)service;
	f->reason = (uint8_t)reason;
	f->place_2 = (uint32_t)place;
	f->port = (uint16_t)port;
	if (f->has_address && !get_text(r, f->address, f->family == 6 ? 16 : 4, &length))
		return false;
	if (!get_text(r, f->name, FLOW_NAME_MAX, &length))
		return false;
	f->name[length] = 0;
	// Rows of before there were Community IDs have none.
	if (flags & HAS_COMMUNITY && !get_text(r, f->community, sizeof f->community, &length))
		return false;
	return true;
}

int
flow_row_unpack(const void *data, size_t length, struct flow_row *ret) {
	struct bucket_reader r = {.at = data, .end = (const uint8_t *)data + length};
	struct flow_row f = {
		.id = ret->id, .device = ret->device, .place = ret->place, .level = ret->level};

	if (!get_body(&r, &f))
		return -EBADMSG;
	*ret = f;
	return 0;
}
