// SPDX-License-Identifier: BSD-3-Clause

#include "control/provider/help.h"

#include "control/access/principal.h"
#include "control/audit/audit.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/http/json_read.h"
#include "control/http/push.h"
#include "control/view.h"
#include "platform/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct help *
help_by_id(struct provider *v, uint64_t id) {
	for (size_t i = 0; i < HELP_MAX; i++)
		if (id && v->helps[i].grant.id == id)
			return &v->helps[i];
	return NULL;
}

struct help *
help_free_place(struct provider *v) {
	for (size_t i = 0; i < HELP_MAX; i++)
		if (!v->helps[i].grant.id)
			return &v->helps[i];
	return NULL;
}

void
help_write(const struct help *h, bool whole, struct json *j) {
	char hash[2 * HELP_HASH + 1];

	view_id(j, "id", "help_", h->grant.id);
	json_key_bool(j, "used", h->used);
	view_time(j, "code_until", h->used ? 0 : h->code_until_ns);
	grant_write(&h->grant, whole, j);
	if (!whole)
		return;
	for (size_t i = 0; i < HELP_HASH; i++)
		snprintf(hash + 2 * i, 3, "%02x", h->hash[i]);
	json_key_string(j, "hash", hash);
}

void
help_load(struct provider *v, uint64_t id, const char *body) {
	struct help *place = help_free_place(v);
	struct help h = {.used = false};
	struct json_doc *d;
	struct json_fault fault;

	if (!place || !grant_read(body, &h.grant)
	    || json_parse(body, strlen(body), &json_limits_body, &d, &fault) < 0)
		return;
	const char *hash = json_text(d, json_get(d, JSON_ROOT, "hash"));
	const char *until = json_text(d, json_get(d, JSON_ROOT, "code_until"));
	bool good = hash && strlen(hash) == 2 * HELP_HASH;
	for (size_t i = 0; good && i < HELP_HASH; i++) {
		unsigned int byte;
		good = sscanf(hash + 2 * i, "%2x", &byte) == 1;
		h.hash[i] = (uint8_t)byte;
	}
	h.used = json_flag(d, json_get(d, JSON_ROOT, "used"), false);
	if (!h.used)
		good &= until && text_parse_time(until, &h.code_until_ns) == 0;
	json_doc_free(d);
	h.grant.id = id;
	if (good)
		*place = h;
}

struct keeping {
	struct core *core;
	struct help help;
	provider_done done;
	void *context;
};

static void
kept(void *context, int result, const char *message) {
	struct keeping *k = context;
	struct provider *v = k->core->provider;
	struct help *place = help_by_id(v, k->help.grant.id);

	if (!place)
		place = help_free_place(v);
	if (result == 0 && place) {
		*place = k->help;
		provider_door(k->core);
		provider_publish(k->core);
	}
	k->done(k->context, result, message);
	free(k);
}

void
help_keep(
	struct core *c,
	const struct help *h,
	struct audit_entry *e,
	provider_done done,
	void *context
) {
	struct keeping *k = malloc(sizeof *k);
	struct json j;

	json_init(&j);
	json_object(&j);
	help_write(h, true, &j);
	json_end(&j);
	if (!k || j.failed) {
		free(k);
		json_free(&j);
		audit_free(e);
		done(context, -ENOMEM, "Out of memory.");
		return;
	}
	*k = (struct keeping){c, *h, done, context};
	provider_keep(c, h->grant.id, PROVIDER_ROW_HELP, j.text, e, kept, k);
}

static bool
is_over(void *context, const struct principal *p) {
	return p->kind == PRINCIPAL_HELP && !provider_grant(context, p);
}

void
help_end(struct core *c, struct help *h, struct audit_entry *e, provider_done done, void *context) {
	uint64_t id = h->grant.id;

	*h = (struct help){.used = false};
	push_end_where(is_over, c);
	provider_door(c);
	provider_publish(c);
	provider_keep(c, id, PROVIDER_ROW_HELP, NULL, e, done, context);
}

void
help_second(struct core *c) {
	uint64_t now = clock_wall_ns();
	char id[ID_TEXT];

	for (size_t i = 0; i < HELP_MAX; i++) {
		struct help *h = &c->provider->helps[i];
		bool over = h->used ? !grant_is_active(&h->grant) : now >= h->code_until_ns;
		if (!h->grant.id || !over)
			continue;
		struct audit_entry *e = audit_new(&audit_by_gateway, "endHelp", now);
		audit_object(e, id_text("help_", h->grant.id, id), "helpdesk");
		help_end(c, h, e, NULL, NULL);
	}
}
