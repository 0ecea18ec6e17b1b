// SPDX-License-Identifier: BSD-3-Clause
// Whether a classic BPF program of a stranger may be run by libpcap's bpf_filter.
//
// Shape:   an allow-list of instructions: bpf_validate lets codes pass that nobody knows, and
//          bpf_filter calls abort() when it meets one.  Jumps go forward, so every program ends.
// Threads: pure.
// Source:  libpcap 1.10.3 bpf_filter.c; the fuzz target `capture` found the abort.

#pragma once

#include <stdbool.h>

struct bpf_insn;

bool program_may_run(const struct bpf_insn *p, unsigned int n);
