// SPDX-License-Identifier: BSD-3-Clause
// A tcpdump filter, compiled for the dataplane.
//
// Shape:   libpcap makes classic BPF for Ethernet frames; after `vlan` or `pppoes` the words that
//          follow are about what the tag or the session carries.
// Threads: any but the core thread: a filter of FILTER_BYTES_MAX may take milliseconds.
// Errors:  false with what is wrong; `at` is 0 where libpcap does not say.

#pragma once

#include "control/capture/filter_words.h"
#include "platform/wire.h"

struct filter {
	unsigned int count; // 0: everything passes
	struct wire_capture_instruction code[WIRE_CAPTURE_INSTRUCTIONS_MAX];
};

bool filter_compile(const char *text, struct filter *ret, struct filter_fault *ret_fault);
