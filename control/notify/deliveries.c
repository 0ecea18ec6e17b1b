// SPDX-License-Identifier: BSD-3-Clause

#include "control/notify/deliveries.h"

#include "control/text/language.h"
#include "control/yaml_units.h"
#include "platform/base.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define TIMEOUT_S 30
#define SENDMAIL "/usr/sbin/sendmail"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

#define READER(what)                                                                               \
	static int read_##what(                                                                    \
		const struct yaml_tree *t,                                                         \
		const struct yaml_tree_node *value,                                                \
		void *into,                                                                        \
		char ret_error[YAML_ERROR]                                                         \
	)

#define FAULT(...) yaml_tree_fault(ret_error, t, value->line, value->column, __VA_ARGS__)

static const char *const templates[] = {
#define X(id, word) word,
	DELIVERY_TEMPLATES(X)
#undef X
};

const char *
delivery_template_word(enum delivery_template t) {
	return templates[t];
}

const char *
delivery_way_word(enum delivery_way w) {
	static const char *const words[] = {"webhook", "mail", "command"};

	return words[w];
}

const char *
delivery_target(const struct delivery *d, char ret[DELIVERY_ADDRESS]) {
	const char *host = strstr(d->url, "://");
	size_t length = host ? strcspn(host + 3, "/?#") : 0;

	if (d->way == DELIVERY_WEBHOOK && host)
		snprintf(ret, DELIVERY_ADDRESS, "%.*s", (int)length, host + 3);
	else
		snprintf(
			ret,
			DELIVERY_ADDRESS,
			"%.254s",
			d->way == DELIVERY_MAIL ? d->to : d->command
		);
	return ret;
}

// It stands in addresses of the API.
READER(name) {
	struct delivery *d = into;
	int r = yaml_tree_copy(t, value, d->name, sizeof d->name, ret_error);

	if (r == 0 && d->name[strspn(d->name, LETTERS "-_.")])
		return FAULT(
			"'%s' is no name of a delivery: write letters, digits, '-', '_' and '.'",
			d->name
		);
	return r;
}

// A name and a password in it would be seen by everybody whom the address is shown.
static bool
is_url(const char *text) {
	const char *host = strncasecmp(text, "https://", 8) == 0 ? text + 8
		: strncasecmp(text, "http://", 7) == 0		 ? text + 7
								 : NULL;
	size_t length = host ? strcspn(host, "/?#") : 0;

	for (const char *c = text; *c; c++)
		if (*c <= ' ' || *c >= 0x7f)
			return false;
	return length > 0 && !memchr(host, '@', length);
}

READER(webhook) {
	struct delivery *d = into;
	int r = yaml_tree_copy(t, value, d->url, sizeof d->url, ret_error);

	d->way = DELIVERY_WEBHOOK;
	if (r < 0 || is_url(d->url))
		return r;
	return FAULT(
		"'%.200s' is no address of a webhook: write https://server/path, without blanks, "
		"names and passwords",
		d->url
	);
}

READER(template) {
	struct delivery *d = into;
	const char *text;
	int r = yaml_tree_text(t, value, 32, &text, ret_error);

	for (unsigned int i = 0; r == 0 && i < ARRAY_LEN(templates); i++)
		if (strcmp(templates[i], text) == 0) {
			d->template = (enum delivery_template)i;
			return 0;
		}
	return r < 0 ? r : FAULT("'%s' is no template: write json, ntfy or matrix", text);
}

// It becomes a line of a request.
READER(token) {
	struct delivery *d = into;
	int r = yaml_tree_copy(t, value, d->token, sizeof d->token, ret_error);

	for (const char *c = d->token; r == 0 && *c; c++)
		if (*c <= ' ' || *c >= 0x7f)
			return FAULT("a token is of visible ASCII characters, without blanks");
	return r;
}

static int
whole_path(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	char into[DELIVERY_PATH],
	char ret_error[YAML_ERROR]
) {
	int r = yaml_tree_copy(t, value, into, DELIVERY_PATH, ret_error);

	if (r == 0 && into[0] != '/')
		return FAULT("'%.200s' is no whole path: write it from the first /", into);
	return r;
}

READER(ca) {
	return whole_path(t, value, ((struct delivery *)into)->ca, ret_error);
}

READER(sendmail) {
	return whole_path(t, value, ((struct delivery *)into)->sendmail, ret_error);
}

READER(allow_private) {
	return yaml_tree_bool(t, value, &((struct delivery *)into)->allow_private, ret_error);
}

// A word of a command line and a line of a message: nothing but what plain addresses are made of.
static int
address(const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	char into[DELIVERY_ADDRESS],
	char ret_error[YAML_ERROR]) {
	int r = yaml_tree_copy(t, value, into, DELIVERY_ADDRESS, ret_error);
	size_t name = strspn(into, LETTERS "._%+-=");
	size_t host = into[name] == '@' ? strspn(into + name + 1, LETTERS ".-") : 0;

	if (r < 0 || (name > 0 && host > 0 && !into[name + 1 + host] && into[0] != '-'))
		return r;
	return FAULT("'%.200s' is no mail address: write one, as you@example.org", into);
}

READER(mail) {
	((struct delivery *)into)->way = DELIVERY_MAIL;
	return address(t, value, ((struct delivery *)into)->to, ret_error);
}

READER(from) {
	return address(t, value, ((struct delivery *)into)->from, ret_error);
}

READER(command) {
	struct delivery *d = into;
	size_t used = 0;

	d->way = DELIVERY_COMMAND_WAY;
	if (value->kind != YAML_LIST || value->count == 0 || value->count > DELIVERY_WORDS)
		return FAULT(
			"expected the program and its arguments, at most %d words: "
			"[/usr/local/bin/tell, --now]",
			DELIVERY_WORDS
		);
	for (unsigned int i = 0; i < value->count; i++) {
		const char *text;
		const struct yaml_tree_node *word = &t->nodes[value->items[i].node];
		int r = yaml_tree_text(t, word, DELIVERY_PATH, &text, ret_error);
		if (r < 0)
			return r;
		if (used + strlen(text) + 1 > sizeof d->command)
			return FAULT("the command is longer than %d bytes", DELIVERY_COMMAND);
		memcpy(d->command + used, text, strlen(text) + 1);
		used += strlen(text) + 1;
	}
	d->words = value->count;
	if (d->command[0] != '/')
		return FAULT("'%.200s' is no whole path: write it from the first /", d->command);
	return 0;
}

READER(severity) {
	const char *text;
	int r = yaml_tree_text(t, value, 32, &text, ret_error);

	if (r < 0 || severity_parse(text, &((struct delivery *)into)->least))
		return r;
	return FAULT("'%s' is no severity: write info, warning or critical", text);
}

READER(quiet) {
	const char *text;
	int r = yaml_tree_text(t, value, SCHEDULE_TEXT, &text, ret_error);

	if (r < 0 || schedule_read(text, &((struct delivery *)into)->quiet) == 0)
		return r;
	return FAULT("'%s' is no time to be quiet: " SCHEDULE_FORM, text);
}

READER(devices) {
	struct delivery *d = into;

	if (value->kind != YAML_LIST || value->count == 0 || value->count > DELIVERY_DEVICES)
		return FAULT(
			"expected names, hardware addresses or ids of at most %d devices",
			DELIVERY_DEVICES
		);
	for (unsigned int i = 0; i < value->count; i++) {
		const struct yaml_tree_node *one = &t->nodes[value->items[i].node];
		int r = yaml_tree_copy(t, one, d->devices[i], DELIVERY_DEVICE, ret_error);
		if (r < 0)
			return r;
	}
	d->devices_count = value->count;
	return 0;
}

READER(timeout) {
	return yaml_tree_seconds(
		t, value, 1, 300, &((struct delivery *)into)->timeout_s, ret_error
	);
}

#define KEYS(X)                                                                                    \
	X(name, true)                                                                              \
	X(webhook, false)                                                                          \
	X(template, false)                                                                         \
	X(token, false)                                                                            \
	X(ca, false)                                                                               \
	X(allow_private, false)                                                                    \
	X(mail, false)                                                                             \
	X(from, false)                                                                             \
	X(sendmail, false)                                                                         \
	X(command, false)                                                                          \
	X(severity, false)                                                                         \
	X(quiet, false)                                                                            \
	X(devices, false)                                                                          \
	X(timeout, false)

static const struct yaml_key keys[] = {
#define X(key, required) {#key, read_##key, required},
	KEYS(X)
#undef X
};

// What keeps it from making sense as a whole; NULL: nothing.
static const char *
wrong_together(const struct delivery *d) {
	bool hook = d->url[0], mail = d->to[0], command = d->words > 0;
	const char *path = hook ? strstr(d->url, "://") + 3 : "";

	path += strcspn(path, "/");
	if (hook + mail + command != 1)
		return _("a delivery is either a webhook, a mail or a command: write one of them");
	if (!hook && (d->token[0] || d->ca[0] || d->allow_private || d->template))
		return _("template, token, ca and allow_private are about a webhook");
	if (!mail && (d->from[0] || d->sendmail[0]))
		return _("from and sendmail are about a mail");
	if (d->template == DELIVERY_NTFY && (strlen(path) < 2 || strpbrk(path, "?#")))
		return _("an ntfy address ends in the topic: https://ntfy.example/my-topic");
	if (d->template == DELIVERY_MATRIX && !strstr(path, "/rooms/"))
		return _("a matrix address ends in the room: "
			 "https://matrix.example/_matrix/client/v3/rooms/!room:example");
	return NULL;
}

static int
read_one(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct deliveries *ret,
	char ret_error[YAML_ERROR]
) {
	struct delivery *d = &ret->one[ret->count];

	*d = (struct delivery){.timeout_s = TIMEOUT_S};
	if (value->kind != YAML_MAP)
		return FAULT("expected a delivery: {name: phone, webhook: https://…}");
	int r = yaml_tree_read(t, value, keys, ARRAY_LEN(keys), d, ret_error);
	if (r < 0)
		return r;
	const char *wrong = wrong_together(d);
	if (wrong)
		return FAULT("%s", wrong);
	if (d->way == DELIVERY_MAIL && !d->sendmail[0])
		memcpy(d->sendmail, SENDMAIL, sizeof SENDMAIL);
	for (unsigned int i = 0; i < ret->count; i++)
		if (strcasecmp(ret->one[i].name, d->name) == 0)
			return FAULT(
				"there is a delivery '%s' already: give each a name of its own",
				d->name
			);
	ret->count++;
	return 0;
}

int
deliveries_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct deliveries *ret,
	char ret_error[YAML_ERROR]
) {
	int r = 0;

	ret->count = 0;
	if (value->kind != YAML_LIST || value->count > DELIVERIES_MAX)
		return FAULT(
			"expected at most %d deliveries, each {name, webhook, mail or command}",
			DELIVERIES_MAX
		);
	for (unsigned int i = 0; i < value->count && r == 0; i++)
		r = read_one(t, &t->nodes[value->items[i].node], ret, ret_error);
	return r;
}
