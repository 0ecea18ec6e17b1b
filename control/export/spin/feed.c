// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/spin/feed.h"

#include "control/capture/captures.h"
#include "control/core.h"
#include "control/export/mqtt/client.h"
#include "control/export/spin/topics.h"
#include "platform/base.h"
#include "platform/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define HEADER 24 // of the file
#define WAITING_MAX 1024 // messages at the broker's door

struct feed {
	LIST_ENTRY(feed) link;
	struct spin *spin;
	uint64_t device;
	char topic[64];
	struct capture *capture; // NULL: it has ended
	struct pipe *pipe;
	bool header; // was told
};

static void
leave(struct feed *f) {
	struct captures *all = f->spin->core->captures;

	LIST_REMOVE(f, link);
	captures_unwatch(all, f);
	if (f->capture)
		captures_stop(all, f->capture, CAPTURE_END_STOPPED);
	atomic_store(&f->pipe->left, true);
	pipe_free(f->pipe);
	free(f);
}

static bool
on_phase(struct capture *c, void *context) {
	struct feed *f = context;

	if (c->phase == CAPTURE_ENDED)
		f->capture = NULL; // the rest of the pipe is still told
	return c->phase == CAPTURE_ENDED;
}

static struct feed *
find(const struct spin *s, uint64_t device) {
	struct feed *f;

	LIST_FOREACH (f, &s->feeds, link)
		if (f->device == device)
			return f;
	return NULL;
}

int
feed_start(struct spin *s, const struct device *d, const char *who) {
	char mac[TEXT_MAC];

	if (find(s, d->id))
		return -EBUSY;
	if (!topics_is_connected(topics_running()))
		return -ENOTCONN;
	struct feed *f = calloc(1, sizeof *f);
	struct pipe *pipe = f ? pipe_new() : NULL;
	if (!pipe) {
		free(f);
		return -ENOMEM;
	}
	const struct capture_request q = {
		.kind = CAPTURE_KIND_LIVE,
		.format = CAPTURE_PCAP,
		.device = d->id,
		.snaplen = FEED_SNAPLEN,
		.max_seconds = CAPTURE_SECONDS, // a window may be closed without a word
		.who = who,
		.pipe = pipe,
	};
	struct capture *c = captures_begin(s->core->captures, &q);
	if (!c) {
		int error = errno;
		pipe_free(pipe);
		pipe_free(pipe);
		free(f);
		return -error;
	}
	*f = (struct feed){.spin = s, .device = d->id, .capture = c, .pipe = pipe};
	snprintf(f->topic, sizeof f->topic, "SPIN/capture/%s", text_mac(d->mac, mac));
	LIST_INSERT_HEAD(&s->feeds, f, link);
	if (captures_watch(s->core->captures, c, on_phase, f) == 0)
		return 0;
	leave(f);
	return -ENOMEM;
}

void
feed_stop(struct spin *s, const struct device *d) {
	struct feed *f = find(s, d->id);

	if (f)
		leave(f);
}

static void
tell(struct feed *f, struct topics *t, const uint8_t *bytes, size_t n) {
	static const char digits[] = "0123456789ABCDEF";
	char text[2 * FEED_PIECE];

	for (size_t i = 0; i < n; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	topics_publish(t, f->topic, text, 2 * n);
}

static bool
takes_more(const struct topics *t) {
	struct export_status status = {.waiting = 0};

	mqtt_client_status(t->client, &status);
	return status.state == EXPORT_OK && status.waiting < WAITING_MAX;
}

static void
send_some(struct feed *f, struct topics *t) {
	const uint8_t *at;
	size_t n, sent = 0;

	for (unsigned int i = 0; i < FEED_TURN && takes_more(t); i++) {
		n = pipe_get(f->pipe, &at);
		if (n == 0 || (!f->header && n < HEADER))
			break;
		n = MIN_OF(n, (size_t)(f->header ? FEED_PIECE : HEADER));
		f->header = true;
		tell(f, t, at, n);
		pipe_take(f->pipe, n);
		sent += n;
	}
	if (sent)
		captures_kick(f->spin->core->captures);
}

void
feeds_send(struct spin *s, struct topics *t) {
	struct feed *f, *next;

	for (f = LIST_FIRST(&s->feeds); f; f = next) {
		next = LIST_NEXT(f, link);
		send_some(f, t);
		if (!f->capture && pipe_is_over(f->pipe))
			leave(f);
	}
}

void
feeds_end(struct spin *s) {
	while (!LIST_EMPTY(&s->feeds))
		leave(LIST_FIRST(&s->feeds));
}
