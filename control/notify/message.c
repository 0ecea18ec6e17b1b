// SPDX-License-Identifier: BSD-3-Clause

#include "control/notify/message.h"

#include "control/id.h"
#include "platform/base.h"
#include "platform/json_write.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BODY (NOTIFY_TEXT + 512)
#define WORD_BYTES 42 // of an encoded word: 75 characters with all around it (RFC 2047 2)
#define LINE_BYTES 54 // of a line of base64

// The sentence, why one should care, and what to do.
static void
write_body(const struct notice *n, char ret[BODY]) {
	const struct notify_kind_row *row = notify_kind_row(n->kind);
	char text[NOTIFY_TEXT];

	snprintf(ret, BODY, "%s\n\n%s\n%s\n", notice_text(n, text), row->why, row->advice);
}

// --- Webhooks ---

static void
write_ntfy(const struct notice *n, const char *topic, struct json *j) {
	static const int priorities[] = {3, 4, 5};
	static const char *const tags[] = {"information_source", "warning", "rotating_light"};
	enum severity severity = notify_kind_row(n->kind)->severity;
	char body[BODY], title[48];

	write_body(n, body);
	snprintf(title, sizeof title, "SPIN gateway: %s", severity_word(severity));
	json_object(j);
	json_key_string(j, "topic", topic);
	json_key_string(j, "title", title);
	json_key_string(j, "message", body);
	json_key_u64(j, "priority", (uint64_t)priorities[severity]);
	json_key(j, "tags");
	json_array(j);
	json_string(j, tags[severity]);
	json_end(j);
	json_end(j);
}

static void
write_matrix(const struct notice *n, struct json *j) {
	char body[BODY];

	write_body(n, body);
	json_object(j);
	json_key_string(j, "msgtype", "m.text");
	json_key_string(j, "body", body);
	json_end(j);
}

// The address asked, and the body, by the template.
static void
write_webhook(FILE *f, const struct delivery *d, const struct notice *n, const char *json) {
	const char *slash = strrchr(d->url, '/');
	char id[ID_TEXT];
	struct json j;

	json_init(&j);
	switch (d->template) {
	case DELIVERY_JSON:
		fprintf(f, "url %s\nmethod POST\n", d->url);
		json_raw(&j, json, strlen(json));
		break;
	case DELIVERY_NTFY: // JSON goes to the server's root, and names the topic
		fprintf(f, "url %.*s\nmethod POST\n", (int)(slash + 1 - d->url), d->url);
		write_ntfy(n, slash + 1, &j);
		break;
	case DELIVERY_MATRIX: // sent twice it is shown once: its id and count are the transaction's
		fprintf(f,
			"url %s/send/m.room.message/%s-%" PRIu64 "\nmethod PUT\n",
			d->url,
			id_text("note_", n->id, id),
			n->count);
		write_matrix(n, &j);
		break;
	}
	if (d->token[0])
		fprintf(f, "token %s\n", d->token);
	if (d->ca[0])
		fprintf(f, "ca %s\n", d->ca);
	fprintf(f,
		"allow_private %s\ntotal_ms %" PRIu64 "\n\n",
		d->allow_private ? "true" : "false",
		d->timeout_s * 1000);
	fwrite(j.text, 1, j.length, f);
	json_free(&j);
}

// --- Mail ---

static void
write_base64(FILE *f, const char *text, size_t length) {
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < length; i += 3) {
		size_t left = length - i;
		uint32_t v = (uint32_t)(uint8_t)text[i] << 16;
		if (left > 1)
			v |= (uint32_t)(uint8_t)text[i + 1] << 8;
		if (left > 2)
			v |= (uint8_t)text[i + 2];
		fputc(digits[v >> 18], f);
		fputc(digits[v >> 12 & 63], f);
		fputc(left > 1 ? digits[v >> 6 & 63] : '=', f);
		fputc(left > 2 ? digits[v & 63] : '=', f);
	}
}

// Encoded words, none of which cuts a character.
static void
write_subject(FILE *f, const char *text) {
	size_t length = strlen(text);

	fputs("Subject:", f);
	while (length > 0) {
		size_t n = MIN_OF(length, (size_t)WORD_BYTES);
		while (n > 0 && n < length && (text[n] & 0xc0) == 0x80)
			n--;
		if (n == 0)
			n = MIN_OF(length, (size_t)WORD_BYTES); // no UTF-8 at all
		fputs(" =?UTF-8?B?", f);
		write_base64(f, text, n);
		fputs("?=\n", f);
		text += n;
		length -= n;
	}
}

static void
write_mail(FILE *f, const struct delivery *d, const struct notice *n) {
	char text[NOTIFY_TEXT], body[BODY], subject[NOTIFY_TEXT + 8], date[48];
	time_t now = time(NULL);
	struct tm utc;

	// Names of days and months are English: nobody here calls setlocale.
	strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", gmtime_r(&now, &utc));
	snprintf(subject, sizeof subject, "SPIN: %s", notice_text(n, text));
	if (d->from[0])
		fprintf(f, "From: SPIN gateway <%s>\n", d->from);
	fprintf(f, "To: <%s>\nDate: %s\n", d->to, date);
	write_subject(f, subject);
	fputs("MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
	      "Content-Transfer-Encoding: base64\nAuto-Submitted: auto-generated\n\n",
	      f);
	write_body(n, body);
	for (size_t at = 0, length = strlen(body); at < length; at += LINE_BYTES) {
		write_base64(f, body + at, MIN_OF(length - at, (size_t)LINE_BYTES));
		fputc('\n', f);
	}
}

char *
message_text(
	const struct delivery *d,
	const struct notice *n,
	const char *json,
	size_t *ret_length
) {
	char *text = NULL;
	FILE *f = open_memstream(&text, ret_length);

	if (!f)
		return NULL;
	if (d->way == DELIVERY_WEBHOOK)
		write_webhook(f, d, n, json);
	else if (d->way == DELIVERY_MAIL)
		write_mail(f, d, n);
	else
		fprintf(f, "%s\n", json);
	if (fclose(f) == 0)
		return text;
	free(text);
	return NULL;
}
