// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/export.h"

#include "control/clock.h"
#include "control/config_key.h"
#include "control/core.h"
#include "control/export/adapters.h"
#include "control/history/inventory.h"
#include "control/text/language.h"
#include "control/view.h"
#include "platform/base.h"
#include "platform/json_write.h"
#include "platform/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LOG_DOMAIN("export");

static const struct export_adapter *const adapters[] = {
#define X(name) &adapter_##name,
	ADAPTERS(X)
#undef X
};

#define N ARRAY_LEN(adapters)

struct running {
	void *self; // NULL: it does not run
	char error[EXPORT_ERROR]; // why it could not start
	uint64_t retry_ns; // monotonic; 0: never
};

struct exports {
	struct core *core;
	struct running at[N];
};

static void
start(struct exports *e, size_t i) {
	struct running *r = &e->at[i];

	r->error[0] = 0;
	r->retry_ns = 0;
	if (adapters[i]->start(e->core, &r->self, r->error) == 0) {
		log_info("%s: started", adapters[i]->name);
		return;
	}
	r->self = NULL;
	r->retry_ns = clock_mono_ns() + EXPORT_RETRY_S * NS_PER_S;
	log_err("%s: %s; it is tried again every %u seconds",
		adapters[i]->name,
		r->error,
		EXPORT_RETRY_S);
}

static void
stop(struct exports *e, size_t i) {
	void *self = e->at[i].self;

	e->at[i] = (struct running){0};
	if (self)
		adapters[i]->stop(self);
}

struct exports *
exports_new(struct core *c) {
	struct exports *e = calloc(1, sizeof *e);

	if (e)
		e->core = c;
	return e;
}

void
exports_start(struct exports *e) {
	for (size_t i = 0; i < N; i++)
		if (adapters[i]->wanted(e->core->config))
			start(e, i);
}

void
exports_free(struct exports *e) {
	if (!e)
		return;
	for (size_t i = 0; i < N; i++)
		stop(e, i);
	free(e);
}

static bool
concerns(const struct export_adapter *a, const struct config_set *changed) {
	size_t n = strlen(a->name);

	for (size_t i = 0; i < config_keys_count; i++) {
		const char *key = config_keys[i].name;
		if (config_set_has(changed, i) && strncmp(key, a->name, n) == 0
		    && (key[n] == '.' || key[n] == 0))
			return true;
	}
	return false;
}

void
exports_reload(struct exports *e, const struct config_set *changed) {
	for (size_t i = 0; e && i < N; i++) {
		if (!concerns(adapters[i], changed))
			continue;
		stop(e, i);
		if (adapters[i]->wanted(e->core->config))
			start(e, i);
	}
}

// `call`, of every adapter that runs and listens for it.
#define TELL(hook, ...)                                                                            \
	for (size_t i = 0; e && i < N; i++)                                                        \
		if (e->at[i].self && adapters[i]->hook)                                            \
	adapters[i]->hook(e->at[i].self, ##__VA_ARGS__)

void
exports_flow(struct exports *e, const struct flow *f, enum export_flow what) {
	TELL(flow, f, what);
}

void
exports_name(struct exports *e, const struct wire_name *w, const char *names) {
	TELL(name_learned, w, names);
}

void
exports_alert(struct exports *e, const struct state_alert *a) {
	TELL(alert, a);
}

void
exports_event(struct exports *e, const struct export_event *event) {
	TELL(event, event);
}

void
exports_flush(struct exports *e) {
	TELL(flush);
}

void
exports_second(struct exports *e) {
	uint64_t now = clock_mono_ns();

	for (size_t i = 0; e && i < N; i++)
		if (e->at[i].retry_ns && e->at[i].retry_ns <= now)
			start(e, i);
	TELL(second);
}

void
exports_provider(struct exports *e) {
	TELL(provider);
}

int
exports_find(const char *name) {
	for (size_t i = 0; i < N; i++)
		if (strcmp(adapters[i]->name, name) == 0)
			return (int)i;
	return -ENOENT;
}

size_t
exports_count(void) {
	return N;
}

const struct export_adapter *
exports_adapter(size_t i) {
	return adapters[i];
}

void *
exports_self(const struct exports *e, const struct export_adapter *a) {
	for (size_t i = 0; e && i < N; i++)
		if (adapters[i] == a)
			return e->at[i].self;
	return NULL;
}

void
exports_status(const struct exports *e, size_t i, struct export_status *ret) {
	const struct running *r = &e->at[i];

	*ret = (struct export_status){0};
	if (r->self) {
		ret->state = EXPORT_OK;
		adapters[i]->status(r->self, ret);
	} else if (r->retry_ns) {
		ret->state = EXPORT_FAILED;
		snprintf(ret->message, sizeof ret->message, "%s", r->error);
	}
}

void
exports_view(const struct exports *e, size_t i, struct json *j) {
	static const char *const words[] = {
#define X(id, word) word,
		EXPORT_STATES(X)
#undef X
	};
	struct export_status s;

	exports_status(e, i, &s);
	json_object(j);
	json_key_string(j, "name", adapters[i]->name);
	json_key_string(j, "title", _(adapters[i]->title));
	json_key_bool(j, "enabled", adapters[i]->wanted(e->core->config));
	json_key_string(j, "state", words[s.state]);
	json_key_string(j, "where", s.where[0] ? s.where : NULL);
	json_key_string(j, "message", s.message[0] ? _(s.message) : NULL);
	view_time(j, "last_contact", s.contact_ns);
	json_key_u64(j, "sent", s.sent);
	json_key_u64(j, "waiting", s.waiting);
	json_key_u64(j, "lost", s.lost);
	json_key_bool(j, "can_test", adapters[i]->test != NULL);
	json_end(j);
}

void
exports_inventory(const struct exports *e, struct json *j) {
	for (size_t i = 0; e && i < N; i++) {
		struct export_status s;
		exports_status(e, i, &s);
		if (s.state == EXPORT_OFF)
			continue;
		const struct inventory_row row = {
			.file = s.where[0] ? s.where : adapters[i]->name,
			.what = adapters[i]->tells,
			.count = s.sent,
			.kept = N_("outside: as long as who is told keeps it"),
			.seen_by = "",
		};
		inventory_write(&row, j);
	}
}

int
exports_test(struct exports *e, size_t i, export_done done, void *context) {
	if (!adapters[i]->test)
		return -ENOSYS;
	if (!e->at[i].self)
		return -ENOTCONN;
	return adapters[i]->test(e->at[i].self, done, context);
}
