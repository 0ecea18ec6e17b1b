// SPDX-License-Identifier: BSD-3-Clause

#include "platform/utf8.h"

#include "platform/base.h"

#include <stdint.h>

size_t
utf8_sequence(const char *text, size_t length) {
	// Rows of RFC 3629's grammar: first byte from..to, second byte from..to, length.
	static const struct {
		uint8_t first[2];
		uint8_t second[2];
		uint8_t length;
	} rows[] = {
		{{0xc2, 0xdf}, {0x80, 0xbf}, 2},
		{{0xe0, 0xe0}, {0xa0, 0xbf}, 3},
		{{0xe1, 0xec}, {0x80, 0xbf}, 3},
		{{0xed, 0xed}, {0x80, 0x9f}, 3},
		{{0xee, 0xef}, {0x80, 0xbf}, 3},
		{{0xf0, 0xf0}, {0x90, 0xbf}, 4},
		{{0xf1, 0xf3}, {0x80, 0xbf}, 4},
		{{0xf4, 0xf4}, {0x80, 0x8f}, 4},
	};
	const uint8_t *at = (const uint8_t *)text;

	if (length == 0)
		return 0;
	if (at[0] < 0x80)
		return 1;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (at[0] < rows[i].first[0] || at[0] > rows[i].first[1])
			continue;
		if (length < rows[i].length || at[1] < rows[i].second[0]
		    || at[1] > rows[i].second[1])
			return 0;
		for (size_t k = 2; k < rows[i].length; k++)
			if ((at[k] & 0xc0) != 0x80)
				return 0;
		return rows[i].length;
	}
	return 0;
}
