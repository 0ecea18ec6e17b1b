// SPDX-License-Identifier: BSD-3-Clause
// Limits of a device: rates as people write them, and what is in force afterwards.

#include "control/spinctl/act.h"
#include "control/spinctl/rate.h"
#include "control/spinctl/resolve.h"
#include "control/spinctl/text_out.h"
#include "platform/json_write.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
add(struct json *j, const char *key, const char *given, int64_t n) {
	if (!given) {
		return;
	}
	json_key(j, key);
	if (n == OFF) {
		json_null(j);
	} else {
		json_u64(j, (uint64_t)n);
	}
}

static void
print_rate(const char *word, int64_t bps) {
	static const char *const units[] = {"bit/s", "kbit/s", "Mbit/s", "Gbit/s"};
	double n = (double)bps;
	size_t u = 0;

	if (bps <= 0) {
		return;
	}
	for (; n >= 1000 && u < 3; u++) {
		n /= 1000;
	}
	printf(" %s %.4g %s", word, n, units[u]);
}

static void
print_limits(const struct answer *a, unsigned int device) {
	unsigned int l = json_get(a->doc, device, "limits");
	int64_t flows = json_number(a->doc, json_get(a->doc, l, "new_flows_per_s"), 0);

	if (!json_is_object(a->doc, l)) {
		fputs(" has no limits", stdout);
		return;
	}
	fputs(" is limited:", stdout);
	print_rate("up", json_number(a->doc, json_get(a->doc, l, "up_bps"), 0));
	print_rate("down", json_number(a->doc, json_get(a->doc, l, "down_bps"), 0));
	if (flows > 0) {
		printf(" new-flows %" PRId64 "/s", flows);
	}
}

static int
body(const struct cli *c, struct json *j) {
	int64_t up = 0, down = 0, flows = 0;

	if ((c->up && !read_rate(c->up, &up)) || (c->down && !read_rate(c->down, &down))) {
		return usage(
			c->command,
			"a rate is a number of bits a second, as 2Mbit or 500kbit, or off"
		);
	}
	if (c->new_flows && !read_count(c->new_flows, &flows)) {
		return usage(c->command, "--new-flows is a whole number a second, or off");
	}
	json_object(j);
	json_key(j, "limits");
	if (c->off) {
		json_null(j);
	} else {
		json_object(j);
		add(j, "up_bps", c->up, up);
		add(j, "down_bps", c->down, down);
		add(j, "new_flows_per_s", c->new_flows, flows);
		json_end(j);
	}
	json_end(j);
	return EXIT_OK;
}

int
run_limit(struct cli *c) {
	struct node device;
	struct answer a;
	struct json j;
	char path[RESOLVE_ID_BYTES + 32];
	bool change = c->up || c->down || c->new_flows || c->off;

	if (c->off && (c->up || c->down || c->new_flows)) {
		return usage(c->command, "--off takes all limits away; give it alone");
	}
	int r = resolve_device(c, c->argv[0], &device);
	if (r) {
		return r;
	}
	snprintf(path, sizeof(path), "/api/v1/devices/%s", device.id);
	json_init(&j);
	r = change ? body(c, &j) : EXIT_OK;
	if (r == EXIT_OK) {
		r = change ? client_change(c, "PATCH", path, j.text, &a)
			   : client_ask(c, "GET", path, NULL, &a);
	}
	json_free(&j);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		text_put(stdout, device.name);
		print_limits(&a, change ? json_get(a.doc, JSON_ROOT, "device") : JSON_ROOT);
		if (change) {
			print_force(&a);
		} else {
			putchar('\n');
		}
	}
	answer_free(&a);
	return EXIT_OK;
}
