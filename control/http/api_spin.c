// SPDX-License-Identifier: BSD-3-Clause

#include "control/http/api_spin.h"

#include "control/core.h"
#include "control/export/spin/own.h"
#include "control/export/spin/rpc.h"
#include "control/http/api.h"
#include "control/http/match.h"
#include "platform/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define API "/spin_api/"
#define GRAPH "/spin_graph"

static void jsonrpc(struct spin_ask *a);

#define ROW(method, path, operation, acts, handle)                                                 \
	{ {method, API path, NULL, operation, NULL, NULL}, acts, handle }

static const struct spin_route routes[] = {
	ROW("POST", "jsonrpc", "listDevices", true, jsonrpc),
	ROW("GET", "capture", "listCaptures", false, spin_capture_page),
	ROW("GET", "capture_start", "createCapture", true, spin_capture_start),
	ROW("GET", "capture_stop", "stopCapture", true, spin_capture_stop),
	ROW("GET", "tcpdump", "listCaptures", false, spin_tcpdump_page),
	ROW("GET", "tcpdump_start", "captureLive", true, spin_tcpdump_start),
	ROW("GET", "tcpdump_stop", "stopCapture", true, spin_tcpdump_stop),
	ROW("GET", "tcpdump_status", "listCaptures", false, spin_tcpdump_status),
	ROW("GET", "devices", "listDevices", false, spin_list_devices),
	ROW("GET", "devices/*/appliedProfiles", "getDevice", false, spin_get_profiles),
	ROW("POST", "devices/*/appliedProfiles", "editDevice", true, spin_set_profile),
	ROW("POST", "devices/*/toggleNew", "editDevice", true, spin_toggle_new),
	ROW("GET", "profiles", "listProfiles", false, spin_list_profiles),
	ROW("GET", "notifications", "listNotifications", false, spin_list_notes),
	ROW("POST", "notifications/create", "dismissNotification", true, spin_create_note),
	ROW("POST", "notifications/*/delete", "dismissNotification", true, spin_delete_note),
	ROW("GET", "ws", "listDevices", true, spin_websocket),
	ROW("GET", "configuration", "listDevices", false, spin_get_config),
	ROW("POST", "configuration", "editDevice", true, spin_put_config),
};

// --- What the handlers read and say ---

static char *
take(struct spin_ask *a, const char *text, size_t length, bool form) {
	char *out = http_keep(a->r, length + 1, NULL);

	return match_decode(text, length, form, out, length + 1) ? out : NULL;
}

// "name=value&…": of an address or of a form.
static const char *
find_pair(struct spin_ask *a, const char *at, size_t length, const char *name) {
	const char *end = at + length;

	while (at < end) {
		const char *amp = memchr(at, '&', (size_t)(end - at));
		const char *stop = amp ? amp : end;
		const char *equals = memchr(at, '=', (size_t)(stop - at));
		const char *key = take(a, at, (size_t)((equals ? equals : stop) - at), true);
		if (key && strcmp(key, name) == 0)
			return equals ? take(a, equals + 1, (size_t)(stop - equals - 1), true) : "";
		at = stop + 1;
	}
	return NULL;
}

const char *
spin_query(struct spin_ask *a, const char *name) {
	const char *question = strchr(http_target(a->r), '?');

	return question ? find_pair(a, question + 1, strlen(question + 1), name) : NULL;
}

const char *
spin_field(struct spin_ask *a, const char *name) {
	struct json_fault fault;
	struct json_doc *d;
	const char *found = NULL;
	size_t length;
	const char *body = http_body(a->r, &length);

	if (length == 0 || body[0] != '{')
		return find_pair(a, body, length, name);
	if (json_parse(body, length, &json_limits_body, &d, &fault) < 0)
		return NULL;
	const char *text = json_text(d, json_get(d, JSON_ROOT, name));
	if (text) {
		char *copy = http_keep(a->r, strlen(text) + 1, NULL);
		found = strcpy(copy, text);
	}
	json_doc_free(d);
	return found;
}

void
spin_reply_json(struct spin_ask *a, struct json *j) {
	http_told(a->r);
	if (j->failed)
		spin_error(a, 500, "Out of memory");
	else
		http_reply_json(a->r, 200, j->text, j->length);
	json_free(j);
}

void
spin_error(struct spin_ask *a, int status, const char *text) {
	struct json j;

	json_init(&j);
	json_object(&j);
	if (a->route && a->route->handle == jsonrpc) {
		// Its clients look for the message there, whatever the status says.
		json_key_string(&j, "jsonrpc", "2.0");
		json_key(&j, "error");
		json_object(&j);
		json_key_u64(&j, "code", (uint64_t)status);
		json_key_string(&j, "message", text);
		json_end(&j);
	} else {
		json_key_u64(&j, "status", (uint64_t)status);
		json_key_string(&j, "error", text);
	}
	json_end(&j);
	http_reply_json(a->r, status, j.failed ? "{}" : j.text, j.failed ? 2 : j.length);
	json_free(&j);
}

// --- JSON-RPC ---

struct asking {
	struct http_later *later; // NULL while it is asked
	struct http_request *r;
	bool over;
};

static void
reply(struct http_request *r, const char *text, size_t length) {
	http_told(r); // what was done tells of itself
	http_reply_json(r, 200, text ? text : "", length);
}

static void
answered(void *context, const char *text, size_t length) {
	struct asking *asking = context;
	struct http_request *r = asking->later ? http_resume(asking->later) : asking->r;

	if (r)
		reply(r, text, length);
	if (asking->later)
		free(asking);
	else
		asking->over = true;
}

void
spin_who(const struct http_request *r, struct rpc_who *ret) {
	const struct principal *p = http_principal(r);

	*ret = (struct rpc_who){.role = p->role, .scopes = p->scopes};
	snprintf(ret->by.who, sizeof ret->by.who, "%s", http_who(r));
	snprintf(ret->by.role, sizeof ret->by.role, "%s", role_name(p->role));
	snprintf(ret->by.way, sizeof ret->by.way, "spin");
	snprintf(ret->by.source, sizeof ret->by.source, "%s", http_source(r));
}

static void
jsonrpc(struct spin_ask *a) {
	struct asking *asking = calloc(1, sizeof *asking);
	struct rpc_who who;
	size_t length;
	const char *body = http_body(a->r, &length);

	if (!asking) {
		spin_error(a, 500, "Out of memory");
		return;
	}
	asking->r = a->r;
	spin_who(a->r, &who);
	rpc_ask(a->spin, &who, body, length, answered, asking);
	if (asking->over)
		free(asking);
	else
		asking->later = http_later(a->r);
}

// --- Which one ---

// '*' in the pattern stands for one segment.
static bool
matches(const char *pattern, const char *path, char ret[SPIN_PARTS][SPIN_PART]) {
	size_t parts = 0;

	while (*pattern && *path) {
		size_t n = strcspn(pattern, "/"), m = strcspn(path, "/");
		bool any = n == 1 && *pattern == '*';
		if (any ? parts == SPIN_PARTS
				    || !match_decode(path, m, false, ret[parts++], SPIN_PART)
			: n != m || memcmp(pattern, path, n) != 0)
			return false;
		pattern += n;
		path += m;
		if (*pattern != *path)
			return false;
		pattern += *pattern != 0;
		path += *path != 0;
	}
	return *pattern == *path;
}

static void
go(struct spin_ask *a) {
	size_t length;

	(void)http_body(a->r, &length);
	if (length > HTTP_BODY_MAX)
		spin_error(a, 413, "Send at most 256 KiB");
	else if (http_pace(a->r)) {
		a->spin = spin_of(a->core); // it may have been switched off meanwhile
		if (a->spin)
			a->route->handle(a);
		else
			spin_error(a, 404, "SPIN compatibility is switched off");
	}
}

static void
find(struct spin_ask *a, const char *path) {
	const char *method = http_method(a->r);
	const char *allow = NULL;

	if (strcmp(method, "HEAD") == 0)
		method = "GET";
	for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
		if (!matches(routes[i].as.pattern, path, a->part))
			continue;
		allow = routes[i].as.method;
		if (strcmp(allow, method) != 0)
			continue;
		a->route = &routes[i];
		http_set_route(a->r, &routes[i].as);
		if (spin_admit(a, go))
			go(a);
		return;
	}
	if (allow)
		http_add_header(a->r, "allow", allow);
	spin_error(a, allow ? 405 : 404, allow ? "Another method is wanted here" : "Not found");
}

bool
api_spin(struct http_request *r, const char *path, void *core) {
	struct core *c = core;

	if (strncmp(path, API, sizeof API - 1) != 0
	    && (strncmp(path, GRAPH, sizeof GRAPH - 1) != 0
		|| (path[sizeof GRAPH - 1] && path[sizeof GRAPH - 1] != '/')))
		return false;
	if (strcmp(http_method(r), "OPTIONS") == 0)
		return false;
	struct spin_ask *a = http_keep(r, sizeof *a, NULL);
	*a = (struct spin_ask){.r = r, .core = c, .spin = spin_of(c)};
	if (!a->spin)
		spin_error(a, 404, "SPIN compatibility is switched off: spin_compat.enabled");
	else if (strncmp(path, GRAPH, sizeof GRAPH - 1) == 0)
		spin_file(r, c, path + sizeof GRAPH - 1);
	else
		find(a, path);
	return true;
}
