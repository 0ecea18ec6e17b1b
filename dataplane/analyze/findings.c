// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/analyze/findings.h"

#include "dataplane/event.h"
#include "platform/base.h"
#include "platform/wire.h"

#include <stdlib.h>
#include <string.h>

static bool
take_flow(struct findings *f, const struct wire_flow *flow) {
	bool is_new;
	uint32_t i = map_put(&f->by_id, &flow->id, sizeof(flow->id), &is_new);

	if (i == MAP_NONE)
		return false;
	if (is_new) {
		struct wire_flow *list =
			grow(f->flow, (size_t)i + 1, &f->flows_room, sizeof(*list));
		if (list == NULL)
			return false;
		f->flow = list;
		f->flows_n = i + 1;
	}
	f->flow[i] = *flow;
	return true;
}

static bool
take_name(struct findings *f, const struct wire_name *n, const char *text, uint32_t rank) {
	struct name_found found = {.family = n->family, .source = n->source};
	bool is_new;

	memcpy(found.mac, n->mac, sizeof(found.mac));
	memcpy(found.address, n->address, sizeof(found.address));
	found.text = map_put(&f->texts, text, strlen(text) + 1, &is_new);
	if (found.text == MAP_NONE)
		return false;
	uint32_t i = map_put(&f->by_name, &found, sizeof(found), &is_new);
	if (i == MAP_NONE)
		return false;
	if (!is_new) {
		f->name[i].rank = MIN_OF(f->name[i].rank, rank);
		return true;
	}
	struct name_found *list = grow(f->name, (size_t)i + 1, &f->names_room, sizeof(*list));
	if (list == NULL)
		return false;
	f->name = list;
	f->names_n = i + 1;
	list[i] = found;
	list[i].rank = rank;
	return true;
}

// Every name of the chain is a name of the address.
static bool
take_names(struct findings *f, const struct wire_name *n, size_t size) {
	const char *text = (const char *)(n + 1);
	size_t left = size - sizeof(*n);
	uint32_t rank = 0;

	left = n->length < left ? n->length : left;
	if (n->family == 0)
		return true;
	while (left > 0) {
		size_t length = strnlen(text, left);
		if (length == left)
			break; // no NUL: not a whole name
		if (length > 0 && !take_name(f, n, text, rank++))
			return false;
		text += length + 1;
		left -= length + 1;
	}
	return true;
}

static bool
take_hostname(struct findings *f, const struct wire_hostname *h) {
	bool is_new;
	uint32_t i = map_put(&f->by_host, h->mac, sizeof(h->mac), &is_new);

	if (i == MAP_NONE)
		return false;
	if (is_new) {
		struct wire_hostname *list =
			grow(f->host, (size_t)i + 1, &f->hosts_room, sizeof(*list));
		if (list == NULL)
			return false;
		f->host = list;
		f->hosts_n = i + 1;
	} else if (h->source > f->host[i].source) {
		return true; // the order of SOURCES is the order of trust: option 12 first
	}
	f->host[i] = *h;
	return true;
}

static bool
take(struct findings *f, const struct event *e) {
	const void *record = e->payload;

	switch (e->type) {
	case WIRE_FLOW:
		return take_flow(f, record);
	case WIRE_NAME:
		return take_names(f, record, e->size);
	case WIRE_HOSTNAME:
		return take_hostname(f, record);
	default:
		return true;
	}
}

bool
findings_drain(struct findings *f, struct event_ring *ring) {
	const struct event *e;
	bool ok = true;

	while ((e = event_peek(ring)) != NULL) {
		ok = take(f, e) && ok;
		event_next(ring);
	}
	return ok;
}

void
findings_free(struct findings *f) {
	free(f->flow);
	free(f->name);
	free(f->by_peer);
	free(f->host);
	map_free(&f->by_id);
	map_free(&f->by_name);
	map_free(&f->texts);
	map_free(&f->by_host);
	*f = (struct findings){0};
}

const char *
findings_text(const struct findings *f, const struct name_found *n) {
	size_t length;
	return map_key(&f->texts, n->text, &length);
}

static int
by_first_frame(const void *a, const void *b) {
	const struct wire_flow *x = a, *y = b;

	if (x->first_seen_ns != y->first_seen_ns)
		return x->first_seen_ns < y->first_seen_ns ? -1 : 1;
	if (x->protocol != y->protocol)
		return x->protocol < y->protocol ? -1 : 1;
	int r = memcmp(x->address, y->address, sizeof(x->address));
	if (r == 0)
		r = memcmp(x->port, y->port, sizeof(x->port));
	// An id begins with its worker's: it decides among flows that only one worker can have.
	return r != 0 ? r : x->id < y->id ? -1 : x->id > y->id;
}

static int
by_text(const void *a, const void *b, void *context) {
	const struct name_found *x = a, *y = b;
	int r = strcmp(findings_text(context, x), findings_text(context, y));

	if (r != 0)
		return r;
	if (x->family != y->family)
		return x->family < y->family ? -1 : 1;
	r = memcmp(x->address, y->address, sizeof(x->address));
	if (r != 0)
		return r;
	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	return memcmp(x->mac, y->mac, sizeof(x->mac));
}

static int
by_host(const void *a, const void *b) {
	const struct wire_hostname *x = a, *y = b;
	return memcmp(x->mac, y->mac, sizeof(x->mac));
}

static int
compare_peer(const struct name_found *x, const struct name_found *y) {
	int r = memcmp(x->mac, y->mac, sizeof(x->mac));

	if (r != 0)
		return r;
	if (x->family != y->family)
		return x->family < y->family ? -1 : 1;
	return memcmp(x->address, y->address, sizeof(x->address));
}

// The names stand in the order of their texts: equal peers keep it.
static int
by_peer(const void *a, const void *b, void *context) {
	const struct findings *f = context;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	int r = compare_peer(&f->name[x], &f->name[y]);

	return r != 0 ? r : x < y ? -1 : x > y;
}

bool
findings_sort(struct findings *f) {
	if (f->flows_n > 0)
		qsort(f->flow, f->flows_n, sizeof(f->flow[0]), by_first_frame);
	if (f->names_n > 0)
		qsort_r(f->name, f->names_n, sizeof(f->name[0]), by_text, f);
	if (f->hosts_n > 0)
		qsort(f->host, f->hosts_n, sizeof(f->host[0]), by_host);
	f->by_peer = calloc(f->names_n + 1, sizeof(f->by_peer[0]));
	if (f->by_peer == NULL)
		return false;
	for (uint32_t i = 0; i < f->names_n; i++)
		f->by_peer[i] = i;
	qsort_r(f->by_peer, f->names_n, sizeof(f->by_peer[0]), by_peer, f);
	return true;
}

const uint32_t *
findings_names(
	const struct findings *f,
	const uint8_t mac[6],
	unsigned int family,
	const uint8_t address[16],
	uint32_t *ret_n
) {
	struct name_found key = {.family = (uint8_t)family};
	uint32_t low = 0, high = f->names_n;

	memcpy(key.mac, mac, sizeof(key.mac));
	memcpy(key.address, address, sizeof(key.address));
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (compare_peer(&f->name[f->by_peer[middle]], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	uint32_t end = low;
	while (end < f->names_n && compare_peer(&f->name[f->by_peer[end]], &key) == 0)
		end++;
	*ret_n = end - low;
	return f->by_peer + low;
}

const struct wire_hostname *
findings_host(const struct findings *f, const uint8_t mac[6]) {
	struct wire_hostname key;

	if (f->hosts_n == 0)
		return NULL;
	memcpy(key.mac, mac, sizeof(key.mac));
	return bsearch(&key, f->host, f->hosts_n, sizeof(key), by_host);
}
