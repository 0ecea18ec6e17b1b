// SPDX-License-Identifier: BSD-3-Clause
// Bytes on their way from the capture thread to a client: one writer, one reader, no lock.
//
// Shape:   a ring of PIPE_BYTES; both ends hold the pipe, the last one to let go frees it.
// Threads: pipe_room, pipe_put, pipe_end: the capture thread; pipe_get, pipe_take, pipe_leave: the
//          core thread.

#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PIPE_BYTES (4u << 20)
#define PIPE_PIECE (256u << 10) // sent at once

struct pipe {
	uint8_t *bytes;
	_Atomic uint64_t head; // written: the capture thread
	_Atomic uint64_t tail; // written: the core thread
	atomic_bool ended; // nothing more will come
	atomic_bool left; // nobody reads any more
	atomic_uint users;
};

struct pipe *pipe_new(void); // two users; NULL: no memory
void pipe_free(struct pipe *p); // one user less; takes NULL

size_t pipe_room(const struct pipe *p);
void pipe_put(struct pipe *p, const void *bytes, size_t n); // where there is room
// Where the writer may write at most *ret_room bytes itself, for pipe_wrote.
uint8_t *pipe_space(const struct pipe *p, size_t *ret_room);
void pipe_wrote(struct pipe *p, size_t n);

// What can be sent in one piece; 0 bytes: nothing now.
size_t pipe_get(const struct pipe *p, const uint8_t **ret);
void pipe_take(struct pipe *p, size_t n);
bool pipe_is_over(const struct pipe *p); // ended, and all was taken
