// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/spin/nodes.h"

#include "control/array.h"
#include "control/export/spin/nodes_file.h"
#include "control/map.h"
#include "control/thread.h"
#include "platform/base.h"
#include "platform/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LOG_DOMAIN("spin_compat");

#define WRITE_S 30 // so often what is new is written
#define RETRY_S 10

struct nodes {
	struct thread *thread;
	char state_dir[1024];
	struct map by_thing;
	struct node **all;
	size_t count;
	uint64_t next; // to be given
	uint64_t covered; // below this one numbers may be given
	bool dirty, writing, failed;
	unsigned int wait_s;
};

struct writing {
	struct thread_job job;
	struct nodes *nodes;
	char state_dir[1024];
	struct nodes_text text;
	int result;
};

static const void *
key_of(const void *item, size_t *ret_length) {
	const struct node *one = item;

	*ret_length = sizeof one->thing;
	return &one->thing;
}

static int
add(struct nodes *n, uint64_t number, uint64_t thing) {
	struct node *one = malloc(sizeof *one);
	int r = one ? 0 : -ENOMEM;

	if (r == 0) {
		*one = (struct node){number, thing};
		r = map_put(&n->by_thing, one);
	}
	if (r == 0) {
		r = array_insert((void ***)&n->all, &n->count, one);
		if (r < 0)
			map_remove(&n->by_thing, one);
	}
	if (r < 0)
		free(one);
	return r;
}

static int
on_row(void *context, uint64_t number, uint64_t thing) {
	struct nodes *n = context;

	if (map_find(&n->by_thing, &thing, sizeof thing))
		return -EINVAL;
	return add(n, number, thing);
}

static void
run(void *context, struct thread_job *job) {
	struct writing *w = container_of(job, struct writing, job);

	(void)context;
	w->result = nodes_text_write(&w->text, w->state_dir);
}

static void
done(struct thread_job *job) {
	struct writing *w = container_of(job, struct writing, job);
	struct nodes *n = w->nodes;

	n->writing = false;
	n->wait_s = WRITE_S;
	if (w->result == 0) {
		n->covered = w->text.next;
		n->failed = false;
	} else {
		if (!n->failed)
			log_err("%s/" NODES_FILE
				": cannot be written: %s; it is tried again every %d seconds",
				n->state_dir,
				strerror(-w->result),
				RETRY_S);
		n->failed = n->dirty = true;
		n->wait_s = RETRY_S;
	}
	nodes_text_free(&w->text);
	free(w);
}

static void
write_now(struct nodes *n) {
	struct writing *w = n->writing ? NULL : calloc(1, sizeof *w);

	if (!w)
		return;
	w->job = (struct thread_job){.run = run, .done = done};
	w->nodes = n;
	memcpy(w->state_dir, n->state_dir, sizeof w->state_dir);
	nodes_text_begin(&w->text, n->next + NODES_AHEAD);
	for (size_t i = 0; i < n->count; i++)
		nodes_text_add(&w->text, n->all[i]->number, n->all[i]->thing);
	n->dirty = false;
	n->writing = true;
	thread_submit(n->thread, &w->job);
}

struct nodes *
nodes_open(struct thread *thread, const char *state_dir, char ret_error[NODES_ERROR]) {
	struct nodes *n = calloc(1, sizeof *n);
	char path[1100];

	if (!n) {
		snprintf(ret_error, NODES_ERROR, "out of memory");
		return NULL;
	}
	n->thread = thread;
	snprintf(n->state_dir, sizeof n->state_dir, "%s", state_dir);
	snprintf(path, sizeof path, "%s/" NODES_FILE, state_dir);
	map_init(&n->by_thing, key_of);
	n->next = 1;
	if (nodes_file_read(path, &n->next, on_row, n, ret_error) < 0) {
		nodes_close(n);
		return NULL;
	}
	write_now(n);
	return n;
}

void
nodes_close(struct nodes *n) {
	if (!n)
		return;
	if (n->covered) { // exactly as many as were given
		struct nodes_text t;
		nodes_text_begin(&t, n->next);
		for (size_t i = 0; i < n->count; i++)
			nodes_text_add(&t, n->all[i]->number, n->all[i]->thing);
		(void)nodes_text_write(&t, n->state_dir);
		nodes_text_free(&t);
	}
	for (size_t i = 0; i < n->count; i++)
		free(n->all[i]);
	free(n->all);
	map_fini(&n->by_thing);
	free(n);
}

bool
nodes_is_ready(const struct nodes *n) {
	return n->covered > n->next;
}

uint64_t
nodes_known(const struct nodes *n, uint64_t thing) {
	const struct node *one = map_find(&n->by_thing, &thing, sizeof thing);

	return one ? one->number : 0;
}

uint64_t
nodes_number(struct nodes *n, uint64_t thing) {
	uint64_t number = nodes_known(n, thing);

	if (number || n->next >= n->covered || add(n, n->next, thing) < 0)
		return number;
	n->dirty = true;
	number = n->next++;
	if (n->next + NODES_AHEAD / 2 > n->covered && !n->failed)
		write_now(n);
	return number;
}

uint64_t
nodes_thing(const struct nodes *n, uint64_t number) {
	const struct node *one = array_find((void *const *)n->all, n->count, number);

	return one ? one->thing : 0;
}

void
nodes_forget(struct nodes *n, uint64_t number) {
	struct node *one = array_find((void *const *)n->all, n->count, number);

	if (!one)
		return;
	map_remove(&n->by_thing, one);
	array_remove((void **)n->all, &n->count, one);
	free(one);
	n->dirty = true;
}

size_t
nodes_count(const struct nodes *n) {
	return n->count;
}

const struct node *
nodes_at(const struct nodes *n, size_t i) {
	return n->all[i];
}

void
nodes_second(struct nodes *n) {
	if (n->wait_s > 0)
		n->wait_s--;
	if (n->dirty && n->wait_s == 0)
		write_now(n);
}
