// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/message.h"

#include "tests/unit/test.h"

#include <string.h>

size_t
message_name(uint8_t *at, const char *name) {
	uint8_t *p = at;

	while (*name) {
		size_t label = strcspn(name, ".");
		*p++ = (uint8_t)label;
		memcpy(p, name, label);
		p += label;
		name += label + (name[label] == '.');
	}
	*p++ = 0;
	return (size_t)(p - at);
}

static void
put(struct message *m, const void *bytes, size_t n) {
	memcpy(m->bytes + m->length, bytes, n);
	m->length += n;
}

struct message
message_ask(uint16_t id, const char *name) {
	struct message m = {.bytes = {(uint8_t)(id >> 8), (uint8_t)id, 1, 0, 0, 1}, .length = 12};

	m.length += message_name(m.bytes + 12, name);
	put(&m, (uint8_t[]){0, 1, 0, 1}, 4);
	return m;
}

void
message_record(struct message *m, const char *owner, uint16_t type, const void *data, size_t n) {
	m->length += message_name(m->bytes + m->length, owner);
	put(m,
	    (uint8_t[]
	    ){(uint8_t)(type >> 8),
	      (uint8_t)type,
	      0,
	      1,
	      0,
	      0,
	      0,
	      60,
	      (uint8_t)(n >> 8),
	      (uint8_t)n},
	    10);
	put(m, data, n);
	if (++m->bytes[7] == 0)
		m->bytes[6]++;
}

struct message
message_answer(uint16_t id, const char *name, const char *alias, const uint8_t to[4]) {
	struct message m = message_ask(id, name);
	uint8_t wire[256];

	m.bytes[2] = 0x81;
	m.bytes[3] = 0x80;
	if (alias)
		message_record(&m, name, 5, wire, message_name(wire, alias));
	message_record(&m, alias ? alias : name, 1, to, 4);
	return m;
}
