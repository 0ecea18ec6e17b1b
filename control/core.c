// SPDX-License-Identifier: BSD-3-Clause

#include "control/core.h"

#include "control/analyses/analyses.h"
#include "control/capture/captures.h"
#include "control/capture/recorder.h"
#include "control/clock.h"
#include "control/cpu.h"
#include "control/dplink.h"
#include "control/export/export.h"
#include "control/geo/geo.h"
#include "control/handover.h"
#include "control/history/history.h"
#include "control/http/api.h"
#include "control/http/http.h"
#include "control/http/stream.h"
#include "control/incident/incident.h"
#include "control/learn/learn_keep.h"
#include "control/listening.h"
#include "control/lists.h"
#include "control/lists_switch.h"
#include "control/notify/notify.h"
#include "control/persist.h"
#include "control/provider/provider.h"
#include "control/publish.h"
#include "control/text/language.h"
#include "control/tls/tls.h"
#include "control/upkeep.h"
#include "platform/lists_image.h"
#include "platform/log.h"
#include "platform/service.h"
#include "platform/vendor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

LOG_DOMAIN("control");

#define VENDORS_DIR "/usr/share/ieee-data"
#define FLUSH_S 0.25
#define SILENT_NS (3 * NS_PER_S) // the dataplane reports every second
#define SEEN_AGAIN_NS (60 * NS_PER_S)

static void
on_up(void *context, const struct wire_hello *hello, bool new_run) {
	struct core *c = context;

	c->snapshot_done = false;
	c->in_force = 0;
	c->was_refused = c->on_its_way = c->send_again = false;
	if (new_run)
		observe_new_run(&c->state);
	history_run(c->history, hello->boot_id);
	handover_now(c);
	lists_up(c->lists);
	recorder_up(c->recorder);
	dplink_ask_snapshot(c->link);
	notify_dataplane_up(c);
	publish_stats(c);
}

static void
on_down(void *context) {
	struct core *c = context;

	c->in_force = 0;
	flow_end_all(&c->state);
	captures_down(c->captures);
	acts_unreachable(c);
	notify_dataplane_down(c);
	publish_stats(c);
}

static const struct dplink_events link_events = {
	.up = on_up,
	.down = on_down,
	.message = core_heard,
};

static void
on_flush(struct ev_loop *loop, struct ev_timer *w, int revents) {
	struct core *c = w->data;

	(void)loop;
	(void)revents;
	identity_settle(&c->state);
	exports_flush(c->exports);
	publish_changes(c);
	persist_flush(c);
	accepted_flush(c);
	learn_flush(c, false);
	notify_flush(c, false);
}

// So often the files of places are looked at.
static void
every_minute(struct core *c) {
	uint64_t now = clock_wall_ns();

	if (now / SEEN_AGAIN_NS == (now - NS_PER_S) / SEEN_AGAIN_NS)
		return;
	geo_look(c->geo);
	persist_seen(&c->state, now - SEEN_AGAIN_NS);
}

static void
on_second(struct ev_loop *loop, struct ev_timer *w, int revents) {
	struct core *c = w->data;

	(void)loop;
	(void)revents;
	service_tell("WATCHDOG=1");
	publish_stats(c);
	history_second(c->history);
	exports_second(c->exports);
	every_minute(c);
	handover_retry(c);
	upkeep_second(c);
	notify_second(c);
	provider_second(c);
	incidents_second(c);
	analyses_second(c->analyses);
	audit_second(c);
	access_second(&c->access);
	captures_second(c->captures);
	recorder_second(c->recorder);
	if (c->state.names_moved)
		persist_names_moved(c);
}

bool
core_is_pending(const struct core *c) {
	return c->in_force != c->state.generation;
}

void
core_dataplane_message(const struct core *c, char ret[256]) {
	uint64_t heard = dplink_heard_mono_ns(c->link);

	ret[0] = 0;
	if (!dplink_is_up(c->link))
		snprintf(ret, 256, "%s", dplink_message(c->link));
	else if (clock_mono_ns() > heard + SILENT_NS)
		snprintf(
			ret,
			256,
			_("The dataplane has not reported for %llu seconds."),
			(unsigned long long)((clock_mono_ns() - heard) / NS_PER_S)
		);
	else if (c->was_refused)
		snprintf(ret, 256, "%s", c->refused);
	else
		lists_message(c->lists, ret);
	if (!ret[0])
		geo_message(c->geo, ret);
	if (!ret[0] && c->tls)
		snprintf(ret, 256, "%s", tls_message(c->tls));
	if (!ret[0])
		history_message(c->history, ret);
}

const char *
core_health(const struct core *c) {
	char message[256];

	if (!dplink_is_up(c->link))
		return "down";
	core_dataplane_message(c, message);
	return message[0] || core_is_pending(c) || !c->storage_ok || c->image_failed
			|| c->reload.error[0]
		? "degraded"
		: "ok";
}

static void
start_timers(struct core *c) {
	ev_timer_init(&c->flush, on_flush, FLUSH_S, FLUSH_S);
	c->flush.data = c;
	ev_timer_start(c->loop, &c->flush);
	ev_timer_init(&c->second, on_second, 1., 1.);
	c->second.data = c;
	ev_timer_start(c->loop, &c->second);
}

static void
on_told(void *context, const char *type, const char *id, const char *json, size_t length) {
	struct core *c = context;
	const struct export_event e = {type, id, json, length};

	exports_event(c->exports, &e);
}

// What reports come in by, and what keeps and tells them.
static int
start_parts(struct core *c) {
	const struct config *config = c->config;
	const struct stream_config s = {
		.loop = c->loop,
		.snapshot = publish_snapshot,
		.context = c,
		.readers_max = config->reach.events_max,
		.source_max = config->reach.events_max_per_source,
		.view = provider_stream_view,
		.rewrite = provider_stream_rewrite,
		.told = on_told,
	};
	c->stream = stream_new(&s);
	c->link = dplink_new(c->loop, config->run_dir, &link_events, c);
	if (!c->stream || !c->link) {
		log_err("%s: cannot be the run directory: %s: choose another --run-dir",
			config->run_dir,
			strerror(errno));
		return -1;
	}
	c->geo = geo_new(&config->geo);
	int r = c->geo ? lists_begin(c) : -ENOMEM;
	if (r < 0) {
		log_err("the lists cannot be started: %s", strerror(-r));
		return -1;
	}
	r = history_start(c->loop, c, &config->history, config->state_dir, &c->history);
	if (r < 0) {
		log_err("the history cannot be started: %s", strerror(-r));
		return -1;
	}
	c->state.history = c->history;
	c->exports = c->state.exports = exports_new(c);
	c->recorder = recorder_new(c, &config->recorder);
	if (!c->exports || !c->recorder || !(c->captures = captures_new(c))) {
		log_err("no memory for the captures and exports");
		return -1;
	}
	return 0;
}

int
core_start(struct core *c, struct ev_loop *loop, struct config *config) {
	c->loop = loop;
	c->config = config;
	c->started_ns = clock_mono_ns();
	c->cpu = cpu_new();
	acts_init(&c->acts);
	state_init(&c->state);
	if (reload_start(c) < 0)
		return -1;
	if (getrandom(c->image_key, sizeof c->image_key, 0) < 0)
		return -1;
	if (mkdir(config->run_dir, 0755) < 0 && errno != EEXIST)
		log_warn("%s: cannot be made: %s, ignoring", config->run_dir, strerror(errno));
	c->state.organisations = &c->organisations;
	char error[ORGANISATION_ERROR];
	if (organisations_start(&c->organisations, config->data_dir, config->organisations, error)
	    < 0) {
		log_err("%s", error);
		return -1;
	}
	c->state.vendors = vendors_load(VENDORS_DIR);
	if (core_load_files(c) < 0 || core_load_store(c) < 0 || start_parts(c) < 0)
		return -1;
	handover_now(c);
	handover_save(c, NULL, NULL);
	int r = lists_run(c->lists); // what rules want of them was said
	if (r < 0) {
		log_err("the lists cannot be read: %s", strerror(-r));
		return -1;
	}
	c->access.hook = api_heard;
	c->access.hook_context = c;
	if (access_start(&c->access, loop) < 0 || listening_start(c) < 0)
		return -1;
	start_timers(c);
	exports_start(c->exports);
	for (size_t i = 0; http_listening(c->http, i); i++) {
		const char *where = http_listening(c->http, i);
		log_info("ready on %s", where);
	}
	return 0;
}

void
core_stop(struct core *c) {
	listening_stop(c);
	c->state.exports = NULL;
	exports_free(c->exports);
	cpu_free(c->cpu);
	c->exports = NULL;
	if (c->store) {
		access_stop(&c->access);
		persist_flush(c);
		accepted_flush(c);
		learn_flush(c, true);
		notify_flush(c, true);
		store_close(c->store);
	}
	c->state.history = NULL;
	history_stop(c->history);
	stream_free(c->stream);
	captures_free(c->captures);
	recorder_free(c->recorder);
	lists_stop(c->lists);
	geo_free(c->geo);
	notify_free(c->notify);
	provider_free(c->provider);
	incidents_free(c->incidents);
	analyses_free(c->analyses);
	organisations_fini(&c->organisations);
	dplink_free(c->link);
	acts_fini(&c->acts);
	reload_stop(c);
	free(c->image);
}
