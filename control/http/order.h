// SPDX-License-Identifier: BSD-3-Clause
// By what devices, destinations, flows and rules can be sorted: the words of `x-sort` in
// openapi.yaml, and where their values are.
//
// Threads: the core thread.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct core;

struct order_row {
	uint64_t id;
	const void *item;
	uint64_t number;
	char text[64]; // of a name; NUL where the number decides
	bool down;
};

struct order {
	const char *word; // NULL: the end of the table
	void (*fill)(const struct core *c, const void *item, struct order_row *ret);
};

extern const struct order device_orders[], destination_orders[], flow_orders[], rule_orders[];

const struct order *order_named(const struct order *table, const char *word); // NULL: not there
// Those that are alike by age.
void order_rows(struct order_row *rows, size_t count);
