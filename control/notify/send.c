// SPDX-License-Identifier: BSD-3-Clause

#include "control/notify/send.h"

#include "control/core.h"
#include "control/notify/message.h"
#include "control/notify/notify.h"
#include "platform/json_write.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define LATE_S 5. // behind the program's own bound
#define POST_NEVER 2 // spin-post's exit code for what will never work
#define WORDS (DELIVERY_WORDS + 8)

static char *
word(const char *text) {
	return (char *)(uintptr_t)text;
}

static const char *
fill_arguments(const struct delivery *d, const char *post, char *argv[WORDS]) {
	unsigned int count = 0;

	switch (d->way) {
	case DELIVERY_WEBHOOK:
		argv[0] = word("spin-post");
		return post;
	case DELIVERY_MAIL:
		argv[count++] = word("sendmail");
		argv[count++] = word("-i");
		if (d->from[0]) {
			argv[count++] = word("-f");
			argv[count++] = word(d->from);
		}
		argv[count++] = word("--");
		argv[count] = word(d->to);
		return d->sendmail;
	case DELIVERY_COMMAND_WAY:
		for (const char *at = d->command; count < d->words; at += strlen(at) + 1)
			argv[count++] = word(at);
		return d->command;
	}
	return NULL;
}

int
send_begin(
	struct child *child,
	const struct core *c,
	const char *post,
	const struct delivery *d,
	const struct notice *n,
	child_done done,
	void *context
) {
	char *environment[] = {
		word("PATH=/usr/sbin:/usr/bin:/sbin:/bin"), word("LANG=C.UTF-8"), NULL};
	char *argv[WORDS] = {NULL};
	struct child_job job = {
		.program = fill_arguments(d, post, argv),
		.argv = argv,
		.environment = environment,
		.output = -1,
		.file = -1,
		.timeout_s = (double)d->timeout_s + LATE_S,
	};
	struct json j;

	json_init(&j);
	notify_view(c, n, &j);
	char *text = j.failed ? NULL : message_text(d, n, j.text, &job.input_length);
	job.input = text;
	int r = text ? child_begin(child, c->loop, &job, done, context) : -ENOMEM;
	if (text)
		explicit_bzero(text, job.input_length); // a token may stand in it
	free(text);
	json_free(&j);
	return r;
}

static bool
is_for_good(const struct delivery *d, int code) {
	if (d->way == DELIVERY_WEBHOOK)
		return code == POST_NEVER;
	return d->way == DELIVERY_MAIL
		&& (code == EX_USAGE || code == EX_DATAERR || code == EX_NOUSER || code == EX_NOHOST
		    || code == EX_NOPERM || code == EX_CONFIG);
}

const char *
send_judge(
	const struct delivery *d,
	const struct child_outcome *o,
	char ret[SEND_ERROR],
	bool *for_good
) {
	int line = (int)MIN_OF(strcspn(o->says, "\n"), (size_t)SEND_ERROR - 1);

	*for_good = !o->late && is_for_good(d, o->code);
	if (o->code == 0 && !o->late)
		return NULL;
	if (o->late)
		snprintf(ret, SEND_ERROR, "it took longer than %u s", (unsigned int)d->timeout_s);
	else if (line > 0)
		snprintf(ret, SEND_ERROR, "%.*s", line, o->says);
	else if (o->code < 0)
		snprintf(ret, SEND_ERROR, "the program ended by a signal");
	else
		snprintf(
			ret,
			SEND_ERROR,
			"the program ended with code %d and did not say why",
			o->code
		);
	return ret;
}
