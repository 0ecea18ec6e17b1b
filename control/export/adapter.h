// SPDX-License-Identifier: BSD-3-Clause
// What an adapter is: one way to speak with the world, over the one model that control has.
//
// Shape:   a constant struct of functions, one row in ADAPTERS.  `name` is also how its keys in the
//          configuration begin ("mqtt" for "mqtt.host"): when one of them changes, the adapter is
//          stopped and started with the new values.  `wanted` says whether it is switched on.
//          What it hears comes while it runs, between start and stop; a hook it does not need is
//          NULL.
// Threads: the core thread, in which nothing may wait: what blocks goes to control/thread.h or
//          into a child.
// Errors:  start says why it cannot (-errno and a sentence); it is tried again every
//          EXPORT_RETRY_S.  Later troubles are its own to mend, and shown by `status`; what could
//          not be sent is counted in `lost`, and never waited for.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct config;
struct core;
struct flow;
struct json;
struct state_alert;
struct wire_name;

#define EXPORT_ERROR 200
#define EXPORT_RETRY_S 30

// state, its word in the API
#define EXPORT_STATES(X)                                                                           \
	X(OFF, "off")                                                                              \
	X(CONNECTING, "connecting")                                                                \
	X(OK, "ok")                                                                                \
	X(FAILED, "failed")

enum export_state {
#define X(id, word) EXPORT_##id,
	EXPORT_STATES(X)
#undef X
};

struct export_status {
	enum export_state state;
	char where[128]; // with whom it speaks: "mqtt.example:8883"
	char message[EXPORT_ERROR]; // what is wrong, as a sentence; empty: nothing
	uint64_t contact_ns; // wall: something got through last; 0: never
	uint64_t sent, waiting, lost; // messages, or records
};

enum export_flow {
	EXPORT_FLOW_NEW, // the first report of it
	EXPORT_FLOW_MOVED, // counts or verdict changed
	EXPORT_FLOW_CLOSED, // its last report: it ended
	EXPORT_FLOW_GONE, // control forgets it, whether it ended or not
};

struct export_event {
	const char *type; // "notification"
	const char *id; // by which the stream is resumed
	const char *json;
	size_t length;
};

// `error` is NULL when all went well.
typedef void (*export_done)(void *context, const char *error);

struct export_adapter {
	const char *name;
	const char *title; // "MQTT and Home Assistant"
	const char *tells; // what leaves the gateway by it
	bool (*wanted)(const struct config *c);
	int (*start)(struct core *c, void **ret, char ret_error[EXPORT_ERROR]);
	void (*stop)(void *self);
	void (*status)(const void *self, struct export_status *ret);
	// Tries the way out; `done` is told once, at once or later, but not after stop.  -EBUSY: a
	// trial runs already.
	int (*test)(void *self, export_done done, void *context);

	void (*flow)(void *self, const struct flow *f, enum export_flow what);
	// A DNS answer that was believed, also one without an address, as the dataplane told it.
	void (*name_learned)(void *self, const struct wire_name *w, const char *names);
	void (*alert)(void *self, const struct state_alert *a);
	// What goes to the event stream, as it goes there; GET /events has its types.
	void (*event)(void *self, const struct export_event *e);
	// Four times a second: what moved in the state still carries its mark `changed`.
	void (*flush)(void *self);
	void (*second)(void *self);
	// The household let its access provider in, or lets it in no more.
	void (*provider)(void *self);
};
