// SPDX-License-Identifier: BSD-3-Clause
// Log lines on stderr, one per event, with journald priorities when the journal reads them.
//
// Shape:   LOG_DOMAIN("dplink") once per file, then log_info("...") as printf, no newline.
// Threads: any; a line is one write(2).
// Errors:  none; a line longer than 1 KiB is cut.

#pragma once

#include <stdbool.h>
#include <stddef.h>

enum log_level {
	LOG_LEVEL_ERR = 3, // the numbers of syslog(3), which journald reads as <N>
	LOG_LEVEL_WARN = 4,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7,
};

#define LOG_DOMAIN(name) static const char log_domain[] __attribute__((unused)) = name

#define log_err(...) log_line(LOG_LEVEL_ERR, log_domain, __VA_ARGS__)
#define log_warn(...) log_line(LOG_LEVEL_WARN, log_domain, __VA_ARGS__)
#define log_info(...) log_line(LOG_LEVEL_INFO, log_domain, __VA_ARGS__)
#define log_debug(...) log_line(LOG_LEVEL_DEBUG, log_domain, __VA_ARGS__)

void log_line(enum log_level level, const char *domain, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

// "err", "warn", "info" or "debug"; false when the word is none of these.
bool log_set_level(const char *word);
const char *log_level_word(void);

// The newest lines of this process, each with its time; returns how many bytes they are.
#define LOG_TAIL_BYTES (64 * 1024)
size_t log_tail(char ret[LOG_TAIL_BYTES]);
