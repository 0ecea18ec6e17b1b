// SPDX-License-Identifier: BSD-3-Clause
// Notifications and the configuration of front ends, of the older web API.
//
// Shape:   its notifications are ours that are still open; deleting one dismisses it.  They are
//          known by integers that JavaScript can hold: what an id is made of, closer together.
// Source:  reference/spin.md 3.6.

#include "control/core.h"
#include "control/export/spin/front.h"
#include "control/export/spin/own.h"
#include "control/http/api_spin.h"
#include "control/http/json_read.h"
#include "control/notify/notify.h"
#include "platform/base.h"
#include "platform/text.h"
#include "platform/utf8.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// control/id.h: milliseconds above 20 bits; of these 12 are enough to tell two apart.
static uint64_t
number_of(const struct notice *n) {
	return (n->id >> 20) << 12 | (n->id & 0xfff);
}

// Their three keys, and which of our arguments theirs is.
static const char *
key_of(const struct notice *n, unsigned int *ret_from) {
	*ret_from = 0;
	switch (n->kind) {
	case NOTIFY_NEW_DEVICE:
	case NOTIFY_NEW_RANDOM:
		*ret_from = n->args_count;
		return "new_device";
	case NOTIFY_PROFILE_SET:
		*ret_from = 1;
		return "profile_set_to";
	case NOTIFY_PROFILE_FAILED:
		*ret_from = 2;
		return "profile_error";
	default:
		return notify_kind_row(n->kind)->key;
	}
}

void
spin_write_note(const struct core *c, const struct notice *n, struct json *j) {
	const struct device *d = n->device ? device_by_id(&c->state, n->device) : NULL;
	char text[NOTIFY_TEXT], mac[TEXT_MAC], name[NAME_BYTES_MAX + 1];
	unsigned int from;
	const char *key = key_of(n, &from);

	json_object(j);
	json_key_u64(j, "id", number_of(n));
	json_key_string(
		j,
		"message",
		strcmp(key, "new_device") == 0 ? "New device on network! Please set a profile"
					       : notice_text(n, text)
	);
	json_key_string(j, "messageKey", key);
	json_key(j, "messageArgs");
	json_array(j);
	bool one = from > 0; // theirs have one at most
	for (unsigned int i = from; i < n->args_count && (!one || i == from); i++)
		json_string(j, n->args[i]);
	json_end(j);
	json_key_u64(j, "timestamp", n->last_ns / NS_PER_S);
	if (d) {
		json_key_string(j, "deviceMac", text_mac(d->mac, mac));
		json_key_string(j, "deviceName", device_name(d, name));
	}
	json_end(j);
}

void
spin_write_notes(const struct core *c, struct json *j) {
	const struct notify *all = c->notify;

	json_array(j);
	for (size_t i = 0; i < notify_count(all); i++)
		if (notify_at(all, i)->outcome == NOTICE_OPEN)
			spin_write_note(c, notify_at(all, i), j);
	json_end(j);
}

void
spin_list_notes(struct spin_ask *a) {
	struct json j;

	json_init(&j);
	spin_write_notes(a->core, &j);
	spin_reply_json(a, &j);
}

static bool
is_sentence(const char *text) {
	size_t left = text ? strlen(text) : 0;

	if (left == 0 || left >= NOTICE_ARG)
		return false;
	for (size_t n; left > 0; left -= n, text += n) {
		n = utf8_sequence(text, left);
		if (n == 0 || (unsigned char)*text < ' ' || *text == 127)
			return false;
	}
	return true;
}

void
spin_create_note(struct spin_ask *a) {
	const char *text = spin_field(a, "message");

	if (!is_sentence(text)) {
		spin_error(a, 400, "Send a message of one line and at most 255 bytes");
		return;
	}
	notify(a->core, NOTIFY_CLIENT_SAYS, NULL, http_who(a->r), text, NULL);
	http_reply_json(a->r, 200, "{}", 2);
}

struct waiting {
	struct http_later *later;
};

static void
reply(struct waiting *w, int result) {
	struct http_request *r = http_resume(w->later);
	struct spin_ask a = {.r = r};

	free(w);
	if (r && result < 0)
		spin_error(&a, result == -ENOSPC ? 507 : 500, "It could not be written down");
	else if (r)
		http_reply_json(r, 200, "{}", 2);
}

static void
decided(void *context, int result, const char *message) {
	(void)message;
	reply(context, result);
}

static struct waiting *
wait_for(struct spin_ask *a) {
	struct waiting *w = malloc(sizeof *w);

	if (w)
		w->later = http_later(a->r);
	else
		spin_error(a, 500, "Out of memory");
	return w;
}

void
spin_delete_note(struct spin_ask *a) {
	const struct notify *all = a->core->notify;
	const struct notice *n = NULL;
	char number[24];

	for (size_t i = 0; !n && i < notify_count(all); i++) {
		snprintf(number, sizeof number, "%" PRIu64, number_of(notify_at(all, i)));
		if (strcmp(number, a->part[0]) == 0 && notify_at(all, i)->outcome == NOTICE_OPEN)
			n = notify_at(all, i);
	}
	struct waiting *w = n ? wait_for(a) : NULL;
	if (!n)
		spin_error(a, 404, "There is no such notification");
	if (!w)
		return;
	const struct notify_wish wish = {
		.notice = n->id, .sets_outcome = true, .outcome = NOTICE_DISMISSED};
	notify_decide(a->core, &wish, decided, w);
}

// --- What front ends keep here ---

void
spin_get_config(struct spin_ask *a) {
	const char *json = front_config(a->spin->front);

	http_reply_json(a->r, 200, json, strlen(json));
}

static void
config_written(void *context, int result) {
	reply(context, result);
}

void
spin_put_config(struct spin_ask *a) {
	struct json_doc *d;
	struct json_fault fault;
	size_t length, config_length = 0;
	const char *body = http_body(a->r, &length), *config = NULL;

	if (json_parse(body, length, &json_limits_body, &d, &fault) == 0) {
		unsigned int node = json_get(d, JSON_ROOT, "config");
		const char *raw = node ? json_raw_of(d, node, &config_length) : NULL;
		char *copy = raw ? http_keep(a->r, config_length + 1, NULL) : NULL;
		if (copy)
			config = memcpy(copy, raw, config_length);
		json_doc_free(d);
	}
	if (!config) {
		spin_error(a, 400, "Send {\"config\": …} as JSON");
		return;
	}
	struct waiting *w = wait_for(a);
	int r = w ? front_put_config(a->spin->front, config, config_length, config_written, w) : 0;
	if (r == 0)
		return;
	struct http_request *again = http_resume(w->later);
	free(w);
	if (again && r == -EFBIG)
		spin_error(a, 413, "It may have 64 KiB");
	else if (again)
		spin_error(a, 503, "Try again");
}
