// SPDX-License-Identifier: BSD-3-Clause
// What a person calls a device or a destination → its id.
//
// Shape:   an id, a MAC, an address or a whole name wins; else a part of a name that fits only one.
// Errors:  none fits, or several do: printed, with the candidates.

#pragma once

#include "control/spinctl/client.h"

#define RESOLVE_ID_BYTES 64
#define RESOLVE_NAME_BYTES 320

struct node {
	char id[RESOLVE_ID_BYTES];
	char name[RESOLVE_NAME_BYTES];
};

int resolve_device(const struct cli *c, const char *text, struct node *ret);
int resolve_destination(const struct cli *c, const char *text, struct node *ret);

// The name people see: their own before the learned one.
const char *node_name(const struct json_doc *d, unsigned int node);
