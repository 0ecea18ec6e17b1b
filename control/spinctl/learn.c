// SPDX-License-Identifier: BSD-3-Clause
// Watching a device, reading what it was seen to need, and holding it to that.

#include "control/spinctl/act.h"
#include "control/spinctl/rate.h"
#include "control/spinctl/resolve.h"
#include "control/spinctl/text_out.h"
#include "platform/json_write.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_BYTES (RESOLVE_ID_BYTES + 48)

static const char *
string_of(const struct json_doc *d, unsigned int node, const char *key) {
	const char *text = json_text(d, json_get(d, node, key));
	return text ? text : "";
}

static void
print_state(const struct node *device, const struct json_doc *d) {
	const char *state = string_of(d, JSON_ROOT, "state");
	char when[SIZE_BYTES];
	text_put(stdout, device->name);
	if (strcmp(state, "never") == 0) {
		puts(" was never watched; `spinctl learn DEVICE` begins");
		return;
	}
	bool on = strcmp(state, "learning") == 0;
	printf(" %s watched ", on ? "is" : "was");
	printf("%s %s\n", "until", text_when(string_of(d, JSON_ROOT, "until"), when));
}

static void
print_rows(const struct json_doc *d) {
	unsigned int rows = json_get(d, JSON_ROOT, "rows");
	for (unsigned int n = json_first(d, rows); n; n = json_next(d, n)) {
		bool passes = json_flag(d, json_get(d, n, "passes"), true);
		bool refused = json_flag(d, json_get(d, n, "refused"), false);
		printf("%4" PRId64 "  ", json_number(d, json_get(d, n, "n"), 0));
		text_put(stdout, string_of(d, n, "sentence"));
		puts(refused	       ? "  (stopped by a rule or a list, so not enforced)"
			     : !passes ? "  (stopped by its profile now)"
				       : "");
	}
	int64_t left_out = json_number(d, json_get(d, JSON_ROOT, "left_out"), 0);
	if (left_out) {
		printf("There was no room for %" PRId64 " connections more.\n", left_out);
	}
}

static int
show(const struct cli *c,
     const struct node *device,
     const char *method,
     const char *path,
     const char *body) {
	struct answer a;
	int r = client_ask(c, method, path, body, &a);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		print_state(device, a.doc);
		print_rows(a.doc);
	}
	answer_free(&a);
	return EXIT_OK;
}

int
run_learned(struct cli *c) {
	struct node device;
	char path[PATH_BYTES];
	int r = resolve_device(c, c->argv[0], &device);
	if (r) {
		return r;
	}
	snprintf(path, sizeof(path), "/api/v1/devices/%s/learned", device.id);
	return show(c, &device, "GET", path, NULL);
}

int
run_learn(struct cli *c) {
	const char *duration = c->duration ? c->duration : "1h";
	struct node device;
	char path[PATH_BYTES], body[40];
	if (c->argc > 1) {
		if (c->argc != 3 || strcmp(c->argv[1], "for") != 0 || c->duration) {
			return usage(c->command, "say: for 1h");
		}
		duration = c->argv[2];
	}
	unsigned long minutes = c->off ? 0 : read_duration(duration) / 60;
	if (!c->off && (minutes < 1 || minutes > 7 * 24 * 60)) {
		return usage(c->command, "a device is watched for 1m to 7d");
	}
	int r = resolve_device(c, c->argv[0], &device);
	if (r) {
		return r;
	}
	snprintf(path, sizeof(path), "/api/v1/devices/%s:learn", device.id);
	snprintf(body, sizeof(body), "{\"minutes\":%lu}", minutes);
	return show(c, &device, "POST", path, body);
}

// "2,5" → [2,5]
static bool
write_without(const char *text, struct json *j) {
	json_key(j, "without");
	json_array(j);
	while (*text) {
		char *end;
		unsigned long n = strtoul(text, &end, 10);
		if (*text < '0' || *text > '9' || (*end && *end != ',')) {
			return false;
		}
		json_u64(j, n);
		text = *end ? end + 1 : end;
	}
	json_end(j);
	return true;
}

static void
print_enforced(const struct node *device, const struct answer *a) {
	unsigned int profile = json_get(a->doc, JSON_ROOT, "profile");
	text_put(stdout, device->name);
	fputs(" has the profile ", stdout);
	text_put(stdout, string_of(a->doc, profile, "name"));
	printf(" with %" PRId64 " rules of what was learned",
	       json_number(a->doc, json_get(a->doc, JSON_ROOT, "rules"), 0));
	print_force(a);
	unsigned int changes = json_get(a->doc, JSON_ROOT, "changes");
	if (json_size(a->doc, changes) == 2) {
		puts("These were two changes: `spinctl undo` takes the device's back, then the "
		     "profile's.");
	}
}

int
run_enforce(struct cli *c) {
	struct node device;
	struct answer a;
	struct json j;
	char path[PATH_BYTES];
	json_init(&j);
	json_object(&j);
	if (c->profile) {
		json_key_string(&j, "profile", c->profile);
	}
	if (c->base) {
		json_key_string(&j, "base", c->base);
	}
	int r = EXIT_OK;
	if (c->without && !write_without(c->without, &j)) {
		r = usage(c->command, "--without takes row numbers, as 2,5");
	} else {
		json_end(&j);
		r = resolve_device(c, c->argv[0], &device);
	}
	snprintf(path, sizeof(path), "/api/v1/devices/%s:enforce", r ? "" : device.id);
	if (r == EXIT_OK) {
		r = j.failed ? EXIT_FAILED : client_change(c, "POST", path, j.text, &a);
	}
	json_free(&j);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		print_enforced(&device, &a);
	}
	answer_free(&a);
	return EXIT_OK;
}
