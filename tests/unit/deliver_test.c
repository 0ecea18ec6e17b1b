// SPDX-License-Identifier: BSD-3-Clause
// Where notifications go: what spin.yaml may say, and what goes out.

#include "control/notify/message.h"
#include "platform/base.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD "- name: x\n  "

static const struct {
	const char *yaml; // of one delivery
	const char *fault; // NULL: it is right
} cases[] = {
	{HEAD "webhook: https://hooks.example/a?key=1", NULL},
	{HEAD "webhook: https://ntfy.example/home\n  template: ntfy\n  token: tk_abc", NULL},
	{HEAD "mail: me@example.org\n  from: spin@example.org\n  quiet: daily 22:00-07:00", NULL},
	{HEAD "command: [/usr/bin/tell, --now]\n  severity: critical\n  devices: [TV]", NULL},
	{HEAD "webhook: ftp://hooks.example/a", "is no address of a webhook"},
	{HEAD "webhook: https://me:secret@hooks.example/a", "is no address of a webhook"},
	{HEAD "webhook: 'https://hooks.example/a b'", "is no address of a webhook"},
	{HEAD "webhook: https://ntfy.example/\n  template: ntfy", "ends in the topic"},
	{HEAD "webhook: https://matrix.example/x\n  template: matrix", "ends in the room"},
	{HEAD "webhook: https://a.example/x\n  template: slack", "is no template"},
	{HEAD "webhook: https://a.example/x\n  token: 'a b'", "visible ASCII"},
	{HEAD "webhook: https://a.example/x\n  mail: me@example.org", "write one of them"},
	{HEAD "severity: info", "write one of them"},
	{HEAD "mail: me@example.org\n  token: x", "about a webhook"},
	{HEAD "command: [/bin/true]\n  from: me@example.org", "about a mail"},
	{HEAD "mail: -oQ/tmp@example.org", "is no mail address"},
	{HEAD "mail: 'me@example.org,you@example.org'", "is no mail address"},
	{HEAD "mail: \"me@example.org\\nBcc: you@example.org\"", "is no mail address"},
	{HEAD "mail: me@example.org\n  sendmail: sendmail", "is no whole path"},
	{HEAD "command: [tell]", "is no whole path"},
	{HEAD "command: tell me", "expected the program"},
	{HEAD "command: [/bin/true]\n  severity: loud", "is no severity"},
	{HEAD "command: [/bin/true]\n  quiet: at night", "is no time to be quiet"},
	{HEAD "command: [/bin/true]\n- name: X\n  command: [/bin/true]", "already"},
	{HEAD "command: [/bin/true]\n  shell: true", "shell"},
	{"- name: a b\n  command: [/bin/true]", "is no name of a delivery"},
	{"- command: [/bin/true]", "name"},
	{"  phone", "expected at most"},
};

static int
read_yaml(const char *yaml, struct deliveries *ret, char error[YAML_ERROR]) {
	char text[1024];
	struct yaml_tree t;

	snprintf(text, sizeof text, "notifications:\n%s\n", yaml);
	int r = yaml_tree_parse("spin.yaml", text, strlen(text), &t, error);
	if (r < 0)
		return r;
	const struct yaml_item *item = &t.nodes[0].items[0];
	r = deliveries_read(&t, &t.nodes[item->node], ret, error);
	yaml_tree_free(&t);
	return r;
}

static void
the_configuration_is_read(void **state) {
	static struct deliveries d;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char error[YAML_ERROR] = "";
		int r = read_yaml(cases[i].yaml, &d, error);
		if ((r == 0) != !cases[i].fault || (r < 0 && !strstr(error, cases[i].fault)))
			fail_msg("%s\n: %s", cases[i].yaml, error);
		if (r < 0)
			assert_true(strncmp(error, "spin.yaml:", 10) == 0);
	}
}

static const struct notice hostile = {
	.id = 7,
	.kind = NOTIFY_CONFIG_WRONG,
	.count = 2,
	.args_count = 1,
	.args = {"a\r\nBcc: you@example.org\r\n.\r\n\"}\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3"
		 "\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"},
};

static char *
message(const char *yaml) {
	static struct deliveries d;
	char error[YAML_ERROR];
	size_t length;

	if (read_yaml(yaml, &d, error) < 0)
		fail_msg("%s", error);
	char *text = message_text(&d.one[0], &hostile, "{\"id\":\"note_0000000000007\"}", &length);
	assert_non_null(text);
	assert_int_equal(strlen(text), length);
	return text;
}

static void
a_mail_begins_no_line_of_a_stranger(void **state) {
	char *text = message(HEAD "mail: me@example.org\n  from: spin@example.org");
	unsigned int heads = 0;

	(void)state;
	assert_null(strstr(text, "Bcc"));
	assert_null(strchr(text, '\r'));
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		assert_true(strlen(line) <= 78);
		for (const char *c = line; *c; c++)
			assert_true(*c >= ' ' && *c < 0x7f);
		heads += strstr(line, "=?UTF-8?B?") != NULL;
	}
	assert_true(heads > 1); // folded, each word a whole one
	free(text);
}

static void
webhooks_have_their_shapes(void **state) {
	char *text = message(HEAD "webhook: https://a.example/x\n  token: t0p");

	(void)state;
	assert_string_equal(
		text,
		"url https://a.example/x\nmethod POST\ntoken t0p\nallow_private false\n"
		"total_ms 30000\n\n{\"id\":\"note_0000000000007\"}"
	);
	free(text);
	text = message(HEAD "webhook: https://ntfy.example/sub/topic\n  template: ntfy");
	assert_non_null(strstr(text, "url https://ntfy.example/sub/\n"));
	assert_non_null(
		strstr(text,
		       "\n\n{\"topic\":\"topic\",\"title\":\"SPIN gateway: warning\",\"message\":"
		       "\"The configuration is wrong: a\\")
	);
	assert_non_null(strstr(text, "\"priority\":4,\"tags\":[\"warning\"]}"));
	free(text);
	text = message(HEAD "webhook: https://m.example/_matrix/client/v3/rooms/!r:m.example\n  "
			    "template: matrix\n  allow_private: true\n  timeout: 5s");
	assert_non_null(strstr(
		text, "/rooms/!r:m.example/send/m.room.message/note_0000000000007-2\nmethod PUT\n"
	));
	assert_non_null(strstr(text, "allow_private true\ntotal_ms 5000\n\n{\"msgtype\":\"m.text\"")
	);
	free(text);
}

static void
targets_show_no_secret(void **state) {
	static struct deliveries d;
	char error[YAML_ERROR], text[DELIVERY_ADDRESS];

	(void)state;
	assert_int_equal(read_yaml(HEAD "webhook: https://a.example:8443/x?key=1", &d, error), 0);
	assert_string_equal(delivery_target(&d.one[0], text), "a.example:8443");
	assert_int_equal(read_yaml(HEAD "webhook: https://a.example?key=1", &d, error), 0);
	assert_string_equal(delivery_target(&d.one[0], text), "a.example");
	assert_int_equal(read_yaml(HEAD "command: [/bin/tell, secret]", &d, error), 0);
	assert_string_equal(delivery_target(&d.one[0], text), "/bin/tell");
}

int
main(void) {
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_configuration_is_read),
		cmocka_unit_test(a_mail_begins_no_line_of_a_stranger),
		cmocka_unit_test(webhooks_have_their_shapes),
		cmocka_unit_test(targets_show_no_secret),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
