// SPDX-License-Identifier: BSD-3-Clause
// What happens without anybody reporting it is seen by looking once a second.

#include "control/array.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/dplink.h"
#include "control/history/history.h"
#include "control/identity/join.h"
#include "control/learn/learning.h"
#include "control/lists.h"
#include "control/notify/own.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FIRST_HOME_NS (600 * NS_PER_S) // so long a home that was never seen is being found
#define SETTLE_NS (3 * NS_PER_S) // so long a new device has to say its name
#define SCANS_EVERY_NS (10 * NS_PER_S)
#define DURATION 40

static const char *
duration(uint64_t ns, char ret[DURATION]) {
	uint64_t s = ns / NS_PER_S;

	if (s < 120)
		snprintf(ret, DURATION, "%" PRIu64 " second%s", s, s == 1 ? "" : "s");
	else if (s < 7200)
		snprintf(ret, DURATION, "%" PRIu64 " minutes", s / 60);
	else
		snprintf(ret, DURATION, "%" PRIu64 " hours", s / 3600);
	return ret;
}

static void
see_devices(struct core *c, uint64_t now) {
	struct notify *n = c->notify;
	const struct state *s = &c->state;
	size_t i =
		array_position((void *const *)s->devices, s->devices_count, n->newest_device + 1);

	if (n->first_home && clock_mono_ns() > c->started_ns + FIRST_HOME_NS)
		n->first_home = false;
	for (; i < s->devices_count; i++) {
		const struct device *d = s->devices[i];
		if (d->first_seen_ns + SETTLE_NS > now && !d->hostname[0])
			return; // and those behind it are newer
		n->newest_device = d->id;
		if (d->side == SIDE_LAN && !join_is_part(s, d))
			notify(c,
			       device_mac_is_random(d) ? NOTIFY_NEW_RANDOM : NOTIFY_NEW_DEVICE,
			       d,
			       NULL);
	}
}

static void
see_learning(struct core *c, uint64_t now) {
	const struct state *s = &c->state;
	char count[24];

	for (size_t i = 0; s->learning_count && i < s->devices_count; i++) {
		const struct learning *l = s->devices[i]->learning;
		if (!l || l->until_ns > now || l->until_ns <= c->notify->looked_ns)
			continue;
		snprintf(count, sizeof count, "%zu", l->count);
		notify(c, NOTIFY_LEARNING_ENDED, s->devices[i], count, NULL);
	}
}

static bool
is_among(const uint64_t *ids, size_t count, uint64_t id) {
	for (size_t i = 0; i < count; i++)
		if (ids[i] == id)
			return true;
	return false;
}

// Told once for as long as it lasts, whatever the ports.
void
notify_scans(struct core *c, uint64_t now) {
	struct notify *n = c->notify;
	struct scan found[SCANS_MAX];
	uint64_t scanning[SCANS_MAX];
	size_t scanning_count = 0;
	char port[8];

	if (now < n->scans_looked_ns + SCANS_EVERY_NS)
		return;
	n->scans_looked_ns = now;
	size_t count = scan_look(&c->state, now, found);
	for (size_t i = 0; i < count; i++) {
		const struct device *d = found[i].device;
		if (is_among(scanning, scanning_count, d->id))
			continue;
		scanning[scanning_count++] = d->id;
		if (is_among(n->scanning, n->scanning_count, d->id))
			continue;
		snprintf(port, sizeof port, "%u", found[i].port);
		notify(c, NOTIFY_SCANNING, d, port, NULL);
	}
	for (size_t i = 0; i < n->scanning_count; i++) {
		const struct device *d = device_by_id(&c->state, n->scanning[i]);
		if (d && !is_among(scanning, scanning_count, d->id))
			notify_end(c, NOTIFY_SCANNING, d);
	}
	memcpy(n->scanning, scanning, scanning_count * sizeof *scanning);
	n->scanning_count = scanning_count;
}

static void
see_disk(struct core *c) {
	struct notify *n = c->notify;
	char paused[256];

	history_message(c->history, paused);
	bool stored = c->storage_ok && !c->image_failed && !paused[0];
	if (n->stored && !stored)
		notify(c,
		       NOTIFY_DISK_FULL,
		       NULL,
		       !c->storage_ok ? c->storage_message
			       : paused[0]
			       ? paused
			       : "The rules for the dataplane's next start cannot be written.",
		       NULL);
	else if (!n->stored && stored)
		notify_end(c, NOTIFY_DISK_FULL, NULL);
	n->stored = stored;
}

static void
see_losses(struct core *c) {
	struct notify *n = c->notify;
	uint64_t lost = c->state.stats.events_lost;
	char count[24];

	if (lost > n->events_lost) {
		snprintf(count, sizeof count, "%" PRIu64, lost);
		notify(c, NOTIFY_EVENT_LOSS, NULL, count, NULL);
	}
	n->events_lost = lost;
}

static void
see_lists(struct core *c) {
	struct notify *n = c->notify;
	char name[LISTS_NAME_MAX + 1], why[256];

	for (unsigned int i = 0; i < lists_count(c->lists); i++) {
		bool was = n->lists_wrong >> i & 1;
		bool is = lists_is_old(c->lists, i, name, why);
		if (is && !was)
			notify(c, NOTIFY_LIST_OLD, NULL, name, why, NULL);
		n->lists_wrong = (n->lists_wrong & ~(1ull << i)) | (uint64_t)is << i;
	}
}

void
notify_second(struct core *c) {
	uint64_t now = clock_wall_ns();
	struct notify *n = c->notify;

	see_devices(c, now);
	see_learning(c, now);
	notify_scans(c, now);
	see_disk(c);
	see_losses(c);
	see_lists(c);
	while (n->count && n->held[0]->n.last_ns + NOTIFY_KEEP_DAYS * 86400ull * NS_PER_S < now)
		notify_forget(n, n->held[0]);
	n->looked_ns = now;
}

void
notify_dataplane_down(struct core *c) {
	char message[256];

	c->notify->lost_ns = clock_mono_ns();
	core_dataplane_message(c, message);
	notify(c, NOTIFY_DATAPLANE_LOST, NULL, message, NULL);
}

void
notify_dataplane_up(struct core *c) {
	struct notify *n = c->notify;
	char text[DURATION];

	n->events_lost = 0; // it may be another run
	if (!n->lost_ns)
		return;
	notify_end(c, NOTIFY_DATAPLANE_LOST, NULL);
	notify(c, NOTIFY_DATAPLANE_BACK, NULL, duration(clock_mono_ns() - n->lost_ns, text), NULL);
	n->lost_ns = 0;
}

void
notify_of_change(struct core *c, const struct change *change, const char *failed) {
	const struct device *d = device_by_id(&c->state, change->device);

	const struct rule_spec *rule = change->rule_has ? &change->rule_now : NULL;

	if (change->kind == CHANGE_RULE && rule && rule->action == ACTION_BLOCK
	    && rule->object == RULE_ANY && rule->device && !failed)
		notify_blocked(c->notify, rule->device);
	if (change->kind != CHANGE_DEVICE || !d
	    || strcmp(change->profile_was, change->profile_now) == 0)
		return;
	const char *to = change->profile_now[0] ? change->profile_now : "of a new device";
	if (failed)
		notify(c, NOTIFY_PROFILE_FAILED, d, to, failed, NULL);
	else
		notify(c, NOTIFY_PROFILE_SET, d, to, change->author, NULL);
}
