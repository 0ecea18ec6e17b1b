// SPDX-License-Identifier: BSD-3-Clause

#include "control/lists_read.h"

#include "control/lists_forms.h"
#include "control/lists_words.h"
#include "platform/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE (256u << 10)

static void
form(struct lists_reader *r, enum lists_form f) {
	r->findings->form[f]++;
}

// The rest of a line of a hosts file.  Names without a dot are the machine's own.
static void
read_hosts(struct lists_reader *r, const char *at, const char *end) {
	struct words_address a;

	form(r, LISTS_FORM_HOSTS);
	for (;;) {
		struct word w = words_next(&at, end);
		if (w.length == 0)
			return;
		if (memchr(w.at, '.', w.length) && !words_address(w, &a))
			words_add_name(r, w, 0);
	}
}

static void
read_name(struct lists_reader *r, struct word w) {
	bool wild = w.at[0] == '*' || w.at[0] == '.';
	const char *dot = memchr(w.at, '.', w.length);

	if (!wild && (!dot || dot + 1 == w.at + w.length)) {
		words_finding(
			r,
			w.at,
			"'%.*s' has no dot: a whole top-level domain is written *.%.*s",
			words_shown(w),
			w.at,
			words_shown(w),
			w.at
		);
		return;
	}
	form(r, wild ? LISTS_FORM_WILDCARDS : LISTS_FORM_DOMAINS);
	words_add_name(r, w, 0);
}

// 192.0.2.1-192.0.2.9 in one word, or `second` is the rest of it.
static bool
is_range(struct word *first, struct word second, const char *end, struct word *ret_last) {
	const char *dash = memchr(first->at, '-', first->length);
	struct words_address a;

	if (dash) {
		struct word left = {first->at, (size_t)(dash - first->at)};
		if (!words_address(left, &a))
			return false;
		*ret_last = (struct word){dash + 1, first->length - left.length - 1};
		*first = left;
		if (ret_last->length == 0)
			*ret_last = second;
		return true;
	}
	if (second.length == 0 || second.at[0] != '-' || !words_address(*first, &a))
		return false;
	const char *at = second.at + 1;
	*ret_last = words_next(&at, end);
	return true;
}

static void
read_words(struct lists_reader *r, const char *at, const char *end) {
	struct words_address a;
	struct word last;

	struct word first = words_next(&at, end);
	if (first.length == 0)
		return;
	const char *rest = at;
	struct word second = words_next(&at, end);
	if ((first.at[0] <= '9' || memchr(first.at, ':', first.length))
	    && is_range(&first, second, end, &last)) {
		form(r, LISTS_FORM_RANGES);
		words_add_range(r, first, last);
		return;
	}
	if (!words_address(first, &a)) {
		if (second.length)
			words_finding(
				r, second.at, "expected one name a line, or # before a comment"
			);
		else if (r->adblock)
			r->findings->skipped++; // a pattern of addresses of pages
		else
			read_name(r, first);
		return;
	}
	if (a.good && second.length && words_is_null(&a)) {
		read_hosts(r, rest, end);
		return;
	}
	if (a.good && second.length) {
		words_finding(
			r,
			first.at,
			"a name with an address of its own is no entry: write 0.0.0.0 before it"
		);
		return;
	}
	form(r, LISTS_FORM_ADDRESSES);
	words_add_address(r, first, &a, 0);
}

// What the first bytes give away.
static const char *
no_list(const char *at, size_t length) {
	static const struct {
		const char *bytes;
		uint8_t length;
		const char *what;
	} rows[] = {
		{"\x1f\x8b", 2, "a gzip file: unpack it first"},
		{"PK\3\4", 4, "a zip file: unpack it first"},
		{"\xfd"
		 "7zXZ",
		 5,
		 "an xz file: unpack it first"},
		{"<", 1, "a web page"},
		{"%PDF", 4, "a PDF document"},
		{"\x7f"
		 "ELF",
		 4,
		 "a program"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (length >= rows[i].length && memcmp(at, rows[i].bytes, rows[i].length) == 0)
			return rows[i].what;
	return NULL;
}

static void
read_line(struct lists_reader *r, const char *at, const char *end) {
	r->line++;
	r->line_start = at;
	r->wrong = false;
	if (r->line == 1 && end - at >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
		at += 3; // a byte order mark
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	while (at < end && (end[-1] == '\r' || end[-1] == ' ' || end[-1] == '\t'))
		end--;
	if (at == end)
		return;
	struct lists_findings *f = r->findings;
	if (!f->no_list && f->entries + f->wrong == 0)
		f->no_list = no_list(at, (size_t)(end - at));
	switch (*at) {
	case '#':
	case ';':
	case '!':
		return;
	case '[':
		if (end[-1] == ']' && memmem(at, (size_t)(end - at), "Ad", 2)) {
			r->adblock = true;
			return;
		}
		break;
	case '{':
		forms_json(r, at, end);
		return;
	case '|':
	case '@':
		forms_adblock(r, at, end);
		return;
	case 'a':
	case 'l':
	case 's':
		if (forms_dnsmasq(r, at, end) || forms_unbound(r, at, end))
			return;
		break;
	default:
		break;
	}
	if (forms_cosmetic(at, end) || (r->adblock && !(*at >= '0' && *at <= '9')))
		f->skipped++;
	else
		read_words(r, at, end);
}

void
lists_reader_begin(
	struct lists_reader *r,
	const char *label,
	unsigned int list,
	struct lists_build *b,
	struct lists_findings *ret
) {
	r->label = label;
	r->list = list;
	r->b = b;
	r->findings = ret;
	r->line = 0;
	r->adblock = r->too_long = false;
	r->held = 0;
	*ret = (struct lists_findings){0};
}

static void
end_long_line(struct lists_reader *r) {
	r->too_long = false;
	r->held = 0;
	r->line++;
	r->wrong = false;
	r->line_start = r->part;
	words_finding(r, r->part, "the line is longer than %d bytes", LISTS_LINE_MAX);
}

// Keeps the piece of a line whose end did not come yet.
static void
hold(struct lists_reader *r, const char *text, size_t length) {
	if (r->too_long || length > sizeof r->part - r->held) {
		r->too_long = true;
		return;
	}
	memcpy(r->part + r->held, text, length);
	r->held += length;
}

void
lists_reader_feed(struct lists_reader *r, const char *text, size_t length) {
	const char *at = text, *end = text + length;

	if (!r->findings->no_list && r->line == 0 && !r->held)
		r->findings->no_list = no_list(text, length);
	if (!r->findings->no_list && memchr(text, 0, length))
		r->findings->no_list = "binary data";
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline : end;
		if (!newline || r->held || r->too_long || stop - at > LISTS_LINE_MAX)
			hold(r, at, (size_t)(stop - at));
		else
			read_line(r, at, stop);
		if (newline && r->too_long)
			end_long_line(r);
		if (newline && r->held)
			read_line(r, r->part, r->part + r->held);
		r->held = newline ? 0 : r->held;
		at = stop + 1;
	}
}

void
lists_reader_end(struct lists_reader *r) {
	if (r->too_long)
		end_long_line(r);
	else if (r->held)
		read_line(r, r->part, r->part + r->held);
	r->held = 0;
}

void
lists_read_text(
	const char *label,
	const char *text,
	size_t length,
	unsigned int list,
	struct lists_build *b,
	struct lists_findings *ret
) {
	struct lists_reader r;

	lists_reader_begin(&r, label, list, b, ret);
	lists_reader_feed(&r, text, length);
	lists_reader_end(&r);
}

static int
read_fd(int fd, struct lists_reader *r, uint64_t max) {
	char *piece = malloc(PIECE);
	uint64_t left = max; // the file may grow meanwhile
	ssize_t n = 0;

	if (!piece)
		return -ENOMEM;
	while (left > 0 && (n = read(fd, piece, MIN_OF(left, (uint64_t)PIECE))) > 0) {
		lists_reader_feed(r, piece, (size_t)n);
		left -= (uint64_t)n;
	}
	int result = n < 0 ? -errno : 0;
	lists_reader_end(r);
	free(piece);
	return result;
}

int
lists_read_file(
	const char *path,
	const char *label,
	uint64_t max,
	unsigned int list,
	struct lists_build *b,
	struct lists_findings *ret,
	char ret_error[LISTS_FINDING]
) {
	struct lists_reader reader;
	struct stat st;

	lists_reader_begin(&reader, label, list, b, ret);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int r = fd < 0 || fstat(fd, &st) != 0 ? -errno : 0;
	if (r == 0 && !S_ISREG(st.st_mode)) {
		snprintf(ret_error, LISTS_FINDING, "%.180s: is no file", label);
		r = -EINVAL;
	} else if (r == 0 && (uint64_t)st.st_size > max) {
		snprintf(
			ret_error,
			LISTS_FINDING,
			"%.120s: is larger than its max of %llu MiB: raise max, to at most %u M",
			label,
			(unsigned long long)(max >> 20),
			LISTS_FILE_MAX >> 20
		);
		r = -EFBIG;
	} else {
		r = r == 0 ? read_fd(fd, &reader, max) : r;
		if (r < 0)
			snprintf(ret_error, LISTS_FINDING, "%.180s: %s", label, strerror(-r));
	}
	if (fd >= 0)
		close(fd);
	return r;
}
