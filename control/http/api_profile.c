// SPDX-License-Identifier: BSD-3-Clause
// Profiles: their text, read and written as a whole or rule by rule.  A text that is wrong changes
// nothing; the answer says where it is wrong.

#include "control/core.h"
#include "control/http/api.h"
#include "control/http/version.h"
#include "control/id.h"
#include "control/profile_edit.h"
#include "control/rule_check.h"
#include "control/rule_json.h"
#include "control/upkeep.h"
#include "control/view.h"
#include "platform/siphash.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define V1 "/api/v1"

const char *
api_etag(const struct profile *p, char ret[API_ETAG]) {
	static const uint64_t key[2] = {0x5350494e65746167, 0x6f662070726f6669};

	snprintf(
		ret, API_ETAG, "\"%016llx\"", (unsigned long long)siphash24(key, p->text, p->length)
	);
	return ret;
}

static const struct profile *
profile_in_path(struct http_request *r, const struct core *c) {
	const char *name = http_path(r, "profile");
	const struct profile *p = profiles_find(&c->state.profiles, name);

	if (!p)
		http_problem(
			r,
			PROBLEM_UNKNOWN_PROFILE,
			"GET " V1 "/profiles lists the profiles.",
			"There is no profile '%.40s'.",
			name
		);
	return p;
}

void
api_get_profile(struct http_request *r, void *core) {
	const struct profile *p = profile_in_path(r, core);
	char etag[API_ETAG];
	struct json j;

	if (!p)
		return;
	json_init(&j);
	view_profile_whole(core, p, &j);
	http_add_header(r, "etag", api_etag(p, etag));
	api_reply(r, 200, &j);
}

bool
api_is_the_version(
	struct http_request *r,
	const struct core *c,
	const struct profile *p,
	bool required
) {
	const char *match = http_header(r, "if-match");
	char etag[API_ETAG] = "", who[VERSION_WHO];

	if (p)
		api_etag(p, etag);
	if (match && p && version_named(match, etag))
		return true;
	if (!match && (!p || !required))
		return true;
	if (!match)
		http_problem(
			r,
			PROBLEM_IF_MATCH_REQUIRED,
			"Send If-Match with the ETag of the GET that you edited.",
			"The profile '%s' is there already.",
			p->name
		);
	else
		http_problem(
			r,
			PROBLEM_EDITED_MEANWHILE,
			"GET it again and put your edit into what it is now.",
			"The profile is not the one with the ETag %.40s any more. %s",
			match,
			version_who_profile(c, http_path(r, "profile"), who)
		);
	return false;
}

// Takes `folder` out of a sentence that names its files: where they lie is nobody's business who
// asks over the network, a provider's least of all.
static void
leave_out(char *text, const char *folder) {
	char path[CONFIG_PATH + 2];
	int n = snprintf(path, sizeof path, "%s/", folder);

	for (char *at; (at = strstr(text, path));)
		memmove(at, at + n, strlen(at + n) + 1);
}

bool
api_try_profile(struct http_request *r, struct core *c, const char *name, const struct text *t) {
	struct profiles *fresh = calloc(1, sizeof *fresh);
	char error[PROFILE_ERROR] = "Out of memory";
	int result = fresh ? core_try_profile(c, name, t, fresh, error) : -ENOMEM;

	leave_out(error, c->config->profiles_dir);
	if (result == 0)
		profiles_free(fresh);
	else
		http_problem(
			r,
			result == -ENOMEM ? PROBLEM_BUSY : PROBLEM_BAD_PROFILE,
			"Nothing was changed; the place is file:line:column.",
			"%s.",
			error
		);
	free(fresh);
	return result == 0;
}

// Hands the text over when it is good.
static void
submit_text(struct http_request *r, struct core *c, const char *name, struct text *t) {
	struct change change = {.kind = CHANGE_PROFILE, .text_now = t};

	snprintf(change.profile_now, sizeof change.profile_now, "%s", name);
	if (api_try_profile(r, c, name, t))
		api_submit(r, c, &change);
}

void
api_put_profile(struct http_request *r, void *core) {
	struct core *c = core;
	const char *name = http_path(r, "profile");
	const struct profile *p = profiles_find(&c->state.profiles, name);

	if (!profile_name_is_good(name)) {
		http_problem(
			r,
			PROBLEM_BAD_VALUE,
			"Use at most 32 of a-z, 0-9 and '-'.",
			"'%.40s' is no name of a profile.",
			name
		);
		return;
	}
	if (!api_is_the_version(r, c, p, true))
		return;
	struct json_doc *d = http_read_document(r);
	if (!d)
		return;
	unsigned int first = json_first(d, JSON_ROOT);
	const char *yaml = json_text(d, json_get(d, JSON_ROOT, "yaml"));
	bool good = yaml && first && !json_next(d, first);
	struct text *t = good ? text_new(yaml, strlen(yaml)) : NULL;
	json_doc_free(d);
	if (!good)
		http_problem(
			r,
			PROBLEM_BAD_BODY,
			"Send {\"yaml\": \"…\"}, the whole text of the profile.",
			"The text is missing, or there is more than the text."
		);
	else if (!t)
		http_problem(r, PROBLEM_BUSY, NULL, "Out of memory.");
	else
		submit_text(r, c, name, t);
	text_drop(t);
}

// The household's own goes; a shipped one of the same name shows again.
void
api_delete_profile(struct http_request *r, void *core) {
	struct core *c = core;
	const struct profile *p = profile_in_path(r, c);
	char path[CONFIG_PATH + 64];

	if (!p || !api_is_the_version(r, c, p, false))
		return;
	snprintf(path, sizeof path, "%s/profiles/%s.yaml", c->config->data_dir, p->name);
	FILE *shipped = fopen(path, "re");
	if (shipped)
		fclose(shipped);
	size_t devices = profile_devices(&c->state, p);
	if (p->shipped || (!shipped && devices > 0)) {
		http_problem(
			r,
			PROBLEM_PROFILE_IN_USE,
			p->shipped ? "Write one of the same name to replace it."
				   : "Give these devices another profile first.",
			p->shipped ? "'%s' came with the gateway."
				   : "Devices have the profile '%s'.",
			p->name
		);
		return;
	}
	submit_text(r, c, p->name, NULL);
}

static void
refuse_edit(struct http_request *r, int result, const char *error) {
	http_problem(
		r,
		result == -ENOMEM	    ? PROBLEM_BUSY
			: result == -ENOENT ? PROBLEM_UNKNOWN_RULE
					    : PROBLEM_BAD_PROFILE,
		"Nothing was changed.",
		"%s.",
		error
	);
}

// A rule as POST /rules takes it, but for whom: that is the profile.
static bool
read_rule(struct http_request *r, const struct core *c, struct rule_spec *ret) {
	struct json_doc *d = http_read_document(r);
	struct rule_fault f;

	if (!d)
		return false;
	bool good = rule_json_read_for_profile(d, JSON_ROOT, http_path(r, "profile"), ret, &f);
	json_doc_free(d);
	if (good && ret->object == RULE_NODE)
		good = rule_fault(
			&f,
			"object/node",
			"name the domain or address instead",
			"a profile's file knows no ids"
		);
	if (good && ret->until_ns)
		good = rule_fault(
			&f,
			"until",
			"make it a rule of its own: POST " V1 "/rules with the profile as subject",
			"what a profile says has no end"
		);
	if (good)
		good = rule_check_names(c, ret, &f);
	if (!good)
		api_fault(r, PROBLEM_BAD_RULE, &f);
	return good;
}

void
api_add_profile_rule(struct http_request *r, void *core) {
	struct core *c = core;
	const struct profile *p = profile_in_path(r, c);
	char error[YAML_ERROR];
	struct rule_spec spec;
	struct text *t;

	if (!p || !api_is_the_version(r, c, p, false) || !read_rule(r, c, &spec))
		return;
	int result = profile_text_add(p->path, p->text, p->length, &spec, &t, error);
	if (result < 0) {
		refuse_edit(r, result, error);
		return;
	}
	submit_text(r, c, p->name, t);
	text_drop(t);
}

void
api_delete_profile_rule(struct http_request *r, void *core) {
	struct core *c = core;
	const struct profile *p = profile_in_path(r, c);
	const char *n = http_path(r, "n");
	char error[YAML_ERROR];
	struct text *t;

	if (!p || !api_is_the_version(r, c, p, false) || !http_read(r, NULL, 0, NULL))
		return;
	if (!n[0] || strlen(n) > 5 || strspn(n, "0123456789") != strlen(n)) {
		http_problem(
			r,
			PROBLEM_BAD_VALUE,
			"Write the n of one of its own rules, as GET gives it.",
			"'%.40s' is no number of a rule.",
			n
		);
		return;
	}
	int result = profile_text_remove(
		p->path, p->text, p->length, (unsigned int)strtoul(n, NULL, 10), &t, error
	);
	if (result < 0) {
		refuse_edit(r, result, error);
		return;
	}
	submit_text(r, c, p->name, t);
	text_drop(t);
}
