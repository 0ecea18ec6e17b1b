// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/http_server.h"

#include "control/http/http.h"
#include "control/http/request.h"
#include "control/http/stream.h"
#include "platform/json_write.h"
#include "tests/unit/test.h"

#include <ev.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static struct stream *hub;
static struct http_server *server;

static void
on_thing(struct http_request *r, void *context) {
	(void)context;
	char out[256];
	int n = snprintf(
		out,
		sizeof(out),
		"{\"thing\":\"%s\",\"q\":\"%s\",\"who\":\"%s\"}",
		http_path(r, "thing"),
		http_query(r, "q") ? http_query(r, "q") : "",
		http_who(r)
	);
	http_reply_json(r, 200, out, (size_t)n);
}

struct body {
	struct json_text name;
};

static void
on_patch(struct http_request *r, void *context) {
	(void)context;
	static const struct json_field fields[] = {
		{"name", JSON_TEXT, offsetof(struct body, name), .nullable = true, .max = 64},
	};
	struct body b;
	if (http_read(r, fields, 1, &b)) {
		http_reply_json(r, 200, "{}", 2);
	}
}

static void
on_action(struct http_request *r, void *context) {
	(void)context;
	http_problem(r, PROBLEM_UNKNOWN_ACTION, "block", "no action %s", http_path(r, "action"));
}

struct wait {
	ev_timer timer;
	struct http_later *later;
};

static void
on_time(struct ev_loop *loop, ev_timer *w, int events) {
	(void)loop;
	(void)events;
	struct wait *wait = w->data;
	struct http_request *r = http_resume(wait->later);
	if (r) {
		http_reply_json(r, 200, "{\"late\":true}", 13);
	}
	free(wait);
}

static void
on_later(struct http_request *r, void *context) {
	struct wait *w = calloc(1, sizeof(*w));
	w->later = http_later(r);
	ev_timer_init(&w->timer, on_time, 0.05, 0);
	w->timer.data = w;
	ev_timer_start(context, &w->timer);
}

static void
on_silent(struct http_request *r, void *context) {
	(void)r;
	(void)context;
}

// POST /api/publish?n=&bytes=: that many events of that size.
static void
on_publish(struct http_request *r, void *context) {
	(void)context;
	uint64_t n, bytes;
	if (!http_query_number(r, "n", 1, 100000, 1, &n)
	    || !http_query_number(r, "bytes", 1, 60000, 1, &bytes)) {
		return;
	}
	struct json j;
	char *fill = malloc(bytes + 1);
	memset(fill, 'x', bytes);
	fill[bytes] = 0;
	json_init(&j);
	for (uint64_t i = 0; i < n; i++) {
		json_reset(&j);
		json_object(&j);
		json_key_string(&j, "fill", fill);
		json_end(&j);
		stream_publish(hub, i % 2 ? STREAM_FLOW : STREAM_DEVICE, j.text, j.length);
	}
	json_free(&j);
	free(fill);
	http_reply_json(r, 200, "{}", 2);
}

static void
on_counts(struct http_request *r, void *context) {
	(void)context;
	char out[128];
	int n = snprintf(
		out,
		sizeof(out),
		"{\"readers\":%u,\"gaps\":%llu,\"connections\":%u}",
		stream_readers(hub),
		(unsigned long long)stream_gaps(hub),
		http_connections(server)
	);
	http_reply_json(r, 200, out, (size_t)n);
}

// Three parts, then the end.
static bool
snapshot(void *context, uint64_t *cursor, struct json *j) {
	(void)context;
	json_object(j);
	json_key_u64(j, "part", *cursor);
	json_end(j);
	return (*cursor)++ < 3;
}

static struct http_route routes[] = {
	{"GET", "/api/v1/things/{thing}", on_thing, "getThing", "q x", NULL},
	{"PATCH", "/api/v1/things/{thing}", on_patch, "patchThing", NULL, NULL},
	{"POST", "/api/v1/things/{thing}:{action}", on_action, "actThing", NULL, NULL},
	{"GET", "/api/v1/later", on_later, "later", NULL, NULL},
	{"GET", "/api/v1/silent", on_silent, "silent", NULL, NULL},
	{"POST", "/api/v1/publish", on_publish, "publish", "n bytes", NULL},
	{"GET", "/api/v1/counts", on_counts, "counts", NULL, NULL},
	{"GET", "/api/v1/events", stream_handle, "streamEvents", "types last_event_id", NULL},
};

static void
serve(int ready, const char *web_dir) {
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	struct ev_loop *loop = ev_default_loop(0);
	struct stream_config sc = {
		.loop = loop,
		.source_max = 512,
		.snapshot = snapshot,
		.heartbeat_s = 0.2,
		.stall_s = 1.5};
	hub = stream_new(&sc);
	routes[7].context = hub;
	static const struct http_listen listen[] = {{"127.0.0.1:0", HTTP_PEER_LOOPBACK}};
	struct http_config config = {
		.listen = listen,
		.n_listen = 1,
		.connections_max = 300,
		.web_dir = web_dir,
		.routes = routes,
		.n_routes = sizeof(routes) / sizeof(routes[0]),
		.context = loop,
	};
	char message[HTTP_MESSAGE_MAX];
	int port = -1;
	if (http_start(loop, &config, &server, message) == 0) {
		port = atoi(strrchr(http_listening(server, 0), ':') + 1);
	} else {
		fprintf(stderr, "%s\n", message);
	}
	if (write(ready, &port, sizeof(port)) != sizeof(port) || port < 0) {
		_exit(1);
	}
	ev_run(loop, 0);
	_exit(0);
}

int
server_start(const char *web_dir) {
	int ready[2];
	assert_int_equal(pipe(ready), 0);
	pid_t pid = fork();
	if (pid == 0) {
		serve(ready[1], web_dir);
	}
	int port = -1;
	assert_int_equal(read(ready[0], &port, sizeof(port)), sizeof(port));
	assert_true(port > 0);
	return port;
}
