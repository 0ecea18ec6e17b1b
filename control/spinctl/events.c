// SPDX-License-Identifier: BSD-3-Clause
// The event stream as lines: with --json one object a line, else what a person wants to read.
//
// Flows carry ids; the names behind them come with the snapshot and the deltas, and are kept here.

#include "control/spinctl/resolve.h"
#include "control/spinctl/text_out.h"

#include <inttypes.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct known {
	char id[RESOLVE_ID_BYTES];
	char name[RESOLVE_NAME_BYTES];
	bool blocked, online; // as last told
};

struct watch {
	const struct cli *c;
	bool stats; // asked for by name: one a second is too much for a person
	bool live; // the snapshot is over
	void *names; // of tsearch
};

static int
compare(const void *a, const void *b) {
	return strcmp(((const struct known *)a)->id, ((const struct known *)b)->id);
}

static const char *
string_of(const struct json_doc *d, unsigned int node, const char *key) {
	const char *text = json_text(d, json_get(d, node, key));
	return text ? text : "";
}

static struct known *
remember(struct watch *w, const struct json_doc *d, unsigned int node, bool *ret_new) {
	struct known *k = calloc(1, sizeof(*k));
	if (!k) {
		exit(EXIT_FAILED);
	}
	snprintf(k->id, sizeof(k->id), "%s", string_of(d, node, "id"));
	struct known **at = tsearch(k, &w->names, compare);
	if (!at) {
		exit(EXIT_FAILED);
	}
	*ret_new = *at == k;
	if (*at != k) {
		free(k);
	}
	snprintf((*at)->name, sizeof((*at)->name), "%s", node_name(d, node));
	return *at;
}

static const char *
name_of(struct watch *w, const char *id, const char *otherwise) {
	struct known key;
	snprintf(key.id, sizeof(key.id), "%s", id);
	struct known **at = *id ? tfind(&key, &w->names, compare) : NULL;
	return at ? (*at)->name : otherwise;
}

static void
begin_line(const char *type) {
	char text[SIZE_BYTES];
	time_t now = time(NULL);
	struct tm local;
	localtime_r(&now, &local);
	strftime(text, sizeof(text), "%H:%M:%S", &local);
	printf("%s  %-12s ", text, type);
}

// Devices and destinations come whole, several times a second; a line only for what is new.
static void
on_node(struct watch *w, const struct json_doc *d, unsigned int node, const char *type) {
	bool is_new;
	struct known *k = remember(w, d, node, &is_new);
	bool blocked = json_flag(d, json_get(d, node, "blocked"), false);
	bool online = json_flag(d, json_get(d, node, "online"), false);
	const char *what = is_new	? "is new"
		: blocked != k->blocked ? (blocked ? "is blocked" : "is no longer blocked")
		: online != k->online	? (online ? "is here" : "has gone")
					: NULL;
	k->blocked = blocked;
	k->online = online;
	if (what && w->live) {
		begin_line(type);
		text_put(stdout, k->name);
		printf(" %s\n", what);
	}
}

static void
on_flow(struct watch *w, const struct json_doc *d, unsigned int node) {
	char there[SIZE_BYTES], back[SIZE_BYTES];
	unsigned int from = json_get(d, node, "initiator"), to = json_get(d, node, "responder");
	const char *device = string_of(d, node, "device");
	const char *destination = string_of(d, node, "destination");
	const char *verdict = string_of(d, node, "verdict");
	begin_line("flow");
	text_put(stdout, name_of(w, device, string_of(d, from, "address")));
	fputs(" → ", stdout);
	text_put(stdout, name_of(w, destination, string_of(d, to, "address")));
	printf(" (%s) %s there, %s back%s",
	       string_of(d, node, "service"),
	       text_size(
		       (uint64_t)json_number(d, json_get(d, node, "bytes_to_responder"), 0), there
	       ),
	       text_size(
		       (uint64_t)json_number(d, json_get(d, node, "bytes_to_initiator"), 0), back
	       ),
	       json_flag(d, json_get(d, node, "ended"), false) ? ", ended" : "");
	if (strcmp(verdict, "drop") == 0) {
		printf(", dropped: %s", string_of(d, node, "reason"));
	}
	putchar('\n');
}

static void
on_rules(const struct json_doc *d) {
	unsigned int items = json_get(d, JSON_ROOT, "items");
	for (unsigned int n = json_first(d, items); n; n = json_next(d, n)) {
		const char *object = string_of(d, json_get(d, n, "object"), "name");
		begin_line("rule");
		printf("%s ", string_of(d, n, "action"));
		text_put(stdout, string_of(d, json_get(d, n, "subject"), "name"));
		fputs(" → ", stdout);
		text_put(stdout, *object ? object : "everything");
		putchar('\n');
	}
	unsigned int removed = json_get(d, JSON_ROOT, "removed");
	for (unsigned int n = json_first(d, removed); n; n = json_next(d, n)) {
		const char *id = json_text(d, n);
		begin_line("rule");
		printf("%s was taken back\n", id ? id : "");
	}
}

static void
on_stats(const struct json_doc *d) {
	char out[SIZE_BYTES], in[SIZE_BYTES];
	begin_line("stats");
	printf("%s/s out, %s/s in, %" PRId64 " flows, %" PRId64 " packets, %" PRId64 " dropped\n",
	       text_size((uint64_t)json_number(d, json_get(d, JSON_ROOT, "rate_out"), 0), out),
	       text_size((uint64_t)json_number(d, json_get(d, JSON_ROOT, "rate_in"), 0), in),
	       json_number(d, json_get(d, JSON_ROOT, "flows"), 0),
	       json_number(d, json_get(d, JSON_ROOT, "packets"), 0),
	       json_number(d, json_get(d, JSON_ROOT, "dropped"), 0));
}

static void
on_snapshot(struct watch *w, const struct json_doc *d) {
	static const char *const lists[][2] = {
		{"devices", "device"}, {"destinations", "destination"}};
	w->live = false;
	for (size_t i = 0; i < 2; i++) {
		unsigned int items = json_get(d, JSON_ROOT, lists[i][0]);
		for (unsigned int n = json_first(d, items); n; n = json_next(d, n)) {
			on_node(w, d, n, lists[i][1]);
		}
	}
}

static void
on_snapshot_end(struct watch *w, const struct json_doc *d) {
	w->live = true;
	begin_line("now");
	printf("%" PRId64 " devices, %" PRId64 " destinations, %" PRId64
	       " rules; what changes follows\n",
	       json_number(d, json_get(d, JSON_ROOT, "devices"), 0),
	       json_number(d, json_get(d, JSON_ROOT, "destinations"), 0),
	       json_number(d, json_get(d, JSON_ROOT, "rules"), 0));
}

static void
on_items(struct watch *w, const struct json_doc *d, const char *type) {
	unsigned int items = json_get(d, JSON_ROOT, "items");
	for (unsigned int n = json_first(d, items); n; n = json_next(d, n)) {
		if (strcmp(type, "flow") == 0) {
			on_flow(w, d, n);
		} else if (strcmp(type, "alert") == 0) {
			begin_line("alert");
			text_put(stdout, string_of(d, n, "text"));
			putchar('\n');
		} else {
			on_node(w, d, n, type);
		}
	}
}

static void
on_event(void *context, const char *type, const char *id, const char *data, size_t length) {
	struct watch *w = context;
	if (w->c->json) {
		printf("{\"event\":\"%s\",\"id\":\"%s\",\"data\":%s}\n", type, id, data);
		fflush(stdout);
		return;
	}
	struct json_doc *d;
	struct json_fault fault;
	if (json_parse(data, length, &json_limits_reply, &d, &fault) < 0) {
		fprintf(stderr, "spinctl: an event is not JSON, ignoring\n");
		return;
	}
	if (strcmp(type, "snapshot") == 0) {
		on_snapshot(w, d);
	} else if (strcmp(type, "snapshot_end") == 0) {
		on_snapshot_end(w, d);
	} else if (strcmp(type, "rule") == 0) {
		on_rules(d);
	} else if (strcmp(type, "gap") == 0) {
		begin_line("gap");
		printf("%" PRId64 " events were lost; all is told anew\n",
		       json_number(d, json_get(d, JSON_ROOT, "lost"), 0));
	} else if (strcmp(type, "stats") != 0) {
		on_items(w, d, type);
	} else if (w->stats) {
		on_stats(d);
	}
	json_doc_free(d);
	fflush(stdout);
}

int
run_events(struct cli *c) {
	struct watch w = {.c = c, .stats = c->types && strstr(c->types, "stats")};
	char path[256];
	if (c->types && strspn(c->types, "abcdefghijklmnopqrstuvwxyz_,") != strlen(c->types)) {
		return usage(c->command, "\"%s\" is no list of event types", c->types);
	}
	snprintf(
		path,
		sizeof(path),
		"/api/v1/events%s%.200s",
		c->types ? "?types=" : "",
		c->types ? c->types : ""
	);
	return client_follow(c, path, on_event, &w);
}
