// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/analyze/print.h"
#include "platform/base.h"
#include "platform/json_write.h"
#include "platform/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PEER_NAMES 32

struct lines {
	FILE *out;
	struct json j;
	int error;
};

static struct json *
line_begin(struct lines *l, const char *key) {
	json_reset(&l->j);
	json_object(&l->j);
	json_key(&l->j, key);
	return &l->j;
}

static void
line_end(struct lines *l) {
	json_end(&l->j);
	if (l->error == 0 && l->j.failed)
		l->error = -ENOMEM;
	if (l->error == 0
	    && (fwrite(l->j.text, 1, l->j.length, l->out) != l->j.length
		|| fputc('\n', l->out) == EOF))
		l->error = -errno;
}

static void
put_head(struct lines *l, const struct report *r) {
	const struct findings *f = r->findings;
	uint64_t first = 0, last = 0;

	for (uint32_t i = 0; i < f->flows_n; i++) {
		if (i == 0 || f->flow[i].first_seen_ns < first)
			first = f->flow[i].first_seen_ns;
		last = MAX_OF(last, f->flow[i].last_seen_ns);
	}
	struct json *j = line_begin(l, "head");
	json_object(j);
	json_key_u64(j, "frames", r->census->frames);
	json_key_u64(j, "bytes", r->census->bytes);
	json_key_u64(j, "malformed", r->stats->malformed);
	json_key_u64(j, "non_ip", r->stats->non_ip);
	json_key_u64(j, "flows", f->flows_n);
	json_key(j, "first");
	json_seconds(j, first);
	json_key(j, "last");
	json_seconds(j, last);
	json_end(j);
	line_end(l);
}

// One device's names of one address: by their rank, equal ones in the order of their texts.
static void
put_peer(struct lines *l, const struct report *r, uint32_t at, uint32_t end) {
	const struct findings *f = r->findings;
	const struct name_found *first = &f->name[f->by_peer[at]];
	const struct name_found *names[PEER_NAMES];
	char text[TEXT_ADDRESS], mac[TEXT_MAC];
	size_t n = 0;

	for (; at < end; at++) {
		const struct name_found *one = &f->name[f->by_peer[at]];
		size_t to = n, same = 0;
		while (same < n && names[same]->text != one->text)
			same++;
		if (same < n)
			continue; // learned from two sources
		while (to > 0 && names[to - 1]->rank > one->rank)
			to--;
		if (to == PEER_NAMES)
			continue;
		n = MIN_OF(n + 1, (size_t)PEER_NAMES);
		memmove(names + to + 1, names + to, (n - 1 - to) * sizeof *names);
		names[to] = one;
	}
	struct json *j = line_begin(l, "peer");
	json_object(j);
	json_key_string(j, "mac", text_mac(first->mac, mac));
	json_key_string(j, "address", text_address(first->family, first->address, text));
	json_key(j, "names");
	json_array(j);
	for (size_t i = 0; i < n; i++)
		json_string(j, findings_text(f, names[i]));
	json_end(j);
	json_end(j);
	line_end(l);
}

static bool
same_peer(const struct name_found *a, const struct name_found *b) {
	return memcmp(a->mac, b->mac, sizeof a->mac) == 0 && a->family == b->family
		&& memcmp(a->address, b->address, sizeof a->address) == 0;
}

static void
put_peers(struct lines *l, const struct report *r) {
	const struct findings *f = r->findings;

	for (uint32_t i = 0, end; i < f->names_n; i = end) {
		const struct name_found *first = &f->name[f->by_peer[i]];
		const struct station_seen *s = census_find(r->census, first->mac);
		for (end = i + 1; end < f->names_n; end++)
			if (!same_peer(first, &f->name[f->by_peer[end]]))
				break;
		if (s != NULL && census_is_device(s))
			put_peer(l, r, i, end);
	}
}

static uint64_t
size_of(const struct wire_flow *f) {
	return f->bytes[0] + f->bytes[1];
}

static int
larger_first(const void *a, const void *b, void *context) {
	const struct wire_flow *flow = context;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	uint64_t one = size_of(&flow[x]), other = size_of(&flow[y]);

	return one != other ? (one > other ? -1 : 1) : x < y ? -1 : x > y;
}

static int
by_number(const void *a, const void *b) {
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

// Which ends are devices of the home: null where none is.
static void
put_ends(struct lines *l, const struct report *r, const struct wire_flow *f) {
	char mac[TEXT_MAC];

	json_key(&l->j, "devices");
	json_array(&l->j);
	for (int end = 0; end < 2; end++) {
		const struct station_seen *s = census_find(r->census, f->mac[end]);
		bool home = s != NULL && census_is_device(s);
		json_string(&l->j, home ? text_mac(f->mac[end], mac) : NULL);
	}
	json_end(&l->j);
}

static void
put_flows(struct lines *l, const struct report *r, uint32_t most) {
	const struct findings *f = r->findings;
	uint32_t *order = calloc((size_t)f->flows_n + 1, sizeof *order);
	uint32_t n = MIN_OF(f->flows_n, most);

	if (order == NULL) {
		l->error = -ENOMEM;
		return;
	}
	for (uint32_t i = 0; i < f->flows_n; i++)
		order[i] = i;
	if (n < f->flows_n) {
		qsort_r(order, f->flows_n, sizeof *order, larger_first, f->flow);
		qsort(order, n, sizeof *order, by_number);
	}
	for (uint32_t i = 0; i < n && l->error == 0; i++) {
		print_flow(line_begin(l, "flow"), r, &f->flow[order[i]]);
		put_ends(l, r, &f->flow[order[i]]);
		line_end(l);
	}
	free(order);
}

int
print_lines(FILE *out, const struct report *r, uint32_t most) {
	struct lines l = {.out = out};

	json_init(&l.j);
	put_head(&l, r);
	for (uint32_t i = 0; i < r->census->stations_n; i++) {
		if (!census_is_device(&r->census->station[i]))
			continue;
		print_device(line_begin(&l, "device"), r, i);
		line_end(&l);
	}
	put_peers(&l, r);
	put_flows(&l, r, most);
	json_bool(line_begin(&l, "end"), true);
	line_end(&l);
	json_free(&l.j);
	return l.error;
}
