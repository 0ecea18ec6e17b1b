// SPDX-License-Identifier: BSD-3-Clause
// Opens the doors: which address speaks what, with which certificates.
//
// Threads: the core thread.
// Errors:  -1 after the reason was logged.

#pragma once

struct core;

int listening_start(struct core *c);
void listening_reload(struct core *c); // SIGHUP: the certificates
void listening_stop(struct core *c);
