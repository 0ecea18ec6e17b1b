// SPDX-License-Identifier: BSD-3-Clause
// Why something passes or not, and what a rule would change before it is made.

#include "control/clock.h"
#include "control/core.h"
#include "control/domain.h"
#include "control/explain.h"
#include "control/http/api_history.h"
#include "control/id.h"
#include "control/rule_check.h"
#include "control/rule_json.h"
#include "control/simulate.h"
#include "platform/text.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define V1 "/api/v1"
#define SIMULATE_WINDOW_S 600
#define SIMULATE_WINDOW_MAX_S (400 * 86400)
#define TO_MAX 300

// "example.org:443", "192.0.2.7:443", "[2001:db8::7]:443" or without a port.
static bool
split_port(char *to, uint16_t *ret_port) {
	char *colon = strrchr(to, ':');
	bool bare6 = to[0] != '[' && colon && strchr(to, ':') != colon;

	*ret_port = 0;
	if (!colon || bare6 || (to[0] == '[' && colon[-1] != ']')) {
		if (to[0] != '[')
			return true;
		size_t n = strlen(to);
		if (to[n - 1] != ']')
			return false;
		memmove(to, to + 1, n - 2);
		to[n - 2] = 0;
		return true;
	}
	char *end;
	unsigned long port = strtoul(colon + 1, &end, 10);
	if (colon[1] < '0' || colon[1] > '9' || *end || port == 0 || port > UINT16_MAX)
		return false;
	*ret_port = (uint16_t)port;
	*colon = 0;
	if (to[0] == '[') {
		size_t n = strlen(to);
		memmove(to, to + 1, n - 2);
		to[n - 2] = 0;
	}
	return true;
}

// A domain name in the way that names are kept: lower case, without a final dot.
static bool
tidy_name(char *name) {
	uint8_t wire[DOMAIN_WIRE_MAX];
	size_t n = strlen(name);

	if (n > 1 && name[n - 1] == '.')
		name[--n] = 0;
	for (char *c = name; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c | 0x20);
	return domain_wire(name, wire) > 0;
}

static bool
read_to(struct http_request *r,
	struct core *c,
	const struct device *d,
	char to[TO_MAX],
	struct ask *a) {
	const char *text = http_query(r, "to");
	unsigned int family;
	uint8_t address[16];
	uint16_t port;

	if (text && text[0] && strlen(text) < TO_MAX) {
		snprintf(to, TO_MAX, "%s", text);
		if (split_port(to, &port)) {
			bool is_address = text_parse_address(to, &family, address) == 0;
			if (is_address)
				ask_by_address(&c->state, d, family, address, a);
			else if (tidy_name(to))
				ask_by_name(&c->state, d, to, a);
			else
				goto wrong;
			a->port = port;
			return true;
		}
	}
wrong:
	http_problem(
		r,
		PROBLEM_BAD_VALUE,
		"Write to=example.org, to=192.0.2.7:443 or to=[2001:db8::7]:443.",
		"'%.60s' is neither a name nor an address.",
		text ? text : ""
	);
	return false;
}

// What is asked for by name because it has no port: "arp", "nd".
static enum safety
safety_named(const char *word) {
	static const char *const words[SAFETY_COUNT] = {
#define X(id, word, text) [SAFETY_##id] = word,
		SAFETY_CLASS(X)
#undef X
	};

	for (size_t i = SAFETY_NONE + 1; i < SAFETY_DHCP; i++)
		if (strcmp(words[i], word) == 0)
			return (enum safety)i;
	return SAFETY_NONE;
}

static bool
read_protocol(struct http_request *r, struct ask *a) {
	const char *text = http_query(r, "protocol");
	struct rule_spec s = {0};
	struct rule_fault f;

	if (!text) {
		a->protocol = a->port ? IPPROTO_TCP : 0;
		return true;
	}
	a->safety = safety_named(text);
	if (a->safety && !a->port)
		return true;
	if (rule_set_service(&s, text, &f) && s.service.protocol && !s.service.low) {
		a->protocol = s.service.protocol;
		return true;
	}
	http_problem(
		r,
		PROBLEM_BAD_VALUE,
		"Write protocol=tcp, udp or icmp; arp, eapol, nd, ra or mld without a port; or "
		"leave "
		"it out.",
		"'%.40s' is no protocol.",
		text
	);
	return false;
}

void
api_explain(struct http_request *r, void *core) {
	struct core *c = core;
	const char *device = http_query(r, "device");
	const char *direction = http_query(r, "direction");
	const struct device *d;
	char to[TO_MAX];
	struct ask a;
	struct json j;
	uint64_t id;

	d = device && id_parse("dev_", device, &id) ? device_by_id(&c->state, id) : NULL;
	if (!d) {
		http_problem(
			r,
			PROBLEM_UNKNOWN_DEVICE,
			"GET " V1 "/devices lists them; write device=dev_….",
			"There is no device '%.40s'.",
			device ? device : ""
		);
		return;
	}
	if (!read_to(r, c, d, to, &a) || !read_protocol(r, &a))
		return;
	if (direction && strcmp(direction, "in") != 0 && strcmp(direction, "out") != 0) {
		http_problem(
			r,
			PROBLEM_BAD_VALUE,
			"out: the device begins; in: it is begun with the device.",
			"'%.40s' is no direction.",
			direction
		);
		return;
	}
	a.in = direction && strcmp(direction, "in") == 0;
	if (!c->image) {
		http_problem(r, PROBLEM_BUSY, "Ask again in a moment.", "There are no rules yet.");
		return;
	}
	json_init(&j);
	explain(c, &a, http_query(r, "to"), &j);
	api_reply(r, 200, &j);
}

struct simulating {
	struct api_asked asked; // first
	struct history_question q;
	struct history_answer a;
	struct rule_spec draft;
};

static int
run_rows(struct hdb *db, struct history_ask *ask) {
	struct simulating *s = container_of(ask, struct simulating, asked.ask);

	return ask_counts(db, &s->q, &s->a);
}

static void
refuse_simulation(struct http_request *r, int result) {
	http_problem(
		r,
		PROBLEM_INTERNAL,
		"Try again.",
		"The rules could not be compiled: %s.",
		strerror(-result)
	);
}

static void
past_answered(struct history_ask *ask) {
	struct simulating *s = container_of(ask, struct simulating, asked.ask);
	struct http_request *r = api_history_answered(&s->asked);
	struct json j;

	if (r) {
		json_init(&j);
		int result = simulate_past(s->asked.core, &s->draft, &s->a, &j);
		if (result == 0) {
			api_reply(r, 200, &j);
		} else {
			json_free(&j);
			refuse_simulation(r, result);
		}
	}
	answer_free_counts(&s->a);
	free(s);
}

static void
ask_past(struct http_request *r, struct core *c, const struct rule_spec *draft, uint64_t window_s) {
	struct simulating *s = calloc(1, sizeof *s);

	if (!s) {
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
		return;
	}
	s->draft = *draft;
	s->q.to_s = clock_wall_ns() / NS_PER_S + 1;
	s->q.from_s = s->q.to_s - window_s;
	s->q.group = ASK_BY_ROW;
	s->q.limit = ASK_ROWS_MAX;
	s->asked.ask.run = run_rows;
	s->asked.ask.then = past_answered;
	api_ask_history(r, c, &s->asked);
}

void
api_simulate(struct http_request *r, void *core) {
	struct core *c = core;
	struct rule_spec draft;
	uint64_t window;
	struct json j;

	if (!http_query_number(r, "window", 1, SIMULATE_WINDOW_MAX_S, SIMULATE_WINDOW_S, &window)
	    || !api_read_rule(r, c, &draft))
		return;
	if (draft.action != ACTION_BLOCK && draft.action != ACTION_ALLOW) {
		http_problem_at(
			r,
			PROBLEM_BAD_RULE,
			"action",
			"Write block or allow: only these decide what passes.",
			"action: this can not be tried."
		);
		return;
	}
	if (window > SIMULATE_WINDOW_S && c->history) { // what is not held any more is in there
		ask_past(r, c, &draft, window);
		return;
	}
	json_init(&j);
	int result = simulate(c, &draft, window * NS_PER_S, &j);
	if (result < 0) {
		json_free(&j);
		refuse_simulation(r, result);
		return;
	}
	api_reply(r, 200, &j);
}
