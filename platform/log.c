// SPDX-License-Identifier: BSD-3-Clause

#include "platform/log.h"

#include "platform/base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum log_level log_level = LOG_LEVEL_INFO;

bool
log_set_level(const char *word) {
	static const struct {
		const char *word;
		enum log_level level;
	} levels[] = {
		{"err", LOG_LEVEL_ERR},
		{"warn", LOG_LEVEL_WARN},
		{"info", LOG_LEVEL_INFO},
		{"debug", LOG_LEVEL_DEBUG},
	};

	for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
		if (strcmp(word, levels[i].word) == 0) {
			log_level = levels[i].level;
			return true;
		}
	}
	return false;
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
	if (write(STDERR_FILENO, line, (size_t)used) < 0)
		return; // nowhere left to say so
}
