// SPDX-License-Identifier: BSD-3-Clause
// What the handlers of the history share: reading a window and a filter, writing counts and places.
//
// Threads: the core thread.
// Errors:  a reader returns false after the problem was answered.

#pragma once

#include "control/history/reader.h"
#include "control/http/api.h"
#include "platform/json_write.h"

struct destination;

// A question that waits: its own begins with this.
struct api_asked {
	struct history_ask ask;
	struct core *core;
	struct http_later *later;
};

bool
api_window(struct http_request *r, uint64_t default_s, uint64_t *ret_from_s, uint64_t *ret_to_s);
// The stations of the device that `device` (a path's or a query's) names; none when absent.
bool api_history_device(
	struct http_request *r,
	const struct core *c,
	const struct device *d,
	uint64_t ret[ASK_DEVICES_MAX],
	size_t *ret_count
);
bool api_history_place(
	struct http_request *r,
	const struct core *c,
	struct ask_place *ret,
	bool *ret_has
);
// Hands it over; answers busy and frees it when that cannot be.
void api_ask_history(struct http_request *r, struct core *c, struct api_asked *a);
// The request to answer; NULL when it is gone, or was answered with what went wrong.
struct http_request *api_history_answered(struct api_asked *a);
bool api_has_history(struct http_request *r, const struct core *c);

void api_write_counts(struct json *j, const struct history_counts *c);
void api_write_device(struct json *j, const struct core *c, uint64_t id);
void api_write_place(struct json *j, const struct core *c, const struct ask_place *p);
// The destination that a place is now; NULL: none that control knows.
const struct destination *api_place_now(const struct core *c, const struct ask_place *p);
