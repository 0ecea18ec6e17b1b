// SPDX-License-Identifier: BSD-3-Clause
// What happened, as one line of EVE JSON.
//
// Shape:   each call empties `j` and writes one object into it, without the newline; everything
//          that Suricata has no word for stands in the object `spin`.
// Threads: the core thread.
// Errors:  j->failed without memory.
// Source:  Suricata's EVE JSON (etc/schema.json of version 8), whose top level is closed.

#pragma once

#include "control/state.h"
#include "platform/json_write.h"

struct core;

// `reason`: why it is over, in Suricata's words.
void eve_line_flow(const struct flow *f, const char *reason, struct json *j);
void eve_line_drop(const struct flow *f, struct json *j);
// `f`: the connection that the name was read in; NULL: it is not known.
// A TLS or QUIC connection whose server's name was read.
void eve_line_tls(
	const struct core *c,
	const struct wire_name *w,
	const char *name,
	const struct flow *f,
	struct json *j
);
// `names`: the question first, then what it was led to, each ended by NUL.
void eve_line_dns(
	const struct core *c,
	const struct wire_name *w,
	const char *names,
	const struct flow *f,
	struct json *j
);
void eve_line_alert(const struct state_alert *a, struct json *j);
void eve_line_stats(const struct core *c, struct json *j);
