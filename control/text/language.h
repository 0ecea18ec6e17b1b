// SPDX-License-Identifier: BSD-3-Clause
// In which language people are spoken to, and the sentences of this program in it.
//
// Shape:   each thread speaks one language, English until told otherwise: from the dispatch of a
//          request until its answer that of whoever asked (control/http/dispatch.c), in a job of
//          another thread that in which it was submitted.  A language for each thread, as
//          uselocale(3) has it, because sentences are made deep below the request that shows
//          them.  What many people get (events, the audit trail, logs, what is stored) is English:
//          whoever makes it between speaks English first.
// Threads: any; each has its own.
// Errors:  a sentence without a translation is said in English.
// Source:  RFC 9110 12.5.4; the catalogues beside this are gettext's .po files, and _ and N_ mean
//          what they mean there.

#pragma once

#include <stddef.h>

// Tags of RFC 5646, the primary part.
#define LANGUAGES(X)                                                                               \
	X(ENGLISH, "en")                                                                           \
	X(DUTCH, "nl")                                                                             \
	X(GERMAN, "de")

enum language {
#define X(id, tag) LANGUAGE_##id,
	LANGUAGES(X)
#undef X
	LANGUAGE_COUNT
};

const char *language_tag(enum language l);
// What is spoken from here on by this thread; returns what was before.
enum language language_speak(enum language l);
enum language language_spoken(void);
// The best of an Accept-Language header; NULL, and what makes no sense, is English.
enum language language_of(const char *accepted);

// The sentence in the language that is spoken; "" stays "".  A format keeps its arguments.
const char *text_say(const char *english) __attribute__((format_arg(1)));

#define _(english) text_say(english)
// Marks one that is said later, from a table.
#ifndef TEXT_MARKS
#define N_(english) english
#endif
