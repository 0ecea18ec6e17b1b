// SPDX-License-Identifier: BSD-3-Clause

#include "control/spinctl/text_out.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

// Controls, and the marks that turn the direction of what follows.
static bool
steers(wchar_t c) {
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F)
		|| (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF;
}

// Prints (when `to` is not NULL) and returns the width in columns.
static int
put(FILE *to, const char *text) {
	mbstate_t state = {0};
	int width = 0;
	while (*text) {
		wchar_t c;
		size_t n = mbrtowc(&c, text, 6, &state);
		if (n == 0 || n > 6 || steers(c)) {
			n = n == 0 || n > 6 ? 1 : n;
			memset(&state, 0, sizeof(state));
			width++;
			if (to) {
				fputc('?', to);
			}
		} else {
			int w = wcwidth(c);
			width += w > 0 ? w : 0;
			if (to) {
				fwrite(text, 1, n, to);
			}
		}
		text += n;
	}
	return width;
}

void
text_put(FILE *to, const char *text) {
	put(to, text);
}

void
table_cell(struct table *t, const char *text) {
	if (t->n_cells == t->size) {
		t->size = t->size ? t->size * 2 : 256;
		t->cells = realloc(t->cells, t->size * sizeof(*t->cells));
	}
	char *copy = t->cells ? strdup(text && *text ? text : "-") : NULL;
	if (!copy) {
		fputs("spinctl: out of memory\n", stderr);
		exit(1);
	}
	t->cells[t->n_cells++] = copy;
}

static void
print_cell(const char *text, int width, bool number, bool last) {
	int pad = width - put(NULL, text);
	if (number) {
		printf("%*s", pad, "");
	}
	put(stdout, text);
	if (!last) {
		printf("%*s", (number ? 0 : pad) + 2, "");
	}
}

void
table_print(struct table *t) {
	int widths[TABLE_COLUMNS_MAX];
	for (int i = 0; i < t->n_columns; i++) {
		widths[i] = put(NULL, t->heads[i] + (t->heads[i][0] == '>'));
	}
	for (size_t i = 0; i < t->n_cells; i++) {
		int width = put(NULL, t->cells[i]);
		int *known = &widths[i % (size_t)t->n_columns];
		*known = width > *known ? width : *known;
	}
	for (int i = 0; i < t->n_columns; i++) {
		bool number = t->heads[i][0] == '>';
		print_cell(t->heads[i] + number, widths[i], number, i == t->n_columns - 1);
	}
	putchar('\n');
	for (size_t i = 0; i < t->n_cells; i++) {
		int column = (int)(i % (size_t)t->n_columns);
		bool last = column == t->n_columns - 1;
		print_cell(t->cells[i], widths[column], t->heads[column][0] == '>', last);
		if (last) {
			putchar('\n');
		}
		free(t->cells[i]);
	}
	free(t->cells);
}

const char *
text_size(uint64_t bytes, char ret[SIZE_BYTES]) {
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
	double value = (double)bytes;
	size_t unit = 0;
	while (value >= 999.5 && unit < 5) {
		value /= 1000;
		unit++;
	}
	snprintf(ret, SIZE_BYTES, unit && value < 9.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
	return ret;
}

const char *
text_when(const char *rfc3339, char ret[SIZE_BYTES]) {
	struct tm utc = {0};
	ret[0] = 0;
	if (!rfc3339 || !strptime(rfc3339, "%Y-%m-%dT%H:%M:%S", &utc)) {
		return ret;
	}
	time_t then = timegm(&utc), now = time(NULL);
	struct tm local, today;
	localtime_r(&then, &local);
	localtime_r(&now, &today);
	bool same = local.tm_yday == today.tm_yday && local.tm_year == today.tm_year;
	strftime(ret, SIZE_BYTES, same ? "%H:%M:%S" : "%d %b %H:%M", &local);
	return ret;
}
