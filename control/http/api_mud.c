// SPDX-License-Identifier: BSD-3-Clause
// Profiles from MUD files and as MUD files, and what two of them differ in.

#include "control/http/api_mud.h"

#include "control/clock.h"
#include "control/core.h"
#include "control/profile_mud.h"
#include "control/profile_write.h"
#include "control/text/language.h"
#include "control/upkeep.h"
#include "control/view.h"
#include "platform/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define V1 "/api/v1"

static const struct profile *
profile_named(struct http_request *r, const struct core *c, const char *name) {
	const struct profile *p = name ? profiles_find(&c->state.profiles, name) : NULL;

	if (!p)
		http_problem(
			r,
			PROBLEM_UNKNOWN_PROFILE,
			"GET " V1 "/profiles lists the profiles.",
			"There is no profile '%.40s'.",
			name ? name : ""
		);
	return p;
}

void
api_export_mud(struct http_request *r, void *core) {
	const struct profile *p = profile_named(r, core, http_path(r, "profile"));
	struct mud *m = p ? malloc(sizeof *m) : NULL;
	struct mud_unmet unmet;
	struct json j;

	if (!p)
		return;
	if (!m) {
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
		return;
	}
	profile_to_mud(p, clock_wall_ns(), false, m, &unmet);
	json_init(&j);
	json_object(&j);
	json_key_string(&j, "profile", p->name);
	json_key(&j, "mud");
	mud_write(m, &j);
	api_write_unmet(&unmet, &j);
	json_end(&j);
	free(m);
	api_reply(r, 200, &j);
}

static void
write_missing(const struct mud *a, const struct mud *b, const char *key, struct json *j) {
	const struct mud_row *rows[MUD_ROWS_MAX];
	size_t n = mud_missing(a, b, rows);
	char text[MUD_SENTENCE];

	json_key(j, key);
	json_array(j);
	for (size_t i = 0; i < n; i++)
		json_string(j, mud_sentence(rows[i], text));
	json_end(j);
}

void
api_compare_mud(struct http_request *r, void *core) {
	const struct profile *p = profile_named(r, core, http_path(r, "profile"));
	const struct profile *with = p ? profile_named(r, core, http_query(r, "with")) : NULL;
	const struct mud_row *rows[MUD_ROWS_MAX];
	struct mud *both = with ? malloc(2 * sizeof *both) : NULL;
	struct mud_unmet unmet;
	struct json j;

	if (!with)
		return;
	if (!both) {
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
		return;
	}
	profile_to_mud(p, clock_wall_ns(), true, &both[0], &unmet);
	profile_to_mud(with, clock_wall_ns(), true, &both[1], &unmet);
	json_init(&j);
	json_object(&j);
	json_key_string(&j, "profile", p->name);
	json_key_string(&j, "with", with->name);
	json_key_u64(&j, "same", both[0].rows_count - mud_missing(&both[0], &both[1], rows));
	write_missing(&both[0], &both[1], "only_here", &j);
	write_missing(&both[1], &both[0], "only_there", &j);
	json_end(&j);
	free(both);
	api_reply(r, 200, &j);
}

// --- Import ---

static bool
check_signature(
	struct http_request *r,
	const struct core *c,
	const char *file,
	size_t length,
	const char *base64,
	struct api_importing *i
) {
	const char *ca = c->config->mud_ca[0] ? c->config->mud_ca : NULL;
	char error[MUD_ERROR] = N_("the signature is no base64");
	uint8_t *signature;
	size_t signature_length;

	int result = mud_signature_decode(base64, &signature, &signature_length);
	if (result == 0) {
		result = mud_verify(file, length, signature, signature_length, ca, error);
		free(signature);
	}
	i->signature = result == 0 ? MUD_SIGNED : MUD_BADLY_SIGNED;
	return result == 0 || api_refuse_mud(r, error);
}

// {"mud": the file, as it is or as one text, "signature": base64}
static bool
read_import(
	struct http_request *r,
	const struct core *c,
	const struct json_doc *d,
	struct api_importing *i
) {
	unsigned int node = json_get(d, JSON_ROOT, "mud");
	unsigned int signature = json_get(d, JSON_ROOT, "signature");
	const char *base64 = json_text(d, signature);
	size_t length = 0;
	const char *file =
		json_is_string(d, node) ? json_text(d, node) : json_raw_of(d, node, &length);
	char error[MUD_ERROR];

	if ((!json_is_object(d, node) && !json_is_string(d, node)) || (signature && !base64)
	    || json_size(d, JSON_ROOT) != (signature ? 2 : 1)) {
		http_problem(
			r,
			PROBLEM_BAD_BODY,
			"Send {\"mud\": {…the file…}}, and \"signature\" in base64 where there is "
			"one.",
			"The file is missing, or there is more than file and signature."
		);
		return false;
	}
	if (json_is_string(d, node))
		length = strlen(file);
	if (base64 && !check_signature(r, c, file, length, base64, i))
		return false;
	return mud_read(file, length, &i->mud, error) == 0 || api_refuse_mud(r, error);
}

void
api_import_mud(struct http_request *r, void *core) {
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
	// A newer file of the same maker takes the place of the older.
	if (!api_is_the_version(r, c, p, !p || !p->mud.url[0]))
		return;
	struct json_doc *d = http_read_document(r);
	struct api_importing *i = d ? calloc(1, sizeof *i) : NULL;
	bool good = i && read_import(r, c, d, i);
	json_doc_free(d);
	if (good)
		api_take_mud(r, c, name, i);
	else
		free(i);
	if (d && !i)
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
}
