// SPDX-License-Identifier: BSD-3-Clause

#include "control/mud_fetch.h"

#include "control/core.h"
#include "control/lists_fetch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

#define TIMEOUT_S 20
#define CANNOT "it cannot be fetched: "
#define SIGNATURE_BYTES_MAX (64u << 10)

struct mud_fetch {
	struct core *core;
	struct lists_fetch fetch;
	struct lists_source source; // what is fetched now
	int content; // memory that it goes to
	uint8_t *file; // once it is here
	size_t length;
	struct mud_fetched result;
	mud_fetch_done done;
	void *context;
};

static void
finish(struct mud_fetch *f) {
	f->core->mud_fetches--;
	f->done(f->context, &f->result);
	if (f->content >= 0)
		close(f->content);
	free(f->file);
	free(f);
}

// The first clause is the server's; what follows says what to write into a list's row.
static void
tell(struct mud_fetch *f, const char *before, const char *why) {
	size_t length = strcspn(why, ":");
	bool for_lists = strstr(why, ": raise ") || strstr(why, ": write ");

	snprintf(
		f->result.error,
		sizeof f->result.error,
		"%s%.*s",
		before,
		(int)(for_lists ? length : strlen(why)),
		why
	);
}

// All that came, for free(); NULL without memory.
static uint8_t *
take(struct mud_fetch *f, size_t *ret_length) {
	off_t end = lseek(f->content, 0, SEEK_END);
	uint8_t *bytes = end >= 0 ? malloc((size_t)end + 1) : NULL;

	if (!bytes || pread(f->content, bytes, (size_t)end, 0) != end) {
		free(bytes);
		return NULL;
	}
	bytes[end] = 0;
	*ret_length = (size_t)end;
	return bytes;
}

static int
fetch(struct mud_fetch *f, const char *url, uint64_t max, lists_fetch_done done) {
	const struct config *config = f->core->config;

	f->source = config->mud_fetch;
	f->source.max = max;
	f->source.timeout_s = TIMEOUT_S;
	snprintf(f->source.url, sizeof f->source.url, "%s", url);
	const struct lists_fetch_job job = {
		.source = &f->source,
		.program = config->fetch_program,
		.content = f->content,
		.accept = "application/mud+json",
		.etag = "",
		.modified = "",
	};
	return ftruncate(f->content, 0) < 0 || lseek(f->content, 0, SEEK_SET) < 0
		? -errno
		: lists_fetch_begin(&f->fetch, f->core->loop, &job, done, f);
}

static void
on_signature(void *context, const struct lists_fetched *r) {
	struct mud_fetch *f = context;
	const char *ca = f->core->config->mud_ca;
	size_t length = 0;
	uint8_t *signature = r->status == LISTS_FETCHED_NEW ? take(f, &length) : NULL;

	f->result.signature = MUD_BADLY_SIGNED;
	if (!signature) {
		tell(f, CANNOT, r->error[0] ? r->error : "out of memory");
	} else {
		int v = mud_verify(
			f->file, f->length, signature, length, ca[0] ? ca : NULL, f->result.error
		);
		if (v == 0)
			f->result.signature = MUD_SIGNED;
	}
	free(signature);
	finish(f);
}

static bool
is_https(const char *url) {
	size_t length = strncasecmp(url, "https://", 8) == 0 ? strcspn(url + 8, "/?#") : 0;

	for (const char *c = url; *c; c++)
		if (*c <= ' ' || *c >= 0x7f)
			return false;
	return length > 0 && strlen(url) < MUD_TEXT_MAX && !memchr(url + 8, '@', length);
}

// False: that is all there is to it.
static bool
ask_for_signature(struct mud_fetch *f) {
	const char *url = f->result.mud.signature;

	if (!url[0])
		return false;
	f->result.signature = MUD_BADLY_SIGNED;
	int r = is_https(url) ? fetch(f, url, SIGNATURE_BYTES_MAX, on_signature) : -EINVAL;
	if (r < 0)
		tell(f, CANNOT, r == -EINVAL ? "it has no https address" : strerror(-r));
	return r == 0;
}

// Or any maker's server could speak for another's devices.
static void
check_url(struct mud_fetch *f, const char *url) {
	if (strcmp(f->result.mud.url, url) != 0)
		snprintf(
			f->result.error,
			sizeof f->result.error,
			"it says that it is %.120s, and the device asks for %.120s",
			f->result.mud.url,
			url
		);
}

static void
on_file(void *context, const struct lists_fetched *r) {
	struct mud_fetch *f = context;
	struct mud *m = &f->result.mud;
	// The request is gone from f->source when the signature is asked for.
	char url[sizeof f->source.url];

	memcpy(url, f->source.url, sizeof url);
	if (r->status != LISTS_FETCHED_NEW) {
		tell(f, "", r->error);
		finish(f);
		return;
	}
	f->file = take(f, &f->length);
	f->result.outcome = MUD_REFUSED;
	if (!f->file)
		snprintf(f->result.error, sizeof f->result.error, "out of memory");
	else if (mud_read((const char *)f->file, f->length, m, f->result.error) == 0)
		check_url(f, url);
	if (f->result.error[0]) {
		finish(f);
		return;
	}
	f->result.outcome = MUD_FETCHED;
	if (!ask_for_signature(f))
		finish(f);
}

int
mud_fetch_begin(struct core *c, const char *url, mud_fetch_done done, void *context) {
	if (!is_https(url))
		return -EINVAL;
	if (c->mud_fetches == MUD_FETCHES_MAX)
		return -EBUSY;
	struct mud_fetch *f = calloc(1, sizeof *f);
	if (!f)
		return -ENOMEM;
	f->core = c;
	f->done = done;
	f->context = context;
	f->content = memfd_create("mud", MFD_CLOEXEC);
	int r = f->content < 0 ? -errno : fetch(f, url, MUD_BYTES_MAX, on_file);
	if (r < 0) {
		if (f->content >= 0)
			close(f->content);
		free(f);
		return r;
	}
	c->mud_fetches++;
	return 0;
}
