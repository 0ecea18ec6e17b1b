// SPDX-License-Identifier: BSD-3-Clause

#include "control/profile_rule.h"

#include "platform/base.h"
#include "platform/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct reading {
	struct rule_spec spec;
	bool has_action;
	bool has_object;
};

static int
fault_here(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	const struct rule_fault *f,
	char ret_error[YAML_ERROR]
) {
	return yaml_tree_fault(
		ret_error, t, value->line, value->column, "%s: %s", f->what, f->right
	);
}

static int
read_object(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct reading *r,
	enum rule_object o,
	char ret_error[YAML_ERROR]
) {
	bool flag = o == RULE_ANY || o == RULE_LOCAL || o == RULE_GATEWAY;
	struct rule_fault f;
	const char *text;
	int result = yaml_tree_text(t, value, 255, &text, ret_error);

	if (result < 0)
		return result;
	if (r->has_object)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"one rule speaks of one thing: make another rule for '%s'",
			rule_object_key(o)
		);
	if (flag && strcmp(text, "true") != 0)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"'%.40s' is not what '%s' takes: write true, or name something else",
			text,
			rule_object_key(o)
		);
	r->has_object = true;
	return rule_set_object(&r->spec, o, flag ? "" : text, &f)
		? 0
		: fault_here(t, value, &f, ret_error);
}

// A node is known by an id that only this household has; files name domains and addresses.
#define FILE_OBJECTS(X)                                                                            \
	X(ANY, any)                                                                                \
	X(ADDRESS, address)                                                                        \
	X(PREFIX, prefix)                                                                          \
	X(DOMAIN, domain)                                                                          \
	X(SUFFIX, suffix)                                                                          \
	X(COUNTRY, country)                                                                        \
	X(LIST, list)                                                                              \
	X(LOCAL, local)                                                                            \
	X(GATEWAY, gateway)

#define READER(name)                                                                               \
	static int read_##name(                                                                    \
		const struct yaml_tree *t,                                                         \
		const struct yaml_tree_node *value,                                                \
		void *into,                                                                        \
		char ret_error[YAML_ERROR]                                                         \
	)

#define X(id, name)                                                                                \
	READER(name) {                                                                             \
		return read_object(t, value, into, RULE_##id, ret_error);                          \
	}
FILE_OBJECTS(X)
#undef X

// The keys whose setters take text.
#define FILE_TEXTS(X)                                                                              \
	X(service, rule_set_service(&r->spec, text, &f))                                           \
	X(direction, rule_set_direction(&r->spec, text, &f))                                       \
	X(schedule, rule_set_schedule(&r->spec, text, &f))                                         \
	X(comment, rule_set_comment(&r->spec, text, &f))                                           \
	X(up, rule_set_rate(&r->spec.limits.up_bps, "up", text, &f))                               \
	X(down, rule_set_rate(&r->spec.limits.down_bps, "down", text, &f))                         \
	X(new_flows, rule_set_new_flows(&r->spec, text, &f))

#define X(name, call)                                                                              \
	READER(name) {                                                                             \
		struct reading *r = into;                                                          \
		struct rule_fault f;                                                               \
		const char *text;                                                                  \
		int result = yaml_tree_text(t, value, RULE_COMMENT_MAX, &text, ret_error);         \
		if (result < 0)                                                                    \
			return result;                                                             \
		return call ? 0 : fault_here(t, value, &f, ret_error);                             \
	}
FILE_TEXTS(X)
#undef X

static const struct yaml_key body_keys[] = {
#define X(id, name) {#name, read_##name, false},
	FILE_OBJECTS(X)
#undef X
#define X(name, call) {#name, read_##name, false},
		FILE_TEXTS(X)
#undef X
};

static int
read_body(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct reading *r,
	enum action action,
	char ret_error[YAML_ERROR]
) {
	if (r->has_action)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"one rule does one thing: begin another line with '- %s:'",
			action_word(action)
		);
	r->has_action = true;
	r->spec.action = (uint8_t)action;
	if (value->kind == YAML_TEXT && value->text[0] && !value->quoted) {
		enum rule_object o;
		if (rule_object_of(value->text, &o)
		    && (o == RULE_ANY || o == RULE_LOCAL || o == RULE_GATEWAY)) {
			r->has_object = true;
			r->spec.object = (uint8_t)o;
			return 0;
		}
	}
	if (value->kind != YAML_MAP)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"what to %s is missing: write '%s: {domain: example.org}', or any, local "
			"or "
			"gateway",
			action_word(action),
			action_word(action)
		);
	return yaml_tree_read(t, value, body_keys, ARRAY_LEN(body_keys), r, ret_error);
}

READER(allow) {
	return read_body(t, value, into, ACTION_ALLOW, ret_error);
}

READER(block) {
	return read_body(t, value, into, ACTION_BLOCK, ret_error);
}

READER(limit) {
	return read_body(t, value, into, ACTION_LIMIT, ret_error);
}

static const struct yaml_key rule_keys[] = {
	{"allow", read_allow, false},
	{"block", read_block, false},
	{"limit", read_limit, false},
	{"direction", read_direction, false},
	{"schedule", read_schedule, false},
	{"comment", read_comment, false},
};

int
profile_rule_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *node,
	struct rule_spec *ret,
	char ret_error[YAML_ERROR]
) {
	struct reading r = {.has_action = false};
	struct rule_fault f;

	if (node->kind != YAML_MAP)
		return yaml_tree_fault(
			ret_error,
			t,
			node->line,
			node->column,
			"a rule begins with allow, block or limit: write '- allow: {domain: "
			"example.org}'"
		);
	int result = yaml_tree_read(t, node, rule_keys, ARRAY_LEN(rule_keys), &r, ret_error);
	if (result < 0)
		return result;
	if (!r.has_action)
		return yaml_tree_fault(
			ret_error,
			t,
			node->line,
			node->column,
			"the rule does not say what to do: begin it with allow, block or limit"
		);
	if (r.spec.action != ACTION_LIMIT && !r.has_object && !r.spec.service.name[0]
	    && r.spec.service.protocol == 0)
		return yaml_tree_fault(
			ret_error,
			t,
			node->line,
			node->column,
			"the rule names nothing: write {domain: example.org}, or {any: true}"
		);
	r.spec.subject = RULE_PROFILE;
	if (!rule_spec_check(&r.spec, &f))
		return fault_here(t, node, &f, ret_error);
	*ret = r.spec;
	return 0;
}

struct writer {
	char *text;
	size_t used;
	bool first;
};

static void __attribute__((format(printf, 2, 3))) put(struct writer *w, const char *format, ...) {
	va_list arguments;

	if (w->used >= PROFILE_RULE_TEXT)
		return;
	va_start(arguments, format);
	int n = vsnprintf(w->text + w->used, PROFILE_RULE_TEXT - w->used, format, arguments);
	va_end(arguments);
	w->used += n > 0 ? (size_t)n : 0;
}

static void
put_pair(struct writer *w, const char *key, const char *value) {
	put(w, "%s%s: %s", w->first ? "" : ", ", key, value);
	w->first = false;
}

// Double quotes, so that nothing in it means anything to YAML.
static void
put_quoted(struct writer *w, const char *key, const char *value) {
	put(w, "%s%s: \"", w->first ? "" : ", ", key);
	for (const char *c = value; *c; c++) {
		if (*c == '"' || *c == '\\')
			put(w, "\\%c", *c);
		else if ((unsigned char)*c < 0x20)
			put(w, "\\x%02x", (unsigned char)*c);
		else
			put(w, "%c", *c);
	}
	put(w, "\"");
	w->first = false;
}

int
profile_rule_write(const struct rule_spec *s, char ret[PROFILE_RULE_TEXT]) {
	struct writer w = {.text = ret, .first = true};
	char text[2 * SERVICE_TEXT + SCHEDULE_TEXT];
	const struct {
		const char *key;
		uint64_t value;
	} figures[] = {
		{"up", s->limits.up_bps},
		{"down", s->limits.down_bps},
		{"new_flows", s->limits.new_flows},
	};

	put(&w, "%s: {", action_word((enum action)s->action));
	if (s->address.family)
		put_quoted(&w, rule_object_key(s->object), rule_address_text(&s->address, text));
	else if (s->text[0])
		put_quoted(&w, rule_object_key(s->object), s->text);
	else if (s->object != RULE_ANY || s->action != ACTION_LIMIT)
		put_pair(&w, rule_object_key(s->object), "true");
	if (s->service.name[0] || s->service.protocol)
		put_pair(&w, "service", rule_service_text(&s->service, text));
	for (size_t i = 0; i < ARRAY_LEN(figures); i++)
		if (figures[i].value) {
			snprintf(text, sizeof text, "%lu", (unsigned long)figures[i].value);
			put_pair(&w, figures[i].key, text);
		}
	if (s->direction != RULE_BOTH)
		put_pair(&w, "direction", rule_direction_word(s->direction));
	if (schedule_is_set(&s->schedule))
		put_quoted(&w, "schedule", schedule_text(&s->schedule, text));
	if (s->comment[0])
		put_quoted(&w, "comment", s->comment);
	put(&w, "}");
	return w.used < PROFILE_RULE_TEXT ? 0 : -E2BIG;
}
