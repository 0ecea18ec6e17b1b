// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/analyze/stream.h"

#include "platform/base.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define HEAD 16 // of a block: type, length, and the first eight bytes of its body
#define SECTION 0x0a0d0d0au
#define INTERFACE 1u
#define BYTE_ORDER_MAGIC 0x1a2b3c4du

struct stream {
	FILE *file;
	bool pcapng;
	bool swapped; // the section's byte order is not ours
	uint8_t head[HEAD];
	size_t head_n; // bytes in head
	size_t head_at; // of these given away
	uint64_t body; // bytes of the block behind its head
};

static uint32_t
load(const struct stream *s, size_t at) {
	uint32_t v;
	memcpy(&v, s->head + at, sizeof(v));
	return s->swapped ? __builtin_bswap32(v) : v;
}

// Reads the head of the next block and sets it right.  What is no block is passed on as it is:
// libpcap says what is wrong with it.
static void
next_block(struct stream *s) {
	s->head_at = 0;
	s->head_n = fread(s->head, 1, HEAD, s->file);
	s->body = 0;
	if (s->head_n < HEAD)
		return;
	uint32_t type = load(s, 0);
	if (type == SECTION) {
		s->swapped = false;
		s->swapped = load(s, 8) != BYTE_ORDER_MAGIC;
	}
	uint32_t length = load(s, 4);
	if (type == INTERFACE && length >= 20)
		memset(s->head + 12, 0, 4); // snapshot length: 0 is unlimited
	if (length >= HEAD)
		s->body = length - HEAD;
	else if (length >= 12 && fseeko(s->file, (off_t)length - HEAD, SEEK_CUR) == 0)
		s->head_n = length; // an empty block: its last bytes belong to the next one
}

static ssize_t
stream_read(void *context, char *buffer, size_t size) {
	struct stream *s = context;

	if (!s->pcapng)
		return (ssize_t)fread(buffer, 1, size, s->file);
	if (s->head_at == s->head_n && s->body == 0)
		next_block(s);
	if (s->head_at < s->head_n) {
		size_t n = MIN_OF(size, s->head_n - s->head_at);
		memcpy(buffer, s->head + s->head_at, n);
		s->head_at += n;
		return (ssize_t)n;
	}
	size_t n = fread(buffer, 1, MIN_OF(size, s->body), s->file);
	s->body -= n;
	if (n == 0)
		s->body = 0;
	return (ssize_t)n;
}

static int
stream_close(void *context) {
	struct stream *s = context;
	int r = fclose(s->file);
	free(s);
	return r;
}

FILE *
stream_open(const char *path) {
	static const cookie_io_functions_t calls = {.read = stream_read, .close = stream_close};
	struct stream *s = calloc(1, sizeof(*s));
	uint32_t magic = 0;

	if (s == NULL)
		return NULL;
	s->file = fopen(path, "rbe");
	if (s->file == NULL) {
		free(s);
		return NULL;
	}
	size_t n = fread(&magic, 1, sizeof(magic), s->file);
	s->pcapng = n == sizeof(magic) && magic == SECTION;
	if (ferror(s->file) || fseek(s->file, 0, SEEK_SET) != 0) {
		int error = errno;
		stream_close(s);
		errno = error;
		return NULL;
	}
	FILE *stream = fopencookie(s, "r", calls);
	if (stream == NULL)
		stream_close(s);
	return stream;
}
