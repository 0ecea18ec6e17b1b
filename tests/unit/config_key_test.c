// SPDX-License-Identifier: BSD-3-Clause
// The table of keys, and the layers that decide what each is.

#include "control/config.h"
#include "control/config_key.h"
#include "control/core.h"
#include "platform/base.h"
#include "platform/json_write.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/spin-config-XXXXXX";

static int
make_folder(void **) {
	char path[200];

	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof path, "%s/conf.d", folder);
	return mkdir(path, 0700);
}

static int
drop_folder(void **) {
	char command[200];

	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command) == 0 ? 0 : -1;
}

static void
put(const char *name, const char *text) {
	char path[200];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	if (!text) {
		unlink(path);
		return;
	}
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static struct config *
gather(char error[CONFIG_ERROR], int argc, const char **argv) {
	struct config *c = malloc(sizeof *c);

	config_defaults(c);
	snprintf(c->file, sizeof c->file, "%s/spin.yaml", folder);
	c->argc = argc;
	c->argv = (char **)(uintptr_t)argv;
	error[0] = 0;
	if (config_gather(c, NULL, error) == 0)
		return c;
	free(c);
	return NULL;
}

static void
every_row_is_whole(void **) {
	struct config *c = calloc(1, sizeof *c);
	char group[CONFIG_VARIABLE] = "";

	config_defaults(c);
	for (size_t i = 0; i < config_keys_count; i++) {
		const struct config_key *k = &config_keys[i];
		const char *nearest;
		struct json j;
		assert_int_equal(config_key_find(k->name, &nearest), i);
		assert_true(strlen(k->help) > 10 && k->help[strlen(k->help) - 1] != '.');
		assert_int_equal(
			k->type == CONFIG_TYPE_WORD, k->allowed && strchr(k->allowed, '|')
		);
		assert_int_equal(!k->option, !k->argument);
		assert_true(k->size > 0);
		if (k->type == CONFIG_TYPE_LIST || k->type == CONFIG_TYPE_OBJECT)
			assert_true(k->read && (k->write || (k->flags & CONFIG_SECRET)));
		json_init(&j);
		config_value_write(k, c, &j);
		assert_false(j.failed);
		json_free(&j);
		// Keys of one mapping stand together.
		const char *dot = strchr(k->name, '.');
		if (dot && strncmp(group, k->name, (size_t)(dot - k->name + 1)) != 0)
			for (size_t n = 0; n < i; n++)
				assert_true(strncmp(
					config_keys[n].name, k->name, (size_t)(dot - k->name + 1)
				));
		snprintf(group, sizeof group, "%s", k->name);
	}
	free(c);
}

static void
the_later_layer_decides(void **) {
	static const char *argv[] = {"spin-control", "--log-level", "err"};
	char error[CONFIG_ERROR], where[CONFIG_WHERE];

	put("spin.yaml",
	    "unix_group: file\nanswers: {dns: zero, tcp: reset}\nserver_names: true\n");
	put("conf.d/10-a.yaml", "unix_group: a\nanswers:\n  dns: silence\n");
	put("conf.d/20-b.yaml", "unix_group: b\n");
	put("conf.d/30-no.yml", "unix_group: no\n");
	put("conf.d/90-api.yaml", "default_profile: guest\nlog_level: debug\n");
	put("conf.d/95-late.yaml", "default_profile: late\n");
	setenv("SPIN_UNIX_GROUP", "environment", 1);
	setenv("SPIN_ANSWERS_DNS", "nxdomain", 1);
	struct config *c = gather(error, 3, argv);
	assert_string_equal(error, "");
	assert_string_equal(c->unix_group, "environment");
	assert_int_equal(c->answers.dns, POLICY_DNS_NXDOMAIN);
	assert_int_equal(c->answers.tcp, POLICY_TCP_RESET); // of another file, in the same mapping
	assert_true(c->answers.server_names);
	assert_string_equal(c->default_profile, "guest");
	assert_int_equal(c->log_level, 0);
	assert_string_equal(config_where(c, "log_level", where), "--log-level");
	assert_string_equal(config_where(c, "unix_group", where), "SPIN_UNIX_GROUP");
	assert_non_null(strstr(config_where(c, "default_profile", where), "90-api.yaml:1:18"));
	assert_non_null(strstr(config_where(c, "answers.tcp", where), "spin.yaml:2:27"));
	assert_int_equal(c->files_count, 5);
	free(c);

	setenv("SPIN_ANSWERS_DNS", "loud", 1);
	assert_null(gather(error, 0, NULL));
	assert_string_equal(
		error,
		"SPIN_ANSWERS_DNS: 'loud' is not known here: write pass, nxdomain, zero or silence"
	);
	unsetenv("SPIN_UNIX_GROUP");
	unsetenv("SPIN_ANSWERS_DNS");
}

static void
what_is_wrong_has_its_place(void **) {
	static const struct {
		const char *text, *says;
	} wrong[] = {
		{"answers: {dsn: zero}\n",
		 "20-b.yaml:1:11: unknown key 'dsn': did you mean 'dns'?"},
		{"answers: zero\n", "20-b.yaml:1:10: expected a mapping of the keys of 'answers'"},
		{"answer: {dns: zero}\n", "unknown key 'answer': did you mean 'answers'?"},
		{"geo: {country: here.mmdb}\n", "1:16: 'here.mmdb' is no whole path"},
		{"server_names: yes\n", "1:15: 'yes' is neither true nor false"},
	};
	char error[CONFIG_ERROR];

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		put("conf.d/20-b.yaml", wrong[i].text);
		assert_null(gather(error, 0, NULL));
		if (!strstr(error, wrong[i].says))
			fail_msg("%s\n  gave: %s\n  not: %s", wrong[i].text, error, wrong[i].says);
	}
	put("conf.d/20-b.yaml", NULL);
}

// What the API's file becomes, without its remark.
static char *
patched(const char *was, const char *patch) {
	static struct core core;
	char error[CONFIG_ERROR] = "", *text = NULL;

	core.config = calloc(1, sizeof *core.config);
	snprintf(core.config->file, sizeof core.config->file, "%s/spin.yaml", folder);
	put("conf.d/90-api.yaml", was);
	int r = reload_patch(&core, patch, strlen(patch), &text, error);
	free(core.config);
	if (r < 0)
		fail_msg("%s", error);
	assert_true(text[0] == '#');
	char *body = text;
	while (*body == '#')
		body = strchr(body, '\n') + 1;
	memmove(text, body, strlen(body) + 1);
	return text;
}

static void
a_patch_is_merged(void **) {
	static const struct {
		const char *was, *patch, *becomes;
	} cases[] = {
		{NULL, "{\"log_level\":\"debug\"}", "log_level: debug\n"},
		{"log_level: debug\n", "{\"log_level\":null}", "{}\n"},
		{"# ours\nanswers: {dns: zero, tcp: reset}\n",
		 "{\"answers\":{\"dns\":null},\"server_names\":true}",
		 "answers:\n  tcp: reset\nserver_names: true\n"},
		{"answers: {dns: zero}\n", "{\"answers\":{\"dns\":null}}", "{}\n"},
		{"listen: [127.0.0.1:1]\n",
		 "{\"listen\":[\"[::1]:2\",\"127.0.0.1:3\"]}",
		 "listen:\n  - \"[::1]:2\"\n  - \"127.0.0.1:3\"\n"},
		{NULL,
		 "{\"banner\":{\"title\":\"a: \\\"b\\\" #c\",\"text\":\"\",\"x\":null}}",
		 "banner:\n  title: \"a: \\\"b\\\" #c\"\n  text: \"\"\n"},
		{NULL,
		 "{\"lists\":[{\"name\":\"ads\",\"action\":\"block\"},{}]}",
		 "lists:\n  -\n    name: ads\n    action: block\n  - {}\n"},
		{NULL, "{\"log_level\":\"null\"}", "log_level: \"null\"\n"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *text = patched(cases[i].was, cases[i].patch);
		assert_string_equal(text, cases[i].becomes);
		// What was written reads back as itself.
		char *again = patched(text, "{}");
		assert_string_equal(again, cases[i].becomes);
		free(again);
		free(text);
	}
	put("conf.d/90-api.yaml", NULL);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_whole),
		cmocka_unit_test(the_later_layer_decides),
		cmocka_unit_test(what_is_wrong_has_its_place),
		cmocka_unit_test(a_patch_is_merged),
	};

	return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
