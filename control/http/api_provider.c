// SPDX-License-Identifier: BSD-3-Clause
// Letting the access provider in, and out again.

#include "control/audit/audit.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/http/api.h"
#include "control/provider/provider.h"
#include "control/provider/statistics.h"
#include "control/text/language.h"
#include "platform/base.h"
#include "platform/text.h"
#include "platform/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RIGHTS_HINT "The rights are devices, flows, act, capture, statistics."
#define MINUTES 60

void
api_get_provider(struct http_request *r, void *core) {
	struct json j;

	json_init(&j);
	provider_view(core, http_principal(r), &j);
	api_reply(r, 200, &j);
}

static bool
bad(struct http_request *r, const char *field, const char *hint, const char *detail) {
	http_problem_at(r, PROBLEM_BAD_VALUE, field, hint, detail);
	return false;
}

static bool
read_rights(struct http_request *r, const struct json_doc *d, unsigned int node, struct grant *g) {
	enum right right;

	for (unsigned int n = json_first(d, node); n; n = json_next(d, n)) {
		const char *word = json_text(d, n);
		if (!word || !right_parse(word, &right))
			return bad(r, "rights", RIGHTS_HINT, _("One of them is no right."));
		g->rights |= 1u << right;
	}
	if (!json_is_array(d, node) || !g->rights)
		return bad(r, "rights", RIGHTS_HINT, _("Say what is allowed, as a list."));
	return true;
}

static bool
read_end(struct http_request *r, const struct json_doc *d, uint64_t *ret) {
	unsigned int minutes = json_get(d, JSON_ROOT, "minutes");
	const char *until = json_text(d, json_get(d, JSON_ROOT, "until"));
	uint64_t now = clock_wall_ns();
	int64_t n = minutes ? json_number(d, minutes, 0) : MINUTES;

	if (until && !minutes) {
		if (text_parse_time(until, ret) < 0 || *ret <= now
		    || *ret - now > GRANT_MINUTES_MAX * 60 * NS_PER_S)
			return bad(
				r,
				"until",
				_("Give a time within the next 31 days, as 2026-11-26T18:00:00Z."),
				_("It cannot end then.")
			);
		return true;
	}
	if (n < 1 || n > GRANT_MINUTES_MAX || (until && minutes))
		return bad(
			r,
			"minutes",
			_("Give 1 to 44640 minutes, or an end as `until`, not both."),
			_("It cannot last as long as that.")
		);
	*ret = now + (uint64_t)n * 60 * NS_PER_S;
	return true;
}

static bool
is_plain(const char *text) {
	for (const char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 127)
			return false;
	return true;
}

static bool
read_words(struct http_request *r, const struct json_doc *d, struct grant *g) {
	const char *names = json_text(d, json_get(d, JSON_ROOT, "names"));
	unsigned int node = json_get(d, JSON_ROOT, "purpose");
	const char *purpose = json_text(d, node);

	g->masked = !names || strcmp(names, "masked") == 0;
	if (json_get(d, JSON_ROOT, "names")
	    && (!names || (!g->masked && strcmp(names, "shown") != 0)))
		return bad(
			r, "names", _("They are masked or shown."), _("There is no such choice.")
		);
	if (node && (!purpose || strlen(purpose) >= sizeof g->purpose || !is_plain(purpose)))
		return bad(
			r,
			"purpose",
			_("Write one line of at most 255 bytes."),
			_("It is too long.")
		);
	snprintf(g->purpose, sizeof g->purpose, "%s", purpose ? purpose : "");
	return true;
}

// What is allowed, masked or not, and until when, as a body says it; false after the problem was
// answered.
bool
api_read_grant(struct http_request *r, const struct json_doc *d, struct grant *ret) {
	static const char *const known[] = {"rights", "names", "minutes", "until", "purpose"};
	uint64_t until;

	*ret = (struct grant){.id = 0};
	for (unsigned int n = json_first(d, JSON_ROOT); n; n = json_next(d, n)) {
		size_t i = 0;
		while (i < ARRAY_LEN(known) && strcmp(known[i], json_key_of(d, n)) != 0)
			i++;
		if (i == ARRAY_LEN(known)) {
			http_problem_at(
				r,
				PROBLEM_UNKNOWN_FIELD,
				json_key_of(d, n),
				"It has rights, names, minutes or until, and purpose.",
				"There is no such field."
			);
			return false;
		}
	}
	if (!read_rights(r, d, json_get(d, JSON_ROOT, "rights"), ret) || !read_words(r, d, ret)
	    || !read_end(r, d, &until))
		return false;
	snprintf(ret->by, sizeof ret->by, "%s", http_who(r));
	if (grant_begin(ret, until))
		return true;
	http_problem(r, PROBLEM_INTERNAL, NULL, "There is no randomness.");
	return false;
}

// An entry for what this request does to the provider's access.
struct audit_entry *
api_entry(struct http_request *r) {
	struct audit_by by;

	api_by(r, &by);
	return audit_new(&by, http_operation(r), clock_wall_ns());
}

static void
set_grant(char **at, const struct grant *g) {
	struct json j;

	json_init(&j);
	json_object(&j);
	grant_write(g, false, &j);
	json_end(&j);
	audit_set(at, &j);
}

struct waiting {
	struct core *core;
	struct http_later *later;
};

static void
done(void *context, int result, const char *message) {
	struct waiting *w = context;
	struct http_request *r = http_resume(w->later);

	if (r && result < 0) {
		http_problem(
			r,
			result == -ENOSPC ? PROBLEM_STORAGE_FULL : PROBLEM_STORAGE_FAILED,
			"Check the state directory's disk and try again.",
			"%s",
			message
		);
	} else if (r) {
		http_told(r);
		api_get_provider(r, w->core);
	}
	free(w);
}

static struct waiting *
wait_for(struct http_request *r, struct core *c) {
	struct waiting *w = malloc(sizeof *w);

	if (w)
		*w = (struct waiting){c, http_later(r)};
	else
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
	return w;
}

void
api_grant_provider(struct http_request *r, void *core) {
	struct core *c = core;
	struct json_doc *d = http_read_document(r);
	struct grant g;

	if (!d)
		return;
	bool good = api_read_grant(r, d, &g);
	json_doc_free(d);
	struct waiting *w = good ? wait_for(r, c) : NULL;
	if (!w)
		return;
	struct audit_entry *e = api_entry(r);
	if (e && grant_is_active(&c->provider->consent))
		set_grant(&e->before, &c->provider->consent);
	if (e)
		set_grant(&e->after, &g);
	provider_set_consent(c, &g, e, done, w);
}

void
api_end_provider(struct http_request *r, void *core) {
	struct core *c = core;
	struct waiting *w;

	if (!http_read(r, NULL, 0, NULL))
		return;
	if (!grant_is_active(&c->provider->consent)) {
		api_get_provider(r, c); // as good as once
		return;
	}
	if (!(w = wait_for(r, c)))
		return;
	struct audit_entry *e = api_entry(r);
	if (e)
		set_grant(&e->before, &c->provider->consent);
	provider_end_consent(c, e, "the household ended it.", done, w);
}

// To the household only as a preview, unless the provider may see it: what is sent is what is
// shown.
void
api_statistics(struct http_request *r, void *core) {
	struct core *c = core;
	const struct grant *g = &c->provider->consent;
	bool preview;
	struct json j;

	if (!http_query_flag(r, "preview", &preview))
		return;
	bool outside = http_principal(r)->role == ROLE_PROVIDER; // whose right was looked at
	if (!outside && !preview && !(grant_is_active(g) && grant_has(g, RIGHT_STATISTICS))) {
		http_problem(
			r,
			PROBLEM_NO_CONSENT,
			"?preview=1 shows exactly what would be sent; grant the right statistics "
			"to "
			"send it.",
			"Statistics are off."
		);
		return;
	}
	json_init(&j);
	statistics_write(&c->state, clock_wall_ns(), &j);
	api_reply(r, 200, &j);
}
