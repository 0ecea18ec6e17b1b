// SPDX-License-Identifier: BSD-3-Clause
// Who a device is: its kind and why, what is known of it from where, and which others are likely
// the same; saying so.

#include "control/spinctl/identity.h"

#include "control/spinctl/act.h"
#include "control/spinctl/resolve.h"
#include "control/spinctl/text_out.h"
#include "platform/json_write.h"

#include <inttypes.h>
#include <string.h>

#define PATH_BYTES 160
#define LIKELY 70 // percent, from which a kind stands without a question mark

static const char *
string_of(const struct json_doc *d, unsigned int node, const char *key) {
	const char *text = json_text(d, json_get(d, node, key));
	return text ? text : "";
}

static int64_t
number_of(const struct json_doc *d, unsigned int node, const char *key) {
	return json_number(d, json_get(d, node, key), 0);
}

static void
print_label(const char *label) {
	printf("%-15s ", label);
}

static void
print_sentences(const struct json_doc *d, unsigned int list) {
	for (unsigned int n = json_first(d, list); n; n = json_next(d, n)) {
		print_label("");
		text_put(stdout, json_text(d, n));
		putchar('\n');
	}
}

static void
print_kind(const struct json_doc *d, unsigned int kind) {
	const char *value = string_of(d, kind, "value");
	const char *source = string_of(d, kind, "source");
	const char *learned = string_of(d, kind, "learned");
	print_label("kind");
	text_put(stdout, value);
	if (strcmp(source, "user") == 0) {
		fputs(", as you said", stdout);
		if (*learned && strcmp(learned, value) != 0) {
			printf(" (it looks like: %s)", learned);
		}
	} else if (strcmp(source, "rules") == 0) {
		printf(", %" PRId64 " %% sure", number_of(d, kind, "confidence"));
	}
	putchar('\n');
	print_sentences(d, json_get(d, kind, "evidence"));
}

static void
print_facts(const struct json_doc *d, unsigned int facts) {
	const char *label = "facts";
	for (unsigned int n = json_first(d, facts); n; n = json_next(d, n)) {
		char seen[SIZE_BYTES];
		print_label(label);
		printf("%-14s ", string_of(d, n, "fact"));
		text_put(stdout, string_of(d, n, "value"));
		printf(" (%s, %" PRId64 " %%, %s)\n",
		       string_of(d, n, "source"),
		       number_of(d, n, "confidence"),
		       text_when(string_of(d, n, "last_seen"), seen));
		label = "";
	}
}

static void
print_joined(const struct json_doc *d, unsigned int joined) {
	const char *label = "joined";
	for (unsigned int n = json_first(d, joined); n; n = json_next(d, n)) {
		char seen[SIZE_BYTES];
		const char *hostname = string_of(d, n, "hostname");
		print_label(label);
		printf("%s %s", string_of(d, n, "mac"), *hostname ? "" : "without a name");
		text_put(stdout, hostname);
		printf(", last seen %s\n", text_when(string_of(d, n, "last_seen"), seen));
		label = "";
	}
}

static void
print_behind(const struct json_doc *d, unsigned int behind) {
	int64_t n = number_of(d, behind, "devices");
	print_label("behind");
	printf("%s: %" PRId64 " device%s or more behind it\n",
	       string_of(d, behind, "what"),
	       n,
	       n == 1 ? "" : "s");
	print_sentences(d, json_get(d, behind, "evidence"));
	unsigned int list = json_get(d, behind, "addresses");
	for (unsigned int a = json_first(d, list); a; a = json_next(d, a)) {
		const char *name = string_of(d, a, "name");
		print_label("");
		printf("%s%s", string_of(d, a, "address"), *name ? ", also " : "");
		text_put(stdout, name);
		putchar('\n');
	}
}

bool
identity_print(const struct json_doc *d, unsigned int member) {
	static const struct {
		const char *key;
		void (*print)(const struct json_doc *d, unsigned int value);
	} members[] = {
		{"kind", print_kind},
		{"facts", print_facts},
		{"joined", print_joined},
		{"behind", print_behind},
	};
	const char *key = json_key_of(d, member);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (strcmp(members[i].key, key) == 0
		    && (json_is_object(d, member) || json_is_array(d, member))) {
			members[i].print(d, member);
			return true;
		}
	}
	return strcmp(key, "behind") == 0;
}

const char *
identity_kind_word(const struct json_doc *d, unsigned int device, char ret[40]) {
	unsigned int kind = json_get(d, device, "kind");
	const char *value = string_of(d, kind, "value");
	bool known = *value && strcmp(value, "unknown") != 0;
	snprintf(
		ret,
		40,
		"%.37s%s",
		known ? value : "-",
		known && number_of(d, kind, "confidence") < LIKELY ? "?" : ""
	);
	return ret;
}

// {"key": value} to the path; null without a value.
static int
send(const struct cli *c,
     const char *method,
     const char *path,
     const char *key,
     const char *value,
     struct answer *ret) {
	struct json j;
	json_init(&j);
	json_object(&j);
	json_key_string(&j, key, value);
	json_end(&j);
	int r = j.failed ? EXIT_FAILED : client_ask(c, method, path, j.text, ret);
	json_free(&j);
	return r;
}

int
run_kind(struct cli *c) {
	struct node device;
	struct answer a;
	char path[PATH_BYTES], word[40];
	if (c->argc != (c->learned ? 1 : 2)) {
		return usage(c->command, "say which device, and of which kind it is");
	}
	int r = resolve_device(c, c->argv[0], &device);
	if (r) {
		return r;
	}
	snprintf(path, sizeof(path), "/api/v1/devices/%s", device.id);
	r = send(c, "PATCH", path, "kind", c->learned ? NULL : c->argv[1], &a);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		text_put(stdout, device.name);
		printf(" is of kind %s\n",
		       identity_kind_word(a.doc, json_get(a.doc, JSON_ROOT, "device"), word));
	}
	answer_free(&a);
	return EXIT_OK;
}

static int
print_suggestions(const struct cli *c, const struct node *device) {
	struct answer a;
	char path[PATH_BYTES];
	snprintf(path, sizeof(path), "/api/v1/devices/%s/suggestions", device->id);
	int r = client_ask(c, "GET", path, NULL, &a);
	if (r) {
		return r;
	}
	unsigned int items = json_get(a.doc, JSON_ROOT, "items");
	if (c->json) {
		print_answer(&a);
	} else if (!json_first(a.doc, items)) {
		puts("no other device looks like it");
	}
	for (unsigned int n = json_first(a.doc, items); n && !c->json; n = json_next(a.doc, n)) {
		text_put(stdout, string_of(a.doc, n, "name"));
		printf(" (%s) is the same device with %" PRId64 " %% confidence:\n",
		       string_of(a.doc, n, "mac"),
		       number_of(a.doc, n, "confidence"));
		print_sentences(a.doc, json_get(a.doc, n, "evidence"));
	}
	answer_free(&a);
	return EXIT_OK;
}

int
run_join(struct cli *c) {
	struct node device, other;
	struct answer a;
	char path[PATH_BYTES];
	int r = resolve_device(c, c->argv[0], &device);
	if (r || c->argc == 1) {
		return r ? r : print_suggestions(c, &device);
	}
	r = resolve_device(c, c->argv[1], &other);
	snprintf(path, sizeof(path), "/api/v1/devices/%s:join", device.id);
	if (r == EXIT_OK) {
		r = send(c, "POST", path, "with", other.id, &a);
	}
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		text_put(stdout, other.name);
		fputs(" is now part of ", stdout);
		text_put(stdout, device.name);
		print_force(&a);
	}
	answer_free(&a);
	return EXIT_OK;
}

int
run_part(struct cli *c) {
	struct node device;
	struct answer a;
	char path[PATH_BYTES];
	int r = resolve_device(c, c->argv[0], &device);
	snprintf(path, sizeof(path), "/api/v1/devices/%s:part", device.id);
	if (r == EXIT_OK) {
		r = send(c, "POST", path, "mac", c->argv[1], &a);
	}
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		printf("%s is a device of its own again", c->argv[1]);
		print_force(&a);
	}
	answer_free(&a);
	return EXIT_OK;
}
