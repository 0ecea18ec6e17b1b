// SPDX-License-Identifier: BSD-3-Clause
// A device says where its maker's file is: it is fetched, checked and made a profile.

#include "control/core.h"
#include "control/http/api_mud.h"
#include "control/identity/facts.h"
#include "control/text/language.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct wanted {
	char profile[PROFILE_NAME_MAX + 1];
	bool any_signature;
};

struct fetching {
	struct core *core;
	struct http_later *later;
	struct wanted wanted;
};

struct body {
	struct json_text profile;
	struct json_flag any_signature;
};

static const struct json_field fields[] = {
	{"profile", JSON_TEXT, offsetof(struct body, profile), false, false, 1, PROFILE_NAME_MAX},
	{"accept_invalid_signature",
	 JSON_FLAG,
	 offsetof(struct body, any_signature),
	 false,
	 false,
	 0,
	 0},
};

static size_t
add(char ret[PROFILE_NAME_MAX + 1], size_t used, const char *text, size_t length) {
	for (size_t i = 0; i < length && used < PROFILE_NAME_MAX; i++) {
		char c = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] | 0x20) : text[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		if (plain)
			ret[used++] = c;
		else if (used > 0 && ret[used - 1] != '-')
			ret[used++] = '-';
	}
	return used;
}

// "https://www.camera-maker.example/mud/cam.json" is "camera-maker-example-cam".
static void
derive_name(const char *url, char ret[PROFILE_NAME_MAX + 1]) {
	const char *host = strstr(url, "://") ? strstr(url, "://") + 3 : url;
	host += strncmp(host, "www.", 4) == 0 ? 4 : 0;
	size_t length = strcspn(host, ":/?#");
	const char *path = host + length + strcspn(host + length, "/?#");
	size_t path_length = strcspn(path, "?#");
	const char *file = memrchr(path, '/', path_length);
	size_t used = add(ret, 0, host, length);

	if (file) {
		size_t left = path_length - (size_t)(file - path);
		const char *dot = memrchr(file, '.', left);
		used = add(ret, used, file, dot ? (size_t)(dot - file) : left);
	}
	while (used > 0 && ret[used - 1] == '-')
		used--;
	ret[used] = 0;
}

static bool
may_be_replaced(struct http_request *r, const struct core *c, const char *name) {
	const struct profile *p = profiles_find(&c->state.profiles, name);

	// A newer file of the same maker takes the place of the older.
	return api_is_the_version(r, c, p, !p || !p->mud.url[0]);
}

static bool
may_be_taken(struct http_request *r, const struct fetching *f, const struct mud_fetched *got) {
	if (got->outcome == MUD_UNREACHED) {
		http_problem(
			r,
			PROBLEM_MUD_UNREACHED,
			"Try again later, or fetch it yourself and import it.",
			"The maker's file cannot be fetched: %s.",
			got->error
		);
		return false;
	}
	if (got->outcome == MUD_REFUSED)
		return api_refuse_mud(r, got->error);
	if (got->signature != MUD_BADLY_SIGNED || f->wanted.any_signature)
		return true;
	http_problem(
		r,
		PROBLEM_BAD_SIGNATURE,
		"Nothing was changed. Name the maker's authority as mud_ca in spin.yaml, or send "
		"{\"accept_invalid_signature\": true} to take the file all the same.",
		"The file's signature is not valid: %s.",
		got->error
	);
	return false;
}

static void
on_fetched(void *context, const struct mud_fetched *got) {
	struct fetching *f = context;
	struct http_request *r = http_resume(f->later);
	struct api_importing *i = NULL;

	if (r && may_be_taken(r, f, got) && may_be_replaced(r, f->core, f->wanted.profile)) {
		i = calloc(1, sizeof *i);
		if (!i) {
			http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
		} else {
			i->mud = got->mud;
			i->signature = got->signature;
			api_take_mud(r, f->core, f->wanted.profile, i);
		}
	}
	free(f);
}

static bool
read_body(struct http_request *r, const char *url, struct wanted *ret) {
	struct body b;

	if (!http_read(r, fields, ARRAY_LEN(fields), &b))
		return false;
	ret->any_signature = b.any_signature.present && b.any_signature.value;
	if (b.profile.present)
		snprintf(ret->profile, sizeof ret->profile, "%.32s", b.profile.text);
	else
		derive_name(url, ret->profile);
	if (profile_name_is_good(ret->profile))
		return true;
	http_problem(
		r,
		PROBLEM_BAD_VALUE,
		"Use at most 32 of a-z, 0-9 and '-'.",
		"'%.40s' is no name of a profile.",
		ret->profile
	);
	return false;
}

static void
refuse_to_begin(struct http_request *r, int result, const char *url) {
	if (result == -EINVAL)
		http_problem(
			r,
			PROBLEM_BAD_MUD,
			"A MUD URL begins with https:// (RFC 8520); import the file by hand if you "
			"trust it.",
			"'%.100s' is no address that a MUD file may have.",
			url
		);
	else
		http_problem(
			r,
			PROBLEM_BUSY,
			"Try again in a moment.",
			"%s.",
			result == -EBUSY ? _("Other files are being fetched") : strerror(-result)
		);
}

void
api_fetch_mud(struct http_request *r, void *core) {
	struct core *c = core;
	const struct device *d = api_device(r, c);
	const struct fact *fact = d ? facts_newest(&d->identity.facts, CLUE_MUD_URL) : NULL;
	struct fetching *f = NULL;

	if (!d)
		return;
	if (!fact) {
		http_problem(
			r,
			PROBLEM_NO_MUD_URL,
			"Import the maker's file if you have it: POST "
			"/api/v1/profiles/NAME:import-mud.",
			"The device did not say where its maker's file is."
		);
		return;
	}
	f = calloc(1, sizeof *f);
	if (!f) {
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
		return;
	}
	if (!read_body(r, fact->text, &f->wanted) || !may_be_replaced(r, c, f->wanted.profile)) {
		free(f);
		return;
	}
	f->core = c;
	int result = mud_fetch_begin(c, fact->text, on_fetched, f);
	if (result == 0) {
		f->later = http_later(r); // no answer comes before the loop runs again
		return;
	}
	free(f);
	refuse_to_begin(r, result, fact->text);
}
