// SPDX-License-Identifier: BSD-3-Clause
// Three looks over the list, from strict to lenient; the first that finds anything decides.

#include "control/spinctl/resolve.h"

#include "control/spinctl/text_out.h"
#include "platform/text.h"

#include <string.h>
#include <strings.h>

#define CANDIDATES_MAX 12
#define PART_BYTES_MIN 3

// Does this node answer to `text`?
typedef bool (*fits)(const struct json_doc *d, unsigned int node, const char *text);

static const char *
string_of(const struct json_doc *d, unsigned int node, const char *key) {
	const char *text = json_text(d, json_get(d, node, key));
	return text ? text : "";
}

const char *
node_name(const struct json_doc *d, unsigned int node) {
	const char *own = string_of(d, node, "user_name");
	return *own ? own : string_of(d, node, "name");
}

static bool
same_address(const char *a, const char *b) {
	unsigned int family_a, family_b;
	uint8_t bytes_a[16] = {0}, bytes_b[16] = {0};
	return text_parse_address(a, &family_a, bytes_a) == 0
		&& text_parse_address(b, &family_b, bytes_b) == 0 && family_a == family_b
		&& memcmp(bytes_a, bytes_b, sizeof(bytes_a)) == 0;
}

static bool
same_mac(const char *a, const char *b) {
	uint8_t mac_a[6], mac_b[6];
	return text_parse_mac(a, mac_a) == 0 && text_parse_mac(b, mac_b) == 0
		&& memcmp(mac_a, mac_b, sizeof(mac_a)) == 0;
}

// Devices have objects in "addresses", destinations texts.
static bool
has_address(const struct json_doc *d, unsigned int node, const char *text) {
	unsigned int list = json_get(d, node, "addresses");
	for (unsigned int n = json_first(d, list); n; n = json_next(d, n)) {
		const char *one =
			json_is_string(d, n) ? json_text(d, n) : string_of(d, n, "address");
		if (same_address(one, text)) {
			return true;
		}
	}
	return false;
}

// Stations that were joined to the device.
static bool
has_station(const struct json_doc *d, unsigned int node, const char *text) {
	unsigned int list = json_get(d, node, "joined");
	for (unsigned int n = json_first(d, list); n; n = json_next(d, n)) {
		if (same_mac(string_of(d, n, "mac"), text)
		    || strcmp(string_of(d, n, "id"), text) == 0) {
			return true;
		}
	}
	return false;
}

static bool
is_exactly(const struct json_doc *d, unsigned int node, const char *text) {
	return strcmp(string_of(d, node, "id"), text) == 0
		|| same_mac(string_of(d, node, "mac"), text) || has_address(d, node, text)
		|| has_station(d, node, text);
}

static bool
is_named(const struct json_doc *d, unsigned int node, const char *text) {
	static const char *const keys[] = {"name", "user_name", "hostname"};
	for (size_t i = 0; i < 3; i++) {
		if (strcasecmp(string_of(d, node, keys[i]), text) == 0) {
			return true;
		}
	}
	unsigned int names = json_get(d, node, "names");
	for (unsigned int n = json_first(d, names); n; n = json_next(d, n)) {
		const char *one = json_text(d, n);
		if (one && strcasecmp(one, text) == 0) {
			return true;
		}
	}
	return false;
}

// A part of a MAC or of two letters would hit whom nobody meant.
static bool
has_part(const struct json_doc *d, unsigned int node, const char *text) {
	static const char *const keys[] = {"name", "user_name", "hostname"};
	for (size_t i = 0; i < 3 && strlen(text) >= PART_BYTES_MIN; i++) {
		const char *name = string_of(d, node, keys[i]);
		if (strcasestr(name, text) && strcmp(name, string_of(d, node, "mac")) != 0) {
			return true;
		}
	}
	return false;
}

static int
refuse_many(
	const struct json_doc *d,
	const unsigned int *found,
	unsigned int n,
	const char *kind,
	const char *text
) {
	fputs("spinctl: \"", stderr);
	text_put(stderr, text);
	fprintf(stderr, "\" fits %u %ss; say which, by id or by its whole name:\n", n, kind);
	for (unsigned int i = 0; i < n && i < CANDIDATES_MAX; i++) {
		const char *mac = string_of(d, found[i], "mac");
		fprintf(stderr, "  %-20s ", string_of(d, found[i], "id"));
		text_put(stderr, node_name(d, found[i]));
		fprintf(stderr, "%s%s\n", *mac ? "  " : "", mac);
	}
	if (n > CANDIDATES_MAX) {
		fprintf(stderr, "  and %u more\n", n - CANDIDATES_MAX);
	}
	return EXIT_FAILED;
}

static int
pick(const struct json_doc *d, const char *kind, const char *text, struct node *ret) {
	static const fits looks[] = {is_exactly, is_named, has_part};
	unsigned int items = json_get(d, JSON_ROOT, "items");
	for (size_t look = 0; look < 3; look++) {
		unsigned int found[CANDIDATES_MAX], n = 0;
		for (unsigned int node = json_first(d, items); node; node = json_next(d, node)) {
			if (looks[look](d, node, text)) {
				if (n < CANDIDATES_MAX) {
					found[n] = node;
				}
				n++;
			}
		}
		if (n > 1) {
			return refuse_many(d, found, n, kind, text);
		}
		if (n == 1) {
			snprintf(ret->id, sizeof(ret->id), "%s", string_of(d, found[0], "id"));
			snprintf(ret->name, sizeof(ret->name), "%s", node_name(d, found[0]));
			return EXIT_OK;
		}
	}
	fprintf(stderr, "spinctl: there is no %s \"", kind);
	text_put(stderr, text);
	fprintf(stderr, "\"; \"spinctl %ss\" lists them", kind);
	if (strcmp(kind, "device") == 0) {
		fputs("; a destination is given with --destination", stderr);
	}
	fputc('\n', stderr);
	return EXIT_FAILED;
}

static int
resolve(const struct cli *c, const char *path, const char *kind, const char *text, struct node *ret
) {
	struct answer list;
	if (!*text) {
		return usage(c->command, "a %s must not be empty", kind);
	}
	int r = client_list(c, path, NULL, &list);
	if (r) {
		return r;
	}
	r = pick(list.doc, kind, text, ret);
	answer_free(&list);
	return r;
}

int
resolve_device(const struct cli *c, const char *text, struct node *ret) {
	return resolve(c, "/api/v1/devices", "device", text, ret);
}

int
resolve_destination(const struct cli *c, const char *text, struct node *ret) {
	return resolve(c, "/api/v1/destinations", "destination", text, ret);
}
