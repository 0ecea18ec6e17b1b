// SPDX-License-Identifier: BSD-3-Clause
// What the command line may say, and that everything else is refused.

#include "dataplane/config.h"
#include "platform/base.h"
#include "tests/unit/test.h"

#include <string.h>

#define ARGS_MAX 24

static enum config_result
read_line(const char *line, char *copy, struct config *c) {
	char *argv[ARGS_MAX] = {0};
	int argc = 0;

	strcpy(copy, line);
	for (char *at = strtok(copy, " "); at && argc < ARGS_MAX - 1; at = strtok(NULL, " "))
		argv[argc++] = at;
	return config_read(argc, argv, c);
}

static void
test_accepts(void **state) {
	char copy[512];
	struct config c;

	(void)state;
	assert_int_equal(
		read_line(
			"spin-dataplane --lan eth1 --lan 0000:02:00.0 --wan "
			"net_pcap0,rx_pcap=a,infinite_rx=1 --host spin0 --flows 2048 "
			"--driver af_packet --default block --frames 7 --storm 0 --no-huge "
			"--mtu 9000",
			copy,
			&c
		),
		CONFIG_RUN
	);
	assert_int_equal(c.ports_n, 4);
	static const enum port_kind kinds[] = {PORT_KERNEL, PORT_PCI, PORT_VDEV, PORT_KERNEL};
	static const enum side sides[] = {SIDE_LAN, SIDE_LAN, SIDE_WAN, SIDE_HOST};
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		assert_int_equal(c.ports[i].kind, kinds[i]);
		assert_int_equal(c.ports[i].side, sides[i]);
	}
	assert_int_equal(c.flows, 2048);
	assert_int_equal(c.driver, DRIVER_AF_PACKET);
	assert_true(c.default_block && c.no_huge);
	assert_int_equal(c.frames, 7);
	assert_int_equal(c.storm, 0);
	assert_int_equal(c.mtu, 9000);
	assert_int_equal(c.workers, 1);
	assert_string_equal(c.run_dir, "/run/spin");
}

static void
test_refuses(void **state) {
	static const char *const lines[] = {
		"x",
		"x --lan a",
		"x --wan a",
		"x --lan a --wan a",
		"x --lan a --wan b --host c --host d",
		"x --lan a --wan b more",
		"x --lan a --wan b --flows 12",
		"x --lan a --wan b --flows 1e6",
		"x --lan a --wan b --flows -4096",
		"x --lan a --wan b --workers 0",
		"x --lan a --wan b --frames 18446744073709551616",
		"x --lan a --wan b --storm none",
		"x --lan a --wan b --mtu 1499",
		"x --lan a --wan b --driver dpdk",
		"x --lan a --wan b --default deny",
		"x --lan a --wan b --log-level loud",
		"x --lan a --wan b --no-such-option",
		"x --lan a --wan",
	};
	char copy[512];
	struct config c;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		if (read_line(lines[i], copy, &c) != CONFIG_USAGE)
			fail_msg("accepted: %s", lines[i]);
	}
}

static void
test_tells_kinds_apart(void **state) {
	static const struct {
		const char *text;
		enum port_kind kind;
	} cases[] = {
		{"enp1s0", PORT_KERNEL},
		{"01:00.0", PORT_PCI},
		{"0000:01:00.7", PORT_PCI},
		{"0000:01:00.0x", PORT_KERNEL},
		{"net_tap0", PORT_VDEV},
		{"abba:1", PORT_KERNEL}, // an old alias name
	};
	char line[128], copy[128];
	struct config c;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		snprintf(line, sizeof line, "x --wan other --lan %s", cases[i].text);
		assert_int_equal(read_line(line, copy, &c), CONFIG_RUN);
		if (c.ports[1].kind != cases[i].kind)
			fail_msg("%s", cases[i].text);
	}
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepts),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_tells_kinds_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
