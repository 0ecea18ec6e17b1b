// SPDX-License-Identifier: BSD-3-Clause
// The way of a lists image: waiting, in the checker's hand, copied and checked, published,
// confirmed. The copy lies in huge pages, which a memfd does not.

#include "dataplane/ctl/lists.h"

#include "dataplane/clock.h"
#include "dataplane/ctl/image.h"
#include "dataplane/policy/policy.h"
#include "dataplane/worker.h"
#include "platform/base.h"
#include "platform/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

LOG_DOMAIN("lists");

#define GIVEN_UP_MAX 16 // between two turns; ctl.c hears no more commands at once

struct request {
	int fd;
	struct wire_rules lists;
	struct rules_request from;
	ns_t received;
};

enum hand {
	HAND_EMPTY,
	HAND_CHECKING, // the checker's
	HAND_CHECKED, // main's
};

static struct {
	struct shared *shared;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stop;
	bool running;
	int event;

	enum hand hand; // written under the lock
	struct request waiting; // under the lock; fd -1: none
	struct request request; // the one in hand
	struct policy_image *image; // of the one in hand
	int status;
	const char *why;

	struct request given_up[GIVEN_UP_MAX]; // main: to be answered
	unsigned int given_up_n;
	struct policy *old; // main: leaves when confirmed
	uint64_t token;
	bool confirming;
	uint64_t generation; // confirmed
	bool damaged; // what was kept for the start
} lists = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.wake = PTHREAD_COND_INITIALIZER,
	.event = -1,
	.waiting.fd = -1,
};

static int
read_image(const struct request *q, struct policy_image **ret, const char **ret_why) {
	size_t length = (size_t)q->lists.length;
	int r = image_check_seals(q->fd, length, ret_why);

	*ret = NULL;
	if (r != 0)
		return r;
	if (!(*ret = policy_lists_read(q->fd, length, ret_why)))
		return -errno;
	if (((const struct lists_header *)(*ret)->at)->generation == q->lists.generation)
		return 0;
	*ret_why = "the image carries another generation than was announced";
	policy_image_free(*ret);
	*ret = NULL;
	return -EPROTO;
}

static void *
checker(void *unused) {
	uint64_t one = 1;

	(void)unused;
	pthread_mutex_lock(&lists.lock);
	while (!lists.stop) {
		if (lists.hand != HAND_EMPTY || lists.waiting.fd < 0) {
			pthread_cond_wait(&lists.wake, &lists.lock);
			continue;
		}
		lists.request = lists.waiting;
		lists.waiting.fd = -1;
		lists.hand = HAND_CHECKING;
		pthread_mutex_unlock(&lists.lock);
		lists.status = read_image(&lists.request, &lists.image, &lists.why);
		close(lists.request.fd);
		pthread_mutex_lock(&lists.lock);
		lists.hand = HAND_CHECKED;
		if (write(lists.event, &one, sizeof one) < 0)
			log_debug("the wake-up after a check was lost; the next turn finds it");
	}
	pthread_mutex_unlock(&lists.lock);
	return NULL;
}

int
lists_start(struct shared *s) {
	lists.shared = s;
	if ((lists.event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0)
		return -errno;
	int r = pthread_create(&lists.thread, NULL, checker, NULL);
	lists.running = r == 0;
	return -r;
}

void
lists_stop(void) {
	if (lists.running) {
		pthread_mutex_lock(&lists.lock);
		lists.stop = true;
		pthread_cond_signal(&lists.wake);
		pthread_mutex_unlock(&lists.lock);
		pthread_join(lists.thread, NULL);
		lists.running = false;
	}
	if (lists.waiting.fd >= 0)
		close(lists.waiting.fd);
	lists.waiting.fd = -1;
	if (lists.hand == HAND_CHECKED)
		policy_image_free(lists.image);
	lists.hand = HAND_EMPTY;
	if (lists.event >= 0)
		close(lists.event);
	lists.event = -1;
}

int
lists_fd(void) {
	return lists.event;
}

void
lists_submit(int fd, const struct wire_rules *l, struct rules_request from) {
	pthread_mutex_lock(&lists.lock);
	if (lists.waiting.fd >= 0) {
		close(lists.waiting.fd);
		if (lists.given_up_n < GIVEN_UP_MAX)
			lists.given_up[lists.given_up_n++] = lists.waiting;
	}
	lists.waiting = (struct request){fd, *l, from, clock_now()};
	pthread_cond_signal(&lists.wake);
	pthread_mutex_unlock(&lists.lock);
}

static int
publish(struct policy_image *image) {
	struct policy *p = policy_with_lists(lists.shared, image);

	if (!p)
		return -ENOMEM;
	lists.token = policy_publish(lists.shared, p, &lists.old);
	lists.confirming = true;
	lists.damaged = false;
	return 0;
}

static bool
confirm(bool wait) {
	if (!policy_confirmed(lists.shared, lists.token, wait))
		return false;
	policy_free(lists.old);
	lists.old = NULL;
	lists.confirming = false;
	return true;
}

static void
answer(const struct request *q, int status, const char *why, struct wire_rules_ack *ret) {
	uint64_t us = (clock_now() - q->received) / NS_PER_US;

	*ret = (struct wire_rules_ack){
		.generation = q->lists.generation,
		.generation_in_force = lists.generation,
		.status = status,
		.confirmed_us = (uint32_t)MIN_OF(us, (uint64_t)UINT32_MAX),
	};
	if (status)
		snprintf(ret->text, sizeof ret->text, "%s", why ? why : strerror(-status));
}

bool
lists_confirming(void) {
	return lists.confirming;
}

// Publishes what was checked; true when it is in force, or will never be.
static bool
settle(void) {
	uint64_t generation = lists.request.lists.generation;

	if (lists.confirming)
		return confirm(false);
	if (lists.status != 0)
		return true;
	if (generation == lists.generation) { // sent twice: nothing to judge again
		policy_image_free(lists.image);
		return true;
	}
	lists.status = publish(lists.image);
	lists.why = NULL;
	return lists.status != 0 || confirm(false);
}

bool
lists_turn(struct wire_rules_ack *ret_ack, struct rules_request *ret_from) {
	uint64_t count;

	if (lists.given_up_n) {
		const struct request *q = &lists.given_up[--lists.given_up_n];
		*ret_from = q->from;
		answer(q, -ECANCELED, "a newer lists image came before it was checked", ret_ack);
		return true;
	}
	if (read(lists.event, &count, sizeof count) < 0 && errno != EAGAIN)
		log_warn("the lists checker's event: %s, ignoring", strerror(errno));
	pthread_mutex_lock(&lists.lock);
	bool checked = lists.hand == HAND_CHECKED;
	pthread_mutex_unlock(&lists.lock);
	if (!checked || !settle())
		return false;
	if (lists.status == 0)
		lists.generation = lists.request.lists.generation;
	answer(&lists.request, lists.status, lists.why, ret_ack);
	*ret_from = lists.request.from;
	pthread_mutex_lock(&lists.lock);
	lists.hand = HAND_EMPTY;
	lists.image = NULL;
	pthread_cond_signal(&lists.wake);
	pthread_mutex_unlock(&lists.lock);
	return true;
}

int
lists_load(const char *state_dir, char *ret_why) {
	char path[512];
	const char *why = "";
	void *bytes = NULL;
	size_t length = 0;
	int r;

	snprintf(path, sizeof path, "%s/%s", state_dir, LISTS_FILE);
	r = image_read_file(path, LISTS_BYTES_MAX, &bytes, &length, ret_why);
	lists.damaged = r != 0 && r != -ENOENT;
	if (r != 0)
		return r;
	lists.damaged = true; // until it is published
	struct policy_image *image = policy_lists_copy(bytes, length, &why);
	r = image ? 0 : -errno;
	free(bytes);
	if (!image) {
		snprintf(ret_why, 240, "%.120s is damaged: %.100s", path, why);
		return r ? r : -EINVAL;
	}
	uint64_t generation = ((const struct lists_header *)image->at)->generation;
	if ((r = publish(image)) != 0)
		return r;
	confirm(true);
	lists.generation = generation;
	log_info("lists of generation %llu are in force", (unsigned long long)generation);
	return 0;
}

bool
lists_damaged(void) {
	return lists.damaged;
}
