// SPDX-License-Identifier: BSD-3-Clause

#include "control/notify/kind.h"

#include "control/text/language.h"
#include "platform/base.h"

#include <string.h>

static const struct notify_kind_row rows[] = {
#define X(id, key, severity, confidence, by, sentence, why, advice)                                \
	{key, SEVERITY_##severity, CONFIDENCE_##confidence, by, N_(sentence), N_(why), N_(advice)},
	NOTIFY_KINDS(X)
#undef X
};

static const char *const severities[] = {
#define X(id, word) word,
	SEVERITIES(X)
#undef X
};

// A new alert of the dataplane without a row here does not compile.
static const enum notify_kind alerts[] = {
#define X(id, ...) [ALERT_##id] = NOTIFY_##id,
	ALERTS(X)
#undef X
};

const struct notify_kind_row *
notify_kind_row(enum notify_kind k) {
	return &rows[k];
}

bool
notify_kind_parse(const char *key, enum notify_kind *ret) {
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (strcmp(rows[i].key, key) == 0) {
			*ret = (enum notify_kind)i;
			return true;
		}
	return false;
}

enum notify_kind
notify_kind_of_alert(enum alert a) {
	return alerts[a];
}

const char *
severity_word(enum severity s) {
	return severities[s];
}

bool
severity_parse(const char *word, enum severity *ret) {
	for (size_t i = 0; i < ARRAY_LEN(severities); i++)
		if (strcmp(severities[i], word) == 0) {
			*ret = (enum severity)i;
			return true;
		}
	return false;
}

const char *
confidence_word(enum confidence c) {
	static const char *const words[] = {
#define X(id, word) word,
		CONFIDENCES(X)
#undef X
	};
	return words[c];
}

const char *
notify_sentence(
	const char *sentence,
	const char *const *args,
	size_t count,
	char ret[NOTIFY_TEXT]
) {
	size_t used = 0;

	for (const char *at = sentence; *at && used + 1 < NOTIFY_TEXT;) {
		size_t n = at[0] == '{' && at[1] && at[2] == '}' ? (size_t)(at[1] - '0') : count;
		if (n >= count) {
			ret[used++] = *at++;
			continue;
		}
		size_t length = MIN_OF(strlen(args[n]), NOTIFY_TEXT - 1 - used);
		memcpy(ret + used, args[n], length);
		used += length;
		at += 3;
	}
	ret[used] = 0;
	return ret;
}
