// SPDX-License-Identifier: BSD-3-Clause
// What is to be published: messages in their order, and of each retained topic the newest value.
//
// Shape:   at most OUTBOX_MESSAGES and OUTBOX_BYTES of messages wait; beyond that the oldest gives
//          way.  A retained topic has one value, however often it changes before it is sent, and
//          keeps it, so that all can be told again to a broker that lost them.  A message stays
//          until it was acknowledged (QoS 0: written), so what was under way when a connection
//          broke is sent again.
// Units:   payloads are bytes.
// Threads: one owner.
// Errors:  what is given up, or never had room, is counted in `lost`.

#pragma once

#include "control/map.h"

#include <stdbool.h>
#include <sys/queue.h>

#define OUTBOX_MESSAGES 4096
#define OUTBOX_BYTES ((size_t)4 << 20)
#define OUTBOX_TOPICS 32768
#define OUTBOX_TOPIC_BYTES ((size_t)32 << 20) // of retained topics and their values

enum outbox_where {
	OUTBOX_AT_REST, // a retained value that the broker has
	OUTBOX_WAITING,
	OUTBOX_SENT, // and not acknowledged yet
};

struct outbox_message {
	TAILQ_ENTRY(outbox_message) next;
	enum outbox_where where;
	bool retained;
	bool again; // it changed since it was sent
	unsigned int qos;
	int number; // by which it is acknowledged
	size_t length;
	void *payload; // of a retained one without: the topic is to be empty
	size_t topic_length;
	char topic[];
};

TAILQ_HEAD(outbox_list, outbox_message);

struct outbox {
	struct map topics; // the retained ones
	struct outbox_list messages, values, sent; // the first two wait
	size_t waiting, bytes; // messages
	size_t topic_bytes;
	unsigned int in_flight;
	bool turn; // messages and values take turns
	uint64_t acknowledged, lost;
};

void outbox_init(struct outbox *o);
void outbox_fini(struct outbox *o);

void outbox_publish(
	struct outbox *o,
	const char *topic,
	const void *payload,
	size_t length,
	unsigned int qos
);
// No length: the topic is to be empty.  The same value again is nothing.
void outbox_retain(struct outbox *o, const char *topic, const void *payload, size_t length);
bool outbox_has(const struct outbox *o, const char *topic); // and it is not to be empty
void outbox_again(struct outbox *o, const char *topic); // it is to be sent once more
// Every retained topic that begins so is to be empty.
void outbox_clear(struct outbox *o, const char *begins);

// The next to send; NULL: none waits.  Then outbox_sent, or outbox_drop when it cannot ever be.
struct outbox_message *outbox_next(struct outbox *o);
void outbox_sent(struct outbox *o, struct outbox_message *m, int number);
void outbox_drop(struct outbox *o, struct outbox_message *m);
// Copies the topic of a retained one to `ret_topic`; false: there is no such number.
#define OUTBOX_TOPIC 256
bool outbox_acknowledged(struct outbox *o, int number, char ret_topic[OUTBOX_TOPIC]);
// The connection is gone: what was under way waits again, and so does every retained value.
void outbox_offline(struct outbox *o);
size_t outbox_waiting(const struct outbox *o);
