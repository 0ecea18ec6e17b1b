// SPDX-License-Identifier: BSD-3-Clause
// One object into a struct, by a table of fields: the only way a request body becomes data.

#include "control/http/json_read.h"
#include "control/text/language.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int
refuse(struct json_fault *f, enum json_fault_kind kind, const char *field, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static int
refuse(struct json_fault *f, enum json_fault_kind kind, const char *field, const char *format, ...
) {
	memset(f, 0, sizeof(*f));
	f->kind = kind;
	snprintf(f->pointer, sizeof(f->pointer), "/%s", field);
	va_list list;
	va_start(list, format);
	vsnprintf(f->message, sizeof(f->message), _(format), list);
	va_end(list);
	return -EINVAL;
}

// RFC 6901: a name inside a pointer.
static void
escape(const char *name, char *out, size_t size) {
	char *end = out + size - 2;
	for (; *name && out < end; name++) {
		if (*name == '~' || *name == '/') {
			*out++ = '~';
			*out++ = *name == '~' ? '0' : '1';
		} else {
			*out++ = *name;
		}
	}
	*out = 0;
}

// The name of a field inside the object `parent` ("" is the outermost), NULL when it is elsewhere.
static const char *
name_inside(const struct json_field *field, const char *parent) {
	size_t length = strlen(parent);
	const char *name = field->name;
	if (length > 0) {
		if (strncmp(name, parent, length) != 0 || name[length] != '/') {
			return NULL;
		}
		name += length + 1;
	}
	return strchr(name, '/') ? NULL : name;
}

static int
refuse_unknown(
	struct json_fault *f,
	const char *parent,
	const char *key,
	const struct json_field *fields,
	size_t n_fields
) {
	char known[120] = "", escaped[80], path[160];
	size_t at = 0;
	for (size_t i = 0; i < n_fields && at < sizeof(known); i++) {
		const char *name = name_inside(&fields[i], parent);
		if (name) {
			at += (size_t
			)snprintf(known + at, sizeof(known) - at, "%s%s", at ? ", " : "", name);
		}
	}
	escape(key, escaped, sizeof(escaped));
	snprintf(path, sizeof(path), "%.70s%s%s", parent, parent[0] ? "/" : "", escaped);
	return refuse(
		f,
		JSON_FAULT_UNKNOWN,
		path,
		"there is no such field; this request takes %s",
		at ? known : _("none at all")
	);
}

static size_t
characters(const char *text) {
	size_t n = 0;
	for (; *text; text++) {
		n += ((unsigned char)*text & 0xC0) != 0x80;
	}
	return n;
}

// C0, DEL and C1: what a terminal or a log line would act upon; and what turns the direction of the
// text around it (U+202A to 202E, U+2066 to 2069).
static bool
has_control(const char *text) {
	for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
		if (*at < 0x20 || *at == 0x7F || (*at == 0xC2 && at[1] < 0xA0)) {
			return true;
		}
		if (*at == 0xE2
		    && ((at[1] == 0x80 && at[2] >= 0xAA && at[2] <= 0xAE)
			|| (at[1] == 0x81 && at[2] >= 0xA6 && at[2] <= 0xA9))) {
			return true;
		}
	}
	return false;
}

// Nothing but spaces and what takes no place on a screen: U+00A0, U+00AD, U+2000 to 200F, U+2060,
// U+3000, U+FEFF.
static bool
is_blank(const char *text) {
	static const char *const unseen[] = {
		" ",
		"\xC2\xA0",
		"\xC2\xAD",
		"\xE2\x81\xA0",
		"\xE3\x80\x80",
		"\xEF\xBB\xBF",
	};

	while (*text) {
		const unsigned char *at = (const unsigned char *)text;
		size_t n = 0;
		if (at[0] == 0xE2 && at[1] == 0x80 && at[2] >= 0x80 && at[2] <= 0x8F)
			n = 3;
		for (size_t i = 0; n == 0 && i < sizeof unseen / sizeof *unseen; i++)
			if (strncmp(text, unseen[i], strlen(unseen[i])) == 0)
				n = strlen(unseen[i]);
		if (n == 0)
			return false;
		text += n;
	}
	return true;
}

static int
take_text(
	const struct json_doc *d,
	unsigned int node,
	const struct json_field *field,
	struct json_text *out,
	struct json_fault *f
) {
	const char *text = json_text(d, node);
	if (!text) {
		return refuse(f, JSON_FAULT_VALUE, field->name, "it must be a string");
	}
	int64_t n = (int64_t)characters(text);
	size_t bytes = strlen(text);
	if (n < field->min || n > field->max || bytes >= sizeof(out->text)) {
		return refuse(
			f,
			JSON_FAULT_VALUE,
			field->name,
			"it has %lld characters; %lld to %lld are right",
			(long long)n,
			(long long)field->min,
			(long long)field->max
		);
	}
	if (has_control(text)) {
		return refuse(
			f,
			JSON_FAULT_VALUE,
			field->name,
			"it has control characters; use plain text"
		);
	}
	if (n > 0 && is_blank(text)) {
		return refuse(
			f,
			JSON_FAULT_VALUE,
			field->name,
			"it is only spaces; give at least one letter"
		);
	}
	memcpy(out->text, text, bytes + 1);
	out->length = bytes;
	return 0;
}

static int
take_number(
	const struct json_doc *d,
	unsigned int node,
	const struct json_field *field,
	struct json_number *out,
	struct json_fault *f
) {
	int64_t value = json_number(d, node, INT64_MIN);
	if (value == INT64_MIN || value < field->min || value > field->max) {
		return refuse(
			f,
			JSON_FAULT_VALUE,
			field->name,
			"it must be a whole number from %lld to %lld",
			(long long)field->min,
			(long long)field->max
		);
	}
	out->value = value;
	return 0;
}

static int
take_flag(
	const struct json_doc *d,
	unsigned int node,
	const struct json_field *field,
	struct json_flag *out,
	struct json_fault *f
) {
	bool value = json_flag(d, node, false);
	if (value != json_flag(d, node, true)) {
		return refuse(f, JSON_FAULT_VALUE, field->name, "it must be true or false");
	}
	out->value = value;
	return 0;
}

// present and null stand first in all these structs, in this order.
struct taken {
	bool present;
	bool null;
};
static_assert(offsetof(struct json_text, null) == offsetof(struct taken, null), "");
static_assert(offsetof(struct json_number, null) == offsetof(struct taken, null), "");
static_assert(offsetof(struct json_flag, null) == offsetof(struct taken, null), "");
static_assert(offsetof(struct json_object, null) == offsetof(struct taken, null), "");

static int
take(const struct json_doc *d,
     unsigned int node,
     const struct json_field *field,
     void *ret,
     struct json_fault *f) {
	void *out = (char *)ret + field->offset;
	struct taken *taken = out;
	if (json_is_null(d, node)) {
		if (!field->nullable) {
			return refuse(f, JSON_FAULT_VALUE, field->name, "it must not be null");
		}
		*taken = (struct taken){.present = true, .null = true};
		return 0;
	}
	int r = 0;
	switch (field->kind) {
	case JSON_TEXT:
		r = take_text(d, node, field, out, f);
		break;
	case JSON_NUMBER:
		r = take_number(d, node, field, out, f);
		break;
	case JSON_FLAG:
		r = take_flag(d, node, field, out, f);
		break;
	case JSON_OBJECT:
		if (!json_is_object(d, node)) {
			r = refuse(f, JSON_FAULT_VALUE, field->name, "it must be an object");
		}
		break;
	}
	if (r == 0) {
		*taken = (struct taken){.present = true};
	}
	return r;
}

static const struct json_field *
find(const struct json_field *fields, size_t n_fields, const char *parent, const char *name) {
	for (size_t i = 0; i < n_fields; i++) {
		const char *its = name_inside(&fields[i], parent);
		if (its && strcmp(its, name) == 0) {
			return &fields[i];
		}
	}
	return NULL;
}

// The members of one object; an object in it is gone into, as deep as the fields' names go.
static int
take_members(
	const struct json_doc *d,
	unsigned int node,
	const char *parent,
	const struct json_field *fields,
	size_t n_fields,
	void *ret,
	struct json_fault *f
) {
	int r = 0;
	for (unsigned int n = json_first(d, node); n && r == 0; n = json_next(d, n)) {
		const char *key = json_key_of(d, n);
		const struct json_field *field = find(fields, n_fields, parent, key);
		r = field ? take(d, n, field, ret, f)
			  : refuse_unknown(f, parent, key, fields, n_fields);
		if (r == 0 && field->kind == JSON_OBJECT && !json_is_null(d, n)) {
			r = take_members(d, n, field->name, fields, n_fields, ret, f);
		}
	}
	return r;
}

int
json_read(
	const char *text,
	size_t length,
	const struct json_field *fields,
	size_t n_fields,
	void *ret,
	struct json_fault *ret_fault
) {
	struct json_doc *d;
	int r = json_parse(text, length, &json_limits_body, &d, ret_fault);
	if (r < 0) {
		return r;
	}
	for (size_t i = 0; i < n_fields; i++) {
		*(struct taken *)(void *)((char *)ret + fields[i].offset) = (struct taken){0};
	}
	r = take_members(d, JSON_ROOT, "", fields, n_fields, ret, ret_fault);
	for (size_t i = 0; i < n_fields && r == 0; i++) {
		struct taken *taken = (void *)((char *)ret + fields[i].offset);
		if (fields[i].required && !taken->present) {
			r = refuse(
				ret_fault, JSON_FAULT_VALUE, fields[i].name, "this field is needed"
			);
		}
	}
	json_doc_free(d);
	return r;
}
