// SPDX-License-Identifier: BSD-3-Clause
// Incidents: reported from outside, decided at home.

#include "control/access/principal.h"
#include "control/audit/audit.h"
#include "control/core.h"
#include "control/http/api.h"
#include "control/id.h"
#include "control/incident/incident.h"
#include "control/text/language.h"
#include "platform/json_write.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define V1 "/api/v1"

static bool
is_outside(const struct http_request *r) {
	return http_principal(r)->role == ROLE_PROVIDER;
}

static bool
is_theirs(const struct http_request *r, const struct incident *i) {
	return !is_outside(r) || strcmp(http_who(r), i->author) == 0;
}

void
api_list_incidents(struct http_request *r, void *core) {
	const struct core *c = core;
	const struct incident *i;
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key(&j, "items");
	json_array(&j);
	for (size_t n = 0; (i = incident_at(c, n)); n++)
		if (is_theirs(r, i))
			incident_write(c, i, is_outside(r), &j);
	json_end(&j);
	json_key_string(&j, "next_cursor", NULL);
	json_end(&j);
	api_reply(r, 200, &j);
}

// The one in the path; NULL after the problem was answered.
static const struct incident *
find(struct http_request *r, const struct core *c) {
	const char *text = http_path(r, "incident");
	uint64_t id;
	const struct incident *i = id_parse("inc_", text, &id) ? incident_find(c, id) : NULL;

	if (i && is_theirs(r, i))
		return i;
	http_problem(
		r,
		PROBLEM_UNKNOWN_INCIDENT,
		"GET " V1 "/incidents lists them.",
		"There is no incident '%.40s'.",
		text
	);
	return NULL;
}

void
api_get_incident(struct http_request *r, void *core) {
	const struct incident *i = find(r, core);
	struct json j;

	if (!i)
		return;
	json_init(&j);
	incident_write(core, i, is_outside(r), &j);
	api_reply(r, 200, &j);
}

struct waiting {
	struct core *core;
	struct http_later *later; // NULL while it is being handed over
	int status; // 204: without a body
	bool over; // before `later` was there
	uint64_t id;
	int result;
	char message[256];
};

static void
answer(struct http_request *r, struct waiting *w) {
	const struct incident *i = incident_find(w->core, w->id);
	struct json j;

	if (r && w->result < 0) {
		http_problem(
			r,
			w->result == -EMFILE	       ? PROBLEM_TOO_MANY_INCIDENTS
				: w->result == -ENOSPC ? PROBLEM_STORAGE_FULL
						       : PROBLEM_STORAGE_FAILED,
			w->result == -EMFILE ? "Wait until the household has decided some."
					     : "Check the state directory's disk and try again.",
			"It could not be done: %s.",
			w->message
		);
	} else if (r && (w->status == 204 || !i)) {
		http_told(r);
		http_reply_empty(r, 204);
	} else if (r) {
		http_told(r);
		json_init(&j);
		incident_write(w->core, i, is_outside(r), &j);
		api_reply(r, w->status, &j);
	}
	free(w);
}

static void
done(void *context, const struct incident *i, int result, const char *message) {
	struct waiting *w = context;

	w->id = i ? i->id : 0;
	w->result = result;
	snprintf(w->message, sizeof w->message, "%s", message ? message : "");
	if (w->later)
		answer(http_resume(w->later), w);
	else
		w->over = true;
}

static struct waiting *
waiting_new(struct http_request *r, struct core *c, int status) {
	struct waiting *w = calloc(1, sizeof *w);

	if (!w) {
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
		return NULL;
	}
	*w = (struct waiting){.core = c, .status = status};
	return w;
}

static void
handed_over(struct http_request *r, struct waiting *w, int result) {
	if (result == 0 && w->over) {
		answer(r, w);
	} else if (result == 0) {
		w->later = http_later(r);
	} else {
		if (result == -EPERM)
			http_problem(
				r,
				PROBLEM_NO_CONSENT,
				"The household sets incidents.consent to inform, ask or act.",
				"The household takes no reports of incidents."
			);
		else
			http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
		free(w);
	}
}

void
api_report_incident(struct http_request *r, void *core) {
	struct core *c = core;
	struct json_doc *d = http_read_document(r);
	struct incident_report report = {0};
	struct rule_fault f;

	if (!d)
		return;
	if (!incident_read(d, &report, &f)) {
		api_fault(r, PROBLEM_BAD_INCIDENT, &f);
		json_doc_free(d);
		return;
	}
	snprintf(report.author, sizeof report.author, "%s", http_who(r));
	struct waiting *w = waiting_new(r, c, 201);
	if (w)
		handed_over(r, w, incident_take(c, &report, api_entry(r), done, w));
	json_doc_free(d);
}

static void
decide(struct http_request *r, struct core *c, enum incident_word word, int status) {
	const struct incident *i = find(r, c);

	if (!i || (word != INCIDENT_WITHDRAW && !http_read(r, NULL, 0, NULL)))
		return;
	if (word == INCIDENT_CONTAIN
	    && (i->state == INCIDENT_CONTAINED || i->state == INCIDENT_WITHDRAWN
		|| i->n_matches == 0)) {
		http_problem(
			r,
			PROBLEM_DECIDED_ALREADY,
			NULL,
			"%s",
			i->n_matches == 0 ? _("No device took part.")
					  : _("There is nothing to contain.")
		);
		return;
	}
	struct waiting *w = waiting_new(r, c, status);
	if (w)
		handed_over(
			r, w, incident_decide(c, i->id, word, http_who(r), api_entry(r), done, w)
		);
}

void
api_contain_incident(struct http_request *r, void *core) {
	decide(r, core, INCIDENT_CONTAIN, 200);
}

void
api_dismiss_incident(struct http_request *r, void *core) {
	decide(r, core, INCIDENT_DISMISS, 200);
}

void
api_withdraw_incident(struct http_request *r, void *core) {
	decide(r, core, INCIDENT_WITHDRAW, 204);
}
