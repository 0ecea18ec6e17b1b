// SPDX-License-Identifier: BSD-3-Clause
// spin-fetch: one list from one server, for spin-control.  A program of its own, so that what a
// stranger sends meets neither control's memory nor its rights.
//
// Shape:   stdin: lines `key value`, of the fields of struct fetch_request; fd 3: where the body
//          goes; stdout: lines `key value` again.  Nothing on the command line, where any user
//          could read a key that stands in an address.

#include "control/fetch/fetch.h"
#include "control/fetch/sandbox.h"
#include "platform/base.h"

#include <curl/curl.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BODY 3

static const struct field {
	const char *key;
	size_t at, room; // room 0: a number
} fields[] = {
	{"url", offsetof(struct fetch_request, url), FETCH_URL},
	{"etag", offsetof(struct fetch_request, etag), FETCH_TAG},
	{"modified", offsetof(struct fetch_request, modified), FETCH_TAG},
	{"accept", offsetof(struct fetch_request, accept), FETCH_TAG},
	{"sha256", offsetof(struct fetch_request, sha256), 65},
	{"ca", offsetof(struct fetch_request, ca), FETCH_URL},
	{"max", offsetof(struct fetch_request, max), 0},
	{"total_ms", offsetof(struct fetch_request, total_ms), 0},
	{"connect_ms", offsetof(struct fetch_request, connect_ms), 0},
	{"slow_s", offsetof(struct fetch_request, slow_s), 0},
};

static bool
read_field(struct fetch_request *q, const char *key, const char *value) {
	if (strcmp(key, "allow_private") == 0) {
		q->allow_private = strcmp(value, "true") == 0;
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		char *at = (char *)q + fields[i].at;
		if (strcmp(key, fields[i].key) != 0)
			continue;
		if (fields[i].room == 0)
			*(uint64_t *)(void *)at = strtoull(value, NULL, 10);
		else if (strlen(value) < fields[i].room)
			memcpy(at, value, strlen(value) + 1);
		else
			return false;
		return true;
	}
	return false;
}

static int
read_request(struct fetch_request *q) {
	char line[FETCH_URL + 64];

	while (fgets(line, sizeof line, stdin)) {
		char *end = strchr(line, '\n'), *blank = strchr(line, ' ');
		if (!end || !blank)
			return -EINVAL;
		*end = *blank = 0;
		if (!read_field(q, line, blank + 1))
			return -EINVAL;
	}
	return q->url[0] && q->max ? 0 : -EINVAL;
}

int
main(int argc, char **argv) {
	static const char *const words[] = {"failed", "new", "unchanged"};
	struct fetch_request q = {.total_ms = 300000, .connect_ms = 15000, .slow_s = 30};
	struct fetch_report report;

	(void)argv;
	if (argc > 1 || read_request(&q) < 0) {
		fputs("spin-fetch is started by spin-control, which tells it on stdin what to "
		      "fetch\n",
		      stderr);
		return 2;
	}
	int r = sandbox_enter(q.max + 1, 10 + q.total_ms / 1000);
	if (r < 0 || curl_global_init(CURL_GLOBAL_DEFAULT) != 0) {
		printf("status failed\nerror the fetching program cannot begin: %s\n",
		       strerror(-r));
		return 1;
	}
	fetch_run(&q, BODY, &report);
	printf("status %s\nbytes %llu\n", words[report.status], (unsigned long long)report.bytes);
	if (report.status == FETCH_FAILED)
		printf("error %s\n", report.error);
	if (report.etag[0])
		printf("etag %s\n", report.etag);
	if (report.modified[0])
		printf("modified %s\n", report.modified);
	return fflush(stdout) == 0 && report.status != FETCH_FAILED ? 0 : 1;
}
