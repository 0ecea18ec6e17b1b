// SPDX-License-Identifier: BSD-3-Clause
// A word to the service manager that started us: READY=1, WATCHDOG=1, STOPPING=1.
//
// Threads: any.
// Errors:  none; without a service manager nothing happens.
// Source:  sd_notify(3), "Standalone Implementations".

#pragma once

void service_tell(const char *state);
