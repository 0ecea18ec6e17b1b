// SPDX-License-Identifier: BSD-3-Clause
// The past, from a terminal: who moved how much, and closed connections.

#include "control/spinctl/rate.h"
#include "control/spinctl/resolve.h"
#include "control/spinctl/text_out.h"
#include "platform/text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define SINCE "24h"

static const char *
string_of(const struct json_doc *d, unsigned int node, const char *key) {
	return json_text(d, json_get(d, node, key));
}

static void
cell_bytes(struct table *t, const struct json_doc *d, unsigned int node, const char *key) {
	char text[SIZE_BYTES];
	int64_t n = json_number(d, json_get(d, node, key), 0);

	table_cell(t, text_size(n > 0 ? (uint64_t)n : 0, text));
}

static void
cell_number(struct table *t, const struct json_doc *d, unsigned int node, const char *key) {
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)json_number(d, json_get(d, node, key), 0));
	table_cell(t, text);
}

static void
cells(struct table *t, const struct json_doc *d, unsigned int node) {
	cell_bytes(t, d, node, "bytes_out");
	cell_bytes(t, d, node, "bytes_in");
	cell_number(t, d, node, "flows");
	cell_number(t, d, node, "dropped");
}

// What an item is about; a device or destination is known by its name, else by its id.
static const char *
label(const struct json_doc *d, unsigned int item) {
	static const char *const keys[] = {"device", "destination"};

	for (size_t i = 0; i < 2; i++) {
		unsigned int node = json_get(d, item, keys[i]);
		if (!node) {
			continue;
		}
		const char *name = string_of(d, node, "name");
		const char *id = string_of(d, node, "id");
		return name ? name : id ? id : "(all others)";
	}
	const char *service = string_of(d, item, "service");
	return service ? service : "(all others)";
}

static void
print_counts(const struct json_doc *d) {
	struct table t = {.n_columns = 5, .heads = {"WHO", ">UP", ">DOWN", ">BEGUN", ">STOPPED"}};
	unsigned int items = json_get(d, JSON_ROOT, "items");
	unsigned int rest = json_get(d, JSON_ROOT, "rest");

	for (unsigned int n = json_first(d, items); n; n = json_next(d, n)) {
		table_cell(&t, label(d, n));
		cells(&t, d, n);
	}
	if (json_number(d, json_get(d, rest, "items"), 0) > 0) {
		table_cell(&t, "(the rest)");
		cells(&t, d, rest);
	}
	table_cell(&t, "all");
	cells(&t, d, json_get(d, JSON_ROOT, "total"));
	table_print(&t);
}

static void
print_flows(const struct json_doc *d) {
	struct table t = {
		.n_columns = 7,
		.heads = {"BEGAN", "DEVICE", "DESTINATION", "SERVICE", ">UP", ">DOWN", "REASON"}};
	unsigned int items = json_get(d, JSON_ROOT, "items");
	char text[SIZE_BYTES];

	for (unsigned int n = json_first(d, items); n; n = json_next(d, n)) {
		unsigned int device = json_get(d, n, "device");
		const char *name = string_of(d, device, "name");
		const char *host = string_of(d, n, "name");
		const char *place = string_of(d, json_get(d, n, "destination"), "name");
		table_cell(&t, text_when(string_of(d, n, "first_seen"), text));
		table_cell(&t, name ? name : string_of(d, device, "id"));
		table_cell(&t, host ? host : place);
		table_cell(&t, string_of(d, n, "service"));
		cell_bytes(&t, d, n, "bytes_out");
		cell_bytes(&t, d, n, "bytes_in");
		table_cell(&t, string_of(d, n, "reason"));
	}
	table_print(&t);
}

static int
print(const struct cli *c, struct answer *a) {
	if (c->json) {
		fwrite(a->body, 1, a->length, stdout);
		putchar('\n');
	} else if (c->connections) {
		print_flows(a->doc);
	} else {
		print_counts(a->doc);
	}
	answer_free(a);
	return EXIT_OK;
}

int
run_history(struct cli *c) {
	const char *since = c->since ? c->since : SINCE;
	unsigned long seconds = read_duration(since);
	const char *by = c->by ? c->by : c->argc || c->destination ? "destination" : "device";
	struct node device, destination;
	char path[400], from[TEXT_TIME];
	uint64_t began = 0;
	struct answer a;

	if (seconds == 0 && text_parse_time(since, &began) < 0) {
		return usage(
			c->command,
			"--since takes a time as 24h, 31d or 2026-11-26T18:30:00Z, not '%s'",
			since
		);
	}
	if (strcmp(by, "device") != 0 && strcmp(by, "destination") != 0
	    && strcmp(by, "service") != 0) {
		return usage(c->command, "--by takes device, destination or service, not '%s'", by);
	}
	int r = c->argc ? resolve_device(c, c->argv[0], &device) : EXIT_OK;
	if (r == EXIT_OK && c->destination) {
		r = resolve_destination(c, c->destination, &destination);
	}
	if (r) {
		return r;
	}
	text_time(seconds ? ((uint64_t)time(NULL) - seconds) * 1000000000 : began, from);
	snprintf(
		path,
		sizeof(path),
		"/api/v1/history%s?from=%s%s%s%s%s%s%s",
		c->connections ? "/flows" : "",
		from,
		c->connections ? "" : "&group=",
		c->connections ? "" : by,
		c->argc ? "&device=" : "",
		c->argc ? device.id : "",
		c->destination ? "&destination=" : "",
		c->destination ? destination.id : ""
	);
	r = client_ask(c, "GET", path, NULL, &a);
	return r ? r : print(c, &a);
}
