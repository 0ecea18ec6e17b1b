// SPDX-License-Identifier: BSD-3-Clause
// Notifications: listed, read, and settled by one of their actions.

#include "control/core.h"
#include "control/http/api.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "control/notify/notify.h"
#include "control/text/language.h"
#include "platform/base.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_MAX 500

struct filter {
	uint64_t limit;
	uint64_t before; // the cursor: older than this id
	enum severity least;
	uint64_t device;
	int kind; // -1: any
	int outcome; // -1: all but those dismissed
	bool unread;
};

static bool
bad(struct http_request *r, const char *name, const char *text, const char *hint) {
	http_problem(r, PROBLEM_BAD_VALUE, hint, "'%.40s' is no value of '%s'.", text, name);
	return false;
}

static bool
read_filter(struct http_request *r, struct filter *f) {
	const char *severity = http_query(r, "severity"), *key = http_query(r, "message_key");
	const char *outcome = http_query(r, "outcome"), *device = http_query(r, "device");
	const char *cursor = http_query(r, "cursor");
	enum notice_outcome o;
	enum notify_kind kind;

	*f = (struct filter){.kind = -1, .outcome = -1, .before = UINT64_MAX};
	if (!http_query_number(r, "limit", 1, LIMIT_MAX, LIMIT_MAX, &f->limit)
	    || !http_query_flag(r, "unread", &f->unread))
		return false;
	if (severity && !severity_parse(severity, &f->least))
		return bad(r, "severity", severity, _("Write info, warning or critical."));
	if (device && !id_parse("dev_", device, &f->device))
		return bad(r, "device", device, _("Write an id as the list of devices gives it."));
	if (cursor && cursor[0] && !id_parse("note_", cursor, &f->before))
		return bad(r, "cursor", cursor, _("Use next_cursor of the page before."));
	if (key && !notify_kind_parse(key, &kind))
		return bad(r, "message_key", key, _("GET /api/v1/notifications/kinds lists them."));
	if (outcome && !notice_outcome_parse(outcome, &o))
		return bad(
			r,
			"outcome",
			outcome,
			_("Write open, blocked, muted, expected or dismissed.")
		);
	if (key)
		f->kind = (int)kind;
	if (outcome)
		f->outcome = (int)o;
	return true;
}

static bool
passes(const struct filter *f, const struct notice *n) {
	bool unread = !n->read && n->outcome == NOTICE_OPEN;

	return n->id < f->before && notify_kind_row(n->kind)->severity >= f->least
		&& (!f->device || n->device == f->device)
		&& (f->kind < 0 || (int)n->kind == f->kind)
		&& (f->outcome < 0 ? n->outcome != NOTICE_DISMISSED : (int)n->outcome == f->outcome)
		&& (!f->unread || unread);
}

// The newest first: that is what one looks for.
void
api_list_notifications(struct http_request *r, void *core) {
	const struct core *c = core;
	struct filter f;
	uint64_t items = 0, last = 0;
	char id[ID_TEXT];
	struct json j;

	if (!read_filter(r, &f))
		return;
	json_init(&j);
	json_object(&j);
	json_key(&j, "items");
	json_array(&j);
	for (size_t i = notify_count(c->notify); i-- > 0 && items <= f.limit;) {
		const struct notice *n = notify_at(c->notify, i);
		if (!passes(&f, n) || items++ == f.limit)
			continue;
		last = n->id;
		notify_view(c, n, &j);
	}
	json_end(&j);
	json_key_string(&j, "next_cursor", items > f.limit ? id_text("note_", last, id) : NULL);
	json_key_u64(&j, "unread", notify_unread(c->notify, SEVERITY_INFO));
	json_key_u64(&j, "critical", notify_unread(c->notify, SEVERITY_CRITICAL));
	json_end(&j);
	api_reply(r, 200, &j);
}

void
api_create_notification(struct http_request *r, void *core) {
	static const struct json_field fields[] = {{"text", JSON_TEXT, 0, true, false, 1, 200}};
	struct json_text text;

	if (!http_read(r, fields, ARRAY_LEN(fields), &text))
		return;
	if (text.length >= NOTICE_ARG) {
		http_problem_at(
			r, PROBLEM_BAD_VALUE, "text", "At most 255 bytes.", "It is too long."
		);
		return;
	}
	notify(core, NOTIFY_CLIENT_SAYS, NULL, http_who(r), text.text, NULL);
	http_told(r);
	http_reply_empty(r, 204);
}

void
api_list_notification_kinds(struct http_request *r, void *core) {
	struct json j;

	(void)core;
	json_init(&j);
	json_object(&j);
	json_key(&j, "items");
	json_array(&j);
	for (unsigned int i = 0; i < NOTIFY_KIND_COUNT; i++) {
		const struct notify_kind_row *row = notify_kind_row((enum notify_kind)i);
		json_object(&j);
		json_key_string(&j, "message_key", row->key);
		json_key_string(&j, "severity", severity_word(row->severity));
		json_key_string(&j, "confidence", confidence_word(row->confidence));
		json_key_string(&j, "message", _(row->sentence));
		json_key_string(&j, "why", _(row->why));
		json_key_string(&j, "advice", _(row->advice));
		json_end(&j);
	}
	json_end(&j);
	json_key_string(&j, "next_cursor", NULL);
	json_end(&j);
	api_reply(r, 200, &j);
}

const struct notice *
api_notice(struct http_request *r, const struct core *c) {
	const char *text = http_path(r, "notification");
	uint64_t id;
	const struct notice *n = id_parse("note_", text, &id) ? notify_find(c->notify, id) : NULL;

	if (!n)
		http_problem(
			r,
			PROBLEM_UNKNOWN_NOTIFICATION,
			"GET /api/v1/notifications lists what is kept.",
			"There is no notification '%.40s'.",
			text
		);
	return n;
}

static void
answer(struct http_request *r, const struct core *c, const struct notice *n) {
	struct json j;

	json_init(&j);
	notify_view(c, n, &j);
	api_reply(r, 200, &j);
}

void
api_get_notification(struct http_request *r, void *core) {
	const struct notice *n = api_notice(r, core);

	if (n)
		answer(r, core, n);
}

// --- What is decided about them, answered when it was written down ---

struct waiting {
	struct core *core;
	struct http_later *later;
	uint64_t notice; // 0: 204
};

static void
decided(void *context, int result, const char *message) {
	struct waiting *w = context;
	struct http_request *r = http_resume(w->later);
	const struct notice *n = notify_find(w->core->notify, w->notice);

	if (r && result < 0)
		http_problem(
			r,
			result == -ENOSPC ? PROBLEM_STORAGE_FULL : PROBLEM_STORAGE_FAILED,
			"Nothing was changed; check the state directory's disk and try again.",
			"%s",
			message
		);
	else if (r && n)
		answer(r, w->core, n);
	else if (r && w->notice)
		http_problem(r, PROBLEM_UNKNOWN_NOTIFICATION, NULL, "It made room for others.");
	else if (r)
		http_reply_empty(r, 204);
	free(w);
}

void
api_decide(struct http_request *r, struct core *c, const struct notify_wish *wish) {
	struct waiting *w = malloc(sizeof *w);

	if (!w) {
		http_problem(r, PROBLEM_INTERNAL, NULL, "Out of memory.");
		return;
	}
	*w = (struct waiting){.core = c, .later = http_later(r), .notice = wish->notice};
	notify_decide(c, wish, decided, w);
}

void
api_edit_notification(struct http_request *r, void *core) {
	static const struct json_field fields[] = {{"read", JSON_FLAG, 0, true, false, 0, 0}};
	const struct notice *n = api_notice(r, core);
	struct json_flag read;

	if (!n || !http_read(r, fields, ARRAY_LEN(fields), &read))
		return;
	const struct notify_wish w = {.notice = n->id, .sets_read = true, .read = read.value};
	api_decide(r, core, &w);
}

void
api_read_notifications(struct http_request *r, void *core) {
	const struct notify_wish w = {.sets_read = true, .read = true};

	if (http_read(r, NULL, 0, NULL))
		api_decide(r, core, &w);
}

void
api_dismiss_notification(struct http_request *r, void *core) {
	const struct notice *n = api_notice(r, core);

	if (!n || !http_read(r, NULL, 0, NULL))
		return;
	const struct notify_wish w = {
		.notice = n->id, .sets_outcome = true, .outcome = NOTICE_DISMISSED};
	api_decide(r, core, &w);
}

void
api_block_notification(struct http_request *r, void *core) {
	struct core *c = core;
	const struct notice *n = api_notice(r, c);
	const struct device *d = n ? device_by_id(&c->state, n->device) : NULL;
	struct change change = {.kind = CHANGE_RULE, .rule_has = true};

	if (!n || !http_read(r, NULL, 0, NULL))
		return;
	if (!d) {
		http_problem(
			r,
			PROBLEM_NOTHING_TO_BLOCK,
			"Do what its advice says, or dismiss it.",
			"The notification is about no device that is known."
		);
		return;
	}
	d = join_whole(&c->state, d);
	rule_spec_plain(&change.rule_now, ACTION_BLOCK, d, NULL);
	notify_await_block(c, n->id, d);
	api_submit(r, c, &change);
}
