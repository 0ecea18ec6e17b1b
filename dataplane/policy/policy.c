// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/policy/policy.h"

#include "dataplane/worker.h"
#include "platform/policy_decide.h"

#include <rte_rcu_qsbr.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE ((size_t)4096)
#define HUGE_PAGE ((size_t)2 << 20)
#define BITS_PER_PREFIX 16u // one in as many that have no row is looked up all the same

static size_t
mapped(size_t bytes) {
	size_t page = bytes < HUGE_PAGE ? PAGE : HUGE_PAGE;

	return (bytes + page - 1) & ~(page - 1);
}

// Large images go to huge pages where the kernel has them: what a new flow looks up lies anywhere
// in them, and in a virtual machine a missed page costs more than the look-up.
static void *
map_pages(size_t bytes) {
	size_t size = mapped(bytes), spare = bytes < HUGE_PAGE ? 0 : HUGE_PAGE;

	uint8_t *at =
		mmap(NULL, size + spare, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0
		);
	if (at == MAP_FAILED || spare == 0)
		return at;
	size_t before = -(uintptr_t)at & (HUGE_PAGE - 1);
	if (before)
		munmap(at, before);
	if (spare > before)
		munmap(at + before + size, spare - before);
	madvise(at + before, size, MADV_HUGEPAGE);
	return at + before;
}

static struct policy_image *
image_new(const void *at, size_t bytes) {
	struct policy_image *i = calloc(1, sizeof *i);

	if (i)
		*i = (struct policy_image){.at = at, .bytes = bytes, .users = 1};
	else
		munmap((void *)(uintptr_t)at, mapped(bytes));
	return i;
}

void
policy_image_free(struct policy_image *i) {
	if (!i || --i->users > 0)
		return;
	munmap((void *)(uintptr_t)i->at, mapped(i->bytes));
	free(i->prefix_bits);
	free(i);
}

static void
note_prefix(struct policy_image *i, const uint8_t prefix[16], unsigned int length) {
	uint64_t bit = policy_prefix_bit(i->at, prefix, length) & i->prefix_mask;

	i->prefix_bits[bit / 64] |= (uint64_t)1 << bit % 64;
}

static bool
note_prefixes(struct policy_image *i) {
	const struct policy_header *p = i->at;
	const struct policy_prefix *prefix = policy_rows(p, p->prefixes);
	const struct policy_known *known = policy_rows(p, p->known);
	uint64_t bits = 64;

	while (bits < ((uint64_t)p->prefixes.count + p->known.count) * BITS_PER_PREFIX)
		bits *= 2;
	i->prefix_bits = calloc(bits / 64, sizeof *i->prefix_bits);
	i->prefix_mask = bits - 1;
	if (!i->prefix_bits)
		return false;
	for (uint32_t k = 0; k < p->prefixes.count; k++)
		note_prefix(i, prefix[k].address, prefix[k].length);
	for (uint32_t k = 0; k < p->known.count; k++)
		note_prefix(i, known[k].address, policy_full_length(known[k].family));
	return true;
}

typedef int check_fn(const void *image, size_t length, const char **ret_why);

// A copy that nobody else can change any more, checked.
static struct policy_image *
image_copy(const void *image, size_t length, check_fn *check, const char **ret_why) {
	void *copy = map_pages(length);
	if (copy == MAP_FAILED) {
		*ret_why = "no memory for a copy of the image";
		return NULL;
	}
	memcpy(copy, image, length);
	struct policy_image *i = image_new(copy, length);
	*ret_why = "no memory";
	int r = i ? check(copy, length, ret_why) : -ENOMEM;
	if (r == 0 && mprotect(copy, mapped(length), PROT_READ) != 0) {
		r = -errno;
		*ret_why = "the copy cannot be made read-only";
	}
	if (r == 0)
		return i;
	policy_image_free(i);
	errno = -r;
	return NULL;
}

struct policy *
policy_new(const void *image, size_t length, const char **ret_why) {
	struct policy *p = calloc(1, sizeof *p);

	if (!p || length == 0 || length > POLICY_BYTES_MAX) {
		*ret_why = p ? "the image is empty or larger than 16 MiB" : "no memory";
		errno = p ? EFBIG : ENOMEM;
		free(p);
		return NULL;
	}
	p->rules_image = image_copy(image, length, policy_check, ret_why);
	if (!p->rules_image) {
		free(p);
		return NULL;
	}
	if (!note_prefixes(p->rules_image)) {
		policy_image_free(p->rules_image);
		free(p);
		*ret_why = "no memory";
		errno = ENOMEM;
		return NULL;
	}
	p->rules = p->rules_image->at;
	p->asks = policy_asks(p->rules);
	p->limits = policy_limits(p->rules);
	p->generation = p->rules->generation;
	return p;
}

static bool
lists_length_fits(size_t length, const char **ret_why) {
	if (length > 0 && length <= LISTS_BYTES_MAX)
		return true;
	*ret_why = "the image is empty or larger than 256 MiB";
	errno = EFBIG;
	return false;
}

struct policy_image *
policy_lists_copy(const void *image, size_t length, const char **ret_why) {
	return lists_length_fits(length, ret_why) ? image_copy(image, length, lists_check, ret_why)
						  : NULL;
}

struct policy_image *
policy_lists_read(int fd, size_t length, const char **ret_why) {
	if (!lists_length_fits(length, ret_why))
		return NULL;
	void *at = mmap(NULL, length, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
	if (at == MAP_FAILED) {
		*ret_why = "the image cannot be mapped";
		return NULL;
	}
	struct policy_image *i = policy_lists_copy(at, length, ret_why);
	int r = errno;
	munmap(at, length);
	errno = r;
	return i;
}

struct policy *
policy_with_lists(const struct shared *s, struct policy_image *lists) {
	const struct policy *now = atomic_load(&s->policy);
	struct policy *p = calloc(1, sizeof *p);

	if (!p) {
		policy_image_free(lists);
		return NULL;
	}
	now->rules_image->users++;
	p->rules = now->rules;
	p->rules_image = now->rules_image;
	p->asks = now->asks;
	p->limits = now->limits;
	p->generation = now->generation;
	p->lists = lists->at;
	p->lists_image = lists;
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

	h->any = h->local = h->gateway = POLICY_NO_ROW;
	h->devices = h->rules = h->objects = h->runs = h->run_rules = h->locals = none;
	h->names = h->prefixes = h->known = h->lists = h->limits = h->text = none;
	h->device_index = h->name_index = h->prefix_index = h->known_index = index;
	return policy_new(&image, sizeof image, &why);
}

void
policy_free(struct policy *p) {
	if (!p)
		return;
	policy_image_free(p->rules_image);
	policy_image_free(p->lists_image);
	free(p);
}

uint64_t
policy_publish(struct shared *s, struct policy *p, struct policy **ret_old) {
	if (++s->epoch == 0)
		s->epoch = 1; // 0 marks what was never judged
	p->epoch = s->epoch;
	const struct policy *now = atomic_load(&s->policy);
	if (!p->lists && now && now->lists) {
		p->lists = now->lists;
		p->lists_image = now->lists_image;
		p->lists_image->users++;
	}
	const struct policy *old = atomic_exchange_explicit(&s->policy, p, memory_order_acq_rel);
	*ret_old = (struct policy *)(uintptr_t)old;
	return rte_rcu_qsbr_start(s->qsbr);
}

bool
policy_confirmed(struct shared *s, uint64_t token, bool wait) {
	return rte_rcu_qsbr_check(s->qsbr, token, wait) == 1;
}
