// SPDX-License-Identifier: BSD-3-Clause

#include "control/notify/notice.h"

#include "control/text/language.h"
#include "platform/base.h"

#include <string.h>

static const char *const outcomes[] = {
#define X(id, word) word,
	NOTICE_OUTCOMES(X)
#undef X
};

const char *
notice_outcome_word(enum notice_outcome o) {
	return outcomes[o];
}

bool
notice_outcome_parse(const char *word, enum notice_outcome *ret) {
	for (size_t i = 0; i < ARRAY_LEN(outcomes); i++)
		if (strcmp(outcomes[i], word) == 0) {
			*ret = (enum notice_outcome)i;
			return true;
		}
	return false;
}

const char *
notice_text(const struct notice *n, char ret[NOTIFY_TEXT]) {
	const char *args[NOTICE_ARGS];

	for (size_t i = 0; i < n->args_count; i++)
		args[i] = n->args[i];
	return notify_sentence(_(notify_kind_row(n->kind)->sentence), args, n->args_count, ret);
}

bool
notice_is_same(const struct notice *a, const struct notice *b) {
	bool same = a->kind == b->kind && a->device == b->device;

	for (unsigned int i = 0; i < notify_kind_row(a->kind)->by && same; i++)
		same = strcmp(a->args[i], b->args[i]) == 0;
	return same;
}

bool
notify_mute_fits(const struct notify_mute *m, const struct notice *n, uint64_t now_ns) {
	return (!m->until_ns || m->until_ns > now_ns) && (m->kind < 0 || m->kind == (int)n->kind)
		&& (!m->device || m->device == n->device)
		&& (!m->first[0] || strcmp(m->first, n->args[0]) == 0);
}
