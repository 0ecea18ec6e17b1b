// SPDX-License-Identifier: BSD-3-Clause

#include "control/http/pace.h"

#include "platform/base.h"
#include "platform/siphash.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define WAYS 8u // places where a bucket may stand

struct bucket {
	uint64_t who; // 0: free
	uint64_t asked_ns;
	double left;
};

struct pace {
	unsigned int per_second;
	uint64_t seed[2];
	struct bucket bucket[PACE_MAX];
};

struct pace *
pace_new(unsigned int per_second) {
	struct pace *p = calloc(1, sizeof *p);

	if (!p)
		return NULL;
	p->per_second = per_second;
	if (getrandom(p->seed, sizeof p->seed, 0) < 0) {
		free(p);
		return NULL;
	}
	return p;
}

void
pace_free(struct pace *p) {
	free(p);
}

static uint64_t
who_asks(const struct pace *p, const struct http_request *r) {
	const struct principal *principal = http_principal(r);
	const char *source = http_source(r);
	uint64_t who = principal->credential
		? siphash24(p->seed, &principal->credential, sizeof principal->credential)
		: siphash24(p->seed, source, strlen(source));

	return who ? who : 1;
}

static struct bucket *
bucket_of(struct pace *p, uint64_t who, uint64_t now) {
	struct bucket *oldest = NULL;

	for (unsigned int i = 0; i < WAYS; i++) {
		struct bucket *b = &p->bucket[(who + i) % PACE_MAX];
		if (b->who == who)
			return b;
		if (!oldest || b->asked_ns < oldest->asked_ns)
			oldest = b;
	}
	*oldest = (struct bucket){who, now, (double)p->per_second * PACE_BURST_S};
	return oldest;
}

bool
pace_admit(struct pace *p, struct http_request *r) {
	enum http_peer_kind kind = http_peer(r).kind;
	struct timespec t;

	if (!p || !p->per_second || kind == HTTP_PEER_UNIX || kind == HTTP_PEER_LOOPBACK)
		return true;
	clock_gettime(CLOCK_MONOTONIC, &t);
	uint64_t now = (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
	struct bucket *b = bucket_of(p, who_asks(p, r), now);
	double full = (double)p->per_second * PACE_BURST_S;
	b->left += (double)(now - b->asked_ns) / 1e9 * p->per_second;
	b->left = b->left > full ? full : b->left;
	b->asked_ns = now;
	if (b->left >= 1) {
		b->left -= 1;
		return true;
	}
	http_add_header(r, "retry-after", "1"); // by then there is one again
	http_problem(
		r,
		PROBLEM_TOO_MANY_REQUESTS,
		"Ask less often, or wait for events instead of asking; requests_per_second in "
		"spin.yaml says how many there may be.",
		"There were more than %u requests a second for %d seconds.",
		p->per_second,
		PACE_BURST_S
	);
	return false;
}
