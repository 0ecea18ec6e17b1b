// SPDX-License-Identifier: BSD-3-Clause
// One download, bounded in every way a server could abuse: size, time, speed, redirects, protocol
// and where it leads.
//
// Shape:   the body goes to a file descriptor as it comes, unpacked; nothing of it is looked at.
// Threads: one download a process.
// Errors:  fetch_run returns FETCH_FAILED and a sentence; what was written then is worth nothing.
// Source:  libcurl 7.88; RFC 9110 13.1 for If-None-Match and If-Modified-Since.

#pragma once

#include <stdbool.h>
#include <stdint.h>

#define FETCH_URL 1024
#define FETCH_TAG 256
#define FETCH_ERROR 256
#define FETCH_REDIRECTS 5
#define FETCH_SLOW_BYTES 100 // a second; less for slow_s is a server that stalls

struct fetch_request {
	char url[FETCH_URL];
	char etag[FETCH_TAG]; // of the copy that we have; empty: none
	char modified[FETCH_TAG];
	char accept[FETCH_TAG]; // the type that is wanted; empty: any
	char sha256[65]; // that the body must have; empty: any
	char ca[FETCH_URL]; // instead of the system's authorities
	uint64_t max; // bytes, unpacked
	uint64_t total_ms;
	uint64_t connect_ms;
	uint64_t slow_s;
	bool allow_private;
};

enum fetch_status {
	FETCH_FAILED,
	FETCH_NEW,
	FETCH_UNCHANGED,
};

struct fetch_report {
	enum fetch_status status;
	uint64_t bytes;
	char etag[FETCH_TAG];
	char modified[FETCH_TAG];
	char error[FETCH_ERROR];
};

void fetch_run(const struct fetch_request *q, int fd, struct fetch_report *ret);
