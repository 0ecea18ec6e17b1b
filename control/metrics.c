// SPDX-License-Identifier: BSD-3-Clause

#include "control/metrics.h"

#include "control/capture/captures.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/dplink.h"
#include "control/history/history.h"
#include "control/http/stream.h"
#include "control/metrics_parts.h"
#include "control/metrics_write.h"
#include "control/supported.h"

#include <stdio.h>
#include <string.h>

// Rows: name, type, help, value of core `c`.
#define METRICS(X)                                                                                 \
	X("spin_dataplane_up",                                                                     \
	  "gauge",                                                                                 \
	  "Whether the dataplane is connected.",                                                   \
	  dplink_is_up(c->link))                                                                   \
	X("spin_policy_generation",                                                                \
	  "gauge",                                                                                 \
	  "Number of the rules in force in the dataplane.",                                        \
	  c->in_force)                                                                             \
	X("spin_policy_pending",                                                                   \
	  "gauge",                                                                                 \
	  "Whether newer rules are not in force yet.",                                             \
	  core_is_pending(c))                                                                      \
	X("spin_flows_active", "gauge", "Flows in the dataplane's tables.", w->flows_active)       \
	X("spin_flows_capacity", "gauge", "Flows that fit.", w->flows_capacity)                    \
	X("spin_flows_created_total", "counter", "Flows begun.", w->flows_created)                 \
	X("spin_flows_refused_total",                                                              \
	  "counter",                                                                               \
	  "Frames judged without a flow: table full.",                                             \
	  w->flows_refused)                                                                        \
	X("spin_frames_total", "counter", "Frames received by all ports.", w->frames)              \
	X("spin_bytes_total", "counter", "Bytes received by all ports.", w->bytes)                 \
	X("spin_frames_malformed_total",                                                           \
	  "counter",                                                                               \
	  "Frames whose headers contradict.",                                                      \
	  w->malformed)                                                                            \
	X("spin_frames_non_ip_total", "counter", "Frames that carry no IP.", w->non_ip)            \
	X("spin_frames_without_flow_total",                                                        \
	  "counter",                                                                               \
	  "Frames that belong to no flow.",                                                        \
	  w->without_flow)                                                                         \
	X("spin_events_lost_total",                                                                \
	  "counter",                                                                               \
	  "Reports the dataplane could not deliver.",                                              \
	  w->events_lost)                                                                          \
	X("spin_workers", "gauge", "Workers of the dataplane.", w->workers)                        \
	X("spin_devices", "gauge", "Devices known.", s->devices_count)                             \
	X("spin_destinations", "gauge", "Destinations known.", s->destinations_count)              \
	X("spin_names", "gauge", "Answers remembered: device, address, name.", s->peers.count)     \
	X("spin_rules", "gauge", "Rules set.", s->rules_count)                                     \
	X("spin_forgotten_total",                                                                  \
	  "counter",                                                                               \
	  "Destinations and names that made room.",                                                \
	  s->forgotten)                                                                            \
	X("spin_storage_ok",                                                                       \
	  "gauge",                                                                                 \
	  "Whether the last write to the state database succeeded.",                               \
	  c->storage_ok)                                                                           \
	X("spin_names_refused_total",                                                              \
	  "counter",                                                                               \
	  "DNS messages that contradict themselves and were not believed.",                        \
	  w->names_refused)                                                                        \
	X("spin_facts_refused_total",                                                              \
	  "counter",                                                                               \
	  "Facts of devices that told more of themselves than is kept, or too fast.",              \
	  w->facts_refused)                                                                        \
	X("spin_streams", "gauge", "Browsers following events.", stream_readers(c->stream))        \
	X("spin_generation",                                                                       \
	  "gauge",                                                                                 \
	  "Number of the rules that were compiled last.",                                          \
	  s->generation)                                                                           \
	X("spin_flows_held", "gauge", "Flows that GET /flows lists.", s->flows.count)              \
	X("spin_alerts", "gauge", "Alerts that GET /health lists.", s->alerts_count)               \
	X("spin_captures", "gauge", "Captures kept.", captures_count(c->captures))                 \
	X("spin_captures_bytes", "gauge", "Bytes of them.", captures_bytes(c->captures))           \
	X("spin_image_ok",                                                                         \
	  "gauge",                                                                                 \
	  "Whether the rules for the dataplane's next start are on disk.",                         \
	  !c->image_failed)                                                                        \
	X("spin_configuration_ok",                                                                 \
	  "gauge",                                                                                 \
	  "Whether the configuration was readable when it was read last.",                         \
	  !c->reload.error[0])                                                                     \
	X("spin_clock_trusted", "gauge", "Whether somebody set the clock.", !s->clock_untrusted)   \
	X("spin_history_ok", "gauge", "Whether the history is written.", h.ok)                     \
	X("spin_history_bytes", "gauge", "Bytes of the history.", h.bytes)                         \
	X("spin_history_bytes_max", "gauge", "Bytes it may have.", h.bytes_max)                    \
	X("spin_history_connections_lost_total",                                                   \
	  "counter",                                                                               \
	  "Closed connections that the history had no room for.",                                  \
	  h.connections_lost)                                                                      \
	X("spin_dataplane_start_timestamp_seconds",                                                \
	  "gauge",                                                                                 \
	  "When the dataplane started; 0: not known.",                                             \
	  clock_wall_of(w->start_ns) / NS_PER_S)                                                   \
	X("spin_security_fixes_end_timestamp_seconds",                                             \
	  "gauge",                                                                                 \
	  "When this version stops getting security fixes.",                                       \
	  supported_end_ns(SPIN_SECURITY_UNTIL) / NS_PER_S)                                        \
	X("spin_uptime_seconds",                                                                   \
	  "gauge",                                                                                 \
	  "Seconds since spin-control started.",                                                   \
	  (clock_mono_ns() - c->started_ns) / NS_PER_S)

bool
metrics_wants_open(const char *accept) {
	static const char type[] = "application/openmetrics-text";
	const char *at = accept ? strstr(accept, type) : NULL;

	if (!at)
		return false;
	// "q=0" and "q=0.0" say that it is not wanted.
	const char *end = at + strcspn(at, ",");
	const char *q = strstr(at, "q=");
	return !q || q > end || strspn(q + 2, "0.") < strcspn(q + 2, ",; ");
}

char *
metrics_text(const struct core *c, bool open, size_t *ret_length) {
	const struct state *s = &c->state;
	const struct wire_stats *w = &s->stats;
	struct history_figures h;
	char *text = NULL;
	struct metrics_writer m = {.f = open_memstream(&text, ret_length), .open = open};

	if (!m.f)
		return NULL;
	history_figures(c->history, &h);
	metric_family(&m, "spin_build_info", "info", "The release of spin-control.");
	metric_of(&m, 1, "version", SPIN_RELEASE);
#define X(name, type, help, value)                                                                 \
	metric_family(&m, name, type, help);                                                       \
	metric_plain(&m, (uint64_t)(value));
	METRICS(X)
#undef X
	metrics_health(&m, c);
	metrics_ports(&m, c);
	metrics_workers(&m, c);
	metrics_reasons(&m, c);
	metrics_classes(&m, c);
	metrics_integrations(&m, c);
	metrics_devices(&m, c);
	metrics_process(&m);
	if (open)
		fputs("# EOF\n", m.f);
	return fclose(m.f) == 0 ? text : NULL;
}
