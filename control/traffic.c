// SPDX-License-Identifier: BSD-3-Clause
// A rate is an exponential average that is aged when it is touched, so that nothing has to walk
// over every link once a second.

#include "control/traffic.h"

#include <math.h>

#define RATE_SECONDS 5.0

void
traffic_add(struct traffic *t, const struct traffic *more) {
	t->packets_out += more->packets_out;
	t->bytes_out += more->bytes_out;
	t->packets_in += more->packets_in;
	t->bytes_in += more->bytes_in;
	t->dropped += more->dropped;
}

static uint64_t
since(uint64_t now, uint64_t before) {
	return now >= before ? now - before : now;
}

struct traffic
traffic_since(const struct traffic *now, const struct traffic *before) {
	return (struct traffic){
		.packets_out = since(now->packets_out, before->packets_out),
		.bytes_out = since(now->bytes_out, before->bytes_out),
		.packets_in = since(now->packets_in, before->packets_in),
		.bytes_in = since(now->bytes_in, before->bytes_in),
		.dropped = since(now->dropped, before->dropped),
	};
}

static double
aged(const struct rate *r, uint64_t now_ns) {
	if (r->value == 0 || now_ns <= r->at_ns)
		return r->value;
	return r->value * exp(-(double)(now_ns - r->at_ns) / (double)NS_PER_S / RATE_SECONDS);
}

void
rate_add(struct rate *r, uint64_t bytes, uint64_t now_ns) {
	r->value = aged(r, now_ns) + (double)bytes / RATE_SECONDS;
	r->at_ns = now_ns;
}

uint64_t
rate_read(const struct rate *r, uint64_t now_ns) {
	return (uint64_t)aged(r, now_ns);
}
