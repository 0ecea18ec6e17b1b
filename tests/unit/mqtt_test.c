// SPDX-License-Identifier: BSD-3-Clause
// What is to be published, in which order, and what is given up.

#include "control/export/mqtt/client_own.h"
#include "control/export/mqtt/config.h"
#include "platform/base.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

static void
put(struct outbox *o, const char *topic, const char *text) {
	outbox_publish(o, topic, text, strlen(text), 1);
}

static void
keep(struct outbox *o, const char *topic, const char *text) {
	outbox_retain(o, topic, text, strlen(text));
}

// Sends the next one; its payload.
static const char *
send_next(struct outbox *o, int number, char ret[64]) {
	struct outbox_message *m = outbox_next(o);

	assert_non_null(m);
	snprintf(ret, 64, "%s=%.*s", m->topic, (int)m->length, m->length ? (char *)m->payload : "");
	outbox_sent(o, m, number);
	return ret;
}

static void
test_messages_in_their_order(void **state) {
	struct outbox o;
	char text[64], topic[OUTBOX_TOPIC];

	(void)state;
	outbox_init(&o);
	put(&o, "a", "1");
	put(&o, "b", "2");
	put(&o, "c", "3");
	assert_string_equal(send_next(&o, 1, text), "a=1");
	assert_string_equal(send_next(&o, 2, text), "b=2");
	assert_true(outbox_acknowledged(&o, 1, topic));
	assert_false(outbox_acknowledged(&o, 1, topic));
	outbox_offline(&o); // b is not known to have come
	assert_string_equal(send_next(&o, 3, text), "b=2");
	assert_string_equal(send_next(&o, 4, text), "c=3");
	assert_int_equal(outbox_waiting(&o), 2);
	assert_true(outbox_acknowledged(&o, 4, topic) && outbox_acknowledged(&o, 3, topic));
	assert_int_equal(outbox_waiting(&o), 0);
	assert_int_equal(o.acknowledged, 3);
	assert_int_equal(o.lost, 0);
	outbox_fini(&o);
}

static void
test_the_newest_value(void **state) {
	struct outbox o;
	char text[64], topic[OUTBOX_TOPIC];

	(void)state;
	outbox_init(&o);
	keep(&o, "t", "1");
	keep(&o, "t", "2");
	assert_string_equal(send_next(&o, 1, text), "t=2");
	assert_null(outbox_next(&o));
	keep(&o, "t", "3"); // while it is under way
	assert_null(outbox_next(&o));
	assert_true(outbox_acknowledged(&o, 1, topic));
	assert_string_equal(topic, "t");
	assert_string_equal(send_next(&o, 2, text), "t=3");
	assert_true(outbox_acknowledged(&o, 2, topic));
	keep(&o, "t", "3"); // nothing new
	assert_null(outbox_next(&o));
	outbox_offline(&o); // another broker may know nothing
	assert_string_equal(send_next(&o, 3, text), "t=3");
	assert_true(outbox_acknowledged(&o, 3, topic));
	outbox_retain(&o, "t", NULL, 0);
	assert_false(outbox_has(&o, "t"));
	assert_string_equal(send_next(&o, 4, text), "t=");
	assert_true(outbox_acknowledged(&o, 4, topic));
	assert_int_equal(o.topics.count, 0);
	assert_int_equal(o.topic_bytes, 0);
	outbox_fini(&o);
}

static void
test_bounds(void **state) {
	struct outbox o;
	char topic[32], big[OUTBOX_BYTES / 4];

	(void)state;
	outbox_init(&o);
	for (unsigned int i = 0; i < OUTBOX_MESSAGES + 10; i++)
		put(&o, "t", "x");
	assert_int_equal(o.lost, 10);
	assert_int_equal(o.waiting, OUTBOX_MESSAGES);
	outbox_fini(&o);
	outbox_init(&o);
	memset(big, 'x', sizeof big);
	for (unsigned int i = 0; i < 6; i++)
		outbox_publish(&o, "t", big, sizeof big, 0);
	assert_int_equal(o.lost, 2);
	for (unsigned int i = 0; i < OUTBOX_TOPICS + 5; i++) {
		snprintf(topic, sizeof topic, "t/%u", i);
		keep(&o, topic, "x");
	}
	assert_int_equal(o.lost, 7);
	outbox_clear(&o, "t/1");
	assert_false(outbox_has(&o, "t/1"));
	assert_false(outbox_has(&o, "t/17"));
	assert_true(outbox_has(&o, "t/2"));
	outbox_fini(&o);
}

static void
test_messages_and_values_take_turns(void **state) {
	struct outbox o;
	char text[64];

	(void)state;
	outbox_init(&o);
	put(&o, "m", "1");
	put(&o, "m", "2");
	keep(&o, "v", "1");
	keep(&o, "w", "1");
	assert_string_equal(send_next(&o, 1, text), "v=1");
	assert_string_equal(send_next(&o, 2, text), "m=1");
	assert_string_equal(send_next(&o, 3, text), "w=1");
	assert_string_equal(send_next(&o, 4, text), "m=2");
	outbox_fini(&o);
}

static void
test_delays(void **state) {
	(void)state;
	assert_true(link_delay(0, 0) > 0 && link_delay(0, 1) < 5);
	assert_true(link_delay(1, 1) > link_delay(0, 1) && link_delay(1, 0) == link_delay(0, 0));
	assert_true(link_delay(1000000, 1) == link_delay(20, 1) && link_delay(20, 1) < 121);
}

#define BROKER(...)                                                                                \
	{ .broker = {__VA_ARGS__}, .homeassistant_prefix = "ha" }

static const struct {
	struct mqtt_config config;
	const char *key; // that is wrong; NULL: none
} configs[] = {
	{BROKER(.prefix = "home/spin"), NULL},
	{BROKER(.prefix = ""), "mqtt.prefix"},
	{BROKER(.prefix = "spin/#"), "mqtt.prefix"},
	{BROKER(.prefix = "/spin"), "mqtt.prefix"},
	{BROKER(.prefix = "$SYS"), "mqtt.prefix"},
	{BROKER(.prefix = "s", .gateway = "a/b"), "mqtt.gateway"},
	{BROKER(.prefix = "s", .password = "x"), "mqtt.password"},
	{BROKER(.prefix = "s", .ca = "/x"), "mqtt.ca"},
	{BROKER(.prefix = "s", .tls = true, .key = "/x"), "mqtt.key"},
	{BROKER(.prefix = "s", .tls = true, .ca = "/x"), NULL},
	{{.broker = {.prefix = "spin"}, .homeassistant_prefix = "+"}, "mqtt.homeassistant_prefix"},
	{{.enabled = true, .broker = {.prefix = "spin"}, .homeassistant_prefix = "h"},
	 "mqtt.enabled"},
};

static void
test_configurations(void **state) {
	const struct provider_mqtt_config good = {.broker = {.prefix = "spin"}};
	const struct provider_mqtt_config bad = {.enabled = true, .broker = {.prefix = "spin"}};
	char error[MQTT_CONFIG_ERROR];
	const char *key = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(configs); i++) {
		int r = mqtt_config_check(&configs[i].config, &good, &key, error);
		assert_int_equal(r < 0, configs[i].key != NULL);
		if (configs[i].key)
			assert_string_equal(key, configs[i].key);
	}
	assert_true(mqtt_config_check(&configs[0].config, &bad, &key, error) < 0);
	assert_string_equal(key, "provider_mqtt.enabled");
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages_in_their_order),
		cmocka_unit_test(test_the_newest_value),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_messages_and_values_take_turns),
		cmocka_unit_test(test_delays),
		cmocka_unit_test(test_configurations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
