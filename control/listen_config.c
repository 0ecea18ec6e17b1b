// SPDX-License-Identifier: BSD-3-Clause

#include "control/listen_config.h"

#include "control/http/guard.h"
#include "control/text/language.h"
#include "platform/base.h"
#include "platform/json_write.h"
#include "platform/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *
listen_wrong(const char *text, bool *ret_loopback) {
	const char *colon = strrchr(text, ':');
	char host[TEXT_ADDRESS] = "";
	unsigned int family;
	uint8_t address[16];

	if (!colon || colon == text)
		return _("is not ADDRESS:PORT: write 127.0.0.1:13026 or [::1]:13026");
	const char *from = text[0] == '[' ? text + 1 : text;
	const char *to = text[0] == '[' ? colon - 1 : colon;
	if (to <= from || (text[0] == '[' && *to != ']') || (size_t)(to - from) >= sizeof host)
		return _("is not ADDRESS:PORT: write 127.0.0.1:13026 or [::1]:13026");
	memcpy(host, from, (size_t)(to - from));
	if (text_parse_address(host, &family, address) < 0 || (family == 6) != (text[0] == '['))
		return _("has no numeric address: write 127.0.0.1:13026 or [::1]:13026");
	char *end;
	unsigned long port = strtoul(colon + 1, &end, 10);
	if (!colon[1] || *end || port > 65535
	    || strspn(colon + 1, "0123456789") != strlen(colon + 1))
		return _("has no port between 0 and 65535: write 127.0.0.1:13026");
	static const uint8_t one[16] = {[15] = 1};
	*ret_loopback = family == 4 ? address[0] == 127 : memcmp(address, one, 16) == 0;
	return NULL;
}

// Texts that `is_good` takes, each into `room` bytes; `expected` says what they are.
static int
read_texts(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	bool (*is_good)(const char *text),
	const char *expected,
	char *into,
	size_t room,
	size_t max,
	size_t *ret_count,
	char ret_error[YAML_ERROR]
) {
	if (value->kind != YAML_LIST || value->count > max)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"expected a list of at most %zu, each %s",
			max,
			expected
		);
	*ret_count = 0;
	for (unsigned int i = 0; i < value->count; i++) {
		const struct yaml_tree_node *one = &t->nodes[value->items[i].node];
		char *to = into + i * room;
		int r = yaml_tree_copy(t, one, to, room, ret_error);
		if (r < 0)
			return r;
		if (!is_good(to))
			return yaml_tree_fault(
				ret_error,
				t,
				one->line,
				one->column,
				"'%.64s' is not %s",
				to,
				expected
			);
		*ret_count += 1;
	}
	return 0;
}

// RFC 1123 2.1, and not an address.
static bool
is_name(const char *text) {
	bool letter = false;

	for (size_t i = 0; text[i]; i++) {
		char before = i ? text[i - 1] : '.', after = text[i + 1] ? text[i + 1] : '.';
		bool plain =
			(text[i] >= 'a' && text[i] <= 'z') || (text[i] >= '0' && text[i] <= '9');
		bool within = before != '.' && after != '.' && before != '-';
		letter |= text[i] >= 'a' && text[i] <= 'z';
		if (!plain && !(text[i] == '.' && before != '.' && text[i + 1])
		    && !(text[i] == '-' && (within || before == '-')))
			return false;
	}
	return letter;
}

int
listen_names_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct listen_config *ret,
	char ret_error[YAML_ERROR]
) {
	return read_texts(
		t,
		value,
		is_name,
		_("a host name in lower case, such as my.home"),
		ret->names[0],
		sizeof ret->names[0],
		LISTEN_NAMES_MAX,
		&ret->n_names,
		ret_error
	);
}

int
listen_cors_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct listen_config *ret,
	char ret_error[YAML_ERROR]
) {
	return read_texts(
		t,
		value,
		guard_is_origin,
		_("an origin in lower case without a path, such as https://panel.example:8443"),
		ret->cors[0],
		sizeof ret->cors[0],
		LISTEN_CORS_MAX,
		&ret->n_cors,
		ret_error
	);
}

static int
read_address(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	void *into,
	char ret_error[YAML_ERROR]
) {
	struct listen_config *c = into;
	bool loopback;
	int r = yaml_tree_copy(t, value, c->provider, sizeof c->provider, ret_error);
	const char *wrong = r < 0 ? NULL : listen_wrong(c->provider, &loopback);

	return wrong ? yaml_tree_fault(
		       ret_error, t, value->line, value->column, "'%s' %s", c->provider, wrong
	       )
		     : r;
}

static int
read_client_ca(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	void *into,
	char ret_error[YAML_ERROR]
) {
	struct listen_config *c = into;

	return yaml_tree_copy(t, value, c->provider_ca, sizeof c->provider_ca, ret_error);
}

int
listen_provider_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct listen_config *ret,
	char ret_error[YAML_ERROR]
) {
	static const struct yaml_key keys[] = {
		{"listen", read_address, true},
		{"client_ca", read_client_ca, true},
	};

	return yaml_tree_read(t, value, keys, ARRAY_LEN(keys), ret, ret_error);
}

static void
write_texts(const char *texts, size_t room, size_t count, struct json *j) {
	json_array(j);
	for (size_t i = 0; i < count; i++)
		json_string(j, texts + i * room);
	json_end(j);
}

void
listen_names_write(const struct listen_config *c, struct json *j) {
	write_texts(c->names[0], sizeof c->names[0], c->n_names, j);
}

void
listen_cors_write(const struct listen_config *c, struct json *j) {
	write_texts(c->cors[0], sizeof c->cors[0], c->n_cors, j);
}

void
listen_provider_write(const struct listen_config *c, struct json *j) {
	if (!c->provider[0]) {
		json_null(j);
		return;
	}
	json_object(j);
	json_key_string(j, "listen", c->provider);
	json_key_string(j, "client_ca", c->provider_ca);
	json_end(j);
}

int
listen_config_check(const struct listen_config *c, char ret_error[YAML_ERROR]) {
	if (!c->certificate[0] == !c->certificate_key[0])
		return 0;
	snprintf(
		ret_error,
		YAML_ERROR,
		_("certificate and certificate_key belong together: give both, or neither for the "
		  "household's own")
	);
	return -EINVAL;
}
