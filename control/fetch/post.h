// SPDX-License-Identifier: BSD-3-Clause
// One message to one server: nowhere else, bounded in time, and whatever it answers is forgotten.
//
// Threads: one message a process.
// Errors:  POST_LATER: worth another try; POST_NEVER: it will never work as it is; with a sentence.
// Source:  libcurl 7.88; RFC 9110 15 for what a status means; RFC 6750 for the token.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POST_URL 1280
#define POST_TOKEN 600
#define POST_BODY (64u << 10)
#define POST_ERROR 256

struct post_request {
	char url[POST_URL];
	char method[8];
	char token[POST_TOKEN]; // empty: none
	char ca[POST_URL]; // instead of the system's authorities
	uint64_t total_ms;
	bool allow_private;
	size_t length;
	char body[POST_BODY];
};

enum post_status {
	POST_SENT = 0, // these three are exit codes
	POST_LATER = 1,
	POST_NEVER = 2,
};

enum post_status post_run(const struct post_request *q, char ret_error[POST_ERROR]);
