// SPDX-License-Identifier: BSD-3-Clause

#include "control/http/version.h"

#include "control/change_text.h"
#include "control/core.h"
#include "control/id.h"
#include "control/notify/notify.h"
#include "control/rule_json.h"
#include "platform/siphash.h"
#include "platform/text.h"

#include <stdio.h>
#include <string.h>

#define V1 "/api/v1"
#define ETAG 24

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

static const struct row {
	const char *pattern;
	const char *part, *prefix;
	decided decided;
	about about;
} rows[] = {
	{V1 "/devices/{device}", "device", "dev_", device_decided, about_device},
	{V1 "/destinations/{destination}",
	 "destination",
	 "dst_",
	 destination_decided,
	 about_destination},
	{V1 "/rules/{rule}", "rule", "rule_", rule_decided, about_rule},
	{V1 "/notifications/{notification}",
	 "notification",
	 "note_",
	 notification_decided,
	 about_nothing},
};

static const struct row *
row_of(const struct http_request *r) {
	const char *pattern = http_pattern(r);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (strcmp(rows[i].pattern, pattern) == 0)
			return &rows[i];
	return NULL;
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
		"%.40s changed it at %s: %.250s%s.",
		h->author[0] ? h->author : "Somebody",
		text_time(h->time_ns, when),
		h->kind == CHANGE_RULE && !h->rule_has ? "no longer: " : "",
		change_sentence(&c->state, h, sentence)
	);
	return ret;
}

static const char *
who(const struct core *c, const struct row *row, uint64_t id, char ret[VERSION_WHO]) {
	for (size_t i = c->acts.history_count; i-- > 0;)
		if (row->about(&c->acts.history[i], id))
			return tell_who(c, &c->acts.history[i], ret);
	snprintf(ret, VERSION_WHO, "Somebody changed it.");
	return ret;
}

const char *
version_who_profile(const struct core *c, const char *name, char ret[VERSION_WHO]) {
	for (size_t i = c->acts.history_count; i-- > 0;) {
		const struct change *h = &c->acts.history[i];
		if (h->kind == CHANGE_PROFILE && strcmp(h->profile_now, name) == 0)
			return tell_who(c, h, ret);
	}
	snprintf(ret, VERSION_WHO, "Somebody changed it.");
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

	if (!row || (!get && !match) || !id_parse(row->prefix, http_path(r, row->part), &id)
	    || !etag_of(core, row, id, etag))
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

	if (row && id_parse(row->prefix, http_path(r, row->part), &id) && etag_of(c, row, id, etag))
		http_add_header(r, "etag", etag);
}
