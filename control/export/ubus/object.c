// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/ubus/object.h"

#include "control/export/ubus/methods.h"

#include <libubox/blobmsg_json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALLS_MAX 32 // under way
#define DEPTH_MAX 16 // of arguments, as the API has it
#define INPUT_MAX (64u << 10)
#define HEAD_BYTES 256 // of a message, beside its data

struct pending {
	unsigned long number; // 0: free
	struct ubus_request_data request;
};

static struct pending pending[CALLS_MAX];
static unsigned long last_number;
static struct blob_buf out;
static object_call pass_on;
static struct ubus_object object = {.name = METHODS_OBJECT};
static struct ubus_object_type type = {.name = METHODS_OBJECT};

// libubus has looked at the message's outside alone, and what writes it as JSON calls itself for
// each level.
static bool
is_sound(struct blob_attr *attr, bool named, unsigned int depth) {
	struct blob_attr *one;
	size_t rest;

	if (!blobmsg_check_attr(attr, named))
		return false;
	bool table = blobmsg_type(attr) == BLOBMSG_TYPE_TABLE;
	if (!table && blobmsg_type(attr) != BLOBMSG_TYPE_ARRAY)
		return true;
	if (depth == 0)
		return false;
	blobmsg_for_each_attr(one, attr, rest) {
		if (!is_sound(one, table, depth - 1))
			return false;
	}
	return true;
}

static bool
are_sound(struct blob_attr *message) {
	struct blob_attr *one;
	size_t rest;

	blob_for_each_attr(one, message, rest) {
		if (!is_sound(one, true, DEPTH_MAX - 2))
			return false;
	}
	return true;
}

static bool
read_json(const char *json) {
	blob_buf_init(&out, 0);
	return blobmsg_add_json_from_string(&out, json);
}

static struct pending *
place(void) {
	for (size_t i = 0; i < CALLS_MAX; i++)
		if (!pending[i].number)
			return &pending[i];
	return NULL;
}

static int
on_call(struct ubus_context *ctx,
	struct ubus_object *o,
	struct ubus_request_data *request,
	const char *method,
	struct blob_attr *message) {
	struct pending *p = place();
	char *line = NULL;

	(void)o;
	if (!message || blob_len(message) > INPUT_MAX || !are_sound(message))
		return UBUS_STATUS_INVALID_ARGUMENT;
	if (!p) {
		read_json("{\"error\":{\"code\":429,\"message\":\"Too much is asked at once\"}}");
		ubus_send_reply(ctx, request, out.head);
		return 0;
	}
	char *json = blobmsg_format_json(message, true);
	const char *user = request->acl.user ? request->acl.user : "root";
	if (json
	    && asprintf(&line, "call %lu %s %.32s %s\n", last_number + 1, method, user, json) < 0)
		line = NULL;
	free(json);
	if (!line)
		return UBUS_STATUS_UNKNOWN_ERROR;
	p->number = ++last_number;
	ubus_defer_request(ctx, request, &p->request);
	pass_on(line);
	free(line);
	return 0;
}

// --- The object, from the list ---

static const enum blobmsg_type types[] = {
	[ARGUMENT_TEXT] = BLOBMSG_TYPE_STRING,
	[ARGUMENT_NUMBER] = BLOBMSG_TYPE_INT32,
	[ARGUMENT_FLAG] = BLOBMSG_TYPE_BOOL,
	[ARGUMENT_TABLE] = BLOBMSG_TYPE_TABLE,
};

static bool
fill_type(void) {
	struct ubus_method *all = calloc(ubus_methods_count, sizeof *all);
	struct blobmsg_policy *policies =
		calloc(ubus_methods_count * ARGUMENTS_MAX, sizeof *policies);

	if (!all || !policies) {
		free(all);
		free(policies);
		return false;
	}
	for (size_t i = 0; i < ubus_methods_count; i++) {
		const struct method *m = &ubus_methods[i];
		struct blobmsg_policy *p = &policies[i * ARGUMENTS_MAX];
		int n = 0;
		for (; n < ARGUMENTS_MAX && m->arguments[n].name; n++) {
			p[n].name = m->arguments[n].name;
			p[n].type = types[m->arguments[n].kind];
		}
		all[i] = (struct ubus_method
		){.name = m->name, .handler = on_call, .policy = p, .n_policy = n};
	}
	type.methods = object.methods = all;
	type.n_methods = object.n_methods = (int)ubus_methods_count;
	object.type = &type;
	return true;
}

bool
object_offer(struct ubus_context *ctx, object_call call) {
	pass_on = call;
	int r = fill_type() ? ubus_add_object(ctx, &object) : UBUS_STATUS_UNKNOWN_ERROR;

	if (r == UBUS_STATUS_INVALID_ARGUMENT)
		fputs("ubusd did not take the object spin: another program offers it (the plugin "
		      "of rpcd: service rpcd restart), or this user may not (acl.d)\n",
		      stderr);
	else if (r)
		fprintf(stderr, "ubusd did not take the object spin: %s\n", ubus_strerror(r));
	return r == 0;
}

bool
object_is_there(struct ubus_context *ctx) {
	uint32_t id = 0;

	return ubus_lookup_id(ctx, METHODS_OBJECT, &id) == 0 && id == object.id;
}

// --- What goes out ---

void
object_answer(struct ubus_context *ctx, unsigned long number, const char *json) {
	struct pending *p = NULL;
	int status = UBUS_STATUS_OK;

	for (size_t i = 0; i < CALLS_MAX && !p; i++)
		if (number && pending[i].number == number)
			p = &pending[i];
	if (!p)
		return;
	if (!read_json(json))
		status = UBUS_STATUS_UNKNOWN_ERROR;
	else if (blob_pad_len(out.head) + HEAD_BYTES > UBUS_MAX_MSGLEN)
		// ubusd cuts off whoever sends it more.
		read_json("{\"error\":{\"code\":413,\"message\":\"The answer is larger than ubus "
			  "carries: ask for less, or over HTTP\"}}");
	if (status == UBUS_STATUS_OK)
		ubus_send_reply(ctx, &p->request, out.head);
	ubus_complete_deferred_request(ctx, &p->request, status);
	p->number = 0;
}

bool
object_tell(struct ubus_context *ctx, const char *name, const char *json) {
	if (!read_json(json) || blob_pad_len(out.head) + HEAD_BYTES > UBUS_MAX_MSGLEN)
		return false;
	bool good = ubus_send_event(ctx, name, out.head) == 0;
	if (object.has_subscribers)
		good &= ubus_notify(ctx, &object, name, out.head, -1) == 0;
	return good;
}
