// SPDX-License-Identifier: BSD-3-Clause

#include "control/identity/presence.h"

#include <stdbool.h>
#include <string.h>

static bool
is_marked(const struct presence *p, uint64_t step) {
	if (step > p->newest || p->newest - step >= PRESENCE_STEPS)
		return false;
	return p->bits[step % PRESENCE_STEPS / 64] >> (step % 64) & 1;
}

void
presence_mark(struct presence *p, uint64_t seen_ns) {
	uint64_t step = seen_ns / PRESENCE_STEP_NS;

	if (step > p->newest && step - p->newest >= PRESENCE_STEPS)
		memset(p->bits, 0, sizeof p->bits);
	for (uint64_t gone = p->newest + 1;
	     step > p->newest && gone <= step && gone - p->newest <= PRESENCE_STEPS;
	     gone++)
		p->bits[gone % PRESENCE_STEPS / 64] &= ~(1ull << (gone % 64));
	if (step > p->newest)
		p->newest = step;
	if (p->newest - step < PRESENCE_STEPS)
		p->bits[step % PRESENCE_STEPS / 64] |= 1ull << (step % 64);
}

unsigned int
presence_steps(const struct presence *p) {
	unsigned int n = 0;

	for (unsigned int i = 0; i < PRESENCE_WORDS; i++)
		n += (unsigned int)__builtin_popcountll(p->bits[i]);
	return n;
}

unsigned int
presence_shared(const struct presence *a, const struct presence *b) {
	uint64_t last = a->newest < b->newest ? a->newest : b->newest;
	unsigned int n = 0;

	for (uint64_t i = 0; i < PRESENCE_STEPS && i <= last; i++)
		n += is_marked(a, last - i) && is_marked(b, last - i);
	return n;
}
