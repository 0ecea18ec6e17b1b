// SPDX-License-Identifier: BSD-3-Clause

#include "control/metrics.h"

#include "control/clock.h"
#include "control/core.h"
#include "control/dplink.h"
#include "control/http/stream.h"

#include <inttypes.h>
#include <stdio.h>

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
	X("spin_uptime_seconds",                                                                   \
	  "gauge",                                                                                 \
	  "Seconds since spin-control started.",                                                   \
	  (clock_mono_ns() - c->started_ns) / NS_PER_S)

static void
write_head(FILE *f, const char *name, const char *type, const char *help) {
	fprintf(f, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void
write_label(FILE *f, const char *value) {
	for (; *value; value++) {
		if (*value == '"' || *value == '\\')
			fputc('\\', f);
		fputc(*value == '\n' ? ' ' : *value, f);
	}
}

static void
write_port_metric(
	FILE *f,
	const struct state *s,
	const char *name,
	const char *help,
	size_t offset
) {
	write_head(f, name, "counter", help);
	for (size_t i = 0; i < s->ports_count; i++) {
		const uint64_t *value = (const void *)((const char *)&s->ports[i] + offset);
		fprintf(f, "%s{port=\"", name);
		write_label(f, s->ports[i].name);
		fprintf(f, "\"} %" PRIu64 "\n", *value);
	}
}

static void
write_ports(FILE *f, const struct state *s) {
#define PORT(name, help, field)                                                                    \
	write_port_metric(f, s, name, help, offsetof(struct wire_port, field))
	PORT("spin_port_rx_packets_total", "Packets received.", rx_packets);
	PORT("spin_port_rx_bytes_total", "Bytes received.", rx_bytes);
	PORT("spin_port_tx_packets_total", "Packets the driver took.", tx_packets);
	PORT("spin_port_tx_bytes_total", "Bytes the driver took.", tx_bytes);
	PORT("spin_port_rx_missed_total", "Packets lost before us.", rx_missed);
	PORT("spin_port_partial_checksums_total", "Checksums completed.", partial_checksums);
#undef PORT
	write_head(f, "spin_port_up", "gauge", "Whether the link is up.");
	for (size_t i = 0; i < s->ports_count; i++) {
		fputs("spin_port_up{port=\"", f);
		write_label(f, s->ports[i].name);
		fprintf(f, "\"} %d\n", (s->ports[i].flags & WIRE_PORT_LINK_UP) != 0);
	}
}

char *
metrics_text(const struct core *c, size_t *ret_length) {
	const struct state *s = &c->state;
	const struct wire_stats *w = &s->stats;
	char *text = NULL;
	FILE *f = open_memstream(&text, ret_length);

	if (!f)
		return NULL;
	write_head(f, "spin_build_info", "gauge", "The release of spin-control.");
	fprintf(f, "spin_build_info{version=\"%s\"} 1\n", SPIN_RELEASE);
#define X(name, type, help, value)                                                                 \
	write_head(f, name, type, help);                                                           \
	fprintf(f, "%s %" PRIu64 "\n", name, (uint64_t)(value));
	METRICS(X)
#undef X
	write_ports(f, s);
	write_head(f, "spin_packets_dropped_total", "counter", "Frames not forwarded, by reason.");
	for (unsigned int i = REASON_NONE + 1; i < REASON_COUNT; i++)
		fprintf(f,
			"spin_packets_dropped_total{reason=\"%s\"} %" PRIu64 "\n",
			reason_name(i),
			w->reason_packets[i]);
	write_head(
		f,
		"spin_packets_originated_total",
		"counter",
		"Frames sent in place of dropped ones, by kind."
	);
	for (unsigned int i = 0; i < ORIGINATED_COUNT; i++)
		fprintf(f,
			"spin_packets_originated_total{kind=\"%s\"} %" PRIu64 "\n",
			originated_name(i),
			w->originated[i]);
	write_head(f, "spin_packets_forwarded_total", "counter", "Frames forwarded.");
	fprintf(f, "spin_packets_forwarded_total %" PRIu64 "\n", w->reason_packets[REASON_NONE]);
	return fclose(f) == 0 ? text : NULL;
}
