// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/parse/ip4.h"

bool
ip4_options_ok(const uint8_t *options, size_t length) {
	for (size_t i = 0; i < length;) {
		if (options[i] == 0)
			return true;
		if (options[i] == 1) {
			i++;
			continue;
		}
		if (length - i < 2)
			return false;
		if (options[i + 1] < 2 || options[i + 1] > length - i)
			return false;
		i += options[i + 1];
	}
	return true;
}
