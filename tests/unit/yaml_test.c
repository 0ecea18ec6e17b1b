// SPDX-License-Identifier: BSD-3-Clause
// What people write to configure us, and where the finger points when it is wrong.

#include "control/config.h"
#include "control/yaml_tree.h"
#include "platform/base.h"
#include "tests/unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/spin-yaml-XXXXXX";

static const char *
write_file(const char *name, const char *text, size_t length) {
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", directory, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, length, f), length);
	fclose(f);
	return path;
}

struct wrong {
	const char *text;
	const char *says; // after the file's name
};

static const struct wrong wrong_configs[] = {
	{"", ":1:1: the file is empty"},
	{"just words\n", ":1:1: expected 'key: value' lines"},
	{"- a\n- b\n", ":1:1: expected 'key: value' lines"},
	{"listne: 127.0.0.1:1\n", ":1:1: unknown key 'listne': did you mean 'listen'?"},
	{"run_dir: /a\nstate_dir: /b\nrun_dir: /c\n",
	 ":3:1: 'run_dir' was given already in line 1"},
	{"run_dir: &x /a\n", ":1:10: anchors"},
	{"run_dir: *x\n", ":1:10: aliases"},
	{"run_dir: !!str /a\n", ":1:10: tags"},
	{"run_dir: [/a]\n", ":1:10: expected one value"},
	{"run_dir:\n", ":1:9: expected one value"},
	{"? [a]\n: b\n", ":1:3: a key must be a plain word"},
	{"run_dir: /a\n---\nrun_dir: /b\n", ":2:1: a second document"},
	{"run_dir: /a\n\trun: x\n", ":2:1: "},
	{"run_dir: \"/a\n", ":"},
	{"a: {b: {c: {d: {e: {f: {g: {h: {i: 1}}}}}}}}\n", "nested too deeply"},
	{"names: [my.home, '*.home']\n", ":1:18: '*.home' is not a host name"},
	{"names: [192.0.2.1]\n", ":1:9: '192.0.2.1' is not a host name"},
	{"cors: ['*']\n", ":1:8: '*' is not an origin"},
	{"provider: {listen: '192.0.2.1:1'}\n", "client_ca"},
	{"events_max: 5000\n", ":1:13: '5000' is not a number from 1 to 4096"},
	{"listen: localhost:80\n", ":1:9: 'localhost:80' has no numeric address"},
	{"listen: 127.0.0.1\n", ":1:9: '127.0.0.1' is not ADDRESS:PORT"},
	{"listen: 127.0.0.1:70000\n", ":1:9: '127.0.0.1:70000' has no port"},
	{"listen: []\n", ":1:9: expected an address or a list"},
	{"log_level: loud\n", ":1:12: 'loud' is not known here: write err, warn, info or debug"},
};

static void
wrong_configs_are_explained(void **) {
	for (size_t i = 0; i < ARRAY_LEN(wrong_configs); i++) {
		const struct wrong *w = &wrong_configs[i];
		const char *path = write_file("spin.yaml", w->text, strlen(w->text));
		char error[CONFIG_ERROR] = "";
		struct config c;
		config_defaults(&c);
		assert_true(config_load(&c, path, true, error) < 0);
		if (strncmp(error, path, strlen(path)) != 0 || !strstr(error, w->says))
			fail_msg("%s\n  gave: %s\n  not: %s", w->text, error, w->says);
	}
}

static void
not_utf8_has_a_line(void **) {
	static const char text[] = "run_dir: /a\n# \xff\n";
	const char *path = write_file("spin.yaml", text, sizeof text - 1);
	char error[CONFIG_ERROR] = "";
	struct config c;

	config_defaults(&c);
	assert_int_equal(config_load(&c, path, true, error), -EINVAL);
	assert_non_null(strstr(error, ":2:3: "));
	assert_non_null(strstr(error, "UTF-8"));
}

static void
a_flood_of_brackets_ends_early(void **) {
	size_t length = 200000;
	char *text = malloc(length);
	char error[YAML_ERROR] = "";
	struct yaml_tree tree;

	memset(text, '[', length);
	memcpy(text, "a: ", 3);
	assert_int_equal(yaml_tree_parse("x", text, length, &tree, error), -EINVAL);
	assert_non_null(strstr(error, "x:1:11: nested too deeply"));
	free(text);
}

static void
a_good_config_is_read(void **) {
	static const char text[] = "# ours\nlisten:\n  - 127.0.0.2:8080\n  - '[::1]:0'\n"
				   "run_dir: /tmp/r\nstate_dir: \"/tmp/s\"\n"
				   "default_profile: block-all\nlog_level: info\n";
	const char *path = write_file("spin.yaml", text, sizeof text - 1);
	char error[CONFIG_ERROR] = "";
	struct config c;

	config_defaults(&c);
	if (config_load(&c, path, true, error) < 0)
		fail_msg("%s", error);
	assert_int_equal(c.listen_count, 2);
	assert_string_equal(c.listen[0], "127.0.0.2:8080");
	assert_string_equal(c.listen[1], "[::1]:0");
	assert_string_equal(c.run_dir, "/tmp/r");
	assert_string_equal(c.state_dir, "/tmp/s");
	assert_string_equal(c.default_profile, "block-all");
	assert_int_equal(config_load(&c, "/nonexistent/spin.yaml", false, error), 0);
	assert_int_equal(config_load(&c, "/nonexistent/spin.yaml", true, error), -ENOENT);
	assert_non_null(strstr(error, "cannot be read"));
}

static void
the_example_is_valid_and_complete(void **) {
	char error[CONFIG_ERROR] = "";
	struct config from_file;
	struct config c;

	config_defaults(&c);
	from_file = c;
	if (config_load(&from_file, SPIN_SOURCE "/platform/spin.yaml.example", true, error) < 0)
		fail_msg("%s", error);
	// It documents the defaults, so that reading it changes nothing.
	assert_string_equal(from_file.listen[0], c.listen[0]);
	assert_string_equal(from_file.run_dir, c.run_dir);
	assert_string_equal(from_file.state_dir, c.state_dir);
	assert_string_equal(from_file.profiles_dir, c.profiles_dir);
	assert_string_equal(from_file.default_profile, c.default_profile);
	assert_string_equal(from_file.unix_group, c.unix_group);
}

static int
make_directory(void **) {
	return mkdtemp(directory) ? 0 : -1;
}

static int
remove_directory(void **) {
	char command[64];

	snprintf(command, sizeof command, "rm -r %s", directory);
	return system(command);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_configs_are_explained),
		cmocka_unit_test(not_utf8_has_a_line),
		cmocka_unit_test(a_flood_of_brackets_ends_early),
		cmocka_unit_test(a_good_config_is_read),
		cmocka_unit_test(the_example_is_valid_and_complete),
	};
	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
