// SPDX-License-Identifier: BSD-3-Clause
// The walk through a JSON text: what is a value and whose, and which values say nothing of people.
//
// The text is our own (platform/json_write.h): well-formed, and escaped as little as can be.

#include "control/provider/mask_own.h"
#include "platform/base.h"
#include "platform/json_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_MAX 48

// Ids and words of ours: a device that calls itself "block" changes none of them.
static const char *const fixed[] = {
	"id",	     "kind",   "action",      "actions",  "verdict",   "reason",   "outcome",
	"operation", "way",    "role",	      "protocol", "direction", "key",	   "method",
	"status",    "state",  "type",	      "path",	  "hash",      "previous", "profile",
	"severity",  "cursor", "next_cursor", "profiles", "change",    "undoes",   "time",
};
// Who at home did something.
static const char *const people[] = {"who", "author", "by", "granted_by", "user"};
// Nobody at home.
static const char *const nobody[] =
	{"gateway", "clock", "configuration", "nobody", "you", "provider", ""};
// What people wrote for themselves.
static const char *const notes[] = {"comment", "purpose"};

void
mask_put(struct mask_out *out, const char *text, size_t length) {
	if (out->length + length + 1 > out->size) {
		size_t size = (out->length + length + 1) * 2;
		char *larger = realloc(out->text, size);
		if (!larger) {
			out->failed = true;
			return;
		}
		out->text = larger;
		out->size = size;
	}
	memcpy(out->text + out->length, text, length);
	out->length += length;
	out->text[out->length] = 0;
}

static bool
is_one_of(const char *key, const char *const *list, size_t count) {
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], key) == 0)
			return true;
	return false;
}

static size_t
put_utf8(uint32_t c, char *to) {
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 63));
		return 2;
	}
	to[0] = (char)(0xe0 | c >> 12);
	to[1] = (char)(0x80 | (c >> 6 & 63));
	to[2] = (char)(0x80 | (c & 63));
	return 3;
}

// What stands between the quotes; `to` has room for `length` bytes.
static size_t
unescape(const char *text, size_t length, char *to) {
	static const char names[] = "bfnrt", values[] = "\b\f\n\r\t";
	size_t n = 0;

	for (size_t i = 0; i < length; i++) {
		if (text[i] != '\\' || i + 1 >= length) {
			to[n++] = text[i];
			continue;
		}
		const char *named = strchr(names, text[++i]);
		if (text[i] == 'u' && i + 4 < length) {
			char digits[5] = {text[i + 1], text[i + 2], text[i + 3], text[i + 4], 0};
			n += put_utf8((uint32_t)strtoul(digits, NULL, 16), to + n);
			i += 4;
		} else {
			to[n++] = named ? values[named - names] : text[i];
		}
	}
	return n;
}

static void
put_string(struct mask_out *out, const char *text, size_t length) {
	struct json j;

	json_init(&j);
	json_string_n(&j, text, length);
	if (j.failed)
		out->failed = true;
	else
		mask_put(out, j.text, j.length);
	json_free(&j);
}

// Where the walk is.
struct place {
	char key[KEY_MAX];
	char id[KEY_MAX]; // the newest
	unsigned int depth;
	unsigned int objects; // depth of the audit trail's list of what was acted on; 0: not in it
	unsigned int change; // depth of what was before or after
};

// The names that things had when they were acted on are known to nobody now but the trail.
static const char *
older_name(const struct mask *m, const struct place *at) {
	if (strcmp(at->key, "name") != 0)
		return NULL;
	if (at->change)
		return "masked";
	if (!at->objects)
		return NULL;
	if (!at->id[0])
		return "masked"; // of whom it is was not asked for
	for (size_t i = 0; i < m->ids_count; i++)
		if (strcmp(m->ids[i].id, at->id) == 0)
			return m->ids[i].to;
	return strncmp(at->id, "dev_", 4) == 0	   ? "a device"
		: strncmp(at->id, "rule_", 5) == 0 ? "a rule"
						   : NULL;
}

static void
put_value(
	const struct mask *m,
	const struct place *at,
	char *text,
	size_t length,
	struct mask_out *out
) {
	struct mask_out masked = {.text = NULL};
	const char *key = at->key;
	const char *older = older_name(m, at);

	text[length] = 0;
	if (older) {
		put_string(out, older, strlen(older));
		return;
	}
	if (is_one_of(key, people, ARRAY_LEN(people))) {
		bool known =
			strcmp(text, m->own) == 0 || is_one_of(text, nobody, ARRAY_LEN(nobody));
		put_string(out, known ? text : "household", known ? length : strlen("household"));
		return;
	}
	// A hash of addresses of the home, which can be tried one by one.
	if (strcmp(key, "community_id") == 0) {
		mask_put(out, "null", strlen("null"));
		return;
	}
	if (length > 0 && is_one_of(key, notes, ARRAY_LEN(notes))) {
		put_string(out, "masked", strlen("masked"));
		return;
	}
	// An address written backwards.
	if (strstr(text, "in-addr.arpa") || strstr(text, "ip6.arpa")) {
		put_string(out, "masked.arpa", strlen("masked.arpa"));
		return;
	}
	mask_text(m, text, length, &masked);
	out->failed |= masked.failed;
	put_string(out, masked.text ? masked.text : "", masked.length);
	free(masked.text);
}

// The quote that ends the string that begins at `at`; `length` when there is none.
static size_t
string_end(const char *json, size_t at, size_t length) {
	for (at++; at < length && json[at] != '"'; at++)
		if (json[at] == '\\')
			at++;
	return at < length ? at : length;
}

static size_t
skip_array(const char *json, size_t at, size_t length) {
	unsigned int depth = 0;

	for (; at < length; at++) {
		if (json[at] == '"')
			at = string_end(json, at, length);
		else if (json[at] == '[')
			depth++;
		else if (json[at] == ']' && --depth == 0)
			return at;
	}
	return length;
}

char *
mask_plain(const struct mask *m, const char *text, size_t length, size_t *ret_length) {
	struct mask_out out = {.failed = m->failed};

	mask_put(&out, "", 0);
	mask_text(m, text, length, &out);
	if (out.failed) {
		free(out.text);
		return NULL;
	}
	*ret_length = out.length;
	return out.text;
}

static void
enter(struct place *p) {
	p->depth++;
	if (p->objects)
		p->id[0] = 0;
	if (strcmp(p->key, "objects") == 0)
		p->objects = p->objects ? p->objects : p->depth;
	else if (strcmp(p->key, "before") == 0 || strcmp(p->key, "after") == 0)
		p->change = p->change ? p->change : p->depth;
}

static void
leave(struct place *p) {
	p->objects = p->objects == p->depth ? 0 : p->objects;
	p->change = p->change == p->depth ? 0 : p->change;
	p->depth--;
}

static void
copy_to(char into[KEY_MAX], const char *text, size_t length) {
	snprintf(into, KEY_MAX, "%.*s", (int)MIN_OF(length, (size_t)KEY_MAX - 1), text);
}

// The string whose quote stands at `at`; returns where it ends.
static size_t
take_string(
	const struct mask *m,
	struct place *p,
	const char *json,
	size_t at,
	size_t length,
	char *scratch,
	struct mask_out *out
) {
	size_t end = string_end(json, at, length);
	size_t n = end - at - 1;

	if (end == length) {
		out->failed = true;
	} else if (end + 1 < length && json[end + 1] == ':') {
		copy_to(p->key, json + at + 1, n);
		mask_put(out, json + at, n + 2);
	} else if (is_one_of(p->key, fixed, ARRAY_LEN(fixed))) {
		if (strcmp(p->key, "id") == 0)
			copy_to(p->id, json + at + 1, n);
		mask_put(out, json + at, n + 2);
	} else {
		n = unescape(json + at + 1, n, scratch);
		put_value(m, p, scratch, n, out);
	}
	return end;
}

char *
mask_json(const struct mask *m, const char *json, size_t length, size_t *ret_length) {
	struct mask_out out = {.failed = m->failed};
	struct place p = {.depth = 0};
	char *scratch = malloc(length + 1);

	out.failed |= !scratch;
	mask_put(&out, "", 0);
	for (size_t at = 0; at < length && !out.failed; at++) {
		if (json[at] == '[' && strcmp(p.key, "facts") == 0) {
			at = skip_array(json, at, length);
			mask_put(&out, "[]", 2);
		} else if (json[at] == '"') {
			at = take_string(m, &p, json, at, length, scratch, &out);
		} else {
			if (json[at] == '[' || json[at] == '{')
				enter(&p);
			else if (json[at] == ']' || json[at] == '}')
				leave(&p);
			mask_put(&out, json + at, 1);
		}
	}
	free(scratch);
	if (out.failed) {
		free(out.text);
		return NULL;
	}
	*ret_length = out.length;
	return out.text;
}
