// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/mqtt/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QOS_RETAINED 1 // a value that is lost stays wrong

static const void *
key_of(const void *item, size_t *ret_length) {
	const struct outbox_message *m = item;

	*ret_length = m->topic_length;
	return m->topic;
}

void
outbox_init(struct outbox *o) {
	*o = (struct outbox){0};
	map_init(&o->topics, key_of);
	TAILQ_INIT(&o->messages);
	TAILQ_INIT(&o->values);
	TAILQ_INIT(&o->sent);
}

static void
message_free(struct outbox_message *m) {
	free(m->payload);
	free(m);
}

static void
list_free(struct outbox_list *list) {
	struct outbox_message *m;

	while ((m = TAILQ_FIRST(list))) {
		TAILQ_REMOVE(list, m, next);
		if (!m->retained)
			message_free(m);
	}
}

void
outbox_fini(struct outbox *o) {
	list_free(&o->messages);
	list_free(&o->values);
	list_free(&o->sent);
	for (size_t i = 0; i < o->topics.capacity; i++)
		if (o->topics.slots[i])
			message_free(o->topics.slots[i]);
	map_fini(&o->topics);
}

static void *
copy(const void *payload, size_t length) {
	void *to = length ? malloc(length) : NULL;

	return to ? memcpy(to, payload, length) : NULL;
}

static struct outbox_message *
message_new(const char *topic, const void *payload, size_t length) {
	size_t n = strlen(topic);
	struct outbox_message *m = calloc(1, sizeof *m + n + 1);

	if (!m)
		return NULL;
	m->topic_length = n;
	memcpy(m->topic, topic, n);
	m->payload = copy(payload, length);
	m->length = length;
	if (m->payload || !length)
		return m;
	free(m);
	return NULL;
}

static void
wait_again(struct outbox *o, struct outbox_message *m, bool first) {
	struct outbox_list *to = m->retained ? &o->values : &o->messages;

	m->where = OUTBOX_WAITING;
	m->again = false;
	if (first)
		TAILQ_INSERT_HEAD(to, m, next);
	else
		TAILQ_INSERT_TAIL(to, m, next);
	o->waiting += !m->retained;
	o->bytes += m->retained ? 0 : m->length;
}

static void
leave(struct outbox *o, struct outbox_message *m) {
	if (m->where == OUTBOX_SENT) {
		TAILQ_REMOVE(&o->sent, m, next);
		o->in_flight--;
	} else if (m->where == OUTBOX_WAITING) {
		TAILQ_REMOVE(m->retained ? &o->values : &o->messages, m, next);
		o->waiting -= !m->retained;
		o->bytes -= m->retained ? 0 : m->length;
	}
	m->where = OUTBOX_AT_REST;
}

static size_t
size_of(const struct outbox_message *m) {
	return sizeof *m + m->topic_length + m->length;
}

// It is nowhere any more.
static void
forget(struct outbox *o, struct outbox_message *m) {
	leave(o, m);
	if (m->retained) {
		map_remove(&o->topics, m);
		o->topic_bytes -= size_of(m);
	}
	message_free(m);
}

void
outbox_publish(
	struct outbox *o,
	const char *topic,
	const void *payload,
	size_t length,
	unsigned int qos
) {
	struct outbox_message *m =
		length <= OUTBOX_BYTES ? message_new(topic, payload, length) : NULL;

	if (!m) {
		o->lost++;
		return;
	}
	m->qos = qos;
	wait_again(o, m, false);
	while (o->waiting > OUTBOX_MESSAGES || o->bytes > OUTBOX_BYTES) {
		forget(o, TAILQ_FIRST(&o->messages));
		o->lost++;
	}
}

static void
retain_new(struct outbox *o, const char *topic, const void *payload, size_t length) {
	struct outbox_message *m = message_new(topic, payload, length);

	if (!m || o->topics.count >= OUTBOX_TOPICS
	    || o->topic_bytes + size_of(m) > OUTBOX_TOPIC_BYTES || map_put(&o->topics, m) < 0) {
		if (m)
			message_free(m);
		o->lost++;
		return;
	}
	m->retained = true;
	m->qos = QOS_RETAINED;
	o->topic_bytes += size_of(m);
	wait_again(o, m, false);
}

static struct outbox_message *
find(const struct outbox *o, const char *topic) {
	return map_find(&o->topics, topic, strlen(topic));
}

static void
send_again(struct outbox *o, struct outbox_message *m) {
	if (m->where == OUTBOX_AT_REST)
		wait_again(o, m, false);
	else if (m->where == OUTBOX_SENT)
		m->again = true;
}

void
outbox_retain(struct outbox *o, const char *topic, const void *payload, size_t length) {
	struct outbox_message *m = find(o, topic);

	if (!m) {
		retain_new(o, topic, payload, length);
		return;
	}
	if (m->length == length && (!length || memcmp(m->payload, payload, length) == 0))
		return;
	void *value = copy(payload, length);
	if (length && (!value || o->topic_bytes + length > OUTBOX_TOPIC_BYTES)) {
		free(value);
		o->lost++;
		return;
	}
	o->topic_bytes += length;
	o->topic_bytes -= m->length;
	free(m->payload);
	m->payload = value;
	m->length = length;
	send_again(o, m);
}

bool
outbox_has(const struct outbox *o, const char *topic) {
	const struct outbox_message *m = find(o, topic);

	return m && m->length;
}

void
outbox_again(struct outbox *o, const char *topic) {
	struct outbox_message *m = find(o, topic);

	if (m)
		send_again(o, m);
}

void
outbox_clear(struct outbox *o, const char *begins) {
	size_t n = strlen(begins);

	for (size_t i = 0; i < o->topics.capacity; i++) {
		struct outbox_message *m = o->topics.slots[i];
		if (m && strncmp(m->topic, begins, n) == 0)
			outbox_retain(o, m->topic, NULL, 0);
	}
}

struct outbox_message *
outbox_next(struct outbox *o) {
	struct outbox_message *m = TAILQ_FIRST(&o->messages), *v = TAILQ_FIRST(&o->values);

	if (!m || !v)
		return m ? m : v;
	o->turn = !o->turn;
	return o->turn ? v : m;
}

void
outbox_sent(struct outbox *o, struct outbox_message *m, int number) {
	leave(o, m);
	m->where = OUTBOX_SENT;
	m->number = number;
	TAILQ_INSERT_TAIL(&o->sent, m, next);
	o->in_flight++;
}

void
outbox_drop(struct outbox *o, struct outbox_message *m) {
	forget(o, m);
	o->lost++;
}

bool
outbox_acknowledged(struct outbox *o, int number, char ret_topic[OUTBOX_TOPIC]) {
	struct outbox_message *m;

	TAILQ_FOREACH (m, &o->sent, next)
		if (m->number == number)
			break;
	if (!m)
		return false;
	o->acknowledged++;
	ret_topic[0] = 0;
	if (m->retained)
		snprintf(ret_topic, OUTBOX_TOPIC, "%s", m->topic);
	leave(o, m);
	if (m->again)
		wait_again(o, m, false);
	else if (!m->retained || !m->length)
		forget(o, m);
	return true;
}

void
outbox_offline(struct outbox *o) {
	struct outbox_message *m;

	while ((m = TAILQ_LAST(&o->sent, outbox_list))) { // so that the order stays
		leave(o, m);
		wait_again(o, m, true);
	}
	for (size_t i = 0; i < o->topics.capacity; i++)
		if (o->topics.slots[i])
			send_again(o, o->topics.slots[i]);
}

size_t
outbox_waiting(const struct outbox *o) {
	size_t n = o->waiting + o->in_flight;
	const struct outbox_message *m;

	TAILQ_FOREACH (m, &o->values, next)
		n++;
	return n;
}
