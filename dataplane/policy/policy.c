// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/policy/policy.h"

#include "dataplane/worker.h"

#include <rte_rcu_qsbr.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE 4096u

static size_t
mapped(size_t bytes) {
	return (bytes + PAGE - 1) & ~(size_t)(PAGE - 1);
}

struct policy *
policy_new(const void *image, size_t length, const char **ret_why) {
	struct policy *p = calloc(1, sizeof *p);
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE;

	if (!p || length == 0 || length > POLICY_BYTES_MAX) {
		*ret_why = p ? "the image is empty or larger than 16 MiB" : "no memory";
		errno = p ? EFBIG : ENOMEM;
		free(p);
		return NULL;
	}
	void *copy = mmap(NULL, mapped(length), PROT_READ | PROT_WRITE, flags, -1, 0);
	if (copy == MAP_FAILED) {
		*ret_why = "no memory for a copy of the image";
		free(p);
		return NULL;
	}
	memcpy(copy, image, length);
	p->rules = copy;
	p->bytes = length;
	int r = policy_check(copy, length, ret_why); // the copy: nobody can change it any more
	if (r == 0 && mprotect(copy, mapped(length), PROT_READ) != 0) {
		r = -errno;
		*ret_why = "the copy cannot be made read-only";
	}
	if (r != 0) {
		policy_free(p);
		errno = -r;
		return NULL;
	}
	p->generation = p->rules->generation;
	return p;
}

struct policy *
policy_new_default(enum policy_default verdict) {
	struct {
		struct policy_header header;
		struct policy_profile profile;
		uint32_t slot[2]; // an empty index, which all share
	} image = {
		.header =
			{
				.magic = POLICY_MAGIC,
				.version = POLICY_VERSION,
				.length = sizeof image,
				.profiles = {offsetof(typeof(image), profile), 1},
			},
		.profile = {.default_verdict = verdict},
	};
	const char *why;
	struct policy_section none = {offsetof(typeof(image), slot), 0};
	struct policy_section index = {offsetof(typeof(image), slot), 2};
	struct policy_header *h = &image.header;

	h->devices = h->destinations = h->names = h->addresses = h->pairs = h->text = none;
	h->device_index = h->name_index = h->address_index = h->pair_index = index;
	return policy_new(&image, sizeof image, &why);
}

void
policy_free(struct policy *p) {
	if (!p)
		return;
	munmap((void *)(uintptr_t)p->rules, mapped(p->bytes));
	free(p);
}

uint64_t
policy_publish(struct shared *s, struct policy *p, struct policy **ret_old) {
	if (++s->epoch == 0)
		s->epoch = 1; // 0 marks what was never judged
	p->epoch = s->epoch;
	const struct policy *old = atomic_exchange_explicit(&s->policy, p, memory_order_acq_rel);
	*ret_old = (struct policy *)(uintptr_t)old;
	return rte_rcu_qsbr_start(s->qsbr);
}

bool
policy_confirmed(struct shared *s, uint64_t token, bool wait) {
	return rte_rcu_qsbr_check(s->qsbr, token, wait) == 1;
}
