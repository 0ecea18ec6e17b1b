// SPDX-License-Identifier: BSD-3-Clause
// What is remembered: the home's level, all that is held, and erasing what is held of a device.

#include "control/capture/captures.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/export/export.h"
#include "control/forget.h"
#include "control/history/inventory.h"
#include "control/history/wipe.h"
#include "control/http/api_history.h"
#include "control/http/version.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "control/store/private.h"
#include "control/text/language.h"
#include "control/view.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const levels[PRIVACY_LEVEL_MAX + 1] = {
	N_("Everything: names of hosts, addresses and ports of closed connections."),
	N_("Domains: names are cut to what somebody registered."),
	N_("Organisations or countries only."),
	N_("Counters only: how much a device moved, not with whom."),
};

static void
write_privacy(const struct core *c, struct json *j) {
	const struct history_config *h = &c->config->history;

	json_object(j);
	json_key_u64(j, "level", c->state.privacy ? c->state.privacy - 1 : h->level);
	json_key_bool(j, "chosen", c->state.privacy != 0);
	json_key(j, "levels");
	json_array(j);
	for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
		json_object(j);
		json_key_u64(j, "level", i);
		json_key_string(j, "keeps", _(levels[i]));
		json_end(j);
	}
	json_end(j);
	json_key_u64(j, "domain_after", h->domain_after_s);
	json_key_u64(j, "organisation_after", h->organisation_after_s);
	json_key_u64(j, "connections_keep", h->flows_keep_s);
	json_key_u64(j, "history_keep", h->keep_s);
	json_end(j);
}

static void
reply_privacy(struct http_request *r, const struct core *c) {
	struct json j;

	json_init(&j);
	write_privacy(c, &j);
	api_reply(r, 200, &j);
}

void
api_get_privacy(struct http_request *r, void *core) {
	reply_privacy(r, core);
}

static void
refuse(struct http_request *r, int result, const char *message) {
	http_problem(
		r,
		result == -ENOSPC ? PROBLEM_STORAGE_FULL : PROBLEM_STORAGE_FAILED,
		"Check the state directory's disk, and try again.",
		"%s",
		message
	);
}

struct leveling {
	struct store_level job;
	struct core *core;
	struct http_later *later;
};

static void
leveled(struct store_job *job) {
	struct leveling *l = container_of(job, struct leveling, job.job);
	struct http_request *r = http_resume(l->later);

	if (job->result == 0)
		l->core->state.privacy = l->job.level;
	if (r && job->result == 0) {
		version_wrote(r, l->core, 0);
		reply_privacy(r, l->core);
	} else if (r)
		refuse(r, job->result, job->message);
	free(l);
}

void
api_edit_privacy(struct http_request *r, void *core) {
	static const struct json_field fields[] = {
		{"level", JSON_NUMBER, 0, true, true, 0, PRIVACY_LEVEL_MAX},
	};
	struct core *c = core;
	struct json_number level;

	if (!http_read(r, fields, ARRAY_LEN(fields), &level))
		return;
	struct leveling *l = calloc(1, sizeof *l);
	if (!l) {
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
		return;
	}
	l->job.job = (struct store_job){.run = store_run_level, .done = leveled};
	l->job.level = level.null ? 0 : (uint64_t)level.value + 1;
	l->core = c;
	l->later = http_later(r);
	store_submit(c->store, &l->job.job);
}

// --- All that is held ---

struct listing {
	struct api_asked asked; // first
	struct store_inventory store;
	struct json j;
};

static void
listing_end(struct listing *l, struct http_request *r) {
	json_end(&l->j);
	json_end(&l->j);
	if (r)
		api_reply(r, 200, &l->j);
	else
		json_free(&l->j);
	free(l);
}

static void
store_listed(struct store_job *job) {
	struct listing *l = container_of(job, struct listing, store.job);

	listing_end(l, http_resume(l->asked.later));
}

static void
ask_store(struct listing *l) {
	const struct config *config = l->asked.core->config;

	l->store.job = (struct store_job){.run = store_run_inventory, .done = store_listed};
	l->store.state_dir = config->state_dir;
	snprintf(l->store.eve_file, sizeof l->store.eve_file, "%s", config->eve.file);
	l->store.rows = &l->j;
	store_submit(l->asked.core->store, &l->store.job);
}

static int
run_inventory(struct hdb *db, struct history_ask *ask) {
	struct listing *l = container_of(ask, struct listing, asked.ask);

	inventory_of_database(db->sqlite, "history.db", &l->j);
	return 0;
}

// Also where it cannot be read: the rest is told of.
static void
history_listed(struct history_ask *ask) {
	ask_store(container_of(ask, struct listing, asked.ask));
}

void
api_privacy_inventory(struct http_request *r, void *core) {
	struct core *c = core;
	struct listing *l = calloc(1, sizeof *l);

	if (!l) {
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
		return;
	}
	json_init(&l->j);
	json_object(&l->j);
	view_time(&l->j, "time", clock_wall_ns());
	json_key(&l->j, "items");
	json_array(&l->j);
	exports_inventory(c->exports, &l->j);
	l->store.language = language_spoken();
	l->asked.core = c;
	l->asked.ask.run = run_inventory;
	l->asked.ask.then = history_listed;
	if (c->history && history_ask(c->history, &l->asked.ask) < 0) {
		json_free(&l->j);
		free(l);
		http_problem(r, PROBLEM_BUSY, "Ask again in a moment.", "Too many questions wait.");
		return;
	}
	l->asked.later = http_later(r);
	if (!c->history)
		ask_store(l);
}

// --- Erasing ---

struct erasing {
	struct core *core;
	struct http_later *later;
	uint64_t device;
	struct history_wipe wipe;
	struct store_erase store;
	uint64_t rules;
	bool with_rules;
};

static void
erased(struct erasing *e) {
	struct http_request *r = http_resume(e->later);
	struct json j;

	if (!r) {
		free(e);
		return;
	}
	json_init(&j);
	json_object(&j);
	view_id(&j, "device", "dev_", e->device);
	json_key(&j, "removed");
	json_object(&j);
	json_key_u64(&j, "spans", e->wipe.spans);
	json_key_u64(&j, "connections", e->wipe.connections);
	json_key_u64(&j, "destinations", e->wipe.places);
	json_key_u64(&j, "facts", e->store.facts);
	json_key_u64(&j, "names", e->store.names);
	json_key_u64(&j, "learned", e->store.learned);
	json_key_u64(&j, "notifications", e->store.notices);
	json_key_u64(&j, "changes", e->store.changes);
	json_key_u64(&j, "rules", e->rules);
	json_end(&j);
	json_key_string(
		&j,
		"kept",
		_("Its hardware address, profile and limits stay as long as it is in the home, and "
		  "the "
		  "audit trail tells of what people did, this too.")
	);
	json_end(&j);
	api_reply(r, 200, &j);
	free(e);
}

static void
failed(struct erasing *e, int result, const char *message) {
	struct http_request *r = http_resume(e->later);

	if (r)
		refuse(r, result, message);
	free(e);
}

static void
drop_rules(struct erasing *e) {
	struct state *s = &e->core->state;

	for (size_t i = 0; e->with_rules && i < s->rules_count; i++) {
		const struct rule *rule = s->rules[i];
		struct change change = {.kind = CHANGE_RULE, .rule = rule->id};
		if (!rule->device || rule->device->id != e->device)
			continue;
		change.rule_now = rule->spec;
		act_submit(e->core, &change, NULL, NULL);
		e->rules++;
	}
}

static void
store_erased(struct store_job *job) {
	struct erasing *e = container_of(job, struct erasing, store.job);

	if (job->result < 0) {
		failed(e, job->result, job->message);
		return;
	}
	drop_rules(e);
	erased(e);
}

static void
erase_store(struct erasing *e) {
	// In memory first: what is written from now on must not bring it back.
	for (size_t i = 0; i < e->store.devices_count; i++) {
		struct device *d = device_by_id(&e->core->state, e->store.devices[i]);
		if (d)
			forget_device(e->core, d);
	}
	e->store.job = (struct store_job){.run = store_run_erase, .done = store_erased};
	store_submit(e->core->store, &e->store.job);
}

static void
history_erased(struct history_wipe *w) {
	struct erasing *e = container_of(w, struct erasing, wipe);

	if (w->result < 0)
		failed(e, w->result, w->message);
	else
		erase_store(e);
}

void
api_erase_device(struct http_request *r, void *core) {
	static const struct json_field fields[] = {{"rules", JSON_FLAG, 0, false, false, 0, 0}};
	struct core *c = core;
	const struct device *d = api_device(r, c);
	struct json_flag rules;

	if (!d || !http_read(r, fields, ARRAY_LEN(fields), &rules))
		return;
	struct erasing *e = calloc(1, sizeof *e);
	if (!e) {
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
		return;
	}
	e->core = c;
	e->device = d->id;
	e->with_rules = rules.present && rules.value;
	api_history_device(r, c, d, e->wipe.devices, &e->wipe.devices_count);
	for (size_t i = 0; i < e->wipe.devices_count; i++)
		e->store.devices[e->store.devices_count++] = e->wipe.devices[i];
	for (size_t i = 0; i < e->wipe.devices_count; i++)
		captures_erase(c->captures, e->wipe.devices[i]);
	e->wipe.then = history_erased;
	e->later = http_later(r);
	if (c->history)
		history_wipe(c->history, &e->wipe);
	else
		erase_store(e);
}
