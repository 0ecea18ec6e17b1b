// SPDX-License-Identifier: BSD-3-Clause
// The real HTTP server with a few routes of its own, in a child process.

#pragma once

// Returns the port; the child ends with the test program.
int server_start(const char *web_dir);
