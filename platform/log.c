// SPDX-License-Identifier: BSD-3-Clause

#include "platform/log.h"

#include "platform/base.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static enum log_level log_level = LOG_LEVEL_INFO;

static const struct {
	const char *word;
	enum log_level level;
} levels[] = {
	{"err", LOG_LEVEL_ERR},
	{"warn", LOG_LEVEL_WARN},
	{"info", LOG_LEVEL_INFO},
	{"debug", LOG_LEVEL_DEBUG},
};

// The newest lines, oldest first from `tail_at` on when the ring is full.
static pthread_mutex_t tail_lock = PTHREAD_MUTEX_INITIALIZER;
static char tail[LOG_TAIL_BYTES];
static size_t tail_at;
static bool tail_full;

bool
log_set_level(const char *word) {
	for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
		if (strcmp(word, levels[i].word) == 0) {
			log_level = levels[i].level;
			return true;
		}
	}
	return false;
}

const char *
log_level_word(void) {
	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		if (levels[i].level == log_level)
			return levels[i].word;
	return "";
}

static void
keep(const char *text, size_t length) {
	for (size_t i = 0; i < length; i++) {
		tail[tail_at++] = text[i];
		if (tail_at == sizeof tail) {
			tail_at = 0;
			tail_full = true;
		}
	}
}

static void
keep_line(const char *line, size_t length) {
	char stamp[32];
	struct timespec now;
	struct tm utc;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	size_t n = strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ ", &utc);
	pthread_mutex_lock(&tail_lock);
	keep(stamp, n);
	keep(line, length);
	pthread_mutex_unlock(&tail_lock);
}

size_t
log_tail(char ret[LOG_TAIL_BYTES]) {
	size_t length = 0;

	pthread_mutex_lock(&tail_lock);
	if (tail_full) {
		memcpy(ret, tail + tail_at, sizeof tail - tail_at);
		length = sizeof tail - tail_at;
	}
	memcpy(ret + length, tail, tail_at);
	length += tail_at;
	bool cut = tail_full;
	pthread_mutex_unlock(&tail_lock);
	// The oldest line has lost its beginning.
	const char *end = cut ? memchr(ret, '\n', length) : NULL;
	if (end) {
		length -= (size_t)(end + 1 - ret);
		memmove(ret, end + 1, length);
	}
	return length;
}

void
log_line(enum log_level level, const char *domain, const char *format, ...) {
	char line[1024];
	va_list args;
	int used = 0;

	if (level > log_level)
		return;
	if (getenv("JOURNAL_STREAM"))
		used = snprintf(line, sizeof line, "<%d>", level);
	used += snprintf(line + used, sizeof line - (size_t)used, "%s: ", domain);
	va_start(args, format);
	int more = vsnprintf(line + used, sizeof line - (size_t)used - 1, format, args);
	va_end(args);
	used += MIN_OF(MAX_OF(more, 0), (int)sizeof line - used - 2);
	line[used++] = '\n';
	size_t priority = line[0] == '<' ? 3 : 0;
	keep_line(line + priority, (size_t)used - priority);
	if (write(STDERR_FILENO, line, (size_t)used) < 0)
		return; // nowhere left to say so
}
