// SPDX-License-Identifier: BSD-3-Clause

#include "control/metrics_parts.h"

#include "control/clock.h"
#include "control/core.h"
#include "control/export/export.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "control/traffic.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

void
metrics_health(struct metrics_writer *m, const struct core *c) {
	static const char *const words[] = {"ok", "degraded", "down"};
	const char *now = core_health(c);

	metric_family(m, "spin_health", "gauge", "1 for the word that GET /health says.");
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		metric_of(m, strcmp(words[i], now) == 0, "status", words[i]);
}

static void
port_counters(
	struct metrics_writer *m,
	const struct state *s,
	const char *name,
	const char *help,
	size_t offset
) {
	metric_family(m, name, "counter", help);
	for (size_t i = 0; i < s->ports_count; i++) {
		const uint64_t *value = (const void *)((const char *)&s->ports[i] + offset);
		metric_of(m, *value, "port", s->ports[i].name);
	}
}

static void
port_flags(
	struct metrics_writer *m,
	const struct state *s,
	const char *name,
	const char *help,
	unsigned int flag
) {
	metric_family(m, name, "gauge", help);
	for (size_t i = 0; i < s->ports_count; i++)
		metric_of(m, (s->ports[i].flags & flag) != 0, "port", s->ports[i].name);
}

void
metrics_ports(struct metrics_writer *m, const struct core *c) {
	const struct state *s = &c->state;

#define PORT(name, help, field) port_counters(m, s, name, help, offsetof(struct wire_port, field))
	PORT("spin_port_rx_packets_total", "Packets received.", rx_packets);
	PORT("spin_port_rx_bytes_total", "Bytes received.", rx_bytes);
	PORT("spin_port_tx_packets_total", "Packets the driver took.", tx_packets);
	PORT("spin_port_tx_bytes_total", "Bytes the driver took.", tx_bytes);
	PORT("spin_port_rx_missed_total", "Packets lost before us.", rx_missed);
	PORT("spin_port_partial_checksums_total", "Checksums completed.", partial_checksums);
#undef PORT
	port_flags(m, s, "spin_port_up", "Whether the link is up.", WIRE_PORT_LINK_UP);
	port_flags(m, s, "spin_port_open", "Whether the dataplane has the port.", WIRE_PORT_OPEN);
	metric_family(m, "spin_port_info", "info", "Which side a port is on, and its driver.");
	for (size_t i = 0; i < s->ports_count; i++)
		metric_of(
			m,
			1,
			"port",
			s->ports[i].name,
			"side",
			side_name(s->ports[i].side),
			"driver",
			s->ports[i].driver
		);
}

void
metrics_workers(struct metrics_writer *m, const struct core *c) {
	const struct wire_stats *w = &c->state.stats;

	metric_family(
		m,
		"spin_worker_idle_seconds_total",
		"counter",
		"Time in which a worker had nothing to do, although it may have polled."
	);
	for (unsigned int i = 0; i < WIRE_WORKERS_MAX; i++) {
		char worker[12], core[24];
		if (w->worker_core[i] == 0)
			continue;
		snprintf(worker, sizeof worker, "%u", i);
		snprintf(core, sizeof core, "%" PRIu64, w->worker_core[i] - 1);
		metric_of(m, w->worker_idle_ns[i] / NS_PER_S, "worker", worker, "core", core);
	}
}

void
metrics_reasons(struct metrics_writer *m, const struct core *c) {
	const struct wire_stats *w = &c->state.stats;

	metric_family(
		m, "spin_packets_dropped_total", "counter", "Frames not forwarded, by reason."
	);
	for (unsigned int i = REASON_NONE + 1; i < REASON_COUNT; i++)
		metric_of(m, w->reason_packets[i], "reason", reason_name(i));
	metric_family(m, "spin_bytes_dropped_total", "counter", "Bytes of those frames.");
	for (unsigned int i = REASON_NONE + 1; i < REASON_COUNT; i++)
		metric_of(m, w->reason_bytes[i], "reason", reason_name(i));
	metric_family(
		m,
		"spin_packets_originated_total",
		"counter",
		"Frames sent in place of dropped ones, by kind."
	);
	for (unsigned int i = 0; i < ORIGINATED_COUNT; i++)
		metric_of(m, w->originated[i], "kind", originated_name(i));
	metric_family(m, "spin_packets_forwarded_total", "counter", "Frames forwarded.");
	metric_plain(m, w->reason_packets[REASON_NONE]);
	metric_family(m, "spin_bytes_forwarded_total", "counter", "Bytes of those frames.");
	metric_plain(m, w->reason_bytes[REASON_NONE]);
}

void
metrics_classes(struct metrics_writer *m, const struct core *c) {
	const struct state *s = &c->state;
	uint64_t devices[KIND_COUNT] = {0}, online[KIND_COUNT] = {0}, blocked = 0;
	uint64_t places[3] = {0}, now = clock_wall_ns();
	static const char *const words[] = {"internet", "local", "multicast"};

	for (size_t i = 0; i < s->devices_count; i++) {
		const struct device *d = s->devices[i];
		if (join_is_part(s, d))
			continue;
		enum kind k = identity_kind(d);
		devices[k]++;
		online[k] += device_is_online(d, now);
		blocked += (d->actions & ACTION_BLOCK) != 0;
	}
	for (size_t i = 0; i < s->destinations_count; i++) {
		const struct destination *d = s->destinations[i];
		if (d->visible)
			places[d->multicast ? 2 : d->local ? 1 : 0]++;
	}
	metric_family(m, "spin_class_devices", "gauge", "Devices known, by what they are.");
	for (unsigned int i = 0; i < KIND_COUNT; i++)
		if (devices[i])
			metric_of(m, devices[i], "class", kind_name(i));
	metric_family(m, "spin_class_devices_online", "gauge", "Devices seen in five minutes.");
	for (unsigned int i = 0; i < KIND_COUNT; i++)
		if (devices[i])
			metric_of(m, online[i], "class", kind_name(i));
	metric_family(m, "spin_devices_blocked", "gauge", "Devices that are blocked.");
	metric_plain(m, blocked);
	metric_family(m, "spin_class_destinations", "gauge", "Destinations known, by where.");
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		metric_of(m, places[i], "class", words[i]);
}

// One family of all adapters; `field` of what each says of itself.
#define INTEGRATIONS(family, type, help, value)                                                    \
	metric_family(m, family, type, help);                                                      \
	for (size_t i = 0; c->exports && i < exports_count(); i++) {                               \
		struct export_status status;                                                       \
		exports_status(c->exports, i, &status);                                            \
		metric_of(m, value, "integration", exports_adapter(i)->name);                      \
	}

void
metrics_integrations(struct metrics_writer *m, const struct core *c) {
	INTEGRATIONS(
		"spin_integration_enabled",
		"gauge",
		"Whether the configuration asks for it.",
		exports_adapter(i)->wanted(c->config)
	)
	INTEGRATIONS(
		"spin_integration_up",
		"gauge",
		"Whether it is in contact.",
		status.state == EXPORT_OK
	)
	INTEGRATIONS(
		"spin_integration_sent_total", "counter", "Messages or records sent.", status.sent
	)
	INTEGRATIONS(
		"spin_integration_lost_total",
		"counter",
		"Messages or records that could not be sent.",
		status.lost
	)
	INTEGRATIONS(
		"spin_integration_waiting",
		"gauge",
		"Messages or records that wait.",
		status.waiting
	)
	INTEGRATIONS(
		"spin_integration_last_contact_timestamp_seconds",
		"gauge",
		"When something got through last; 0: never.",
		status.contact_ns / NS_PER_S
	)
}

struct device_figure {
	const char *name, *type, *help;
	uint64_t (*value)(const struct device *d, bool in);
	bool both_ways;
};

static uint64_t
bytes_of(const struct device *d, bool in) {
	return in ? d->sum.bytes_in : d->sum.bytes_out;
}

static uint64_t
packets_of(const struct device *d, bool in) {
	return in ? d->sum.packets_in : d->sum.packets_out;
}

static uint64_t
dropped_of(const struct device *d, bool in) {
	(void)in;
	return d->sum.dropped;
}

static uint64_t
online_of(const struct device *d, bool in) {
	(void)in;
	return device_is_online(d, clock_wall_ns());
}

void
metrics_devices(struct metrics_writer *m, const struct core *c) {
	static const struct device_figure figures[] = {
		{"spin_device_bytes_total", "counter", "Bytes of a device.", bytes_of, true},
		{"spin_device_packets_total", "counter", "Frames of a device.", packets_of, true},
		{"spin_device_dropped_total",
		 "counter",
		 "Frames of a device not forwarded.",
		 dropped_of,
		 false},
		{"spin_device_online",
		 "gauge",
		 "Whether it was seen in five minutes.",
		 online_of,
		 false},
	};
	const struct state *s = &c->state;
	char id[ID_TEXT];

	if (!c->config->prometheus_devices)
		return;
	for (size_t f = 0; f < ARRAY_LEN(figures); f++) {
		const struct device_figure *is = &figures[f];
		metric_family(m, is->name, is->type, is->help);
		for (size_t i = 0; i < s->devices_count && i < METRICS_DEVICES_MAX; i++) {
			const struct device *d = s->devices[i];
			id_text("dev_", d->id, id);
			if (!is->both_ways) {
				metric_of(m, is->value(d, false), "device", id);
				continue;
			}
			metric_of(m, is->value(d, false), "device", id, "direction", "out");
			metric_of(m, is->value(d, true), "device", id, "direction", "in");
		}
	}
	metric_family(m, "spin_devices_left_out", "gauge", "Devices without series of their own.");
	metric_plain(
		m,
		s->devices_count > METRICS_DEVICES_MAX ? s->devices_count - METRICS_DEVICES_MAX : 0
	);
}

void
metrics_process(struct metrics_writer *m) {
	struct rusage used;
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (f && fscanf(f, "%*s %lu", &pages) != 1)
		pages = 0;
	if (f)
		fclose(f);
	getrusage(RUSAGE_SELF, &used);
	metric_family(m, "process_cpu_seconds_total", "counter", "Processor time of spin-control.");
	metric_plain(m, (uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec));
	metric_family(m, "process_resident_memory_bytes", "gauge", "Memory of spin-control.");
	metric_plain(m, (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE));
}
