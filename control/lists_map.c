// SPDX-License-Identifier: BSD-3-Clause

#include "control/lists_map.h"

#include "control/lists_own.h"

#include <sys/mman.h>

const struct lists_header *
lists_map(const struct lists *l) {
	if (!l || l->image.fd < 0)
		return NULL;
	void *at = mmap(NULL, l->image.length, PROT_READ, MAP_SHARED, l->image.fd, 0);
	return at == MAP_FAILED ? NULL : at;
}

void
lists_unmap(const struct lists_header *h) {
	if (h)
		munmap((void *)(uintptr_t)h, h->length);
}
