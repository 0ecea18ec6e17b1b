// SPDX-License-Identifier: BSD-3-Clause
// Names, sizes and bounds of what crosses between the processes, all derived from the lists.

#include "platform/wire.h"

#include "platform/base.h"

#include <errno.h>
#include <string.h>

const char *
reason_name(enum reason r) {
	static const char *const names[] = {
#define X(id, name, ...) name,
		REASONS(X)
#undef X
	};
	return (unsigned int)r < ARRAY_LEN(names) ? names[r] : "unknown";
}

const char *
reason_title(enum reason r) {
	static const char *const titles[] = {
#define X(id, name, title, text) title,
		REASONS(X)
#undef X
	};
	return (unsigned int)r < ARRAY_LEN(titles) ? titles[r] : "unknown";
}

const char *
reason_text(enum reason r) {
	static const char *const texts[] = {
#define X(id, name, title, text) text,
		REASONS(X)
#undef X
	};
	return (unsigned int)r < ARRAY_LEN(texts) ? texts[r] : "unknown";
}

const char *
originated_name(enum originated o) {
	static const char *const names[ORIGINATED_COUNT] = {
#define X(id, name) [ORIGINATED_##id] = name,
		ORIGINATED(X)
#undef X
	};
	return (unsigned int)o < ORIGINATED_COUNT ? names[o] : "unknown";
}

const char *
side_name(enum side s) {
	static const char *const names[] = {
#define X(id, name) name,
		SIDES(X)
#undef X
	};
	return (unsigned int)s < ARRAY_LEN(names) ? names[s] : "unknown";
}

const char *
source_name(enum source s) {
	static const char *const names[] = {
#define X(id, name) name,
		SOURCES(X)
#undef X
	};
	return (unsigned int)s < ARRAY_LEN(names) ? names[s] : "unknown";
}

const char *
alert_name(enum alert a) {
	static const char *const names[] = {
#define X(id, name, text) name,
		ALERTS(X)
#undef X
	};
	return (unsigned int)a < ARRAY_LEN(names) ? names[a] : "unknown";
}

const char *
fact_kind_name(enum fact_kind k) {
	static const char *const names[] = {
#define X(id, name, many) name,
		FACTS(X)
#undef X
	};
	return (unsigned int)k < ARRAY_LEN(names) ? names[k] : "unknown";
}

bool
fact_kind_is_many(enum fact_kind k) {
	static const bool many[] = {
#define X(id, name, many) many,
		FACTS(X)
#undef X
	};
	return (unsigned int)k < ARRAY_LEN(many) && many[k];
}

const char *
wire_type_name(unsigned int type) {
	switch (type) {
#define X(id, number, name, ...)                                                                   \
	case number:                                                                               \
		return name;
		WIRE_TYPES(X)
#undef X
	}
	return "unknown";
}

size_t
wire_record_size(unsigned int type) {
	switch (type) {
#define X(id, number, name, record, text)                                                          \
	case number:                                                                               \
		return sizeof(record);
		WIRE_TYPES(X)
#undef X
	}
	return 0;
}

static int
check_names(const uint8_t *at, size_t left, unsigned int count) {
	for (unsigned int i = 0; i < count; i++) {
		struct wire_name name;
		if (left < sizeof name)
			return -EPROTO;
		memcpy(&name, at, sizeof name);
		if (name.length > WIRE_CHAIN_MAX || name.length == 0)
			return -EPROTO;
		size_t size = wire_name_size(name.length);
		if (left < size)
			return -EPROTO;
		const uint8_t *text = at + sizeof name;
		if (text[name.length - 1] != 0)
			return -EPROTO;
		unsigned int ends = 0;
		for (size_t k = 0; k < name.length; k++)
			ends += text[k] == 0;
		if (ends != name.names)
			return -EPROTO;
		at += size;
		left -= size;
	}
	return left ? -EPROTO : 0;
}

static int
check_capture(const uint8_t *at, size_t left, unsigned int count) {
	struct wire_capture c;

	if (count != 1 || left < sizeof c)
		return -EPROTO;
	memcpy(&c, at, sizeof c);
	if (c.macs > WIRE_CAPTURE_MACS_MAX || c.addresses > WIRE_CAPTURE_ADDRESSES_MAX
	    || c.instructions > WIRE_CAPTURE_INSTRUCTIONS_MAX)
		return -EPROTO;
	return left == wire_capture_size(&c) ? 0 : -EPROTO;
}

int
wire_check(const void *message, size_t length) {
	struct wire_header h;

	if (length < sizeof h || length > WIRE_MESSAGE_MAX)
		return -EPROTO;
	memcpy(&h, message, sizeof h);
	if (h.length != length || strcmp(wire_type_name(h.type), "unknown") == 0)
		return -EPROTO;
	size_t left = length - sizeof h;
	if (h.type == WIRE_NAME)
		return check_names((const uint8_t *)message + sizeof h, left, h.count);
	if (h.type == WIRE_CAPTURE)
		return check_capture((const uint8_t *)message + sizeof h, left, h.count);
	size_t size = wire_record_size(h.type);
	return left == size * h.count ? 0 : -EPROTO;
}

void
wire_begin(struct wire_writer *w, uint8_t *buffer, enum wire_type type, uint64_t id) {
	const struct wire_header h = {.length = sizeof h, .type = (uint16_t)type, .id = id};

	w->buffer = buffer;
	w->length = sizeof h;
	memcpy(buffer, &h, sizeof h);
}

void *
wire_add(struct wire_writer *w, size_t size) {
	struct wire_header *h = (struct wire_header *)(void *)w->buffer;

	if (size > WIRE_MESSAGE_MAX - w->length || h->count == UINT16_MAX)
		return NULL;
	void *record = w->buffer + w->length;
	memset(record, 0, size);
	w->length += size;
	h->length = (uint32_t)w->length;
	h->count++;
	return record;
}
