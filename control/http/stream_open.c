// SPDX-License-Identifier: BSD-3-Clause
// A new reader of the event stream: which events, from where on, and whether there is room.

#include "control/http/request.h"
#include "control/http/stream_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RETRY_MS 2000
#define RETRY_AFTER_S "5"

static bool
parse_types(struct http_request *r, uint64_t *ret) {
	const char *at = http_query(r, "types");
	uint64_t always = 1ull << STREAM_SNAPSHOT_END | 1ull << STREAM_GAP;
	*ret = at ? always : UINT64_MAX;
	for (; at && *at; at += strspn(at, ",")) {
		size_t n = strcspn(at, ",");
		unsigned int i = 0;
		while (i < STREAM_TYPE_COUNT
		       && (strlen(stream_type_names[i]) != n
			   || memcmp(stream_type_names[i], at, n) != 0)) {
			i++;
		}
		if (i == STREAM_TYPE_COUNT) {
			http_problem(
				r,
				PROBLEM_BAD_VALUE,
				"The types are device, destination, flow, rule, alert, "
				"notification, audit, proposal, provider, stats, snapshot.",
				"There is no event type \"%.*s\".",
				(int)n,
				at
			);
			return false;
		}
		*ret |= 1ull << i;
		at += n;
	}
	// The snapshot is of devices, destinations and rules.
	if (*ret & (1ull << STREAM_DEVICE | 1ull << STREAM_DESTINATION | 1ull << STREAM_RULE)) {
		*ret |= 1ull << STREAM_SNAPSHOT;
	}
	return true;
}

// NULL after the problem was answered.
static struct reader *
admit(struct stream *s, struct http_request *request) {
	struct http_peer peer = http_peer(request);
	unsigned int of_source = 0;
	for (const struct reader *r = s->readers; r; r = r->next) {
		of_source += strcmp(r->source, peer.address) == 0;
	}
	// The unix socket has few places of its own.
	bool share = of_source < s->config.source_max || peer.kind == HTTP_PEER_UNIX;
	struct reader *r =
		share && s->n_readers < s->config.readers_max ? calloc(1, sizeof(*r)) : NULL;
	if (r) {
		snprintf(r->source, sizeof(r->source), "%s", peer.address);
		return r;
	}
	http_add_header(request, "retry-after", RETRY_AFTER_S);
	http_problem(
		request,
		share ? PROBLEM_TOO_MANY_STREAMS : PROBLEM_TOO_MANY_OF_YOURS,
		"Close one, or try again in " RETRY_AFTER_S " seconds.",
		share ? "%u event streams are open already."
		      : "%u event streams of yours are open.",
		share ? s->n_readers : of_source
	);
	return NULL;
}

void
stream_handle(struct http_request *request, void *context) {
	struct stream *s = context;
	uint64_t types;
	struct reader *r = parse_types(request, &types) ? admit(s, request) : NULL;
	if (!r) {
		return;
	}
	const char *accept = http_header(request, "accept");
	r->lines = accept && strstr(accept, "application/x-ndjson")
		&& !strstr(accept, "text/event-stream");
	const char *type = r->lines ? "application/x-ndjson" : "text/event-stream; charset=utf-8";
	http_add_header(request, "vary", "accept");
	if (strcmp(http_method(request), "HEAD") == 0) {
		free(r);
		http_reply(request, 200, type, NULL, 0);
		return;
	}
	r->stream = s;
	r->types = types;
	r->view = s->config.view ? s->config.view(request, s->config.context) : 0;
	const char *id = http_query(request, "last_event_id");
	if (!id) {
		id = http_header(request, "last-event-id");
	}
	if (id && ring_resume(&s->ring, id, &r->next_number)) {
		r->phase = PHASE_LIVE;
	} else {
		stream_begin_snapshot(r);
	}
	r->next = s->readers;
	s->readers = r;
	s->n_readers++;
	r->push = push_start(request, type, &stream_callbacks, r);
	char hello[32];
	snprintf(hello, sizeof(hello), "retry: %d\n\n", RETRY_MS);
	stream_serve(r, r->lines ? "\n" : hello);
}
