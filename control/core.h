// SPDX-License-Identifier: BSD-3-Clause
// The core: one loop, one thread, and everything that lives in it.
//
// Threads: the core thread owns all of it; the store thread sees jobs only.

#pragma once

#include "control/access/access.h"
#include "control/act.h"
#include "control/audit/audit.h"
#include "control/config.h"
#include "control/organisation.h"
#include "control/policy_home.h"
#include "control/reload.h"
#include "control/state.h"
#include "control/store/store.h"

#include <ev.h>

struct analyses;
struct captures;
struct cpu;
struct dplink;
struct exports;
struct geo;
struct history;
struct incidents;
struct http_server;
struct lists;
struct recorder;
struct notify;
struct provider;
struct stream;
struct tls;

struct core {
	struct ev_loop *loop;
	struct config *config; // in force
	struct reload reload;
	struct state state;
	struct store *store;
	struct dplink *link;
	struct captures *captures;
	struct recorder *recorder;
	struct http_server *http;
	struct tls *tls;
	struct stream *stream;
	struct lists *lists;
	struct notify *notify;
	struct analyses *analyses;
	struct history *history;
	struct exports *exports;
	struct geo *geo;
	struct cpu *cpu;
	struct organisations organisations;
	struct access access;

	// control/handover.c
	uint64_t image_key[2];
	void *image;
	size_t image_length;
	uint64_t generation_given; // the newest number that a job carries
	uint64_t in_force; // generation the dataplane confirmed last; 0: none
	bool on_its_way; // an image was sent and not answered yet
	bool send_again; // and a newer one was compiled since
	bool was_refused;
	char refused[192]; // why the dataplane refused the newest rules
	bool image_writing;
	bool image_again; // a newer one came meanwhile
	bool image_failed; // the last attempt to write it
	uint64_t image_tried_ns; // monotonic

	struct acts acts;
	struct audit_tallies tallies;
	char told_subject[64]; // the account or token that something just happened to
	unsigned int told_turn; // of the loop
	struct provider *provider;
	struct incidents *incidents;

	// control/persist.c
	bool batch_running;
	bool storage_ok;
	char storage_message[200];

	// control/upkeep.c
	struct rule_address home[POLICY_HOME_MAX]; // as the image has it
	size_t home_count;

	unsigned int mud_fetches; // that run; control/mud_fetch.c

	// control/core.c
	bool lists_switching; // control/lists_switch.c
	bool restart; // when the loop ends: a backup is to be put in place
	bool snapshot_done; // since the link came up
	struct ev_timer flush;
	struct ev_timer second;
	uint64_t started_ns; // monotonic
	uint64_t published_lost;
};

// control/core_load.c: the files that people write.  What is wrong was logged.
int core_load_files(struct core *c);
int core_load_store(struct core *c); // what was kept, and what of it is over
// Into an empty `ret`, for kind_rules_free; then in force, which empties it.
int core_read_kinds(const struct core *c, struct kind_rules *ret, char ret_error[KIND_RULES_ERROR]);
void core_put_kinds(struct core *c, struct kind_rules *fresh);
struct wire_header;
// control/core_heard.c: one message of the dataplane; the context is the core.
void core_heard(void *context, const struct wire_header *h, const uint8_t *records);
int core_start(struct core *c, struct ev_loop *loop, struct config *config);
void core_stop(struct core *c);
void core_reload(struct core *c); // SIGHUP: all that people wrote (control/reload.c)

// "ok", "degraded" or "down", and whether the rules in force are the newest.
const char *core_health(const struct core *c);
bool core_is_pending(const struct core *c);
// What a person should know about the dataplane now; empty when all is well.
void core_dataplane_message(const struct core *c, char ret[256]);
