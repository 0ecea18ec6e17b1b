// SPDX-License-Identifier: BSD-3-Clause
// The commands that only look: status, devices, destinations, flows, rules.

#include "control/spinctl/identity.h"
#include "control/spinctl/resolve.h"
#include "control/spinctl/text_out.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *
string_of(const struct json_doc *d, unsigned int node, const char *key) {
	const char *text = json_text(d, json_get(d, node, key));
	return text ? text : "";
}

static int64_t
number_of(const struct json_doc *d, unsigned int node, const char *key) {
	return json_number(d, json_get(d, node, key), 0);
}

static bool
flag_of(const struct json_doc *d, unsigned int node, const char *key) {
	return json_flag(d, json_get(d, node, key), false);
}

static int
print_raw(struct answer *a) {
	fwrite(a->body, 1, a->length, stdout);
	putchar('\n');
	answer_free(a);
	return EXIT_OK;
}

static void
cell_size(struct table *t, int64_t bytes) {
	char text[SIZE_BYTES];
	table_cell(t, text_size(bytes > 0 ? (uint64_t)bytes : 0, text));
}

static void
cell_when(struct table *t, const char *time) {
	char text[SIZE_BYTES];
	table_cell(t, text_when(time, text));
}

// "blocked", "allowed, ignored", or nothing.
static void
cell_flags(struct table *t, const struct json_doc *d, unsigned int node, const char *first) {
	static const char *const flags[] = {"blocked", "allowed", "ignored"};
	char text[64];
	int n = snprintf(text, sizeof(text), "%s", first);
	for (size_t i = 0; i < 3; i++) {
		if (flag_of(d, node, flags[i])) {
			n += snprintf(
				text + n, sizeof(text) - (size_t)n, "%s%s", n ? ", " : "", flags[i]
			);
		}
	}
	table_cell(t, text);
}

static void
print_dataplane(const struct json_doc *d, unsigned int dataplane) {
	const char *message = string_of(d, dataplane, "message");
	printf("dataplane    %s", flag_of(d, dataplane, "connected") ? "connected" : "away");
	if (*message) {
		fputs(": ", stdout);
		text_put(stdout, message);
	}
	putchar('\n');
	unsigned int ports = json_get(d, dataplane, "ports");
	for (unsigned int n = json_first(d, ports); n; n = json_next(d, n)) {
		fputs("  port       ", stdout);
		text_put(stdout, string_of(d, n, "name"));
		printf(" (%s, %s): %s, %s, %" PRId64 " received, %" PRId64 " sent\n",
		       string_of(d, n, "side"),
		       string_of(d, n, "driver"),
		       flag_of(d, n, "open") ? "open" : "closed",
		       flag_of(d, n, "link") ? "link up" : "no link",
		       number_of(d, n, "rx_packets"),
		       number_of(d, n, "tx_packets"));
	}
}

static void
print_support(const struct json_doc *d, unsigned int support) {
	const char *message = string_of(d, support, "message");
	fputs("fixes until  ", stdout);
	text_put(stdout, string_of(d, support, "until"));
	printf("%s%s\n", *message ? ": " : "", *message ? message : "");
}

static void
print_health(const struct json_doc *d, const char *sentence) {
	unsigned int storage = json_get(d, JSON_ROOT, "storage");
	const char *trouble = string_of(d, storage, "message");
	text_put(stdout, sentence);
	printf("\n\nhealth       %s\n", string_of(d, JSON_ROOT, "status"));
	print_dataplane(d, json_get(d, JSON_ROOT, "dataplane"));
	printf("policy       generation %" PRId64 "%s\n",
	       number_of(d, JSON_ROOT, "generation"),
	       flag_of(d, JSON_ROOT, "policy_pending") ? ", not yet in force" : ", in force");
	printf("storage      %s", flag_of(d, storage, "ok") ? "well" : "in trouble");
	if (*trouble) {
		fputs(": ", stdout);
		text_put(stdout, trouble);
	}
	printf("\nversion      %s, up %" PRId64 " s\n",
	       string_of(d, JSON_ROOT, "version"),
	       number_of(d, JSON_ROOT, "uptime"));
	print_support(d, json_get(d, JSON_ROOT, "support"));
	if (number_of(d, JSON_ROOT, "events_lost")) {
		printf("events lost  %" PRId64 "\n", number_of(d, JSON_ROOT, "events_lost"));
	}
	unsigned int alerts = json_get(d, JSON_ROOT, "alerts");
	for (unsigned int n = json_first(d, alerts); n; n = json_next(d, n)) {
		fputs("alert        ", stdout);
		text_put(stdout, string_of(d, n, "text"));
		putchar('\n');
	}
}

// Changes that go back by themselves.
static void
print_waiting(struct cli *c) {
	struct answer a;
	if (client_ask(c, "GET", "/api/v1/changes?pending=true", NULL, &a)) {
		return;
	}
	unsigned int items = json_get(a.doc, JSON_ROOT, "items");
	for (unsigned int n = json_first(a.doc, items); n; n = json_next(a.doc, n)) {
		char when[SIZE_BYTES];
		fputs("unconfirmed  ", stdout);
		text_put(stdout, string_of(a.doc, n, "sentence"));
		text_when(string_of(a.doc, n, "confirm_until"), when);
		printf("; it is taken back at %s unless you say: spinctl confirm\n", when);
	}
	answer_free(&a);
}

int
run_status(struct cli *c) {
	struct answer health, summary;
	int r = client_ask(c, "GET", "/api/v1/health", NULL, &health);
	if (r) {
		return r;
	}
	r = client_ask(c, "GET", "/api/v1/summary", NULL, &summary);
	if (r) {
		answer_free(&health);
		return r;
	}
	bool well = strcmp(string_of(health.doc, JSON_ROOT, "status"), "ok") == 0;
	if (c->json) {
		printf("{\"health\":%s,\"summary\":%s}\n", health.body, summary.body);
	} else {
		print_health(health.doc, string_of(summary.doc, JSON_ROOT, "sentence"));
		print_waiting(c);
	}
	answer_free(&health);
	answer_free(&summary);
	return well ? EXIT_OK : EXIT_FAILED;
}

// A value of one node; of a list what a person would call its items, each on its line.
static void
print_value(const struct json_doc *d, unsigned int value) {
	size_t length;
	const char *text = json_text(d, value);
	const char *raw = json_raw_of(d, value, &length);
	if (json_is_object(d, value)) {
		value = json_first(d, value); // its first member: an address, an id
		print_value(d, value);
	} else if (json_is_array(d, value)) {
		unsigned int first = json_first(d, value);
		for (unsigned int n = first; n; n = json_next(d, n)) {
			printf("%s", n == first ? "" : "\n                ");
			print_value(d, n);
		}
		fputs(first ? "" : "-", stdout);
	} else if (text) {
		text_put(stdout, text);
	} else if (json_is_null(d, value)) {
		putchar('-');
	} else {
		printf("%.*s", (int)length, raw);
	}
}

int
print_answer_of(const struct cli *c, const char *path) {
	struct answer a;
	int r = client_ask(c, "GET", path, NULL, &a);
	if (r) {
		return r;
	}
	if (c->json) {
		return print_raw(&a);
	}
	for (unsigned int n = json_first(a.doc, JSON_ROOT); n; n = json_next(a.doc, n)) {
		if (identity_print(a.doc, n)) {
			continue;
		}
		printf("%-15s ", json_key_of(a.doc, n));
		print_value(a.doc, n);
		putchar('\n');
	}
	answer_free(&a);
	return EXIT_OK;
}

static int
print_one(const struct cli *c, const char *kind, const char *id) {
	char path[160];
	snprintf(path, sizeof(path), "/api/v1/%s/%s", kind, id);
	return print_answer_of(c, path);
}

static void
print_devices(const struct json_doc *d) {
	struct table t = {
		9,
		{"NAME", "KIND", "STATE", "ADDRESS", "MAC", "VENDOR", ">OUT", ">IN", "LAST SEEN"},
		NULL,
		0,
		0};
	unsigned int items = json_get(d, JSON_ROOT, "items");
	for (unsigned int n = json_first(d, items); n; n = json_next(d, n)) {
		char kind[40];
		unsigned int first = json_first(d, json_get(d, n, "addresses"));
		table_cell(&t, node_name(d, n));
		table_cell(&t, identity_kind_word(d, n, kind));
		cell_flags(&t, d, n, flag_of(d, n, "online") ? "online" : "away");
		table_cell(&t, string_of(d, first, "address"));
		table_cell(&t, string_of(d, n, "mac"));
		table_cell(&t, string_of(d, n, "vendor"));
		cell_size(&t, number_of(d, n, "bytes_out"));
		cell_size(&t, number_of(d, n, "bytes_in"));
		cell_when(&t, string_of(d, n, "last_seen"));
	}
	table_print(&t);
}

int
run_devices(struct cli *c) {
	struct answer list;
	struct node one;
	if (c->argc) {
		int r = resolve_device(c, c->argv[0], &one);
		return r ? r : print_one(c, "devices", one.id);
	}
	int r = client_list(c, "/api/v1/devices", c->blocked ? "blocked=true" : NULL, &list);
	if (r || c->json) {
		return r ? r : print_raw(&list);
	}
	print_devices(list.doc);
	answer_free(&list);
	return EXIT_OK;
}

// "NL, EXAMPLE-NET", as far as files say it.
static void
cell_place(struct table *t, const struct json_doc *d, unsigned int node) {
	char text[128];
	const char *country = string_of(d, node, "country");
	const char *network = string_of(d, json_get(d, node, "network"), "name");
	snprintf(text, sizeof(text), "%s%s%s", country, *country && *network ? ", " : "", network);
	table_cell(t, *text ? text : NULL);
}

static void
print_destinations(const struct json_doc *d) {
	struct table t = {
		8,
		{"NAME", "ORGANISATION", "WHERE", "STATE", ">DEVICES", ">OUT", ">IN", "LAST SEEN"},
		NULL,
		0,
		0};
	unsigned int items = json_get(d, JSON_ROOT, "items");
	for (unsigned int n = json_first(d, items); n; n = json_next(d, n)) {
		char devices[16];
		snprintf(devices, sizeof(devices), "%u", json_size(d, json_get(d, n, "devices")));
		table_cell(&t, node_name(d, n));
		table_cell(&t, json_text(d, json_get(d, n, "organisation")));
		cell_place(&t, d, n);
		cell_flags(&t, d, n, flag_of(d, n, "dns_only") ? "only in DNS" : "");
		table_cell(&t, devices);
		cell_size(&t, number_of(d, n, "bytes_out"));
		cell_size(&t, number_of(d, n, "bytes_in"));
		cell_when(&t, string_of(d, n, "last_seen"));
	}
	table_print(&t);
}

int
run_destinations(struct cli *c) {
	struct answer list;
	struct node one;
	if (c->argc) {
		int r = resolve_destination(c, c->argv[0], &one);
		return r ? r : print_one(c, "destinations", one.id);
	}
	int r = client_list(c, "/api/v1/destinations", c->blocked ? "blocked=true" : NULL, &list);
	if (r || c->json) {
		return r ? r : print_raw(&list);
	}
	print_destinations(list.doc);
	answer_free(&list);
	return EXIT_OK;
}

static void
cell_endpoint(struct table *t, const struct json_doc *d, unsigned int end, const char *name) {
	char text[400];
	const char *address = string_of(d, end, "address");
	int64_t port = json_number(d, json_get(d, end, "port"), -1);
	bool brackets = port >= 0 && strchr(address, ':');
	int n = snprintf(
		text,
		sizeof(text),
		"%s%s%s",
		brackets ? "[" : "",
		*name ? name : address,
		brackets ? "]" : ""
	);
	if (*name) {
		n = snprintf(text, sizeof(text), "%s", name);
	}
	if (port >= 0 && n > 0 && (size_t)n < sizeof(text)) {
		snprintf(text + n, sizeof(text) - (size_t)n, ":%" PRId64, port);
	}
	table_cell(t, text);
}

static void
print_flows(const struct json_doc *d) {
	struct table t = {
		8,
		{"LAST SEEN", "FROM", "TO", "NAME", "SERVICE", ">THERE", ">BACK", "VERDICT"},
		NULL,
		0,
		0};
	unsigned int items = json_get(d, JSON_ROOT, "items");
	for (unsigned int n = json_first(d, items); n; n = json_next(d, n)) {
		char verdict[64];
		unsigned int first = json_first(d, json_get(d, n, "names"));
		bool dropped = strcmp(string_of(d, n, "verdict"), "drop") == 0;
		snprintf(
			verdict,
			sizeof(verdict),
			"%s%s%s",
			string_of(d, n, "verdict"),
			dropped ? ": " : "",
			dropped ? string_of(d, n, "reason") : ""
		);
		cell_when(&t, string_of(d, n, "last_seen"));
		cell_endpoint(&t, d, json_get(d, n, "initiator"), "");
		cell_endpoint(&t, d, json_get(d, n, "responder"), "");
		table_cell(&t, first ? json_text(d, first) : "");
		table_cell(&t, string_of(d, n, "service"));
		cell_size(&t, number_of(d, n, "bytes_to_responder"));
		cell_size(&t, number_of(d, n, "bytes_to_initiator"));
		table_cell(&t, verdict);
	}
	table_print(&t);
}

int
run_flows(struct cli *c) {
	struct answer list;
	struct node device, destination;
	char query[200] = "";
	int r = c->device ? resolve_device(c, c->device, &device) : EXIT_OK;
	if (r == EXIT_OK && c->destination) {
		r = resolve_destination(c, c->destination, &destination);
	}
	if (r) {
		return r;
	}
	snprintf(
		query,
		sizeof(query),
		"%s%s%s%s%s",
		c->device ? "device=" : "",
		c->device ? device.id : "",
		c->device && c->destination ? "&" : "",
		c->destination ? "destination=" : "",
		c->destination ? destination.id : ""
	);
	r = client_list(c, "/api/v1/flows", query, &list);
	if (r || c->json) {
		return r ? r : print_raw(&list);
	}
	print_flows(list.doc);
	answer_free(&list);
	return EXIT_OK;
}
