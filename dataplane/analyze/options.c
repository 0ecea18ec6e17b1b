// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/analyze/options.h"

#include "dataplane/worker.h"
#include "platform/base.h"
#include "platform/text.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
	"usage: spinctl analyze FILE... [--json] [--home PREFIX]... [--workers N]\n"
	"\n"
	"Runs captures (pcap or pcapng, Ethernet) through the dataplane, with the captures' own "
	"clock,\n"
	"and prints devices, flows and names.  Several files are merged by time.\n"
	"\n"
	"  --json         one JSON object instead of text\n"
	"  --home PREFIX  an address range of the home, such as 192.168.1.0/24 or "
	"2001:db8:1::/48;\n"
	"                 replaces the private ranges of IPv4 and IPv6, which are home otherwise\n"
	"  --workers N    split the frames over so many workers (1 to 8) as a network card would: "
	"a check,\n"
	"                 it changes neither the result nor the time\n";

// RFC 1918, 6598, 3927, 4193, 4291.
static const char *const home_default[] = {
	"10.0.0.0/8",
	"172.16.0.0/12",
	"192.168.0.0/16",
	"100.64.0.0/10",
	"169.254.0.0/16",
	"fc00::/7",
	"fe80::/10",
};

static int
read_prefix(const char *text, struct prefix *ret) {
	char address[TEXT_ADDRESS];
	unsigned int family;
	const char *slash = strchr(text, '/');
	size_t n = slash ? (size_t)(slash - text) : strlen(text);

	if (n >= sizeof(address))
		return -EINVAL;
	memcpy(address, text, n);
	address[n] = '\0';
	if (text_parse_address(address, &family, ret->address) < 0)
		return -EINVAL;
	unsigned long most = family == 4 ? 32 : 128, bits = most;
	if (slash) {
		char *end;
		if (slash[1] < '0' || slash[1] > '9')
			return -EINVAL;
		bits = strtoul(slash + 1, &end, 10);
		if (*end != '\0' || bits > most)
			return -EINVAL;
	}
	ret->family = (uint8_t)family;
	ret->bits = (uint8_t)bits;
	return 0;
}

static int
add_home(struct options *o, const char *text) {
	if (o->home_n == HOME_MAX) {
		fprintf(stderr, "spinctl: at most %d --home prefixes\n", HOME_MAX);
		return -EINVAL;
	}
	if (read_prefix(text, &o->home[o->home_n]) < 0) {
		fprintf(stderr,
			"spinctl: \"%s\" is not a prefix; write it as 192.168.1.0/24 or "
			"2001:db8::/48\n",
			text);
		return -EINVAL;
	}
	o->home_n++;
	return 0;
}

static int
set_workers(struct options *o, const char *text) {
	if (text[0] < '1' || text[0] > '0' + WORKERS_MAX || text[1] != '\0') {
		fprintf(stderr,
			"spinctl: --workers \"%s\": give a number from 1 to %d\n",
			text,
			WORKERS_MAX);
		return -EINVAL;
	}
	o->workers = (unsigned int)(text[0] - '0');
	return 0;
}

int
options_read(int argc, char **argv, struct options *ret) {
	static const struct option known[] = {
		{"json", no_argument, NULL, 'j'},
		{"lines", required_argument, NULL, 'l'}, // for spin-control
		{"home", required_argument, NULL, 'n'},
		{"workers", required_argument, NULL, 'w'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int c;

	*ret = (struct options){.workers = 1};
	optind = 1;
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
		if (c == 'j') {
			ret->json = true;
		} else if (c == 'l') {
			ret->lines = (uint32_t)strtoul(optarg, NULL, 10);
		} else if (c == 'n') {
			if (add_home(ret, optarg) < 0)
				return -EINVAL;
		} else if (c == 'w') {
			if (set_workers(ret, optarg) < 0)
				return -EINVAL;
		} else if (c == 'h') {
			fputs(usage, stdout);
			return 1;
		} else {
			const char *what =
				c == ':' ? "needs a value" : "is not an option of analyze";
			fprintf(stderr, "spinctl: %s %s\n%s", argv[optind - 1], what, usage);
			return -EINVAL;
		}
	}
	if (optind == argc) {
		fprintf(stderr, "spinctl: analyze needs a capture file\n%s", usage);
		return -EINVAL;
	}
	bool use_default = ret->home_n == 0;
	for (size_t i = 0; use_default && i < ARRAY_LEN(home_default); i++)
		add_home(ret, home_default[i]);
	ret->files = argv + optind;
	ret->files_n = (unsigned int)(argc - optind);
	return 0;
}

bool
options_is_home(const struct options *o, unsigned int family, const uint8_t address[16]) {
	for (unsigned int i = 0; i < o->home_n; i++) {
		const struct prefix *p = &o->home[i];
		unsigned int whole = p->bits / 8, rest = p->bits % 8;
		if (p->family != family || memcmp(p->address, address, whole) != 0)
			continue;
		uint8_t mask = (uint8_t)(0xff00 >> rest);
		if (rest == 0 || ((p->address[whole] ^ address[whole]) & mask) == 0)
			return true;
	}
	return false;
}
