// SPDX-License-Identifier: BSD-3-Clause
// How we are: what a household needs to know before it believes the rest.

#include "control/capture/recorder.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/cpu.h"
#include "control/dplink.h"
#include "control/history/history.h"
#include "control/supported.h"
#include "control/text/language.h"
#include "control/view.h"

static void
view_port(const struct wire_port *p, struct json *j) {
	json_object(j);
	json_key_string(j, "name", p->name);
	json_key_string(j, "side", side_name(p->side));
	json_key_string(j, "driver", p->driver);
	json_key_bool(j, "link", p->flags & WIRE_PORT_LINK_UP);
	json_key_bool(j, "open", p->flags & WIRE_PORT_OPEN);
	json_key_bool(j, "partial_csum", p->flags & WIRE_PORT_PARTIAL_CSUM);
	json_key_u64(j, "rx_packets", p->rx_packets);
	json_key_u64(j, "rx_bytes", p->rx_bytes);
	json_key_u64(j, "tx_packets", p->tx_packets);
	json_key_u64(j, "tx_bytes", p->tx_bytes);
	json_key_u64(j, "rx_missed", p->rx_missed);
	json_end(j);
}

void
view_dataplane(const struct core *c, struct json *j) {
	const struct state *s = &c->state;
	bool up = dplink_is_up(c->link);
	char message[256];

	core_dataplane_message(c, message);
	json_object(j);
	json_key_bool(j, "connected", up);
	view_time(j, "since", dplink_since_ns(c->link));
	json_key_string(
		j,
		"release",
		dplink_hello(c->link)->release[0] ? dplink_hello(c->link)->release : NULL
	);
	json_key_u64(j, "generation", c->in_force);
	json_key(j, "ports");
	json_array(j);
	for (size_t i = 0; i < s->ports_count; i++)
		view_port(&s->ports[i], j);
	json_end(j);
	view_time(j, "last_seen", clock_wall_of(dplink_heard_mono_ns(c->link)));
	json_key_string(j, "message", _(message));
	json_end(j);
}

// What the figures stand on, in one sentence.
static const char *
coverage(const struct core *c) {
	if (!dplink_is_up(c->link))
		return _(
			"Nothing is seen while the dataplane is away; what stands here is the last "
			"that was known."
		);
	if (c->state.stats.flows_refused > 0)
		return _("Some connections were judged and counted without being listed: the flow "
			 "table was full.");
	if (c->state.stats.events_lost > 0)
		return _("Every frame is counted; some single reports were lost and healed by the "
			 "next.");
	return _("Every frame through the gateway is counted.");
}

// What the figures lack, each as a count since the dataplane started.
static void
view_unseen(const struct wire_stats *w, struct json *j) {
	json_key(j, "unseen");
	json_object(j);
	json_key_u64(j, "reports_lost", w->events_lost);
	json_key_u64(j, "not_parsed", w->malformed);
	json_key_u64(j, "not_listed", w->flows_refused);
	json_key_u64(j, "names_not_believed", w->names_refused);
	json_key_u64(j, "facts_not_kept", w->facts_refused);
	json_end(j);
}

static void
view_support(const struct state *s, struct json *j) {
	// A clock that nobody set knows no day.
	bool ended = !s->clock_untrusted && supported_ended(SPIN_SECURITY_UNTIL, clock_wall_ns());

	json_key(j, "support");
	json_object(j);
	json_key_string(j, "until", SPIN_SECURITY_UNTIL);
	json_key_bool(j, "ended", ended);
	json_key_string(
		j,
		"message",
		ended ? _("This version gets no security fixes any more: update the gateway.")
		      : NULL
	);
	json_end(j);
}

void
view_health(const struct core *c, struct json *j) {
	const struct state *s = &c->state;

	json_object(j);
	json_key_string(j, "status", core_health(c));
	json_key(j, "dataplane");
	view_dataplane(c, j);
	json_key_u64(j, "generation", s->generation);
	json_key_bool(j, "policy_pending", core_is_pending(c));
	json_key(j, "storage");
	json_object(j);
	json_key_bool(j, "ok", c->storage_ok && !c->image_failed);
	const char *why = !c->storage_ok ? c->storage_message
		: c->image_failed ? _("The rules for the dataplane's next start could not be "
				      "written: free some space.")
				  : NULL;
	json_key_string(j, "message", _(why));
	json_end(j);
	json_key(j, "history");
	history_write_status(c->history, j);
	json_key(j, "configuration");
	json_object(j);
	json_key_bool(j, "ok", !c->reload.error[0]);
	json_key_string(j, "message", c->reload.error[0] ? c->reload.error : NULL);
	json_end(j);
	recorder_view(c->recorder, j);
	json_key_string(j, "version", SPIN_RELEASE);
	view_support(s, j);
	json_key_u64(j, "uptime", (clock_mono_ns() - c->started_ns) / NS_PER_S);
	json_key(j, "alerts");
	json_array(j);
	for (size_t i = 0; i < s->alerts_count; i++)
		view_alert(&s->alerts[i], j);
	json_end(j);
	json_key_u64(j, "events_lost", s->stats.events_lost);
	json_key_bool(j, "clock_trusted", !s->clock_untrusted);
	json_key_string(j, "coverage", coverage(c));
	view_unseen(&s->stats, j);
	cpu_view(c, j);
	if (banner_is_set(&c->config->banner)) {
		json_key(j, "banner");
		banner_say(&c->config->banner, j);
	}
	json_end(j);
}
