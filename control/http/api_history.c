// SPDX-License-Identifier: BSD-3-Clause
// The past: a window as a series and as lists, and closed connections.

#include "control/http/api_history.h"

#include "control/clock.h"
#include "control/core.h"
#include "control/id.h"
#include "control/service.h"
#include "control/view.h"
#include "platform/text.h"

#include <stdlib.h>
#include <string.h>

#define V1 "/api/v1"
#define DAY_S 86400
#define ITEMS_DEFAULT 50

struct counts_asked {
	struct api_asked asked; // first
	struct history_question q;
	struct history_answer a;
};

static const char *const group_names[] = {
	[ASK_ALL] = "none",
	[ASK_BY_DEVICE] = "device",
	[ASK_BY_DESTINATION] = "destination",
	[ASK_BY_SERVICE] = "service",
};

static int
run_counts(struct hdb *db, struct history_ask *ask) {
	struct counts_asked *a = container_of(ask, struct counts_asked, asked.ask);

	return ask_counts(db, &a->q, &a->a);
}

// Two rows of numbers: a point an object each would be ten times as long.
static void
write_series(const struct history_counts *points, size_t count, struct json *j) {
	json_key(j, "series");
	json_object(j);
	json_key(j, "bytes_out");
	json_array(j);
	for (size_t i = 0; i < count; i++)
		json_u64(j, points[i].bytes_out);
	json_end(j);
	json_key(j, "bytes_in");
	json_array(j);
	for (size_t i = 0; i < count; i++)
		json_u64(j, points[i].bytes_in);
	json_end(j);
	json_end(j);
}

static void
write_item(const struct core *c, const struct counts_asked *a, size_t i, struct json *j) {
	const struct history_item *item = &a->a.items[i];
	char text[SERVICE_TEXT];

	json_object(j);
	if (a->q.group == ASK_BY_DEVICE)
		api_write_device(j, c, item->device);
	if (a->q.group == ASK_BY_DESTINATION)
		api_write_place(j, c, &item->place);
	if (a->q.group == ASK_BY_SERVICE)
		json_key_string(
			j,
			"service",
			item->service ? service_text(
				(uint8_t)(item->service >> 16), (uint16_t)item->service, text
			)
				      : NULL
		);
	api_write_counts(j, &item->counts);
	view_time(j, "last_seen", item->last_s * NS_PER_S);
	if (item->points)
		write_series(item->points, a->a.points_count, j);
	json_end(j);
}

static void
write_answer(const struct core *c, const struct counts_asked *a, struct json *j) {
	json_object(j);
	view_time(j, "from", a->a.from_s * NS_PER_S);
	view_time(j, "to", a->a.to_s * NS_PER_S);
	json_key_u64(j, "step", a->q.step_s);
	view_time(j, "oldest", a->a.oldest_s * NS_PER_S);
	json_key_string(j, "group", group_names[a->q.group]);
	json_key(j, "total");
	json_object(j);
	api_write_counts(j, &a->a.total);
	json_end(j);
	json_key(j, "points");
	json_array(j);
	for (size_t i = 0; i < a->a.points_count; i++) {
		json_object(j);
		view_time(j, "time", (a->a.from_s + i * a->q.step_s) * NS_PER_S);
		api_write_counts(j, &a->a.points[i]);
		json_end(j);
	}
	json_end(j);
	json_key(j, "items");
	json_array(j);
	for (size_t i = 0; i < a->a.items_count; i++)
		write_item(c, a, i, j);
	json_end(j);
	json_key(j, "rest");
	json_object(j);
	json_key_u64(j, "items", a->a.items_all - a->a.items_count);
	api_write_counts(j, &a->a.rest);
	json_end(j);
	json_end(j);
}

static void
counts_answered(struct history_ask *ask) {
	struct counts_asked *a = container_of(ask, struct counts_asked, asked.ask);
	struct http_request *r = api_history_answered(&a->asked);
	struct json j;

	if (r) {
		json_init(&j);
		write_answer(a->asked.core, a, &j);
		api_reply(r, 200, &j);
	}
	answer_free_counts(&a->a);
	free(a);
}

static bool
read_group(struct http_request *r, enum ask_group *ret) {
	const char *text = http_query(r, "group");

	*ret = ASK_ALL;
	for (unsigned int i = 0; text && i < ARRAY_LEN(group_names); i++)
		if (strcmp(group_names[i], text) == 0) {
			*ret = (enum ask_group)i;
			return true;
		}
	if (!text)
		return true;
	http_problem(
		r,
		PROBLEM_BAD_VALUE,
		"Write group=device, destination or service, or leave it out.",
		"'%.40s' is nothing to group by.",
		text
	);
	return false;
}

// A word ("dns": udp and tcp), a protocol ("udp"), or both ("tcp/8443").
static bool
read_service(struct http_request *r, struct history_question *q) {
	const char *text = http_query(r, "service");
	const char *slash = text ? strchr(text, '/') : NULL;
	char name[16];
	uint8_t protocol;
	uint16_t port;

	if (!text)
		return true;
	if (slash && slash - text < (ptrdiff_t)sizeof name) {
		char *end;
		memcpy(name, text, (size_t)(slash - text));
		name[slash - text] = 0;
		unsigned long n = strtoul(slash + 1, &end, 10);
		if (service_protocol_number(name, &protocol) && slash[1] && !*end && n <= UINT16_MAX
		    && n > 0)
			q->services[q->services_count++] = (uint32_t)protocol << 16 | (uint32_t)n;
	} else {
		for (size_t at = 0; q->services_count < ASK_SERVICES_MAX
		     && service_next(text, &at, &protocol, &port);)
			q->services[q->services_count++] = (uint32_t)protocol << 16 | port;
		if (q->services_count == 0 && service_protocol_number(text, &protocol))
			q->services[q->services_count++] = (uint32_t)protocol << 16;
	}
	if (q->services_count > 0)
		return true;
	http_problem(
		r,
		PROBLEM_BAD_VALUE,
		"Write a word as https, a protocol as udp, or both as tcp/8443.",
		"'%.40s' is no service.",
		text
	);
	return false;
}

static bool
read_step(struct http_request *r, struct history_question *q) {
	uint64_t window = q->to_s - q->from_s, step;
	uint64_t now_s = clock_wall_ns() / NS_PER_S;
	uint64_t age = now_s > q->from_s ? now_s - q->from_s : 0;

	if (!http_query_number(r, "step", 10, 366 * DAY_S, ask_step(window, age), &step))
		return false;
	q->step_s = step;
	if (step % 10 == 0 && window / step <= ASK_POINTS_MAX)
		return true;
	http_problem(
		r,
		PROBLEM_BAD_VALUE,
		"Write whole tens of seconds that make at most 2000 points, or leave step out.",
		"step=%llu does not fit the window.",
		(unsigned long long)step
	);
	return false;
}

static void
ask(struct http_request *r, struct core *c, const struct device *d) {
	struct counts_asked *a = calloc(1, sizeof *a);
	uint64_t limit, series;

	if (!a) {
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
		return;
	}
	struct history_question *q = &a->q;
	if (!api_has_history(r, c) || !api_window(r, DAY_S, &q->from_s, &q->to_s)
	    || !read_step(r, q) || !read_group(r, &q->group) || !read_service(r, q)
	    || !api_history_device(r, c, d, q->devices, &q->devices_count)
	    || !api_history_place(r, c, &q->place, &q->one_place)
	    || !http_query_number(r, "limit", 1, ASK_ITEMS_MAX, ITEMS_DEFAULT, &limit)
	    || !http_query_number(r, "series", 0, ASK_SERIES_MAX, 0, &series)) {
		free(a);
		return;
	}
	q->limit = limit;
	q->series = series;
	a->asked.ask.run = run_counts;
	a->asked.ask.then = counts_answered;
	api_ask_history(r, c, &a->asked);
}

void
api_history(struct http_request *r, void *core) {
	ask(r, core, NULL);
}

void
api_device_history(struct http_request *r, void *core) {
	const struct device *d = api_device(r, core);

	if (d)
		ask(r, core, d);
}

// --- Closed connections ---

struct flows_asked {
	struct api_asked asked; // first
	struct flows_question q;
	struct flows_answer a;
};

static int
run_flows(struct hdb *db, struct history_ask *ask) {
	struct flows_asked *a = container_of(ask, struct flows_asked, asked.ask);

	return ask_flows(db, &a->q, &a->a);
}

static void
write_flow(const struct core *c, const struct flows_item *item, struct json *j) {
	const struct flow_row *f = &item->row;
	char text[TEXT_ADDRESS], service[SERVICE_TEXT], community[COMMUNITY_ID_TEXT];

	json_object(j);
	view_id(j, "id", "flow_", f->id);
	api_write_device(j, c, f->device);
	api_write_place(j, c, &item->place);
	json_key_u64(j, "level", f->level);
	view_time(j, "first_seen", f->started_ns);
	view_time(j, "last_seen", f->ended_ns);
	json_key_string(
		j,
		"service",
		service_text((uint8_t)(f->service >> 16), (uint16_t)f->service, service)
	);
	json_key_string(j, "direction", f->inward ? "in" : "out");
	json_key_string(
		j, "address", f->has_address ? text_address(f->family, f->address, text) : NULL
	);
	json_key_string(j, "name", f->name[0] ? f->name : NULL);
	json_key(j, "port");
	if (f->port)
		json_u64(j, f->port);
	else
		json_null(j);
	json_key_string(j, "community_id", community_id_text(f->community, community));
	json_key_string(j, "verdict", f->reason == REASON_NONE ? "forward" : "drop");
	json_key_string(j, "reason", reason_name(f->reason));
	json_key_u64(j, "packets_out", f->counts.packets_out);
	json_key_u64(j, "bytes_out", f->counts.bytes_out);
	json_key_u64(j, "packets_in", f->counts.packets_in);
	json_key_u64(j, "bytes_in", f->counts.bytes_in);
	json_end(j);
}

static void
flows_answered(struct history_ask *ask) {
	struct flows_asked *a = container_of(ask, struct flows_asked, asked.ask);
	struct http_request *r = api_history_answered(&a->asked);
	struct json j;

	if (r) {
		json_init(&j);
		json_object(&j);
		json_key(&j, "items");
		json_array(&j);
		for (size_t i = 0; i < a->a.count; i++)
			write_flow(a->asked.core, &a->a.items[i], &j);
		json_end(&j);
		view_id(&j, "next_cursor", "flow_", a->a.next);
		json_end(&j);
		api_reply(r, 200, &j);
	}
	free(a->a.items);
	free(a);
}

static bool
read_page(struct http_request *r, struct flows_question *q) {
	const char *cursor = http_query(r, "cursor");
	const char *verdict = http_query(r, "verdict");
	bool drop = verdict && strcmp(verdict, "drop") == 0;
	uint64_t limit;

	if (!http_query_number(r, "limit", 1, ASK_ITEMS_MAX, ASK_ITEMS_MAX, &limit))
		return false;
	q->limit = limit;
	q->dropped = verdict ? drop : -1;
	if ((!cursor || !cursor[0] || id_parse("flow_", cursor, &q->before))
	    && (!verdict || drop || strcmp(verdict, "forward") == 0))
		return true;
	http_problem(
		r,
		PROBLEM_BAD_VALUE,
		"Use next_cursor of the page before, as it was given; verdict is forward or drop.",
		"The cursor or the verdict cannot be understood."
	);
	return false;
}

void
api_history_flows(struct http_request *r, void *core) {
	struct core *c = core;
	struct flows_asked *a = calloc(1, sizeof *a);

	if (!a) {
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
		return;
	}
	if (!api_has_history(r, c) || !api_window(r, 400 * DAY_S, &a->q.from_s, &a->q.to_s)
	    || !read_page(r, &a->q)
	    || !api_history_device(r, c, NULL, a->q.devices, &a->q.devices_count)
	    || !api_history_place(r, c, &a->q.place, &a->q.one_place)) {
		free(a);
		return;
	}
	a->asked.ask.run = run_flows;
	a->asked.ask.then = flows_answered;
	api_ask_history(r, c, &a->asked);
}
