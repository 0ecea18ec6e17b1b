// SPDX-License-Identifier: BSD-3-Clause
// What may stand in a capture filter before libpcap sees it: its own words, and numbers.
//
// Shape:   libpcap looks up every other word: hosts by DNS, networks, ports and protocols in system
//          files, and waits for the answer.  So names are refused here, one word at a time.
// Units:   `at` is the byte, from 1, where the word begins.
// Threads: pure.
// Errors:  false with what is wrong and what would be right.
// Source:  pcap-filter(7) of libpcap 1.10.3, and how its scanner.l tells words apart.

#pragma once

#include <stdbool.h>
#include <stddef.h>

#define FILTER_BYTES_MAX 512 // longer ones take libpcap's optimizer seconds
#define FILTER_DEPTH_MAX 32 // of parentheses

struct filter_fault {
	unsigned int at; // 0: of the whole
	char what[200];
	char hint[160];
};

bool filter_words_check(const char *text, struct filter_fault *ret);
