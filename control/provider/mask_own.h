// SPDX-License-Identifier: BSD-3-Clause
// What the two files of the mask share: text that grows, and one string's way through the words.

#pragma once

#include "control/provider/mask.h"

struct mask_out {
	char *text;
	size_t length;
	size_t size;
	bool failed;
};

void mask_put(struct mask_out *out, const char *text, size_t length);
void mask_text(const struct mask *m, const char *text, size_t length, struct mask_out *out);
