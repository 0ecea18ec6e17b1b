// SPDX-License-Identifier: BSD-3-Clause
// One table of options: names, argument, help text and reader come from its rows.

#include "dataplane/config.h"

#include "platform/base.h"
#include "platform/log.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define FLOWS_MIN 1024u
#define FLOWS_MAX (1u << 24)
#define FLOWS_USUAL (1u << 18)
#define STORM_USUAL 20000u // several television channels by multicast, and far below a loop
#define STORM_MAX 1000000000u
#define MTU_USUAL 1500u
#define MTU_MAX 16000u
#define MBUFS_MIN 4096u
#define MBUFS_MAX (1u << 23)
#define MBUFS_A_PORT (1u << 13) // rings of the driver, filled and in flight, and a batch or two

// Rows: constant, option, argument (NULL: none), help.
#define OPTIONS(X)                                                                                 \
	X(LAN, "lan", "PORT", "a port of the home's side; may be given several times")             \
	X(WAN, "wan", "PORT", "a port towards the internet")                                       \
	X(HOST, "host", "PORT", "a port to the gateway's own network stack")                       \
	X(DRIVER, "driver", "auto|af_xdp|af_packet", "for kernel interfaces (auto)")               \
	X(RUN_DIR, "run-dir", "DIR", "where dataplane.sock is made (/run/spin)")                   \
	X(STATE_DIR, "state-dir", "DIR", "where rules.image is read (/var/lib/spin)")              \
	X(DEFAULT, "default", "allow|block", "while there are no rules at all (allow)")            \
	X(WORKERS, "workers", "N", "forwarding threads wanted (1); see below")                     \
	X(FLOWS, "flows", "N", "flows each worker remembers (262144)")                             \
	X(MBUFS,                                                                                   \
	  "mbufs",                                                                                 \
	  "N",                                                                                     \
	  "packet buffers; pcap ports that loop need one a frame (8192 a port and worker)")        \
	X(STORM,                                                                                   \
	  "storm",                                                                                 \
	  "PPS",                                                                                   \
	  "frames a second that a port may send to all others, 0: any number (20000)")             \
	X(MTU, "mtu", "BYTES", "largest packets of PCI ports, for jumbo frames up to 16000 (1500)" \
	)                                                                                          \
	X(NO_HUGE, "no-huge", NULL, "do not use hugepages even where there are some")              \
	X(FRAMES, "frames", "N", "stop when each worker received N frames, for benches")           \
	X(LOG_LEVEL, "log-level", "err|warn|info|debug", "what to write on stderr (info)")         \
	X(VERSION, "version", NULL, "print the version")                                           \
	X(HELP, "help", NULL, "print this")

enum option_id {
	OPTION_NONE = 256, // above every character getopt_long may return
#define X(id, ...) OPTION_##id,
	OPTIONS(X)
#undef X
};

static const struct option long_options[] = {
#define X(id, name, argument, help)                                                                \
	{name, (argument) ? required_argument : no_argument, NULL, OPTION_##id},
	OPTIONS(X)
#undef X
		{NULL, 0, NULL, 0},
};

static const struct {
	const char *name, *argument, *help;
} option_help[] = {
#define X(id, name, argument, help) {name, argument, help},
	OPTIONS(X)
#undef X
};

static void
print_help(void) {
	puts("usage: spin-dataplane --lan PORT [--lan PORT...] --wan PORT [--host PORT] "
	     "[OPTION...]\n"
	     "       spin-dataplane analyze FILE... [--json] [--home PREFIX]...\n"
	     "\n"
	     "Bridges a home's LAN and its WAN, and judges every frame by the rules in force.\n"
	     "PORT is a kernel interface (eth1), a PCI address (0000:01:00.0), or a DPDK vdev "
	     "string\n"
	     "that starts with net_ (net_pcap0,rx_pcap=FILE,infinite_rx=1).\n");
	for (size_t i = 0; i < ARRAY_LEN(option_help); i++) {
		char left[64];
		const char *argument = option_help[i].argument;
		snprintf(
			left,
			sizeof left,
			"--%s%s%s",
			option_help[i].name,
			argument ? " " : "",
			argument ? argument : ""
		);
		printf("  %-32s %s\n", left, option_help[i].help);
	}
	puts("\nSeveral workers need ports with as many queues, and both directions of a flow in "
	     "queues of the\n"
	     "same number: PCI ports of one driver that hashes the two IP addresses alone, or "
	     "net_pcap (one\n"
	     "rx_pcap= a worker), net_ring, net_memif and net_null, where whoever fills the queues "
	     "answers\n"
	     "for that.  Kernel interfaces have one worker.\n"
	     "\nExit codes: 0 stopped as asked, 1 failed, 2 wrong command line.");
}

static enum config_result
refuse(const char *what, const char *value, const char *right) {
	fprintf(stderr, "spin-dataplane: %s '%s': %s\n", what, value, right);
	return CONFIG_USAGE;
}

static bool
read_number(const char *text, uint64_t low, uint64_t high, uint64_t *ret_number) {
	char *end;

	errno = 0;
	unsigned long long n = strtoull(text, &end, 10);
	if (errno || end == text || *end || text[0] == '-' || n < low || n > high)
		return false;
	*ret_number = n;
	return true;
}

static enum port_kind
kind_of(const char *text) {
	unsigned int domain, bus, slot, function;
	int end = 0;

	if (strncmp(text, "net_", 4) == 0)
		return PORT_VDEV;
	if (sscanf(text, "%4x:%2x:%2x.%1x%n", &domain, &bus, &slot, &function, &end) == 4
	    && text[end] == 0)
		return PORT_PCI;
	end = 0;
	if (sscanf(text, "%2x:%2x.%1x%n", &bus, &slot, &function, &end) == 3 && text[end] == 0)
		return PORT_PCI;
	return PORT_KERNEL;
}

static enum config_result
add_port(struct config *c, enum side side, const char *text) {
	if (text[0] == 0 || strlen(text) >= PORT_TEXT_MAX)
		return refuse("port", text, "give a kernel interface, a PCI address or net_...");
	if (c->ports_n == PORTS_MAX)
		return refuse("port", text, "at most 8 ports in all");
	for (unsigned int i = 0; i < c->ports_n; i++) {
		if (strcmp(c->ports[i].text, text) == 0)
			return refuse("port", text, "given twice; every port has one side");
		if (side == SIDE_HOST && c->ports[i].side == SIDE_HOST)
			return refuse(
				"--host", text, "one host port is enough; there can be no second"
			);
	}
	c->ports[c->ports_n++] = (struct port_config){
		.side = side,
		.kind = kind_of(text),
		.text = text,
	};
	return CONFIG_RUN;
}

static enum config_result
set_number(const char *option, const char *text, uint64_t low, uint64_t high, uint64_t *ret) {
	char right[80];

	if (read_number(text, low, high, ret))
		return CONFIG_RUN;
	snprintf(
		right,
		sizeof right,
		"give a whole number from %llu to %llu",
		(unsigned long long)low,
		(unsigned long long)high
	);
	return refuse(option, text, right);
}

static enum config_result
set_size(struct config *c, int id, const char *text) {
	uint64_t n = 0;
	enum config_result r = CONFIG_RUN;

	switch (id) {
	case OPTION_WORKERS:
		r = set_number("--workers", text, 1, WORKERS_MAX, &n);
		c->workers = (unsigned int)n;
		break;
	case OPTION_FLOWS:
		r = set_number("--flows", text, FLOWS_MIN, FLOWS_MAX, &n);
		c->flows = (uint32_t)n;
		break;
	case OPTION_MBUFS:
		r = set_number("--mbufs", text, MBUFS_MIN, MBUFS_MAX, &n);
		c->mbufs = (uint32_t)n;
		break;
	case OPTION_STORM:
		r = set_number("--storm", text, 0, STORM_MAX, &n);
		c->storm = (uint32_t)n;
		break;
	case OPTION_MTU:
		r = set_number("--mtu", text, MTU_USUAL, MTU_MAX, &n);
		c->mtu = (uint32_t)n;
		break;
	default:
		r = set_number("--frames", text, 1, UINT64_MAX - 1, &c->frames);
	}
	return r;
}

// The place of `text` in a list of words, -1 when it is not there.
static int
word_index(const char *text, const char *const words[], size_t n) {
	for (size_t i = 0; i < n; i++) {
		if (strcmp(text, words[i]) == 0)
			return (int)i;
	}
	return -1;
}

static enum config_result
set_word(struct config *c, int id, const char *text) {
	static const char *const drivers[] = {"auto", "af_xdp", "af_packet"};
	static const char *const defaults[] = {"allow", "block"};
	int at;

	if (id == OPTION_DRIVER) {
		if ((at = word_index(text, drivers, ARRAY_LEN(drivers))) < 0)
			return refuse("--driver", text, "give auto, af_xdp or af_packet");
		c->driver = (enum driver_choice)at;
		return CONFIG_RUN;
	}
	if (id == OPTION_DEFAULT) {
		if ((at = word_index(text, defaults, ARRAY_LEN(defaults))) < 0)
			return refuse("--default", text, "give allow or block");
		c->default_block = at == 1;
		return CONFIG_RUN;
	}
	if (!log_set_level(text))
		return refuse("--log-level", text, "give err, warn, info or debug");
	return CONFIG_RUN;
}

static enum config_result
set_option(struct config *c, int id, const char *text) {
	switch (id) {
	case OPTION_LAN:
		return add_port(c, SIDE_LAN, text);
	case OPTION_WAN:
		return add_port(c, SIDE_WAN, text);
	case OPTION_HOST:
		return add_port(c, SIDE_HOST, text);
	case OPTION_RUN_DIR:
		c->run_dir = text;
		return CONFIG_RUN;
	case OPTION_STATE_DIR:
		c->state_dir = text;
		return CONFIG_RUN;
	case OPTION_NO_HUGE:
		c->no_huge = true;
		return CONFIG_RUN;
	case OPTION_DRIVER:
	case OPTION_DEFAULT:
	case OPTION_LOG_LEVEL:
		return set_word(c, id, text);
	case OPTION_WORKERS:
	case OPTION_FLOWS:
	case OPTION_MBUFS:
	case OPTION_STORM:
	case OPTION_MTU:
	case OPTION_FRAMES:
		return set_size(c, id, text);
	case OPTION_VERSION:
		puts("spin-dataplane " SPIN_RELEASE);
		return CONFIG_DONE;
	case OPTION_HELP:
		print_help();
		return CONFIG_DONE;
	default: // getopt_long has said what was wrong
		fputs("spin-dataplane: --help lists what there is\n", stderr);
		return CONFIG_USAGE;
	}
}

static enum config_result
check_sides(const struct config *c) {
	unsigned int of_side[SIDE_COUNT] = {0};

	for (unsigned int i = 0; i < c->ports_n; i++)
		of_side[c->ports[i].side]++;
	if (of_side[SIDE_LAN] && of_side[SIDE_WAN])
		return CONFIG_RUN;
	fprintf(stderr,
		"spin-dataplane: no %s port: give at least one --lan PORT and one --wan PORT "
		"(--help says what PORT can be)\n",
		of_side[SIDE_LAN] ? "WAN" : "LAN");
	return CONFIG_USAGE;
}

enum config_result
config_read(int argc, char **argv, struct config *ret_config) {
	struct config c = {
		.run_dir = "/run/spin",
		.state_dir = "/var/lib/spin",
		.workers = 1,
		.flows = FLOWS_USUAL,
		.storm = STORM_USUAL,
		.mtu = MTU_USUAL,
	};
	enum config_result r;
	int id;

	optind = 1;
	while ((id = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if ((r = set_option(&c, id, optarg)) != CONFIG_RUN)
			return r;
	}
	if (optind < argc)
		return refuse("argument", argv[optind], "not understood; options begin with --");
	if ((r = check_sides(&c)) != CONFIG_RUN)
		return r;
	if (c.mbufs == 0)
		c.mbufs = MBUFS_A_PORT * c.ports_n * c.workers;
	*ret_config = c;
	return CONFIG_RUN;
}
