// SPDX-License-Identifier: BSD-3-Clause

#include "control/publish.h"

#include "control/array.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/http/stream.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "control/text/language.h"
#include "control/view.h"

#define EVENT_BYTES (32 * 1024) // of items in one event
#define FLOWS_PER_TURN 256 // the rest has its turn a quarter of a second later
#define FLOWS_LOOKED_AT 4096
#define CURSOR_SHIFT 62 // above every id: which list the snapshot is in

struct list {
	struct core *core;
	enum stream_type type;
	struct json j;
	bool open;
};

static void
list_begin(struct list *l, struct core *c, enum stream_type type) {
	*l = (struct list){.core = c, .type = type};
	json_init(&l->j);
}

static void
list_send(struct list *l) {
	struct state *s = &l->core->state;
	char id[ID_TEXT];

	if (!l->open)
		return;
	json_end(&l->j);
	if (l->type == STREAM_DEVICE) {
		json_key(&l->j, "removed");
		json_array(&l->j);
		while (s->devices_removed_count > 0)
			json_string(
				&l->j,
				id_text("dev_", s->devices_removed[--s->devices_removed_count], id)
			);
		json_end(&l->j);
	}
	if (l->type == STREAM_DESTINATION) {
		json_key(&l->j, "removed");
		json_array(&l->j);
		while (s->removed_count > 0)
			json_string(&l->j, id_text("dst_", s->removed[--s->removed_count], id));
		json_end(&l->j);
	}
	json_end(&l->j);
	if (!l->j.failed)
		stream_publish(l->core->stream, l->type, l->j.text, l->j.length);
	json_reset(&l->j);
	l->open = false;
}

// Before each item.
static struct json *
list_next(struct list *l) {
	if (l->j.length > EVENT_BYTES)
		list_send(l);
	if (!l->open) {
		json_object(&l->j);
		json_key(&l->j, "items");
		json_array(&l->j);
		l->open = true;
	}
	return &l->j;
}

static void
list_finish(struct list *l) {
	list_send(l);
	json_free(&l->j);
}

static void
publish_devices(struct core *c) {
	struct list l;

	list_begin(&l, c, STREAM_DEVICE);
	for (size_t i = 0; c->state.joined_count > 0 && i < c->state.devices_count; i++)
		if (c->state.devices[i]->changed)
			join_whole(&c->state, c->state.devices[i])->changed = true;
	for (size_t i = 0; i < c->state.devices_count; i++) {
		struct device *d = c->state.devices[i];
		if (!d->changed)
			continue;
		d->changed = false;
		if (join_is_part(&c->state, d))
			continue;
		view_device(c, d, false, list_next(&l));
	}
	if (c->state.devices_removed_count > 0)
		list_next(&l);
	list_finish(&l);
}

static void
publish_destinations(struct core *c) {
	struct list l;

	list_begin(&l, c, STREAM_DESTINATION);
	for (size_t i = 0; i < c->state.destinations_count; i++) {
		struct destination *d = c->state.destinations[i];
		if (!d->changed || !d->visible)
			continue;
		d->changed = false;
		view_destination(c, d, list_next(&l));
	}
	if (c->state.removed_count > 0)
		list_next(&l);
	list_finish(&l);
}

static void
publish_flows(struct core *c) {
	struct list l;
	struct flow *f;
	unsigned int n = 0;
	unsigned int looked_at = 0;

	list_begin(&l, c, STREAM_FLOW);
	TAILQ_FOREACH_REVERSE(f, &c->state.flows_by_age, flow_list, by_age) {
		if (n == FLOWS_PER_TURN || looked_at++ == FLOWS_LOOKED_AT)
			break;
		if (!f->changed)
			continue;
		n++;
		f->changed = false;
		view_flow(c, f, list_next(&l));
	}
	list_finish(&l);
}

static void
publish_alerts(struct core *c) {
	struct list l;

	list_begin(&l, c, STREAM_ALERT);
	for (size_t i = 0; i < c->state.alerts_count; i++) {
		struct state_alert *a = &c->state.alerts[i];
		if (!a->changed)
			continue;
		a->changed = false;
		view_alert(a, list_next(&l));
	}
	list_finish(&l);
}

// Hits, and hours that began or ended; what people did is told at once.
static void
publish_rules(struct core *c) {
	struct json j;
	bool some = false;

	for (size_t i = 0; i < c->state.rules_count && !some; i++)
		some = c->state.rules[i]->changed;
	if (!some)
		return;
	json_init(&j);
	json_object(&j);
	json_key(&j, "items");
	json_array(&j);
	for (size_t i = 0; i < c->state.rules_count && j.length < EVENT_BYTES; i++) {
		struct rule *r = c->state.rules[i];
		if (!r->changed)
			continue;
		r->changed = false;
		view_rule(c, r, &j);
	}
	json_end(&j);
	json_key(&j, "removed");
	json_array(&j);
	json_end(&j);
	json_key_u64(&j, "generation", c->state.generation);
	json_end(&j);
	if (!j.failed)
		stream_publish(c->stream, STREAM_RULE, j.text, j.length);
	json_free(&j);
}

void
publish_changes(struct core *c) {
	publish_devices(c);
	publish_rules(c);
	publish_destinations(c);
	publish_flows(c);
	publish_alerts(c);
}

void
publish_stats(struct core *c) {
	const struct wire_stats *w = &c->state.stats;
	uint64_t now = clock_wall_ns();
	uint64_t dropped = 0;
	struct json j;

	for (unsigned int i = REASON_NONE + 1; i < REASON_COUNT; i++)
		dropped += w->reason_packets[i];
	json_init(&j);
	json_object(&j);
	view_time(&j, "now", now);
	json_key_u64(&j, "generation", c->in_force);
	json_key_u64(&j, "packets", w->frames);
	json_key_u64(&j, "bytes", w->bytes);
	json_key_u64(&j, "dropped", dropped);
	json_key_u64(&j, "flows", w->flows_active);
	json_key_u64(&j, "events_lost", w->events_lost);
	json_key_u64(&j, "rate_out", rate_read(&c->state.rate_out, now));
	json_key_u64(&j, "rate_in", rate_read(&c->state.rate_in, now));
	json_key_bool(&j, "policy_pending", core_is_pending(c));
	json_key(&j, "dataplane");
	view_dataplane(c, &j);
	json_end(&j);
	if (!j.failed)
		stream_publish(c->stream, STREAM_STATS, j.text, j.length);
	json_free(&j);
}

static void
publish_rule_event(struct core *c, const struct rule *made, uint64_t removed) {
	struct json j;
	char id[ID_TEXT];

	if (!c->stream)
		return; // at the start: nobody listens yet
	json_init(&j);
	json_object(&j);
	json_key(&j, "items");
	json_array(&j);
	enum language spoken = language_speak(LANGUAGE_ENGLISH); // it goes to everybody
	if (made)
		view_rule(c, made, &j);
	language_speak(spoken);
	json_end(&j);
	json_key(&j, "removed");
	json_array(&j);
	if (removed)
		json_string(&j, id_text("rule_", removed, id));
	json_end(&j);
	json_key_u64(&j, "generation", c->state.generation);
	json_end(&j);
	if (!j.failed)
		stream_publish(c->stream, STREAM_RULE, j.text, j.length);
	json_free(&j);
}

void
publish_rule(struct core *c, const struct rule *r) {
	publish_rule_event(c, r, 0);
}

void
publish_rule_removed(struct core *c, uint64_t id) {
	publish_rule_event(c, NULL, id);
}

// The lists of a snapshot in their order; the cursor is the list above the id of its last item.
enum snapshot_list {
	SNAPSHOT_DEVICES,
	SNAPSHOT_DESTINATIONS,
	SNAPSHOT_RULES,
	SNAPSHOT_DONE,
};

static void
snapshot_item(const struct core *c, enum snapshot_list which, size_t at, struct json *j) {
	const struct state *s = &c->state;

	if (which == SNAPSHOT_DEVICES && join_is_part(s, s->devices[at]))
		return;
	if (which == SNAPSHOT_DEVICES)
		view_device(c, s->devices[at], false, j);
	else if (which == SNAPSHOT_RULES)
		view_rule(c, s->rules[at], j);
	else if (s->destinations[at]->visible)
		view_destination(c, s->destinations[at], j);
}

static bool
snapshot_part(const struct core *c, enum snapshot_list which, uint64_t *cursor, struct json *j) {
	static const char *const keys[] = {"devices", "destinations", "rules"};
	const struct state *s = &c->state;
	void *const *items = which == SNAPSHOT_DEVICES ? (void *const *)s->devices
		: which == SNAPSHOT_RULES	       ? (void *const *)s->rules
						       : (void *const *)s->destinations;
	size_t count = which == SNAPSHOT_DEVICES ? s->devices_count
		: which == SNAPSHOT_RULES	 ? s->rules_count
						 : s->destinations_count;
	uint64_t last = *cursor & ((1ull << CURSOR_SHIFT) - 1);
	size_t at = array_position(items, count, last + 1);

	json_object(j);
	json_key(j, keys[which]);
	json_array(j);
	for (; at < count && j->length < EVENT_BYTES; at++) {
		snapshot_item(c, which, at, j);
		last = *(const uint64_t *)items[at];
	}
	json_end(j);
	json_end(j);
	*cursor = at < count ? (uint64_t)which << CURSOR_SHIFT | last
			     : (uint64_t)(which + 1) << CURSOR_SHIFT;
	return true;
}

bool
publish_snapshot(void *core, uint64_t *cursor, struct json *j) {
	const struct core *c = core;
	enum snapshot_list which = (enum snapshot_list)(*cursor >> CURSOR_SHIFT);
	uint64_t visible = 0;

	if (which != SNAPSHOT_DONE)
		return snapshot_part(c, which, cursor, j);
	for (size_t i = 0; i < c->state.destinations_count; i++)
		visible += c->state.destinations[i]->visible;
	json_object(j);
	json_key_u64(j, "generation", c->state.generation);
	json_key_u64(j, "devices", c->state.devices_count - c->state.joined_count);
	json_key_u64(j, "destinations", visible);
	json_key_u64(j, "rules", c->state.rules_count);
	json_key(j, "health");
	view_health(c, j);
	json_end(j);
	return false;
}
