// SPDX-License-Identifier: BSD-3-Clause

#include "control/provider/provider.h"

#include "control/access/principal.h"
#include "control/audit/audit.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/export/export.h"
#include "control/http/http.h"
#include "control/http/push.h"
#include "control/http/stream.h"
#include "control/incident/incident.h"
#include "control/notify/notify.h"
#include "control/provider/help.h"
#include "control/provider/proposal.h"
#include "control/view.h"
#include "platform/log.h"
#include "platform/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LOG_DOMAIN("provider");

struct provider *
provider_new(void) {
	struct provider *p = calloc(1, sizeof *p);

	if (!p)
		return NULL;
	p->helps = calloc(HELP_MAX, sizeof *p->helps);
	p->proposals = calloc(PROPOSALS_MAX, sizeof *p->proposals);
	if (p->helps && p->proposals)
		return p;
	provider_free(p);
	return NULL;
}

void
provider_free(struct provider *p) {
	if (!p)
		return;
	for (size_t i = 0; i < p->proposals_count; i++)
		proposal_free(p->proposals[i]);
	free(p->proposals);
	free(p->helps);
	free(p->labels);
	free(p);
}

static void
take_row(void *context, uint64_t id, const char *kind, const char *body) {
	struct core *c = context;
	struct grant g;

	id_seen(id);
	if (strcmp(kind, PROVIDER_ROW_CONSENT) == 0 && grant_read(body, &g)) {
		g.id = GRANT_CONSENT;
		c->provider->consent = g;
	} else if (strcmp(kind, PROVIDER_ROW_PROPOSAL) == 0) {
		proposals_load(c->provider, id, body);
	} else if (strcmp(kind, PROVIDER_ROW_HELP) == 0) {
		help_load(c->provider, id, body);
	} else if (strcmp(kind, INCIDENT_ROW) == 0) {
		incidents_load(c, id, body);
	}
}

int
provider_load(struct core *c, char ret_error[STORE_ERROR]) {
	return store_load_provider(c->store, take_row, c, ret_error);
}

const struct grant *
provider_grant(const struct core *c, const struct principal *p) {
	const struct grant *g = &c->provider->consent;

	if (p->kind == PRINCIPAL_HELP) {
		const struct help *h = help_by_id(c->provider, p->credential);
		return h && h->used && grant_is_active(&h->grant) ? &h->grant : NULL;
	}
	return p->role == ROLE_PROVIDER && grant_is_active(g) ? g : NULL;
}

void
provider_view(const struct core *c, const struct principal *p, struct json *j) {
	bool helps = p && p->kind == PRINCIPAL_HELP;
	const struct grant *g = helps ? provider_grant(c, p) : &c->provider->consent;
	static const struct grant none = {.masked = true};
	bool active = g && grant_is_active(g);

	json_object(j);
	json_key_bool(j, "active", active);
	grant_write(active ? g : &none, false, j);
	json_end(j);
}

void
provider_publish(struct core *c) {
	struct json j;

	if (!c->stream)
		return;
	json_init(&j);
	provider_view(c, NULL, &j);
	if (!j.failed)
		stream_publish(c->stream, STREAM_PROVIDER, j.text, j.length);
	json_free(&j);
}

// The provider's own address listens as long as somebody may come in.
void
provider_door(struct core *c) {
	char message[HTTP_MESSAGE_MAX] = "";

	exports_provider(c->exports);
	if (!c->http)
		return; // at the start: when the others listen
	bool open = grant_is_active(&c->provider->consent);
	for (size_t i = 0; i < HELP_MAX; i++)
		open |= c->provider->helps[i].grant.id != 0;
	if (open == c->provider->door)
		return;
	c->provider->door = open;
	if (http_provider_open(c->http, open, message) < 0)
		log_err("the provider's address: %s", message);
}

static bool
has_ended(void *context, const struct principal *p) {
	return p->role == ROLE_PROVIDER && !provider_grant(context, p);
}

static bool
is_provider(void *context, const struct principal *p) {
	(void)context;
	return p->role == ROLE_PROVIDER && p->kind != PRINCIPAL_HELP;
}

struct setting {
	struct core *core;
	struct grant grant;
	provider_done done;
	void *context;
};

static void
consent_kept(void *context, int result, const char *message) {
	struct setting *s = context;
	struct core *c = s->core;
	char until[TEXT_TIME];

	if (result == 0) {
		c->provider->consent = s->grant;
		// What is open stands on what was allowed before.
		push_end_where(is_provider, NULL);
		provider_door(c);
		notify(c,
		       NOTIFY_PROVIDER_BEGAN,
		       NULL,
		       "The provider",
		       text_time(s->grant.until_ns, until),
		       NULL);
		provider_publish(c);
		log_info("%s lets the provider in until %s", s->grant.by, until);
	}
	s->done(s->context, result, message);
	free(s);
}

void
provider_set_consent(
	struct core *c,
	const struct grant *g,
	struct audit_entry *e,
	provider_done done,
	void *context
) {
	struct setting *s = malloc(sizeof *s);
	struct json j;

	json_init(&j);
	json_object(&j);
	grant_write(g, true, &j);
	json_end(&j);
	if (!s || j.failed) {
		free(s);
		json_free(&j);
		audit_free(e);
		done(context, -1, "Out of memory.");
		return;
	}
	*s = (struct setting){c, *g, done, context};
	s->grant.id = GRANT_CONSENT;
	provider_keep(c, GRANT_CONSENT, PROVIDER_ROW_CONSENT, j.text, e, consent_kept, s);
}

void
provider_end_consent(
	struct core *c,
	struct audit_entry *e,
	const char *why,
	provider_done done,
	void *context
) {
	c->provider->consent = (struct grant){.id = 0};
	push_end_where(is_provider, NULL);
	provider_door(c);
	notify_end(c, NOTIFY_PROVIDER_BEGAN, NULL);
	notify(c, NOTIFY_PROVIDER_ENDED, NULL, "The provider", why, NULL);
	provider_publish(c);
	log_info("the provider is let in no more: %s", why);
	provider_keep(c, GRANT_CONSENT, PROVIDER_ROW_CONSENT, NULL, e, done, context);
}

void
provider_second(struct core *c) {
	const struct grant *g = &c->provider->consent;

	if (g->id && !grant_is_active(g)) {
		struct audit_entry *e =
			audit_new(&audit_by_gateway, "endProvider", clock_wall_ns());
		struct json j;
		json_init(&j);
		json_object(&j);
		grant_write(g, false, &j);
		json_end(&j);
		if (e)
			audit_set(&e->before, &j);
		else
			json_free(&j);
		provider_end_consent(c, e, "its time was over.", NULL, NULL);
	}
	push_end_where(has_ended, c);
	help_second(c);
	proposals_second(c);
}
