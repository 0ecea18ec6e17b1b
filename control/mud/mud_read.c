// SPDX-License-Identifier: BSD-3-Clause
// The file's access lists are entries for one direction; each says half of a conversation.  Both
// halves, and both families, lead to the same row.

#include "control/mud/mud_reader.h"
#include "control/text/language.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct json_limits limits = {
	.bytes = MUD_BYTES_MAX,
	.tokens = 1u << 17,
	.depth = 24,
};

// What was understood, and cannot be kept.
static void
leave_out(struct mud_reader *r, const char *why) {
	if (r->mud->unmet++ == 0)
		snprintf(
			r->mud->unmet_first,
			sizeof r->mud->unmet_first,
			_("'%.60s' of list '%.60s' %s"),
			r->ace ? r->ace : "?",
			r->acl,
			why
		);
}

static bool
is_accepted(const struct mud_reader *r, unsigned int ace) {
	const char *what =
		json_text(r->doc, json_get(r->doc, json_get(r->doc, ace, "actions"), "forwarding"));
	return what
		&& (strcmp(what, "accept") == 0
		    || strcmp(what, "ietf-access-control-list:accept") == 0);
}

static int
read_ace(struct mud_reader *r, unsigned int ace) {
	struct mud_row row = {0};

	r->ace = json_text(r->doc, json_get(r->doc, ace, "name"));
	if (!is_accepted(r, ace)) {
		leave_out(r, _("does not accept; what no entry accepts is refused anyway"));
		return 0;
	}
	int result = mud_read_matches(r, json_get(r->doc, ace, "matches"), &row);
	if (result != 0) {
		if (result > 0)
			leave_out(r, _("matches by something that is not kept here"));
		return result < 0 ? result : 0;
	}
	if (r->mud->rows_count == MUD_ROWS_MAX)
		return mud_fault(r, "more than %d entries", MUD_ROWS_MAX);
	r->mud->rows[r->mud->rows_count++] = row;
	return 0;
}

static int
read_list(struct mud_reader *r, unsigned int acls, const char *name) {
	unsigned int list = mud_member(r, acls, "ietf-access-control-list", "acl");

	for (unsigned int n = json_first(r->doc, list); n; n = json_next(r->doc, n)) {
		const char *its = json_text(r->doc, json_get(r->doc, n, "name"));
		if (!its || strcmp(its, name) != 0)
			continue;
		unsigned int aces = json_get(r->doc, json_get(r->doc, n, "aces"), "ace");
		r->acl = name;
		int result = 0;
		for (unsigned int a = json_first(r->doc, aces); a && result == 0;
		     a = json_next(r->doc, a))
			result = read_ace(r, a);
		if (result == 0)
			r->acl = r->ace = NULL;
		return result;
	}
	return mud_fault(r, "there is no access list '%.60s'", name);
}

static int
read_policy(struct mud_reader *r, unsigned int policy, unsigned int acls) {
	unsigned int lists =
		json_get(r->doc, json_get(r->doc, policy, "access-lists"), "access-list");
	int result = 0;

	for (unsigned int n = json_first(r->doc, lists); n && result == 0;
	     n = json_next(r->doc, n)) {
		const char *name = json_text(r->doc, json_get(r->doc, n, "name"));
		if (!name)
			return mud_fault(r, "an access list is named by {\"name\": \"…\"}");
		result = read_list(r, acls, name);
	}
	return result;
}

static int
read_head(struct mud_reader *r, unsigned int node) {
	struct mud *m = r->mud;
	const struct {
		const char *key;
		char *into;
		size_t room;
	} texts[] = {
		{"mud-url", m->url, sizeof m->url},
		{"last-update", m->last_update, sizeof m->last_update},
		{"systeminfo", m->systeminfo, sizeof m->systeminfo},
		{"mfg-name", m->manufacturer, sizeof m->manufacturer},
		{"model-name", m->model, sizeof m->model},
		{"documentation", m->documentation, sizeof m->documentation},
		{"mud-signature", m->signature, sizeof m->signature},
	};
	int64_t version = json_number(r->doc, json_get(r->doc, node, "mud-version"), 0);

	if (version != MUD_VERSION)
		return mud_fault(r, "mud-version is not 1, the only one there is");
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		unsigned int n = json_get(r->doc, node, texts[i].key);
		int result = mud_copy(r, n, texts[i].key, texts[i].into, texts[i].room);
		if (result < 0)
			return result;
	}
	if (strncmp(m->url, "https://", 8) != 0)
		return mud_fault(r, "mud-url is no https:// address (RFC 8520 3.2)");
	int64_t hours =
		json_number(r->doc, json_get(r->doc, node, "cache-validity"), MUD_CACHE_HOURS);
	if (hours < 1 || hours > 168)
		return mud_fault(r, "cache-validity is not 1 to 168 hours (RFC 8520 3.5)");
	m->cache_validity = (uint32_t)hours;
	m->is_supported = json_flag(r->doc, json_get(r->doc, node, "is-supported"), true);
	return 0;
}

static int
read_document(struct mud_reader *r) {
	unsigned int head = mud_member(r, JSON_ROOT, "ietf-mud", "mud");
	unsigned int acls = mud_member(r, JSON_ROOT, "ietf-access-control-list", "acls");

	if (acls == JSON_NONE) // as in drafts that vendors followed
		acls = mud_member(r, JSON_ROOT, "ietf-access-control-list", "access-lists");
	if (!json_is_object(r->doc, head))
		return mud_fault(r, "no 'ietf-mud:mud' object: this is no MUD file (RFC 8520)");
	int result = read_head(r, head);
	r->from_device = true;
	if (result == 0)
		result = read_policy(r, json_get(r->doc, head, "from-device-policy"), acls);
	r->from_device = false;
	if (result == 0)
		result = read_policy(r, json_get(r->doc, head, "to-device-policy"), acls);
	return result;
}

int
mud_read(const char *text, size_t length, struct mud *ret, char ret_error[MUD_ERROR]) {
	struct mud_reader r = {.mud = ret, .error = ret_error};
	struct json_fault f;
	struct json_doc *doc;

	memset(ret, 0, sizeof *ret);
	int result = json_parse(text, length, &limits, &doc, &f);
	if (result < 0) {
		if (f.kind == JSON_FAULT_SYNTAX && f.line)
			snprintf(ret_error, MUD_ERROR, "%u:%u: %s", f.line, f.column, f.message);
		else
			snprintf(ret_error, MUD_ERROR, "%s", f.message);
		return result;
	}
	r.doc = doc;
	result = read_document(&r);
	json_doc_free(doc);
	if (result == 0)
		mud_sort(ret);
	return result;
}
