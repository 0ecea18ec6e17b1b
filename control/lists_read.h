// SPDX-License-Identifier: BSD-3-Clause
// A list as feeds and people write it: one entry a line, of whatever form.
//
// Shape:   each line is recognised by itself; LISTS_FORMS names the forms.  A domain means its
//          sub-names too.  Text comes in pieces of any size; a line is at most LISTS_LINE_MAX.
//          # ; and ! begin comments.  Rules of ad blockers that are about pages or paths, not
//          whole domains, are skipped, and so is what only sets up a resolver.
// Threads: pure but for lists_read_file; meant for a worker thread.
// Errors:  a line that is none of these is left out and counted; the first LISTS_FINDINGS are kept
//          as `label:line:column: what`.  lists_judge says whether it was a list at all.
// Source:  hosts(5); dnsmasq(8) --address, --server; unbound.conf(5) local-zone; "Adblock Plus
//          filters explained" for || ^ @@ and $; Spamhaus DROP as JSON lines and as text.

#pragma once

#include "control/lists_build.h"

#define LISTS_FILE_MAX (512u << 20)
#define LISTS_LINE_MAX 16384
#define LISTS_FINDINGS 5
#define LISTS_FINDING 256

#define LISTS_FORMS(X)                                                                             \
	X(DOMAINS, "domains")                                                                      \
	X(WILDCARDS, "wildcard domains")                                                           \
	X(HOSTS, "hosts file")                                                                     \
	X(DNSMASQ, "dnsmasq")                                                                      \
	X(UNBOUND, "unbound")                                                                      \
	X(ADBLOCK, "adblock")                                                                      \
	X(ADDRESSES, "addresses")                                                                  \
	X(RANGES, "address ranges")                                                                \
	X(DROP_JSON, "DROP JSON")

enum lists_form {
#define X(name, text) LISTS_FORM_##name,
	LISTS_FORMS(X)
#undef X
	LISTS_FORM_COUNT
};

struct lists_findings {
	char text[LISTS_FINDINGS][LISTS_FINDING];
	unsigned int kept;
	unsigned long wrong; // lines
	unsigned long skipped; // lines understood, and not about whole domains or addresses
	unsigned long entries;
	unsigned long exceptions;
	unsigned long form[LISTS_FORM_COUNT]; // lines of each
	const char *no_list; // what it is instead, where its beginning tells
};

struct lists_reader {
	const char *label; // what findings are named by
	unsigned int list;
	struct lists_build *b;
	struct lists_findings *findings;
	unsigned long line;
	const char *line_start;
	bool wrong; // this line
	bool adblock; // the head of an ad blocker's list was seen
	bool too_long; // the line in hand
	size_t held; // of a line whose end did not come yet
	char part[LISTS_LINE_MAX];
};

void lists_reader_begin(
	struct lists_reader *r,
	const char *label,
	unsigned int list,
	struct lists_build *b,
	struct lists_findings *ret
);
void lists_reader_feed(struct lists_reader *r, const char *text, size_t length);
void lists_reader_end(struct lists_reader *r);

// All three; and the same of a file of at most `max` bytes, or -errno with a sentence.
void lists_read_text(
	const char *label,
	const char *text,
	size_t length,
	unsigned int list,
	struct lists_build *b,
	struct lists_findings *ret
);
int lists_read_file(
	const char *path,
	const char *label,
	uint64_t max,
	unsigned int list,
	struct lists_build *b,
	struct lists_findings *ret,
	char ret_error[LISTS_FINDING]
);

// -EINVAL with what was recognised and what not, when most of it is no list.
int lists_judge(const struct lists_findings *f, char ret_error[LISTS_FINDING]);
// "adblock"; "mixed" when a tenth or more is of another form; NULL when there is nothing.
const char *lists_form_of(const struct lists_findings *f);
