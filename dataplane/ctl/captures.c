// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/ctl/captures.h"

#include "dataplane/capture/mirror.h"
#include "dataplane/capture/recorder.h"
#include "dataplane/worker.h"
#include "platform/base.h"
#include "platform/log.h"

#include <rte_rcu_qsbr.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LOG_DOMAIN("captures");

#define LEAVING_MAX 32
#define ANSWERS_MAX 64

// What workers may still hold until the grace period of `token` is over.
struct leaving {
	uint64_t token;
	const struct mirror *set;
	struct mirror_capture *capture; // NULL: only the set
	struct recorder *recorder; // the same
	bool tell;
};

static struct {
	struct shared *shared;
	struct mirror running;
	struct leaving leaving[LEAVING_MAX];
	unsigned int leaving_n;
	struct wire_capture_state answers[ANSWERS_MAX];
	unsigned int answers_n;
} captures;

void
captures_open(struct shared *s) {
	captures.shared = s;
}

static void
answer(uint64_t id, int status, bool ended, const char *text) {
	if (captures.answers_n == ANSWERS_MAX)
		return; // control asks without listening
	struct wire_capture_state *a = &captures.answers[captures.answers_n++];
	*a = (struct wire_capture_state){.id = id, .status = status, .ended = ended};
	snprintf(a->text, sizeof a->text, "%s", text);
}

static unsigned int
find(uint64_t id) {
	unsigned int i = 0;

	while (i < captures.running.n && captures.running.capture[i]->id != id)
		i++;
	return i;
}

// Puts the set in force; `gone` was in the one before.
static int
publish(const struct mirror *set, struct mirror_capture *gone, bool tell) {
	struct leaving *l = &captures.leaving[captures.leaving_n];

	if (captures.leaving_n == LEAVING_MAX)
		return -EBUSY;
	*l = (struct leaving){.capture = gone, .tell = tell};
	int r = mirror_publish(captures.shared, set, &l->set, &l->token);
	if (r != 0)
		return r;
	captures.leaving_n++;
	captures.running = *set;
	return 0;
}

// The new capture, not yet in force, or NULL.
static struct mirror_capture *
make(const struct wire_capture *c, int fd, unsigned int at, const char **ret_why) {
	bool exists = at < captures.running.n;
	struct mirror_ring *ring;

	if (fd < 0) {
		*ret_why = "there is no such capture to change";
		errno = ENOENT;
		return exists ? mirror_capture_new(c, captures.running.capture[at]->ring, ret_why)
			      : NULL;
	}
	if (exists || captures.running.n == WIRE_CAPTURES_MAX) {
		*ret_why = exists ? "this capture runs already" : "too many captures run already";
		errno = exists ? EEXIST : EBUSY;
		return NULL;
	}
	ring = mirror_ring_new(fd, c, captures.shared->workers, ret_why);
	if (!ring)
		return NULL;
	struct mirror_capture *made = mirror_capture_new(c, ring, ret_why);
	int r = errno;
	mirror_ring_free(ring); // the capture is a user of its own
	errno = r;
	return made;
}

void
captures_begin(const struct wire_capture *c, int fd) {
	unsigned int at = find(c->id);
	const char *why = "";

	struct mirror_capture *made = make(c, fd, at, &why);
	if (!made) {
		answer(c->id, -errno, false, why);
		return;
	}
	struct mirror set = captures.running;
	struct mirror_capture *gone = at < set.n ? set.capture[at] : NULL;
	set.capture[at] = made;
	set.n = MAX_OF(set.n, at + 1);
	int r = publish(&set, gone, false);
	if (r != 0) {
		mirror_capture_free(made);
		answer(c->id, r, false, "too many captures change at once: try again");
		return;
	}
	answer(c->id, 0, false, "");
	if (!gone)
		log_info("capture %llu begins", (unsigned long long)c->id);
}

static int
end_at(unsigned int at, bool tell) {
	struct mirror set = captures.running;
	struct mirror_capture *gone = set.capture[at];

	set.capture[at] = set.capture[--set.n];
	return publish(&set, gone, tell);
}

void
captures_end(uint64_t id) {
	unsigned int at = find(id);

	if (at == captures.running.n)
		answer(id, -ENOENT, true, "there is no such capture");
	else if (end_at(at, true) != 0)
		answer(id, -EBUSY, false, "too many captures change at once: try again");
	else
		log_info("capture %llu ends", (unsigned long long)id);
}

void
captures_record(const struct wire_recorder *r, int fd) {
	struct mirror set = captures.running;
	const char *why = "";

	set.recorder = fd >= 0 ? recorder_new(fd, r, captures.shared->workers, &why) : NULL;
	if (fd >= 0 && !set.recorder) {
		answer(0, -errno, false, why);
		return;
	}
	struct recorder *gone = captures.running.recorder;
	unsigned int at = captures.leaving_n;
	int status = publish(&set, NULL, false);
	if (status == 0) {
		captures.leaving[at].recorder = gone;
	} else {
		recorder_free(set.recorder);
		answer(0, status, false, "too much changes at once");
	}
}

void
captures_turn(void) {
	unsigned int kept = 0;

	for (unsigned int i = 0; i < captures.leaving_n; i++) {
		struct leaving *l = &captures.leaving[i];
		if (rte_rcu_qsbr_check(captures.shared->qsbr, l->token, false) != 1) {
			captures.leaving[kept++] = *l;
			continue;
		}
		if (l->tell)
			answer(l->capture->id, 0, true, "");
		free((struct mirror *)(uintptr_t)l->set);
		mirror_capture_free(l->capture);
		recorder_free(l->recorder);
	}
	captures.leaving_n = kept;
}

void
captures_end_all(void) {
	captures_turn();
	while (captures.running.n && end_at(captures.running.n - 1, false) == 0)
		;
	if (captures.running.recorder)
		captures_record(NULL, -1);
	for (unsigned int i = 0; i < captures.leaving_n; i++)
		captures.leaving[i].tell = false;
	captures.answers_n = 0;
}

bool
captures_leaving(void) {
	return captures.leaving_n > 0;
}

bool
captures_next(struct wire_capture_state *ret) {
	if (captures.answers_n == 0)
		return false;
	*ret = captures.answers[0];
	memmove(captures.answers,
		captures.answers + 1,
		--captures.answers_n * sizeof captures.answers[0]);
	return true;
}

void
captures_close(void) {
	if (!captures.shared)
		return;
	do
		captures_end_all();
	while (captures.running.n || captures.running.recorder);
	captures_turn();
}
