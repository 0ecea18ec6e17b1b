// SPDX-License-Identifier: BSD-3-Clause

#include "control/http/version.h"

#include "control/access/access.h"
#include "control/change_text.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/id.h"
#include "control/notify/notify.h"
#include "control/rule_json.h"
#include "control/text/language.h"
#include "platform/siphash.h"
#include "platform/text.h"

#include <stdio.h>
#include <string.h>

#define V1 "/api/v1"
#define ETAG 24
#define EDITS 64

// What somebody decided about the thing; false: there is none.
typedef bool (*decided)(const struct core *c, uint64_t id, struct json *j);
// Was this change about it?
typedef bool (*about)(const struct change *h, uint64_t id);

static bool
device_decided(const struct core *c, uint64_t id, struct json *j) {
	const struct device *d = device_by_id(&c->state, id);

	if (!d)
		return false;
	json_key_string(j, "name", d->user_name);
	json_key_string(j, "profile", d->profile);
	json_key_u64(j, "kind", d->identity.choice.kind);
	json_key(j, "limits");
	rule_json_write_limit(&d->limits, j);
	return true;
}

static bool
about_device(const struct change *h, uint64_t id) {
	return h->kind == CHANGE_DEVICE && h->device == id;
}

static bool
destination_decided(const struct core *c, uint64_t id, struct json *j) {
	const struct destination *d = destination_by_id(&c->state, id);

	if (d)
		json_key_string(j, "name", d->user_name);
	return d != NULL;
}

static bool
about_destination(const struct change *h, uint64_t id) {
	return h->kind == CHANGE_DESTINATION && h->destination == id;
}

static bool
rule_decided(const struct core *c, uint64_t id, struct json *j) {
	const struct rule *r = rule_by_id(&c->state, id);

	if (!r)
		return false;
	json_key(j, "rule");
	rule_json_write(&r->spec, j);
	json_key_bool(j, "enabled", !r->spec.disabled);
	return true;
}

static bool
about_rule(const struct change *h, uint64_t id) {
	return h->kind == CHANGE_RULE && h->rule == id;
}

static bool
notification_decided(const struct core *c, uint64_t id, struct json *j) {
	const struct notice *n = notify_find(c->notify, id);

	if (!n)
		return false;
	json_key_bool(j, "read", n->read);
	json_key_u64(j, "outcome", n->outcome);
	return true;
}

static bool
about_nothing(const struct change *h, uint64_t id) {
	(void)h;
	(void)id;
	return false;
}

static bool
user_decided(const struct core *c, uint64_t id, struct json *j) {
	const struct user *u = access_user(&c->access, id);

	if (!u)
		return false;
	json_key_u64(j, "id", id); // its name may be given to another
	json_key_string(j, "name", u->name);
	json_key_u64(j, "role", u->role);
	json_key_bool(j, "disabled", u->disabled);
	json_key_bool(j, "totp", u->totp);
	json_key_u64(j, "password", u->password_ns);
	return true;
}

static uint64_t
user_named(const struct core *c, const char *name) {
	const struct user *u = access_user_named(&c->access, name);

	return u ? u->id : 0;
}

static bool
token_decided(const struct core *c, uint64_t id, struct json *j) {
	const struct token *t = access_token(&c->access, id);

	if (t)
		json_key_u64(j, "id", id); // nothing else of it changes
	return t != NULL;
}

static uint64_t
token_named(const struct core *c, const char *name) {
	const struct token *t = access_token_named(&c->access, name);

	return t ? t->id : 0;
}

static bool
privacy_decided(const struct core *c, uint64_t id, struct json *j) {
	(void)id;
	json_key_u64(j, "level", c->state.privacy);
	return true;
}

static const struct row {
	const char *pattern;
	const char *part, *prefix; // NULL: there is one of it
	decided decided;
	about about;
	uint64_t (*named)(const struct core *c, const char *name); // what has a name for an address
} rows[] = {
	{V1 "/devices/{device}", "device", "dev_", device_decided, about_device, NULL},
	{V1 "/destinations/{destination}",
	 "destination",
	 "dst_",
	 destination_decided,
	 about_destination,
	 NULL},
	{V1 "/rules/{rule}", "rule", "rule_", rule_decided, about_rule, NULL},
	{V1 "/notifications/{notification}",
	 "notification",
	 "note_",
	 notification_decided,
	 about_nothing,
	 NULL},
	{V1 "/users/{user}", "user", "usr_", user_decided, about_nothing, user_named},
	{V1 "/tokens/{token}", "token", "tok_", token_decided, about_nothing, token_named},
	{V1 "/privacy", NULL, NULL, privacy_decided, about_nothing, NULL},
};

// Who edited what is in no change, the newest of them; a ring.
static struct edit {
	const struct row *row;
	uint64_t id, time_ns;
	char author[PRINCIPAL_NAME_MAX + 1];
} edits[EDITS];
static size_t edits_count;

static const struct row *
row_of(const struct http_request *r) {
	const char *pattern = http_pattern(r);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (strcmp(rows[i].pattern, pattern) == 0)
			return &rows[i];
	return NULL;
}

static bool
id_of(const struct core *c, const struct row *row, const struct http_request *r, uint64_t *ret) {
	const char *text = row->part ? http_path(r, row->part) : NULL;

	*ret = 0;
	if (!row->part || id_parse(row->prefix, text, ret))
		return true;
	*ret = row->named ? row->named(c, text) : 0;
	return *ret != 0;
}

static bool
etag_of(const struct core *c, const struct row *row, uint64_t id, char ret[ETAG]) {
	static const uint64_t key[2] = {0x5350494e, 1}; // a name for a version, no secret
	struct json j;

	json_init(&j);
	json_object(&j);
	bool known = row->decided(c, id, &j) && !j.failed;
	json_end(&j);
	if (known)
		snprintf(
			ret,
			ETAG,
			"\"%016llx\"",
			(unsigned long long)siphash24(key, j.text, j.length)
		);
	json_free(&j);
	return known;
}

static const char *
tell_who(const struct core *c, const struct change *h, char ret[VERSION_WHO]) {
	char sentence[RULE_SENTENCE], when[TEXT_TIME];

	snprintf(
		ret,
		VERSION_WHO,
		_("%.40s changed it at %s: %.250s%s."),
		h->author[0] ? h->author : "Somebody",
		text_time(h->time_ns, when),
		h->kind == CHANGE_RULE && !h->rule_has ? _("no longer: ") : "",
		change_sentence(&c->state, h, sentence)
	);
	return ret;
}

static const char *
who(const struct core *c, const struct row *row, uint64_t id, char ret[VERSION_WHO]) {
	for (size_t i = c->acts.history_count; i-- > 0;)
		if (row->about(&c->acts.history[i], id))
			return tell_who(c, &c->acts.history[i], ret);
	snprintf(ret, VERSION_WHO, _("Somebody changed it."));
	for (size_t n = 1; n <= EDITS && n <= edits_count; n++) {
		const struct edit *e = &edits[(edits_count - n) % EDITS];
		char when[TEXT_TIME];
		if (e->row != row || e->id != id)
			continue;
		text_time(e->time_ns, when);
		snprintf(ret, VERSION_WHO, _("%s changed it at %s."), e->author, when);
		break;
	}
	return ret;
}

const char *
version_who_profile(const struct core *c, const char *name, char ret[VERSION_WHO]) {
	for (size_t i = c->acts.history_count; i-- > 0;) {
		const struct change *h = &c->acts.history[i];
		if (h->kind == CHANGE_PROFILE && strcmp(h->profile_now, name) == 0)
			return tell_who(c, h, ret);
	}
	snprintf(ret, VERSION_WHO, _("Somebody changed it."));
	return ret;
}

// One of the ETags of the header, which may be weak, or '*'.
bool
version_named(const char *header, const char *etag) {
	size_t length = strlen(etag);

	for (const char *at = header; *at; at += *at == ',') {
		at += strspn(at, " \t");
		size_t n = strcspn(at, ",");
		size_t end = n;
		while (end > 0 && (at[end - 1] == ' ' || at[end - 1] == '\t'))
			end--;
		if ((end == 1 && *at == '*') || (end == length && memcmp(at, etag, end) == 0))
			return true;
		at += n;
	}
	return false;
}

bool
version_check(struct http_request *r, void *core) {
	const struct row *row = row_of(r);
	const char *match = http_header(r, "if-match");
	bool get = strcmp(http_method(r), "GET") == 0 || strcmp(http_method(r), "HEAD") == 0;
	char etag[ETAG], text[VERSION_WHO];
	uint64_t id;

	if (!row || (!get && !match) || !id_of(core, row, r, &id) || !etag_of(core, row, id, etag))
		return true;
	if (get) {
		http_add_header(r, "etag", etag);
		return true;
	}
	if (version_named(match, etag))
		return true;
	http_problem(
		r,
		PROBLEM_EDITED_MEANWHILE,
		"GET it again and put your edit into what it is now.",
		"It is not the version %.40s any more. %s",
		match,
		who(core, row, id, text)
	);
	return false;
}

void
version_tell(struct http_request *r, const struct core *c) {
	const struct row *row = row_of(r);
	char etag[ETAG];
	uint64_t id;

	if (row && id_of(c, row, r, &id) && etag_of(c, row, id, etag))
		http_add_header(r, "etag", etag);
}

void
version_wrote(struct http_request *r, const struct core *c, uint64_t id) {
	const struct row *row = row_of(r);
	struct edit *e = &edits[edits_count % EDITS];
	char etag[ETAG];

	if (!row)
		return;
	*e = (struct edit){.row = row, .id = id, .time_ns = clock_wall_ns()};
	snprintf(e->author, sizeof e->author, "%.32s", http_who(r));
	edits_count++;
	if (etag_of(c, row, id, etag))
		http_add_header(r, "etag", etag);
}
