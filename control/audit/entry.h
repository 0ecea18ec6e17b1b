// SPDX-License-Identifier: BSD-3-Clause
// One entry of the audit trail: who did what to what, as a row and as the text that is hashed.
//
// Shape:   the text is one JSON object with its members always in the same order.  An exported line
//          is that text and, as its last members, "previous" and "hash".
// Units:   time in milliseconds since 1970, so that the text says all that is kept.
// Threads: pure; an entry has one owner, who frees it.
// Errors:  audit_new and audit_copy_json return NULL without memory; the rest tolerates NULL.

#pragma once

#include "control/audit/chain.h"
#include "platform/json_write.h"

#include <stdbool.h>
#include <stdint.h>

#define AUDIT_OPERATION 48
#define AUDIT_TRIM "trimAudit" // the operation that lets old rows go
#define AUDIT_JSON_MAX 4096 // of before and after each; what is longer is left out, and says so

// By whom, and which way they came in.
struct audit_by {
	char who[64]; // empty: nobody said; the change's author counts
	char role[16];
	char way[16]; // unix, loopback, session, token, provider, gateway
	char source[64]; // the address
};

struct audit_entry {
	uint64_t seq; // given by the store, as are the hashes
	uint64_t time_ms;
	struct audit_by by;
	char operation[AUDIT_OPERATION];
	struct json objects; // an array of {"id","name"}; closed by audit_write
	char *before; // JSON; NULL: nothing
	char *after;
	char outcome[16]; // done, refused
	char reason[40]; // of a refusal: the key of the problem
	uint64_t times; // so often within a minute
	uint64_t change; // what to take back; 0: nothing
	uint64_t undoes;
	char previous[AUDIT_HASH];
	char hash[AUDIT_HASH];
};

struct audit_entry *audit_new(const struct audit_by *by, const char *operation, uint64_t wall_ns);
void audit_free(struct audit_entry *e);

// What it was done to, and its name at the time.
void audit_object(struct audit_entry *e, const char *id, const char *name);
// Takes the finished text and frees the writer.
void audit_set(char **at, struct json *j);
char *audit_copy_json(const char *text, size_t length);

// The text that is hashed; `j` is empty before.
void audit_write(struct audit_entry *e, struct json *j);
// The same as an exported line, with the hashes.
void audit_write_line(struct audit_entry *e, struct json *j);
