// SPDX-License-Identifier: BSD-3-Clause
// EVE JSON: what Suricata would write of the same traffic, to a file, a socket and the log.

#include "control/clock.h"
#include "control/core.h"
#include "control/export/adapters.h"
#include "control/export/eve/file.h"
#include "control/export/eve/heard.h"
#include "control/export/eve/line.h"
#include "control/export/eve/socket.h"
#include "control/history/history.h"
#include "control/text/language.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PRIORITY (21 * 8 + 6) // local5.info, as Suricata's
#define NAME_WAITS_S 10 // for the report of its connection
#define HEAD 256

struct eve {
	struct core *core;
	struct eve_config config;
	struct eve_file *file; // each NULL where it is not wanted
	struct eve_socket *socket, *syslog;
	struct json j;
	struct heard_names heard;
	uint64_t stats_ns; // monotonic, of the last ones
	export_done tested; // NULL: no trial runs
	void *context;
};

static bool
wanted(const struct config *c) {
	return c->eve.file[0] || c->eve.socket[0] || c->eve.syslog[0];
}

static void
head_of(const struct eve *e, char ret[HEAD]) {
	char host[64] = "-", when[40];
	time_t now = time(NULL);
	struct tm tm;
	int pid = (int)getpid();

	if (e->config.syslog_format == EVE_RFC3164) {
		localtime_r(&now, &tm);
		strftime(when, sizeof when, "%b %e %H:%M:%S", &tm);
		snprintf(ret, HEAD, "<%d>%s spin[%d]: ", PRIORITY, when, pid);
		return;
	}
	gmtime_r(&now, &tm);
	strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &tm);
	(void)gethostname(host, sizeof host - 1);
	snprintf(ret, HEAD, "<%d>1 %s %s spin %d eve - ", PRIORITY, when, host, pid);
}

// The line in e->j, on every way out.
static void
put(struct eve *e) {
	char head[HEAD];

	if (e->j.failed) {
		json_free(&e->j);
		json_init(&e->j);
		return;
	}
	if (e->file)
		eve_file_put(e->file, e->j.text, e->j.length);
	if (e->socket)
		eve_socket_put(e->socket, "", e->j.text, e->j.length);
	if (e->syslog) {
		head_of(e, head);
		eve_socket_put(e->syslog, head, e->j.text, e->j.length);
	}
}

static bool
is_wanted(const struct eve *e, enum eve_type type) {
	return e->config.types & 1u << type;
}

// A name with the connection it was read in, or, where that was not reported, without.
static void
put_name(struct eve *e, const struct wire_name *w, const char *names, const struct flow *f) {
	bool hello = w->source == SOURCE_TLS || w->source == SOURCE_QUIC;

	if (hello)
		eve_line_tls(e->core, w, names, f, &e->j);
	else
		eve_line_dns(e->core, w, names, f, &e->j);
	put(e);
}

static void
put_heard(struct eve *e, struct heard *h, const struct flow *f) {
	put_name(e, &h->is, h->names, f);
	free(h->names);
}

static void
put_older(struct eve *e, uint64_t than_ns, unsigned int most) {
	struct heard h;

	while (most-- > 0 && heard_take_older(&e->heard, than_ns, &h))
		put_heard(e, &h, NULL);
}

static void
stop(void *self) {
	struct eve *e = self;

	e->tested = NULL;
	put_older(e, UINT64_MAX, HEARD_MAX);
	eve_file_close(e->file);
	eve_socket_close(e->socket);
	eve_socket_close(e->syslog);
	json_free(&e->j);
	free(e);
}

static int
open_socket(
	struct eve *e,
	const char *path,
	enum eve_socket_type type,
	struct eve_socket **ret,
	char ret_error[EXPORT_ERROR]
) {
	int r = path[0] ? eve_socket_open(e->core->loop, path, type, ret) : 0;

	if (r == -ENAMETOOLONG)
		snprintf(
			ret_error,
			EXPORT_ERROR,
			"the path %.60s… of a socket has more than 107 bytes",
			path
		);
	return r;
}

static int
start(struct core *c, void **ret, char ret_error[EXPORT_ERROR]) {
	struct eve *e = calloc(1, sizeof *e);
	int r = e ? 0 : -ENOMEM;

	snprintf(ret_error, EXPORT_ERROR, "out of memory");
	if (!e)
		return r;
	e->core = c;
	e->config = c->config->eve;
	json_init(&e->j);
	if (e->config.file[0])
		r = eve_file_open(c->loop, &e->config, &e->file);
	if (r == 0)
		r = open_socket(e, e->config.socket, e->config.socket_type, &e->socket, ret_error);
	if (r == 0)
		r = open_socket(e, e->config.syslog, EVE_DATAGRAM, &e->syslog, ret_error);
	if (r < 0) {
		stop(e);
		return r;
	}
	*ret = e;
	return 0;
}

static void
add_status(struct export_status *s, const char *path, const struct eve_out *o) {
	size_t n = strlen(s->where);

	snprintf(s->where + n, sizeof s->where - n, "%s%s", n ? ", " : "", path);
	s->sent += o->sent;
	s->waiting += o->waiting;
	s->lost += o->lost;
	s->contact_ns = MAX_OF(s->contact_ns, o->contact_ns);
	if (!o->error[0])
		return;
	s->state = EXPORT_FAILED;
	if (!s->message[0])
		snprintf(s->message, sizeof s->message, "%.36s: %s", path, o->error);
}

static void
status(const void *self, struct export_status *ret) {
	const struct eve *e = self;

	if (e->file)
		add_status(ret, e->config.file, eve_file_out(e->file));
	if (e->socket)
		add_status(ret, e->config.socket, eve_socket_out(e->socket));
	if (e->syslog)
		add_status(ret, e->config.syslog, eve_socket_out(e->syslog));
}

static void
on_flow(void *self, const struct flow *f, enum export_flow what) {
	struct eve *e = self;
	struct flow_told *told = f->told;
	struct heard heard;

	if (history_level(e->core->history, f->device) > 0)
		return;
	while (heard_take(&e->heard, f->wire.id, &heard))
		put_heard(e, &heard, f);
	if (what == EXPORT_FLOW_NEW && f->first_seen_ns < clock_wall_of(e->core->started_ns))
		told->eve_dropped = f->wire.reason; // it was told before control ended
	if (is_wanted(e, EVE_DROP) && f->wire.reason != told->eve_dropped) {
		told->eve_dropped = f->wire.reason;
		if (f->wire.reason != REASON_NONE) {
			eve_line_drop(f, &e->j);
			put(e);
		}
	}
	if (what != EXPORT_FLOW_CLOSED && what != EXPORT_FLOW_GONE)
		return;
	if (!is_wanted(e, EVE_FLOW) || told->eve_ended)
		return;
	told->eve_ended = true;
	eve_line_flow(f, what == EXPORT_FLOW_GONE ? "forced" : "timeout", &e->j);
	put(e);
}

static void
on_name(void *self, const struct wire_name *w, const char *names) {
	struct eve *e = self;

	bool hello = w->source == SOURCE_TLS || w->source == SOURCE_QUIC;

	// The dataplane begins with all that it knows: what it knew before us was told then.
	if (w->seen_ns < e->core->started_ns)
		return;
	if (!is_wanted(e, hello ? EVE_TLS : EVE_DNS) || w->length == 0
	    || history_level(e->core->history, device_by_mac(&e->core->state, w->mac)) > 0)
		return;
	const struct flow *f =
		w->flow ? map_find(&e->core->state.flows, &w->flow, sizeof w->flow) : NULL;
	if (heard_is_full(&e->heard))
		put_older(e, UINT64_MAX, 1);
	if (f || !w->flow || !heard_add(&e->heard, w, names))
		put_name(e, w, names, f);
}

static void
on_alert(void *self, const struct state_alert *a) {
	struct eve *e = self;

	if (!is_wanted(e, EVE_ALERT))
		return;
	eve_line_alert(a, &e->j);
	put(e);
}

static void
on_flush(void *self) {
	struct eve *e = self;

	if (e->file)
		eve_file_flush(e->file);
}

static void
on_second(void *self) {
	struct eve *e = self;
	uint64_t now = clock_mono_ns();

	if (e->socket)
		eve_socket_second(e->socket);
	if (e->syslog)
		eve_socket_second(e->syslog);
	put_older(e, now - NAME_WAITS_S * NS_PER_S, HEARD_MAX);
	if (!is_wanted(e, EVE_STATS) || now - e->stats_ns < e->config.stats_s * NS_PER_S)
		return;
	e->stats_ns = now;
	eve_line_stats(e->core, &e->j);
	put(e);
}

static void
written(void *context) {
	struct eve *e = context;
	struct export_status s = {0};
	export_done done = e->tested;

	e->tested = NULL;
	if (!done)
		return; // it is being stopped
	status(e, &s);
	done(e->context, s.message[0] ? s.message : NULL);
}

// One line more, whether statistics are wanted or not, on every way.
static int
test(void *self, export_done done, void *context) {
	struct eve *e = self;

	if (e->tested)
		return -EBUSY;
	e->tested = done;
	e->context = context;
	eve_line_stats(e->core, &e->j);
	put(e);
	if (e->file)
		eve_file_when_written(e->file, written, e);
	else
		written(e);
	return 0;
}

const struct export_adapter adapter_eve = {
	.name = "eve",
	.title = "EVE JSON",
	.tells = N_("Left the gateway, or went into its file: connections, names, drops "
		    "and alerts of devices at privacy level 0"),
	.wanted = wanted,
	.start = start,
	.stop = stop,
	.status = status,
	.test = test,
	.flow = on_flow,
	.name_learned = on_name,
	.alert = on_alert,
	.flush = on_flush,
	.second = on_second,
};
