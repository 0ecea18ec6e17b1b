// SPDX-License-Identifier: BSD-3-Clause
// The original's own capture window: its template, where the household put it beside the page that
// opens it.
//
// Shape:   _TEMPLATE_ARG0_ is the device's name, 1 its MAC, 2 its addresses.  They stand in the
//          template's HTML and in strings of its JavaScript alike, so every character that means
//          something in either is written as a number.
// Threads: the core thread.
// Source:  reference/spin.md 2.8.

#include "control/core.h"
#include "control/http/api_spin.h"
#include "control/identity/join.h"
#include "platform/base.h"
#include "platform/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEMPLATE "capture.html"
#define MARK "_TEMPLATE_ARG"
#define MARK_LENGTH (sizeof MARK + 1) // with its digit and the last '_'

struct values {
	char name[NAME_BYTES_MAX + 1], mac[TEXT_MAC];
	char *addresses;
};

static void
put(FILE *f, const char *text) {
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		if (isalnum(c) || c >= 0x80 || strchr(" .,:_-", c))
			fputc(c, f);
		else
			fprintf(f, "&#%u;", c);
	}
}

static void
fill(FILE *f, const char *at, const char *end, const struct values *v) {
	const char *const arg[] = {v->name, v->mac, v->addresses};

	for (const char *mark; at < end; at = mark) {
		mark = memmem(at, (size_t)(end - at), MARK, sizeof MARK - 1);
		if (!mark || (size_t)(end - mark) < MARK_LENGTH)
			mark = end;
		fwrite(at, 1, (size_t)(mark - at), f);
		if (mark == end)
			break;
		unsigned int n = (unsigned char)mark[sizeof MARK - 1] - '0';
		if (n < ARRAY_LEN(arg))
			put(f, arg[n]);
		else
			fwrite(mark, 1, MARK_LENGTH, f);
		mark += MARK_LENGTH;
	}
}

static char *
addresses_of(const struct state *s, const struct device *top) {
	char *text = NULL, address[TEXT_ADDRESS];
	size_t length, n = 0;
	FILE *f = open_memstream(&text, &length);

	if (!f)
		return NULL;
	for (const struct device *d = top; d; d = join_next(s, top, d))
		for (unsigned int i = 0; i < d->addresses_count; i++)
			fprintf(f,
				"%s%s",
				n++ ? ", " : "",
				text_address(
					d->addresses[i].family, d->addresses[i].address, address
				));
	fclose(f);
	return text;
}

bool
spin_window(struct spin_ask *a, const struct device *d) {
	size_t length, page_length;
	char *page = NULL, *template = spin_web_file(a->core, TEMPLATE, &length);
	struct values v = {.addresses = NULL};

	if (!template)
		return false;
	text_mac(d->mac, v.mac);
	device_name(d, v.name);
	v.addresses = addresses_of(&a->core->state, d);
	FILE *f = v.addresses ? open_memstream(&page, &page_length) : NULL;
	if (f) {
		fill(f, template, template + length, &v);
		fclose(f);
	}
	if (page) {
		spin_web_policy(a->r);
		http_reply(a->r, 200, "text/html; charset=utf-8", page, page_length);
	} else {
		spin_error(a, 500, "Out of memory");
	}
	free(page);
	free(v.addresses);
	free(template);
	return true;
}
