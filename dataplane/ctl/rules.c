// SPDX-License-Identifier: BSD-3-Clause
// Copying and checking an image touches all of its pages, which may take milliseconds for a large
// one; the checker does it on its own thread, so that the endpoint stays quick.  Images are taken
// in the order they came; each gets its own answer.

#include "dataplane/ctl/rules.h"

#include "dataplane/clock.h"
#include "dataplane/ctl/image.h"
#include "dataplane/policy/policy.h"
#include "dataplane/worker.h"
#include "platform/base.h"
#include "platform/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

LOG_DOMAIN("rules");

struct image {
	int fd;
	struct wire_rules rules;
	struct rules_request from;
	ns_t received;
	struct policy *policy; // written: the checker
	int status;
	const char *why;
};

// A ring of images: [done, checked) wait for main, [checked, submitted) for the checker.
static struct {
	struct shared *shared;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct image ring[RULES_WAITING];
	unsigned int submitted, checked, done; // written under the lock
	bool stop;
	bool running;
	int event;
	uint64_t token; // of the publish that is being confirmed
	bool confirming;
	struct policy *old; // leaves when confirmed
	bool in_force;
	uint64_t generation; // confirmed
} rules = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER, .event = -1};

static struct policy *
read_image(struct image *i, const char **ret_why) {
	size_t length = (size_t)i->rules.length;
	struct policy *p = NULL;

	if (length == 0 || length > POLICY_BYTES_MAX) {
		*ret_why = "the image is empty or larger than 16 MiB";
		i->status = -EFBIG;
		return NULL;
	}
	if ((i->status = image_check_seals(i->fd, length, ret_why)) != 0)
		return NULL;
	void *at = mmap(NULL, length, PROT_READ, MAP_SHARED | MAP_POPULATE, i->fd, 0);
	if (at == MAP_FAILED) {
		*ret_why = "the image cannot be mapped";
		i->status = -errno;
		return NULL;
	}
	p = policy_new(at, length, ret_why);
	i->status = p ? 0 : -errno;
	munmap(at, length);
	if (p && p->generation != i->rules.generation) {
		*ret_why = "the image carries another generation than was announced";
		i->status = -EPROTO;
		policy_free(p);
		p = NULL;
	}
	return p;
}

static void *
checker(void *unused) {
	uint64_t one = 1;

	(void)unused;
	pthread_mutex_lock(&rules.lock);
	while (!rules.stop) {
		if (rules.checked == rules.submitted) {
			pthread_cond_wait(&rules.wake, &rules.lock);
			continue;
		}
		struct image *i = &rules.ring[rules.checked % RULES_WAITING];
		pthread_mutex_unlock(&rules.lock);
		i->policy = read_image(i, &i->why);
		close(i->fd);
		pthread_mutex_lock(&rules.lock);
		rules.checked++;
		if (write(rules.event, &one, sizeof one) < 0)
			log_debug("the wake-up after a check was lost; the next turn finds it");
	}
	pthread_mutex_unlock(&rules.lock);
	return NULL;
}

int
rules_start(struct shared *s) {
	rules.shared = s;
	if ((rules.event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0)
		return -errno;
	int r = pthread_create(&rules.thread, NULL, checker, NULL);
	rules.running = r == 0;
	return -r;
}

void
rules_stop(void) {
	if (rules.running) {
		pthread_mutex_lock(&rules.lock);
		rules.stop = true;
		pthread_cond_signal(&rules.wake);
		pthread_mutex_unlock(&rules.lock);
		pthread_join(rules.thread, NULL);
		rules.running = false;
	}
	for (; rules.done != rules.submitted; rules.done++) {
		struct image *i = &rules.ring[rules.done % RULES_WAITING];
		if ((int)(rules.checked - rules.done) > 0)
			policy_free(i->policy);
		else
			close(i->fd);
	}
	if (rules.event >= 0)
		close(rules.event);
	rules.event = -1;
}

int
rules_fd(void) {
	return rules.event;
}

bool
rules_has_room(void) {
	return rules.submitted - rules.done < RULES_WAITING;
}

void
rules_submit(int fd, const struct wire_rules *r, struct rules_request from) {
	pthread_mutex_lock(&rules.lock);
	rules.ring[rules.submitted % RULES_WAITING] = (struct image){
		.fd = fd,
		.rules = *r,
		.from = from,
		.received = clock_now(),
	};
	rules.submitted++;
	pthread_cond_signal(&rules.wake);
	pthread_mutex_unlock(&rules.lock);
}

// Puts p in force; the workers' leaving the old one is waited for by whoever needs it.
static void
publish(struct policy *p) {
	struct policy *old = NULL;

	rules.token = policy_publish(rules.shared, p, &old);
	rules.old = old;
	rules.confirming = true;
	rules.in_force = true;
}

static bool
confirm(bool wait) {
	if (!policy_confirmed(rules.shared, rules.token, wait))
		return false;
	policy_free(rules.old);
	rules.old = NULL;
	rules.confirming = false;
	return true;
}

static void
answer(const struct image *i, struct wire_rules_ack *ret_ack, struct rules_request *ret_from) {
	uint64_t us = (clock_now() - i->received) / NS_PER_US;

	*ret_from = i->from;
	*ret_ack = (struct wire_rules_ack){
		.generation = i->rules.generation,
		.generation_in_force = rules.generation,
		.status = i->status,
		.confirmed_us = (uint32_t)MIN_OF(us, (uint64_t)UINT32_MAX),
	};
	if (i->status)
		snprintf(
			ret_ack->text,
			sizeof ret_ack->text,
			"%s",
			i->why ? i->why : strerror(-i->status)
		);
}

bool
rules_confirming(void) {
	return rules.confirming;
}

bool
rules_turn(struct wire_rules_ack *ret_ack, struct rules_request *ret_from) {
	uint64_t count;

	if (read(rules.event, &count, sizeof count) < 0 && errno != EAGAIN)
		log_warn("the image checker's event: %s, ignoring", strerror(errno));
	pthread_mutex_lock(&rules.lock);
	bool any = rules.done != rules.checked;
	pthread_mutex_unlock(&rules.lock);
	if (!any)
		return false;
	struct image *i = &rules.ring[rules.done % RULES_WAITING];
	if (i->status == 0 && !rules.confirming) {
		publish(i->policy);
		i->policy = NULL;
	}
	if (i->status == 0) {
		if (!confirm(false))
			return false;
		rules.generation = i->rules.generation;
		log_debug("generation %llu is in force", (unsigned long long)rules.generation);
	}
	answer(i, ret_ack, ret_from);
	pthread_mutex_lock(&rules.lock);
	rules.done++;
	pthread_mutex_unlock(&rules.lock);
	return true;
}

int
rules_load(const char *state_dir, char *ret_why) {
	char path[512];
	const char *why = "";
	void *bytes = NULL;
	size_t length = 0;
	int r;

	snprintf(path, sizeof path, "%s/%s", state_dir, POLICY_RULES_FILE);
	if ((r = image_read_file(path, POLICY_BYTES_MAX, &bytes, &length, ret_why)) != 0)
		return r;
	struct policy *p = policy_new(bytes, length, &why);
	r = p ? 0 : -errno;
	free(bytes);
	if (!p) {
		if (r == -EPROTONOSUPPORT)
			snprintf(
				ret_why,
				240,
				"%.120s is of another release: spin-control will write it anew",
				path
			);
		else
			snprintf(ret_why, 240, "%.120s is damaged: %.100s", path, why);
		return r ? r : -EINVAL;
	}
	publish(p);
	confirm(true);
	rules.generation = p->generation;
	return 0;
}

int
rules_use_default(bool block) {
	struct policy *p = policy_new_default(block ? POLICY_DEFAULT_BLOCK : POLICY_DEFAULT_ALLOW);

	if (!p)
		return -ENOMEM;
	publish(p);
	confirm(true);
	rules.generation = 0;
	return 0;
}

bool
rules_in_force(void) {
	return rules.in_force;
}

uint64_t
rules_generation(void) {
	return rules.generation;
}
