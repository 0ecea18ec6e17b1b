// SPDX-License-Identifier: BSD-3-Clause

#include "control/policy_home.h"

#include "control/state.h"
#include "platform/policy_image.h"

#include <string.h>

#define NETWORK4_BITS 24 // of a home with public IPv4 addresses; nobody tells us the mask
#define NETWORK6_BITS 64
#define HOST_ADDRESSES_MAX 3 // IPv4 addresses of what forwards for nobody

static const struct rule_address private_ranges[] = {
	{{10}, 4, 8},
	{{172, 16}, 4, 12},
	{{192, 168}, 4, 16},
	{{100, 64}, 4, 10},
	{{169, 254}, 4, 16},
	{{0xfc}, 6, 7},
	{{0xfe, 0x80}, 6, 10},
};

static bool
is_within(const struct rule_address *a, unsigned int family, const uint8_t address[16]) {
	uint8_t masked[16];

	policy_mask(masked, address, a->length);
	return a->family == family && memcmp(masked, a->bytes, sizeof masked) == 0;
}

// A router on the LAN side shows addresses of everywhere; where it lives the others show too.
static bool
forwards(const struct device *d) {
	unsigned int count = 0;

	for (unsigned int i = 0; i < d->addresses_count; i++)
		count += d->addresses[i].family == 4;
	return count > HOST_ADDRESSES_MAX;
}

size_t
policy_home(const struct state *s, struct rule_address ret[POLICY_HOME_MAX]) {
	size_t count = ARRAY_LEN(private_ranges);

	memcpy(ret, private_ranges, sizeof private_ranges);
	for (size_t i = 0; i < s->devices_count; i++)
		for (unsigned int k = 0;
		     k < s->devices[i]->addresses_count && !forwards(s->devices[i]);
		     k++) {
			const struct device_address *a = &s->devices[i]->addresses[k];
			bool known = address_is_multicast(a->family, a->address);
			for (size_t n = 0; n < count && !known; n++)
				known = is_within(&ret[n], a->family, a->address);
			if (known || count == POLICY_HOME_MAX)
				continue;
			struct rule_address *one = &ret[count++];
			*one = (struct rule_address){{0}, a->family, 0};
			one->length = a->family == 4 ? NETWORK4_BITS : NETWORK6_BITS;
			policy_mask(one->bytes, a->address, one->length);
		}
	return count;
}
