// SPDX-License-Identifier: BSD-3-Clause

#include "control/lists_read.h"

#include "platform/base.h"
#include "platform/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WIRE_MAX 254 // without the root byte

struct reader {
	const char *path;
	unsigned long line;
	const char *line_start;
	unsigned int list;
	struct lists_build *b;
	struct lists_findings *findings;
	bool wrong; // this line
};

struct word {
	const char *at;
	size_t length;
};

static void __attribute__((format(printf, 3, 4)))
finding(struct reader *r, const char *at, const char *format, ...) {
	struct lists_findings *f = r->findings;
	va_list args;

	if (r->wrong)
		return; // one a line
	r->wrong = true;
	f->wrong++;
	if (f->kept == LISTS_FINDINGS)
		return;
	char *text = f->text[f->kept++];
	int n = snprintf(
		text,
		LISTS_FINDING,
		"%.120s:%lu:%zu: ",
		r->path,
		r->line,
		(size_t)(at - r->line_start) + 1
	);
	va_start(args, format);
	vsnprintf(text + n, LISTS_FINDING - (size_t)n, format, args);
	va_end(args);
}

static int
shown(struct word w) {
	return (int)MIN_OF(w.length, (size_t)64);
}

// What may stand in a name, in lower case; 0: nothing of the kind.
static char
name_char(char c) {
	if (c >= 'A' && c <= 'Z')
		return (char)(c + ('a' - 'A'));
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ? c : 0;
}

// The name's wire form; its length, or 0 after a finding.
static size_t
read_name(struct reader *r, struct word w, uint8_t wire[WIRE_MAX + 1]) {
	size_t at = 0; // the length byte of the label in hand
	size_t out = 1;
	size_t from = w.length > 2 && w.at[0] == '*' && w.at[1] == '.' ? 2 : w.at[0] == '.';

	for (size_t i = from; i <= w.length; i++) {
		char c = i < w.length ? w.at[i] : '.';
		if (i == w.length && out == at + 1 && i > from)
			return at; // a dot at the end
		if (c == '.') {
			if (out == at + 1 || out - at - 1 > 63) {
				finding(r,
					w.at + i,
					"a label of '%.*s' is not 1 to 63 characters long",
					shown(w),
					w.at);
				return 0;
			}
			wire[at] = (uint8_t)(out - at - 1);
			at = out++;
			continue;
		}
		if (!(c = name_char(c))) {
			finding(r,
				w.at + i,
				"expected a domain or an address, as example.org or "
				"192.0.2.0/24 (names of other alphabets as xn--...)");
			return 0;
		}
		if (out == WIRE_MAX) {
			finding(r, w.at, "'%.*s...' is longer than a name can be", shown(w), w.at);
			return 0;
		}
		wire[out++] = (uint8_t)c;
	}
	return at;
}

// An address, perhaps with a prefix length; false when it is none at all.
static bool
read_address(
	struct word w,
	unsigned int *ret_family,
	uint8_t ret[16],
	unsigned int *ret_length,
	bool *ret_good
) {
	char text[TEXT_ADDRESS + 8];
	const char *slash = memchr(w.at, '/', w.length);
	size_t length = slash ? (size_t)(slash - w.at) : w.length;

	*ret_good = true;
	if (length >= sizeof text)
		return false;
	memcpy(text, w.at, length);
	text[length] = 0;
	if (text_parse_address(text, ret_family, ret) != 0)
		return false;
	unsigned int most = *ret_family == 4 ? 32 : 128;
	*ret_length = most;
	if (!slash)
		return true;
	unsigned int number = 0;
	size_t digits = w.length - length - 1;
	for (size_t i = 1; i <= digits && digits <= 3; i++) {
		if (slash[i] < '0' || slash[i] > '9')
			digits = 0;
		number = number * 10 + (unsigned int)(slash[i] - '0');
	}
	*ret_good = digits >= 1 && digits <= 3 && number >= 1 && number <= most;
	*ret_length = number;
	return true;
}

static bool
is_null_address(unsigned int family, const uint8_t a[16]) {
	static const uint8_t here[][16] = {{0}, {127, 0, 0, 1}, {[15] = 1}};

	for (unsigned int i = 0; i < ARRAY_LEN(here); i++)
		if (memcmp(a, here[i], 16) == 0 && (i == 0 || family == (i == 1 ? 4 : 6)))
			return true;
	return false;
}

static struct word
next_word(const char **at, const char *end) {
	while (*at < end && (**at == ' ' || **at == '\t' || **at == '\r'))
		(*at)++;
	struct word w = {.at = *at};
	while (*at < end && **at != ' ' && **at != '\t' && **at != '\r' && **at != '#')
		(*at)++;
	w.length = (size_t)(*at - w.at);
	return w;
}

static void
add_name(struct reader *r, struct word w) {
	uint8_t wire[WIRE_MAX + 1];
	size_t length = read_name(r, w, wire);

	if (length == 0)
		return;
	lists_build_name(r->b, r->list, wire, length);
	r->findings->entries++;
}

// The rest of a line of a hosts file.
static void
read_hosts(struct reader *r, const char *at, const char *end) {
	unsigned int family, bits;
	uint8_t address[16];
	bool good;

	for (;;) {
		struct word w = next_word(&at, end);
		if (w.length == 0)
			return;
		if (memchr(w.at, '.', w.length) && !read_address(w, &family, address, &bits, &good))
			add_name(r, w);
	}
}

static void
read_line(struct reader *r, const char *at, const char *end) {
	unsigned int family, bits;
	uint8_t address[16];
	bool good;

	struct word first = next_word(&at, end);
	if (first.length == 0)
		return;
	const char *rest = at;
	struct word second = next_word(&at, end);
	if (!read_address(first, &family, address, &bits, &good)) {
		if (second.length)
			finding(r, second.at, "expected one name a line, or # before a comment");
		else
			add_name(r, first);
		return;
	}
	if (!good) {
		finding(r,
			first.at,
			"'%.*s' is no prefix: its length is 1 to %u",
			shown(first),
			first.at,
			family == 4 ? 32u : 128u);
		return;
	}
	if (second.length == 0) {
		lists_build_prefix(r->b, r->list, family, address, bits);
		r->findings->entries++;
		return;
	}
	if (is_null_address(family, address))
		read_hosts(r, rest, end);
	else
		finding(r,
			first.at,
			"a name with an address of its own is no entry: write 0.0.0.0 before it");
}

void
lists_read_text(
	const char *path,
	const char *text,
	size_t length,
	unsigned int list,
	struct lists_build *b,
	struct lists_findings *ret
) {
	struct reader r = {.path = path, .list = list, .b = b, .findings = ret};
	const char *at = text, *end = text + length;

	if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		at += 3; // a byte order mark
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline : end;
		r.line++;
		r.line_start = at;
		r.wrong = false;
		read_line(&r, at, stop);
		at = stop + 1;
	}
}

int
lists_read_file(
	const char *path,
	unsigned int list,
	struct lists_build *b,
	struct lists_findings *ret,
	char ret_error[LISTS_FINDING]
) {
	struct stat st;
	size_t got = 0;
	ssize_t n = 1;

	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) != 0) {
		int r = -errno;
		snprintf(ret_error, LISTS_FINDING, "%.180s: %s", path, strerror(-r));
		if (fd >= 0)
			close(fd);
		return r;
	}
	if (!S_ISREG(st.st_mode) || st.st_size > LISTS_FILE_MAX) {
		close(fd);
		snprintf(
			ret_error,
			LISTS_FINDING,
			"%.180s: is not a file of at most %u MiB",
			path,
			LISTS_FILE_MAX >> 20
		);
		return -EINVAL;
	}
	size_t length = (size_t)st.st_size;
	char *text = malloc(length + 1);
	while (text && got < length && (n = read(fd, text + got, length - got)) > 0)
		got += (size_t)n;
	int r = !text ? -ENOMEM : n < 0 ? -errno : 0;
	close(fd);
	if (r == 0)
		lists_read_text(path, text, got, list, b, ret);
	else
		snprintf(ret_error, LISTS_FINDING, "%.180s: %s", path, strerror(-r));
	free(text);
	return r;
}
