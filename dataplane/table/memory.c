// SPDX-License-Identifier: BSD-3-Clause
// Tables are a few large blocks that live as long as the process: mapped, so that huge pages can
// back them and untouched parts cost nothing.  Under a sanitizer they come from the heap, whose
// borders it watches.

#include "dataplane/table/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#ifdef __SANITIZE_ADDRESS__
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#define LINE 64u
#define HUGE_PAGE ((size_t)2 << 20)

#ifdef SANITIZED

void *
table_alloc(size_t bytes) {
	size_t size = (bytes + LINE - 1) & ~(size_t)(LINE - 1);
	void *memory = aligned_alloc(LINE, size);

	if (memory)
		memset(memory, 0, size);
	return memory;
}

void
table_free(void *memory, size_t) {
	free(memory);
}

#else

// Small tables share pages of the ordinary kind; large ones are rounded to huge ones.
static size_t
mapped_size(size_t bytes) {
	size_t page = bytes < HUGE_PAGE ? 4096 : HUGE_PAGE;
	return (bytes + page - 1) & ~(page - 1);
}

void *
table_alloc(size_t bytes) {
	size_t size = mapped_size(bytes);
	int flags = MAP_PRIVATE | MAP_ANONYMOUS;
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, -1, 0);

	if (memory == MAP_FAILED)
		return NULL;
	if (size >= HUGE_PAGE)
		madvise(memory, size, MADV_HUGEPAGE); // a wish: without it the table is only slower
	return memory;
}

void
table_free(void *memory, size_t bytes) {
	if (memory)
		munmap(memory, mapped_size(bytes));
}

#endif
