// SPDX-License-Identifier: BSD-3-Clause
// Text for people: tables, sizes, times, and names that cannot steer the terminal.

#pragma once

#include <stdint.h>
#include <stdio.h>

#define TABLE_COLUMNS_MAX 10
#define SIZE_BYTES 16

// Rows are kept until table_print knows the widths.
struct table {
	int n_columns;
	const char *heads[TABLE_COLUMNS_MAX]; // a head that begins with '>' is of numbers
	char **cells;
	size_t n_cells, size;
};

void table_cell(struct table *t, const char *text); // NULL writes "-"
void table_print(struct table *t); // and frees it

// What a stranger named itself, without control characters and direction marks.
void text_put(FILE *to, const char *text);
const char *text_size(uint64_t bytes, char ret[SIZE_BYTES]); // "3.4 MB"
// "18:01:02" today, "22 Nov 18:01" before; local time from RFC 3339.
const char *text_when(const char *rfc3339, char ret[SIZE_BYTES]);
