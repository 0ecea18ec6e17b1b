// SPDX-License-Identifier: BSD-3-Clause

#include "control/mud/mud.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

// All but the family.
static int
compare_talk(const struct mud_row *a, const struct mud_row *b) {
	int r = (int)a->peer - (int)b->peer;

	if (r == 0)
		r = strcmp(a->text, b->text);
	if (r == 0)
		r = (int)a->protocol - (int)b->protocol;
	if (r == 0)
		r = (int)a->port_low - (int)b->port_low;
	if (r == 0)
		r = (int)a->port_high - (int)b->port_high;
	if (r == 0)
		r = (int)a->begins - (int)b->begins;
	return r;
}

int
mud_row_compare(const struct mud_row *a, const struct mud_row *b) {
	int r = compare_talk(a, b);

	return r ? r : (int)a->family - (int)b->family;
}

static int
compare(const void *a, const void *b) {
	return mud_row_compare(a, b);
}

// A file says who begins and which port for TCP and UDP only.
static void
drop_unsayable(struct mud_row *row) {
	if (row->protocol == IPPROTO_TCP || row->protocol == IPPROTO_UDP)
		return;
	row->begins = MUD_EITHER_BEGINS;
	row->port_low = 0;
	row->port_high = UINT16_MAX;
}

void
mud_sort(struct mud *m) {
	size_t n = 0;

	for (size_t i = 0; i < m->rows_count; i++)
		drop_unsayable(&m->rows[i]);
	qsort(m->rows, m->rows_count, sizeof m->rows[0], compare);
	for (size_t i = 0; i < m->rows_count; i++) {
		struct mud_row *last = n ? &m->rows[n - 1] : NULL;
		if (!last || compare_talk(last, &m->rows[i]) != 0)
			m->rows[n++] = m->rows[i];
		else if (last->family != m->rows[i].family) // both, in one row or in two
			last->family = 0;
	}
	m->rows_count = n;
}

size_t
mud_missing(const struct mud *a, const struct mud *b, const struct mud_row *ret[MUD_ROWS_MAX]) {
	size_t n = 0;

	for (size_t i = 0, k = 0; i < a->rows_count; i++) {
		while (k < b->rows_count && mud_row_compare(&b->rows[k], &a->rows[i]) < 0)
			k++;
		if (k == b->rows_count || mud_row_compare(&b->rows[k], &a->rows[i]) != 0)
			ret[n++] = &a->rows[i];
	}
	return n;
}
