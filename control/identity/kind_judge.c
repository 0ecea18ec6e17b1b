// SPDX-License-Identifier: BSD-3-Clause
// Two printers' services are one witness, a service and a vendor are two: 1 - Π(1 - weight) over
// the families.  A device is of one kind, so for the best kind p and the next one q what is left
// is p(1-q) of the cases p(1-q) + q(1-p) + (1-p)(1-q).

#include "control/identity/kind_judge.h"

#include "control/identity/glob.h"
#include "control/text/language.h"

#include <stdio.h>
#include <string.h>

struct witness {
	const struct kind_rule *rule;
	unsigned int weight;
	const char *texts[KIND_CONDITIONS_MAX]; // that its conditions found
};

struct court {
	struct witness of[KIND_COUNT][FAMILY_COUNT];
	double sure[KIND_COUNT];
};

static const char *
find(const struct kind_condition *c, const struct clue_text *clues, size_t n) {
	for (size_t i = 0; i < n; i++)
		for (unsigned int p = 0; clues[i].clue == c->clue && p < c->count; p++)
			if (glob_fits(c->patterns[p], clues[i].text))
				return clues[i].text;
	return NULL;
}

static void
hear(struct court *court, const struct kind_rule *r, const struct clue_text *clues, size_t n) {
	struct witness w = {.rule = r, .weight = r->weight};

	for (unsigned int i = 0; i < r->conditions; i++) {
		w.texts[i] = find(&r->when[i], clues, n);
		if (!w.texts[i])
			return;
	}
	struct witness *seat = &court->of[r->kind][clue_family(r->when[0].clue)];
	if (w.weight > seat->weight)
		*seat = w;
}

static double
own(const struct court *court, enum kind k) {
	double not = 1;

	for (unsigned int f = 0; f < FAMILY_COUNT; f++)
		not *= 1 - court->of[k][f].weight / 100.;
	return 1 - not ;
}

static void
weigh(struct court *court) {
	for (enum kind k = 0; k < KIND_COUNT; k++)
		court->sure[k] = own(court, k);
	for (enum kind k = 0; k < KIND_COUNT; k++) {
		enum kind wider = kind_within(k);
		if (wider != KIND_NONE && 100 * own(court, k) >= kind_own(k))
			court->sure[k] = 1 - (1 - own(court, k)) * (1 - own(court, wider));
	}
}

static bool
is_related(enum kind a, enum kind b) {
	return kind_within(a) == b || kind_within(b) == a;
}

// Bytes of the text that fit, without cutting a character in two.
static int
cut(const char *text, int most) {
	int n = (int)strnlen(text, (size_t)most + 1);

	if (n <= most)
		return n;
	for (n = most; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80;)
		n--;
	return n;
}

static void
tell(const struct witness *w, struct kind_verdict *ret) {
	char *into = ret->evidence[ret->evidence_count++];
	size_t used = 0;

	for (unsigned int i = 0; i < w->rule->conditions && used < KIND_SENTENCE - 60; i++) {
		const char *form =
			_(w->rule->says ? w->rule->says : clue_sentence(w->rule->when[i].clue));
		const char *hole = strstr(form, "%s");
		int before = (int)(hole ? hole - form : (ptrdiff_t)strlen(form));
		const char *text = hole ? w->texts[i] : "";
		int n = snprintf(
			into + used,
			KIND_SENTENCE - 40 - used,
			"%s%.*s%.*s%s",
			i ? "; " : "",
			before,
			form,
			cut(text, 80),
			text,
			hole ? hole + 2 : ""
		);
		used += (size_t)n < KIND_SENTENCE - 40 - used ? (size_t)n
							      : KIND_SENTENCE - 41 - used;
		if (w->rule->says)
			break;
	}
	snprintf(
		into + used,
		KIND_SENTENCE - used,
		" (%s, %u %%)",
		_(kind_name(w->rule->kind)),
		w->weight
	);
}

static void
explain(const struct court *court, struct kind_verdict *ret) {
	bool told[KIND_COUNT][FAMILY_COUNT] = {{false}};

	while (ret->evidence_count < KIND_EVIDENCE_MAX) {
		const struct witness *best = NULL;
		enum kind from[2] = {ret->kind, kind_within(ret->kind)};
		bool *mark = NULL;
		for (unsigned int i = 0; i < 2 && (i == 0 || from[i] != KIND_NONE); i++)
			for (unsigned int f = 0; f < FAMILY_COUNT; f++) {
				const struct witness *w = &court->of[from[i]][f];
				if (w->weight == 0 || told[from[i]][f]
				    || (best && best->weight >= w->weight))
					continue;
				best = w;
				mark = &told[from[i]][f];
			}
		if (!best)
			return;
		*mark = true;
		tell(best, ret);
	}
}

void
kind_judge(
	const struct kind_rules *k,
	const struct clue_text *clues,
	size_t n_clues,
	struct kind_verdict *ret
) {
	struct court court = {.sure = {0}};
	enum kind best = KIND_NONE;
	double next = 0;

	*ret = (struct kind_verdict){.kind = KIND_NONE};
	for (size_t i = 0; i < k->count; i++)
		hear(&court, &k->rules[i], clues, n_clues);
	weigh(&court);
	for (enum kind i = KIND_NONE + 1; i < KIND_COUNT; i++)
		if (court.sure[i] > court.sure[best])
			best = i;
	if (best == KIND_NONE)
		return;
	for (enum kind i = KIND_NONE + 1; i < KIND_COUNT; i++)
		if (i != best && !is_related(i, best) && court.sure[i] > next)
			next = court.sure[i];
	double p = court.sure[best];
	double left = p * (1 - next) / (1 - p * next);
	unsigned int confidence = (unsigned int)(100 * (left < .99 ? left : .99) + .5);
	if (confidence < KIND_SURE_ENOUGH)
		return;
	ret->kind = best;
	ret->confidence = confidence;
	explain(&court, ret);
}
