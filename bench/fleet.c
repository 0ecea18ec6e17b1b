// SPDX-License-Identifier: BSD-3-Clause
// Very many gateways at one broker, in one process: the client and the topics of spin-control, over
// one home of made-up devices that all of them tell of.
//
// Shape:   fleet GATEWAYS DEVICES FLOWS_A_MINUTE PORT; each second a line of JSON on stdout: how
//          many are connected, how many of them came in that second, messages and bytes so far.
//          It ends with its standard input.

#include "control/clock.h"
#include "control/core.h"
#include "control/domain.h"
#include "control/dplink.h"
#include "control/export/mqtt/client_own.h"
#include "control/export/mqtt/mqtt.h"
#include "control/export/mqtt/users.h"
#include "control/flow.h"
#include "control/notify/notify.h"

#include <inttypes.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

struct gateway {
	struct mqtt_client *client;
	void *topics;
	bool up;
	uint64_t bytes, closed_bytes; // of this connection, and of those before
};

struct fleet {
	struct core core;
	struct config config;
	struct gateway *gateways;
	unsigned int count, flows_a_minute;
	struct flow *flow;
	uint64_t came; // connections since the last line
	struct ev_timer second;
	struct ev_io input;
	uint64_t begun_ns;
};

static void
make_home(struct fleet *f, unsigned int devices) {
	struct state *s = &f->core.state;
	struct wire_flow w = {
		.id = 1,
		.first_seen_ns = clock_mono_ns(),
		.last_seen_ns = clock_mono_ns(),
		.packets = {20, 30},
		.bytes = {4000, 30000},
		.port = {40000, 443},
		.protocol = 6,
		.family = 4,
		.flags = WIRE_FLOW_HAS_PORTS,
		.mac = {{2, 0, 0, 0, 1, 1}},
		.address = {{192, 0, 2, 11}, {198, 51, 100, 7}},
	};

	state_init(s);
	s->profiles = (struct profiles){.items = {{.name = "allow-all"}}, .count = 1};
	for (unsigned int i = 0; i < devices; i++) {
		const uint8_t mac[6] = {2, 0, 0, 0, 1, (uint8_t)(i + 1)};
		struct device *d = device_get(s, mac);
		snprintf(d->user_name, sizeof d->user_name, "Device number %u", i + 1);
		d->first_seen_ns = d->last_seen_ns = clock_wall_ns();
	}
	flow_observe(s, &w);
	f->flow = TAILQ_FIRST(&s->flows_by_age);
}

// A third of the devices is at work at any time.
static void
live(struct fleet *f) {
	for (size_t i = 0; i < f->core.state.devices_count; i++) {
		struct device *d = f->core.state.devices[i];
		d->changed = rand() % 3 == 0;
		if (!d->changed)
			continue;
		d->last_seen_ns = clock_wall_ns();
		d->sum.packets_in += 100;
		d->sum.bytes_in += 120000 + (uint64_t)(rand() % 1000);
		d->sum.packets_out += 60;
		d->sum.bytes_out += 9000 + (uint64_t)(rand() % 1000);
	}
}

static void
count_bytes(struct gateway *g) {
	struct tcp_info info = {0};
	socklen_t length = sizeof info;

	if (mqtt_is_connected(g->client)
	    && getsockopt(mosquitto_socket(g->client->m), IPPROTO_TCP, TCP_INFO, &info, &length)
		    == 0)
		g->bytes = info.tcpi_bytes_received + info.tcpi_bytes_acked;
}

static void
look_at(struct fleet *f, struct gateway *g) {
	bool up = mqtt_is_connected(g->client);

	if (up && !g->up) {
		f->came++;
		g->closed_bytes += g->bytes;
		g->bytes = 0;
	}
	g->up = up;
	count_bytes(g);
}

static void
on_second(struct ev_loop *loop, struct ev_timer *w, int events) {
	struct fleet *f = w->data;
	uint64_t sent = 0, lost = 0, waiting = 0, bytes = 0;
	unsigned int up = 0;

	(void)loop;
	(void)events;
	live(f);
	for (unsigned int i = 0; i < f->count; i++) {
		struct gateway *g = &f->gateways[i];
		struct export_status s;
		mqtt_user_topics.flush(g->topics);
		mqtt_user_topics.second(g->topics);
		if ((unsigned int)rand() % 60 < f->flows_a_minute) {
			mqtt_user_topics.flow(g->topics, f->flow, EXPORT_FLOW_NEW);
			mqtt_user_topics.flow(g->topics, f->flow, EXPORT_FLOW_CLOSED);
		}
		look_at(f, g);
		mqtt_client_status(g->client, &s);
		sent += s.sent;
		lost += s.lost;
		waiting += s.waiting;
		bytes += g->closed_bytes + g->bytes;
		up += g->up;
	}
	printf("{\"s\":%.3f,\"up\":%u,\"came\":%" PRIu64 ",\"sent\":%" PRIu64 ",\"lost\":%" PRIu64
	       ",\"waiting\":%" PRIu64 ",\"bytes\":%" PRIu64 "}\n",
	       (double)(clock_mono_ns() - f->begun_ns) / 1e9,
	       up,
	       f->came,
	       sent,
	       lost,
	       waiting,
	       bytes);
	fflush(stdout);
	f->came = 0;
}

static void
on_input(struct ev_loop *loop, struct ev_io *w, int events) {
	char text[64];

	(void)events;
	if (read(w->fd, text, sizeof text) <= 0)
		ev_break(loop, EVBREAK_ALL);
}

static bool
start(struct fleet *f, unsigned int port) {
	struct mqtt_broker *b = &f->config.mqtt.broker;
	char root[MQTT_ROOT], error[EXPORT_ERROR];

	snprintf(b->host, sizeof b->host, "127.0.0.1");
	snprintf(b->prefix, sizeof b->prefix, "spin");
	b->port = port;
	b->keepalive_s = 30;
	f->config.mqtt.every_s = 10; // as delivered
	f->config.mqtt.flows = true;
	f->config.mqtt.qos = 1;
	for (unsigned int i = 0; i < f->count; i++) {
		struct gateway *g = &f->gateways[i];
		snprintf(b->gateway, sizeof b->gateway, "gw-%04u", i);
		mqtt_root(&f->core, b, root);
		g->client = mqtt_connect(&f->core, b, root, error);
		g->topics = g->client ? mqtt_user_topics.start(&f->core, g->client) : NULL;
		if (!g->topics) {
			fprintf(stderr, "fleet: %s\n", error);
			return false;
		}
	}
	return true;
}

int
main(int argc, char **argv) {
	static struct fleet f;
	struct rlimit limit;

	if (argc != 5) {
		fprintf(stderr, "usage: fleet GATEWAYS DEVICES FLOWS_A_MINUTE PORT\n");
		return 2;
	}
	f.count = (unsigned int)atoi(argv[1]);
	f.flows_a_minute = (unsigned int)atoi(argv[3]);
	f.gateways = calloc(f.count, sizeof *f.gateways);
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	domain_init(NULL);
	f.core.loop = ev_default_loop(0);
	f.core.config = &f.config;
	f.core.notify = notify_new();
	f.core.link = dplink_new(f.core.loop, "/nonexistent", &(struct dplink_events){0}, &f.core);
	make_home(&f, (unsigned int)atoi(argv[2]));
	f.begun_ns = clock_mono_ns();
	if (!f.gateways || !start(&f, (unsigned int)atoi(argv[4])))
		return 1;
	ev_timer_init(&f.second, on_second, 1., 1.);
	f.second.data = &f;
	ev_timer_start(f.core.loop, &f.second);
	ev_io_init(&f.input, on_input, 0, EV_READ);
	ev_io_start(f.core.loop, &f.input);
	ev_run(f.core.loop, 0);
	return 0;
}
