// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/spin/peaks.h"

#include "control/core.h"
#include "control/export/spin/own.h"
#include "control/identity/join.h"
#include "control/map.h"
#include "platform/base.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct minute {
	uint64_t bytes, packets;
};

struct peak {
	uint64_t device;
	struct minute at; // its sums when this minute began
	struct minute past[PEAKS_MINUTES]; // a ring
	unsigned int count; // minutes that are over, at most PEAKS_MINUTES
};

struct peaks {
	struct map by_device;
	unsigned int seconds; // of this minute
	unsigned int newest; // in the rings
};

static const void *
key_of(const void *item, size_t *ret_length) {
	const struct peak *p = item;

	*ret_length = sizeof p->device;
	return &p->device;
}

struct peaks *
peaks_new(void) {
	struct peaks *p = calloc(1, sizeof *p);

	if (p)
		map_init(&p->by_device, key_of);
	return p;
}

void
peaks_free(struct peaks *p) {
	if (!p)
		return;
	for (size_t i = 0; i < p->by_device.capacity; i++)
		free(p->by_device.slots[i]);
	map_fini(&p->by_device);
	free(p);
}

static struct minute
sum_of(const struct state *s, const struct device *whole) {
	struct minute m = {0};

	for (const struct device *d = whole; d; d = join_next(s, whole, d)) {
		m.bytes += d->sum.bytes_out + d->sum.bytes_in;
		m.packets += d->sum.packets_out + d->sum.packets_in;
	}
	return m;
}

// Of this minute, as far as it has come.
static struct minute
since(const struct peak *p, const struct minute *now) {
	return (struct minute){
		.bytes = now->bytes >= p->at.bytes ? now->bytes - p->at.bytes : 0,
		.packets = now->packets >= p->at.packets ? now->packets - p->at.packets : 0,
	};
}

static struct peak *
peak_of(struct peaks *all, const struct state *s, const struct device *d) {
	struct peak *p = map_find(&all->by_device, &d->id, sizeof d->id);

	if (p)
		return p;
	p = calloc(1, sizeof *p);
	if (!p)
		return NULL;
	p->device = d->id;
	p->at = sum_of(s, d);
	if (map_put(&all->by_device, p) == 0)
		return p;
	free(p);
	return NULL;
}

static void
forget_gone(struct peaks *all, const struct state *s) {
	for (size_t i = 0; i < all->by_device.capacity;) {
		struct peak *p = all->by_device.slots[i];
		if (p && !device_by_id(s, p->device)) {
			map_remove(&all->by_device, p);
			free(p);
		} else {
			i++;
		}
	}
}

void
peaks_second(struct peaks *all, const struct state *s) {
	bool over = ++all->seconds == 60;

	if (over) {
		all->seconds = 0;
		all->newest = (all->newest + 1) % PEAKS_MINUTES;
		forget_gone(all, s);
	}
	for (size_t i = 0; i < s->devices_count; i++) {
		const struct device *d = s->devices[i];
		struct peak *p = join_is_part(s, d) ? NULL : peak_of(all, s, d);
		if (!p || !over)
			continue;
		struct minute now = sum_of(s, d);
		p->past[all->newest] = since(p, &now);
		p->at = now;
		p->count = MIN_OF(p->count + 1, (unsigned int)PEAKS_MINUTES);
	}
}

static void
write_minute(struct json *j, unsigned int ago, const struct minute *m, struct minute *most) {
	char key[8];

	snprintf(key, sizeof key, ago ? "-%u" : "%u", ago);
	json_key(j, key);
	json_object(j);
	json_key_u64(j, "bytes", m->bytes);
	json_key_u64(j, "packets", m->packets);
	json_end(j);
	most->bytes = MAX_OF(most->bytes, m->bytes);
	most->packets = MAX_OF(most->packets, m->packets);
}

static void
write_result(struct peaks *all, const struct peak *p, const struct minute *sum, struct json *j) {
	struct minute now = since(p, sum), most = {0};

	json_key(j, "result");
	json_object(j);
	json_key(j, "items");
	json_object(j);
	write_minute(j, 0, &now, &most);
	for (unsigned int ago = 1; ago < PEAKS_MINUTES; ago++) {
		static const struct minute none;
		unsigned int at = (all->newest + 1 + PEAKS_MINUTES - ago) % PEAKS_MINUTES;
		write_minute(j, ago, ago <= p->count ? &p->past[at] : &none, &most);
	}
	json_end(j);
	json_key_u64(j, "maxbytes", most.bytes);
	json_key_u64(j, "maxpackets", most.packets);
	json_key_bool(j, "enforcing", false);
	json_end(j);
}

void
peaks_write(struct peaks *all, struct spin *s, uint64_t number, struct json *j) {
	const struct state *state = &s->core->state;
	struct spin_node n = spin_node_numbered(s, number);
	struct peak *p = n.device ? peak_of(all, state, n.device) : NULL;
	char text[24];

	snprintf(text, sizeof text, "%" PRIu64, number);
	json_object(j);
	json_key_string(j, "command", "peakinfo");
	json_key_string(j, "argument", text);
	if (p) {
		struct minute sum = sum_of(state, n.device);
		write_result(all, p, &sum, j);
	}
	json_end(j);
}
