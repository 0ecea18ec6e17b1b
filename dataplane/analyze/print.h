// SPDX-License-Identifier: BSD-3-Clause
// What analyze found, as one JSON object (DESIGN 8) or as text for people.
//
// Errors:  0 or a negative errno (memory, or stdout could not take it).

#pragma once

#include "dataplane/analyze/census.h"
#include "dataplane/analyze/findings.h"
#include "platform/vendor.h"

#include <stdio.h>

struct report {
	const struct census *census; // sorted
	const struct findings *findings; // sorted
	const struct wire_stats *stats;
	const struct vendors *vendors; // NULL: no registry on this machine
};

int print_json(FILE *out, const struct report *r);
int print_text(FILE *out, const struct report *r);
// For a program that must not hold it all: one JSON object a line, with the `most` largest flows.
//   {"head":{…}} {"device":{…}}… {"peer":{"mac","address","names"}}… {"flow":{…},"devices":[mac,mac]}…
//   {"end":true}
// Names of a peer stand in their order, the one that was asked for first.
int print_lines(FILE *out, const struct report *r, uint32_t most);

struct json;
// Shared by them.
void print_device(struct json *j, const struct report *r, uint32_t station);
void print_flow(struct json *j, const struct report *r, const struct wire_flow *f);
const char *print_protocol(unsigned int number, char ret[8]);
// The end (0 or 1) of the flow that is a device of the home; -1: neither.
int print_device_end(const struct report *r, const struct wire_flow *f);
// Numbers of the names by which that end knows the other one.
const uint32_t *
print_names(const struct report *r, const struct wire_flow *f, int device_end, uint32_t *ret_n);
