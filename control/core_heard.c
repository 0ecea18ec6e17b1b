// SPDX-License-Identifier: BSD-3-Clause
// What the dataplane says, message by message, to whom it is about.

#include "control/capture/captures.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/export/export.h"
#include "control/handover.h"
#include "control/lists.h"
#include "control/notify/notify.h"
#include "control/upkeep.h"
#include "platform/lists_image.h"
#include "platform/wire.h"

#include <stdio.h>

static void
take_names(struct core *c, const uint8_t *at, unsigned int count) {
	for (unsigned int i = 0; i < count; i++) {
		const struct wire_name *name = (const void *)at;
		observe_name(&c->state, name, (const char *)(at + sizeof *name));
		exports_name(c->exports, name, (const char *)(at + sizeof *name));
		at += wire_name_size(name->length);
	}
}

static void
take_list_hits(struct core *c, const struct wire_hits *at, unsigned int count) {
	for (unsigned int i = 0; i < count; i++)
		if (at[i].rule & WIRE_HITS_LIST)
			lists_hit(
				c->lists,
				(unsigned int)(at[i].rule & (LISTS_MAX - 1)),
				at[i].hits,
				clock_wall_of(at[i].last_ns)
			);
}

static void
take_alerts(struct core *c, const struct wire_alert *at, unsigned int count) {
	for (unsigned int i = 0; i < count; i++) {
		char text[sizeof at->text + 1];
		snprintf(text, sizeof text, "%.*s", (int)sizeof at->text, at[i].text);
		observe_alert(&c->state, &at[i]);
		if (at[i].kind < ALERT_COUNT)
			notify(c, notify_kind_of_alert(at[i].kind), NULL, text, NULL);
	}
}

#define EACH(record, call)                                                                         \
	for (unsigned int i = 0; i < h->count; i++)                                                \
	call(&c->state, (const record *)(const void *)records + i)

void
core_heard(void *context, const struct wire_header *h, const uint8_t *records) {
	struct core *c = context;

	switch ((enum wire_type)h->type) {
	case WIRE_DEVICE:
		EACH(struct wire_device, observe_device);
		break;
	case WIRE_ADDRESS:
		EACH(struct wire_address, observe_address);
		if (c->state.home_grew)
			upkeep_home(c);
		c->state.home_grew = false;
		break;
	case WIRE_HOSTNAME:
		EACH(struct wire_hostname, observe_hostname);
		break;
	case WIRE_FACT:
		EACH(struct wire_fact, observe_fact);
		break;
	case WIRE_FLOW:
		EACH(struct wire_flow, flow_observe);
		break;
	case WIRE_PORT:
		EACH(struct wire_port, observe_port);
		break;
	case WIRE_STATS:
		EACH(struct wire_stats, observe_stats);
		break;
	case WIRE_ALERT:
		take_alerts(c, (const void *)records, h->count);
		break;
	case WIRE_HITS:
		EACH(struct wire_hits, observe_hits);
		take_list_hits(c, (const void *)records, h->count);
		break;
	case WIRE_NAME:
		take_names(c, records, h->count);
		break;
	case WIRE_RULES_ACK:
		if (h->count > 0)
			handover_acked(c, (const void *)records);
		break;
	case WIRE_LISTS_ACK:
		if (h->count > 0 && lists_acked(c->lists, (const void *)records))
			upkeep_moved(c);
		break;
	case WIRE_SNAPSHOT_END:
		c->snapshot_done = true;
		break;
	case WIRE_CAPTURE_STATE:
		for (unsigned int i = 0; i < h->count; i++)
			captures_state(
				c->captures,
				(const struct wire_capture_state *)(const void *)records + i
			);
		break;
	case WIRE_CAPTURE:
	case WIRE_CAPTURE_STOP:
	case WIRE_RECORDER:
	case WIRE_HELLO:
	case WIRE_LISTS:
	case WIRE_RULES:
	case WIRE_SNAPSHOT:
		break;
	}
}
