// SPDX-License-Identifier: BSD-3-Clause
// Captures as the original has them: one for each device, named by its MAC, as a download that
// goes on until somebody stops it, or in pieces over MQTT.

#include "control/audit/audit.h"
#include "control/capture/captures.h"
#include "control/core.h"
#include "control/export/spin/feed.h"
#include "control/export/spin/own.h"
#include "control/export/spin/rpc.h"
#include "control/http/api.h"
#include "control/http/api_spin.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "platform/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SNAPLEN "1600" // the original's
#define HTML "text/html; charset=utf-8"

// The page that opens this window tells it who is logged in at the broker; there is no use for it.
#define SCRIPT "function setUser() {}"
#define SCRIPT_SHA256 "ehnaSah3Ss4xuL8YoX+FCReaiOXcZe4pY1J5sqjAZ18="

// The device that is asked about; NULL after it was answered.
static struct device *
device_of(struct spin_ask *a) {
	const char *mac = spin_query(a, "device");
	struct device *d = mac ? spin_device(a->spin, mac) : NULL;

	if (!mac)
		spin_error(a, 400, "Say which one: ?device=MAC");
	else if (!d)
		spin_error(a, 404, "Device not found");
	return d;
}

static struct capture *
live_of(const struct spin_ask *a, const struct device *d) {
	struct capture *c = NULL;

	while ((c = captures_next(a->core->captures, c)))
		if (c->kind == CAPTURE_KIND_LIVE && c->device == d->id && c->phase < CAPTURE_ENDING
		    && c->about.format == CAPTURE_PCAP && !c->outside)
			return c;
	return NULL;
}

// --- Pages ---

struct page {
	char *text;
	size_t length;
	FILE *file;
};

static void
put(struct page *p, const char *text) {
	for (; *text; text++) {
		if (*text == '<' || *text == '>' || *text == '&' || *text == '"' || *text == '\'')
			fprintf(p->file, "&#%d;", *text);
		else
			fputc(*text, p->file);
	}
}

static bool
page_begin(struct spin_ask *a, struct page *p, const char *title) {
	p->file = open_memstream(&p->text, &p->length);
	if (!p->file) {
		spin_error(a, 500, "Out of memory");
		return false;
	}
	fputs("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	      "<meta name=\"viewport\" content=\"width=device-width\"><title>",
	      p->file);
	put(p, title);
	fputs("</title><script>" SCRIPT "</script></head>\n<body>\n<h1>", p->file);
	put(p, title);
	fputs("</h1>\n", p->file);
	return true;
}

static void
page_end(struct spin_ask *a, struct page *p) {
	fclose(p->file);
	http_set_policy(
		a->r,
		"default-src 'none'; script-src 'sha256-" SCRIPT_SHA256
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	);
	if (p->text)
		http_reply(a->r, 200, HTML, p->text, p->length);
	else
		spin_error(a, 500, "Out of memory");
	free(p->text);
}

static void
put_facts(const struct spin_ask *a, struct page *p, const struct device *top) {
	char text[TEXT_ADDRESS];

	fputs("<p>Hardware address ", p->file);
	put(p, text_mac(top->mac, text));
	fputs("</p>\n<ul>\n", p->file);
	for (const struct device *d = top; d; d = join_next(&a->core->state, top, d))
		for (unsigned int i = 0; i < d->addresses_count; i++) {
			fputs("<li>", p->file);
			put(p, text_address(d->addresses[i].family, d->addresses[i].address, text));
			fputs("</li>\n", p->file);
		}
	fputs("</ul>\n", p->file);
}

static void
put_link(struct page *p, const struct device *d, const char *what, const char *words) {
	char mac[TEXT_MAC];

	fprintf(p->file,
		"<p><a href=\"/spin_api/%s?device=%s\">%s</a></p>\n",
		what,
		text_mac(d->mac, mac),
		words);
}

static void
put_state(const struct spin_ask *a, struct page *p, const struct device *d) {
	const struct capture *c = live_of(a, d);

	if (c)
		fprintf(p->file,
			"<p id=\"status\">Running: %" PRIu64 " bytes of %" PRIu64 " packets</p>\n",
			(uint64_t)c->bytes,
			(uint64_t)c->packets);
	else
		fputs("<p id=\"status\">Not running</p>\n", p->file);
}

static void
own_page(struct spin_ask *a, const struct device *d, const char *verb) {
	char name[NAME_BYTES_MAX + 1], title[NAME_BYTES_MAX + 40];
	struct page p;

	snprintf(title, sizeof title, "%s %s", verb, device_name(d, name));
	if (!page_begin(a, &p, title))
		return;
	put_facts(a, &p, d);
	put_state(a, &p, d);
	put_link(&p, d, "tcpdump_start", "Start, and save what comes as a file");
	put_link(&p, d, "tcpdump_stop", "Stop");
	put_link(&p, d, "tcpdump_status", "How far it is");
	fputs("</body></html>\n", p.file);
	page_end(a, &p);
}

void
spin_capture_page(struct spin_ask *a) {
	const struct device *d = device_of(a);

	if (d && !spin_window(a, d))
		own_page(a, d, "Capture of");
}

void
spin_tcpdump_page(struct spin_ask *a) {
	const struct device *d = device_of(a);

	if (d)
		own_page(a, d, "Packets of");
}

void
spin_tcpdump_status(struct spin_ask *a) {
	struct device *d = device_of(a);
	struct page p = {.file = d ? open_memstream(&p.text, &p.length) : NULL};

	if (!d)
		return;
	if (!p.file) {
		spin_error(a, 500, "Out of memory");
		return;
	}
	put_state(a, &p, d);
	page_end(a, &p);
}

// --- Acting ---

void
spin_tcpdump_start(struct spin_ask *a) {
	struct device *d = device_of(a);
	char id[ID_TEXT];

	if (!d)
		return;
	if (live_of(a, d))
		spin_error(a, 409, "It is captured already; stop that first");
	else if (http_put_query(a->r, "device", id_text("dev_", d->id, id)) && http_put_query(a->r, "format", "pcap") && http_put_query(a->r, "snaplen", SNAPLEN))
		api_capture_live(a->r, a->core);
}

void
spin_tcpdump_stop(struct spin_ask *a) {
	struct device *d = device_of(a);
	struct capture *c = d ? live_of(a, d) : NULL;

	if (c)
		captures_stop(a->core->captures, c, CAPTURE_END_STOPPED);
	if (d)
		http_reply(a->r, 200, HTML, "", 0);
}

// --- In pieces over MQTT ---

void
spin_capture_start(struct spin_ask *a) {
	const struct device *d = device_of(a);
	int r = d ? feed_start(a->spin, d, http_who(a->r)) : 0;
	struct rpc_who who;
	char id[ID_TEXT];

	if (!d)
		return;
	if (r < 0 && r != -EBUSY) { // that it runs already is what was wanted
		http_reply(a->r, 500, HTML, "error", 5);
		return;
	}
	spin_who(a->r, &who);
	if (r == 0)
		audit_count(
			a->core, &who.by, "createCapture", id_text("dev_", d->id, id), "done", ""
		);
	http_reply(a->r, 200, HTML, "", 0);
}

void
spin_capture_stop(struct spin_ask *a) {
	const struct device *d = device_of(a);

	if (!d)
		return;
	feed_stop(a->spin, d);
	http_reply(a->r, 200, HTML, "", 0);
}
