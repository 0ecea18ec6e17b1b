// SPDX-License-Identifier: BSD-3-Clause

#include "control/lists_config.h"

#include "control/text/language.h"
#include "control/yaml_units.h"
#include "platform/base.h"
#include "platform/json_write.h"
#include "platform/lists_image.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

_Static_assert(LISTS_CONFIG_MAX <= LISTS_MAX, "every list has a bit");
_Static_assert(LISTS_NAME_MAX < LISTS_NAME, "every name fits the image");

#define MINUTE_S 60u
#define DAY_S 86400u
#define EVERY_DEFAULT_S DAY_S
#define TIMEOUT_DEFAULT_S (5 * MINUTE_S)
#define MAX_DEFAULT (64u << 20)
#define MAX_MOST (512u << 20)

#define READER(what)                                                                               \
	static int read_##what(                                                                    \
		const struct yaml_tree *t,                                                         \
		const struct yaml_tree_node *value,                                                \
		void *into,                                                                        \
		char ret_error[YAML_ERROR]                                                         \
	)

static const char *const action_words[] = {
#define X(name, word) word,
	LISTS_ACTIONS(X)
#undef X
};

const char *
lists_action_word(enum lists_action a) {
	return action_words[a];
}

// It stands in addresses of the API and in names of files.
READER(name) {
	struct lists_source *s = into;
	int r = yaml_tree_copy(t, value, s->name, sizeof s->name, ret_error);

	if (r == 0
	    && (s->name[0] == '.'
		|| s->name[strspn(
			s->name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
		)]))
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"'%s' is no name of a list: write letters, digits, '-', '_' and '.'",
			s->name
		);
	return r;
}

static int
whole_path(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	char into[LISTS_PATH],
	char ret_error[YAML_ERROR]
) {
	int r = yaml_tree_copy(t, value, into, LISTS_PATH, ret_error);

	if (r == 0 && into[0] != '/')
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"'%.200s' is no whole path: write it from the first /",
			into
		);
	return r;
}

READER(file) {
	return whole_path(t, value, ((struct lists_source *)into)->file, ret_error);
}

READER(ca) {
	return whole_path(t, value, ((struct lists_source *)into)->ca, ret_error);
}

READER(url) {
	struct lists_source *s = into;
	int r = yaml_tree_copy(t, value, s->url, sizeof s->url, ret_error);

	if (r < 0)
		return r;
	const char *host = strncasecmp(s->url, "https://", 8) == 0 ? s->url + 8
		: strncasecmp(s->url, "http://", 7) == 0	   ? s->url + 7
								   : NULL;
	size_t length = host ? strcspn(host, "/?#") : 0;
	bool plain = true;
	for (const char *c = s->url; *c; c++)
		plain &= *c > ' ' && *c < 0x7f;
	if (length > 0 && plain && !memchr(host, '@', length))
		return 0;
	return yaml_tree_fault(
		ret_error,
		t,
		value->line,
		value->column,
		"'%.200s' is no address of a list: write https://server/path, without blanks, "
		"names "
		"and passwords",
		s->url
	);
}

READER(action) {
	struct lists_source *s = into;
	const char *text;
	int r = yaml_tree_text(t, value, 32, &text, ret_error);

	if (r < 0)
		return r;
	for (unsigned int i = 0; i < ARRAY_LEN(action_words); i++)
		if (strcmp(text, action_words[i]) == 0) {
			s->action = (enum lists_action)i;
			return 0;
		}
	return yaml_tree_fault(
		ret_error,
		t,
		value->line,
		value->column,
		"'%s' is no action of a list: write block, allow or none",
		text
	);
}

READER(sha256) {
	struct lists_source *s = into;
	int r = yaml_tree_copy(t, value, s->sha256, sizeof s->sha256, ret_error);

	if (r == 0 && strspn(s->sha256, "0123456789abcdefABCDEF") != 64)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"'%s' is no SHA-256: write its 64 hex digits, as sha256sum prints them",
			s->sha256
		);
	return r;
}

READER(every) {
	struct lists_source *s = into;
	return yaml_tree_seconds(
		t, value, 5 * MINUTE_S, (uint64_t)31 * DAY_S, &s->every_s, ret_error
	);
}

READER(timeout) {
	struct lists_source *s = into;
	return yaml_tree_seconds(t, value, 1, 60 * MINUTE_S, &s->timeout_s, ret_error);
}

READER(max) {
	struct lists_source *s = into;
	return yaml_tree_bytes(t, value, 1024, MAX_MOST, &s->max, ret_error);
}

READER(allow_private) {
	struct lists_source *s = into;
	return yaml_tree_bool(t, value, &s->allow_private, ret_error);
}

static const struct yaml_key keys[] = {
	{"name", read_name, true},
	{"file", read_file, false},
	{"url", read_url, false},
	{"action", read_action, true},
	{"every", read_every, false},
	{"timeout", read_timeout, false},
	{"max", read_max, false},
	{"sha256", read_sha256, false},
	{"ca", read_ca, false},
	{"allow_private", read_allow_private, false},
};

// What keeps the list from making sense as a whole; NULL: nothing.
static const char *
wrong_together(const struct lists_source *s) {
	if (!s->file[0] == !s->url[0])
		return _("a list has either a file or a url: write one of them");
	if (s->file[0] && (s->sha256[0] || s->ca[0] || s->allow_private))
		return _("sha256, ca and allow_private are about a url: leave them away for a file"
		);
	return NULL;
}

static int
read_one(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct lists_config *ret,
	char ret_error[YAML_ERROR]
) {
	struct lists_source *s = &ret->list[ret->count];

	*s = (struct lists_source){
		.every_s = EVERY_DEFAULT_S,
		.timeout_s = TIMEOUT_DEFAULT_S,
		.max = MAX_DEFAULT,
	};
	if (value->kind != YAML_MAP)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"expected a list: {name: ads, file: /etc/spin/ads.txt, action: block}"
		);
	int r = yaml_tree_read(t, value, keys, ARRAY_LEN(keys), s, ret_error);
	if (r < 0)
		return r;
	const char *wrong = wrong_together(s);
	if (wrong)
		return yaml_tree_fault(ret_error, t, value->line, value->column, "%s", wrong);
	for (unsigned int i = 0; i < ret->count; i++)
		if (strcasecmp(ret->list[i].name, s->name) == 0)
			return yaml_tree_fault(
				ret_error,
				t,
				value->line,
				value->column,
				"there is a list '%s' already: give each a name of its own",
				s->name
			);
	ret->count++;
	return 0;
}

int
lists_config_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct lists_config *ret,
	char ret_error[YAML_ERROR]
) {
	int r = 0;

	ret->count = 0;
	if (value->kind != YAML_LIST || value->count > LISTS_CONFIG_MAX)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"expected at most %d lists, each {name, file or url, action}",
			LISTS_CONFIG_MAX
		);
	for (unsigned int i = 0; i < value->count && r == 0; i++)
		r = read_one(t, &t->nodes[value->items[i].node], ret, ret_error);
	return r;
}

void
lists_config_write(const struct lists_config *l, struct json *j) {
	char text[32];

	json_array(j);
	for (unsigned int i = 0; i < l->count; i++) {
		const struct lists_source *s = &l->list[i];
		json_object(j);
		json_key_string(j, "name", s->name);
		json_key_string(j, s->file[0] ? "file" : "url", s->file[0] ? s->file : s->url);
		json_key_string(j, "action", lists_action_word(s->action));
		json_key_string(j, "every", yaml_units_seconds(s->every_s, text));
		json_key_string(j, "timeout", yaml_units_seconds(s->timeout_s, text));
		json_key_string(j, "max", yaml_units_bytes(s->max, text));
		if (s->sha256[0])
			json_key_string(j, "sha256", s->sha256);
		if (s->ca[0])
			json_key_string(j, "ca", s->ca);
		if (s->allow_private)
			json_key_bool(j, "allow_private", true);
		json_end(j);
	}
	json_end(j);
}
