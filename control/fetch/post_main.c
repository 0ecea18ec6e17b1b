// SPDX-License-Identifier: BSD-3-Clause
// spin-post: one notification to one webhook, for spin-control.  A program of its own, so that what
// a stranger answers meets neither control's memory nor its rights.
//
// Shape:   stdin: lines `key value`, an empty line, the body.  The exit code is enum post_status,
//          stdout says why.  Nothing on the command line, where any user could read a token.

#include "control/fetch/post.h"
#include "control/fetch/sandbox.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
copy(char *into, size_t room, const char *value) {
	if (strlen(value) >= room)
		return false;
	memcpy(into, value, strlen(value) + 1);
	return true;
}

static bool
read_field(struct post_request *q, const char *key, const char *value) {
	if (strcmp(key, "url") == 0)
		return copy(q->url, sizeof q->url, value);
	if (strcmp(key, "method") == 0)
		return copy(q->method, sizeof q->method, value);
	if (strcmp(key, "token") == 0)
		return copy(q->token, sizeof q->token, value);
	if (strcmp(key, "ca") == 0)
		return copy(q->ca, sizeof q->ca, value);
	if (strcmp(key, "allow_private") == 0)
		q->allow_private = strcmp(value, "true") == 0;
	else if (strcmp(key, "total_ms") == 0)
		q->total_ms = strtoull(value, NULL, 10);
	else
		return false;
	return true;
}

static int
read_request(struct post_request *q) {
	char line[POST_URL + 64];

	while (fgets(line, sizeof line, stdin)) {
		char *end = strchr(line, '\n'), *blank = strchr(line, ' ');
		if (line[0] == '\n') {
			q->length = fread(q->body, 1, sizeof q->body, stdin);
			return q->url[0] && q->method[0] && q->total_ms && feof(stdin) ? 0
										       : -EINVAL;
		}
		if (!end || !blank)
			return -EINVAL;
		*end = *blank = 0;
		if (!read_field(q, line, blank + 1))
			return -EINVAL;
	}
	return -EINVAL;
}

int
main(int argc, char **argv) {
	static struct post_request q;
	char error[POST_ERROR] = "";

	(void)argv;
	if (argc > 1 || read_request(&q) < 0) {
		fputs("spin-post is started by spin-control, which tells it on stdin what to "
		      "send\n",
		      stderr);
		return POST_NEVER;
	}
	int r = sandbox_enter(1, 10 + q.total_ms / 1000);
	if (r < 0 || curl_global_init(CURL_GLOBAL_DEFAULT) != 0) {
		printf("the sending program cannot begin: %s\n", strerror(-r));
		return POST_LATER;
	}
	enum post_status status = post_run(&q, error);
	if (status != POST_SENT)
		puts(error);
	return (int)status;
}
