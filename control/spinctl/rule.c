// SPDX-License-Identifier: BSD-3-Clause
// Rules: said, listed, switched, taken away.

#include "control/spinctl/act.h"
#include "control/spinctl/rate.h"
#include "control/spinctl/sentence.h"
#include "control/spinctl/text_out.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *
string_of(const struct json_doc *d, unsigned int node, const char *key) {
	const char *text = json_text(d, json_get(d, node, key));
	return text ? text : "";
}

void
print_warnings(const struct answer *a) {
	unsigned int list = json_get(a->doc, JSON_ROOT, "warnings");
	for (unsigned int n = json_first(a->doc, list); n; n = json_next(a->doc, n)) {
		fputs("Note: ", stdout);
		text_put(stdout, string_of(a->doc, n, "message"));
		putchar('\n');
	}
}

static int
finish(const struct cli *c, struct answer *a, const char *what) {
	if (c->json) {
		print_answer(a);
	} else {
		unsigned int rule = json_get(a->doc, JSON_ROOT, "rule");
		fputs(what, stdout);
		if (json_is_object(a->doc, rule)) {
			text_put(stdout, string_of(a->doc, rule, "sentence"));
		}
		print_force(a);
		print_warnings(a);
	}
	answer_free(a);
	return EXIT_OK;
}

static void
write_figure(struct json *j, const char *key, int64_t n) {
	if (n > 0) {
		json_key_u64(j, key, (uint64_t)n);
	}
}

static int
write_limit(const struct cli *c, struct json *j) {
	int64_t up = 0, down = 0, flows = 0;
	if ((c->up && !read_rate(c->up, &up)) || (c->down && !read_rate(c->down, &down))
	    || (c->new_flows && !read_count(c->new_flows, &flows)) || up == OFF || down == OFF
	    || flows == OFF) {
		return usage(
			c->command,
			"a limit is --up or --down in bits a second, as 2Mbit, or --new-flows N"
		);
	}
	json_key(j, "limit");
	json_object(j);
	write_figure(j, "up_bps", up);
	write_figure(j, "down_bps", down);
	write_figure(j, "new_flows_per_s", flows);
	json_end(j);
	return EXIT_OK;
}

static int
say(const struct cli *c, const char *action, int argc, char **argv) {
	struct sentence s;
	struct answer a;
	struct json j;
	int r = sentence_read(c, argc, argv, &s);
	if (r) {
		return r;
	}
	json_init(&j);
	json_object(&j);
	sentence_write(&s, action, &j);
	if (strcmp(action, "limit") == 0) {
		r = write_limit(c, &j);
	}
	json_end(&j);
	if (r == EXIT_OK) {
		r = j.failed ? EXIT_FAILED : client_change(c, "POST", "/api/v1/rules", j.text, &a);
	}
	json_free(&j);
	return r ? r : finish(c, &a, "");
}

static bool
service_fits(const struct json_doc *d, unsigned int rule, const char *service) {
	unsigned int node = json_get(d, rule, "service");
	char text[128] = "";
	if (json_is_object(d, node)) {
		const char *ports = string_of(d, node, "ports");
		const char *name = string_of(d, node, "name");
		snprintf(
			text,
			sizeof(text),
			"%s%s%s",
			*name ? name : string_of(d, node, "protocol"),
			*ports ? "/" : "",
			ports
		);
	}
	return strcasecmp(text, service) == 0;
}

// Whether the rule in the list is the one that the words name, whenever it holds.
static bool
rule_fits(
	const struct json_doc *d,
	unsigned int rule,
	const struct sentence *s,
	const char *action
) {
	unsigned int subject = json_get(d, rule, "subject");
	unsigned int object = json_get(d, rule, "object");
	const char *kind = string_of(d, object, "kind");
	const char *wanted = strcmp(s->object, "node") == 0 ? "destination"
		: strcmp(s->object, "any") == 0		    ? "everything"
							    : s->object;
	const char *value = strcmp(kind, "destination") == 0 ? string_of(d, object, "id")
							     : string_of(d, object, "value");
	const char *who = s->device.id[0] ? s->device.id : s->profile ? s->profile : "";
	const char *is = s->device.id[0] || !s->profile ? string_of(d, subject, "id")
							: string_of(d, subject, "name");
	return strcmp(string_of(d, rule, "action"), action) == 0 && strcmp(kind, wanted) == 0
		&& strcasecmp(value, s->value) == 0 && strcmp(is, who) == 0
		&& (s->profile != NULL) == (strcmp(string_of(d, subject, "kind"), "profile") == 0)
		&& service_fits(d, rule, s->service);
}

static int
delete_rule(const struct cli *c, const char *id, const char *sentence) {
	struct answer a;
	char path[96];
	snprintf(path, sizeof(path), "/api/v1/rules/%.40s", id);
	int r = client_change(c, "DELETE", path, NULL, &a);
	if (r == EXIT_OK && !c->json) {
		fputs("no longer: ", stdout);
		text_put(stdout, sentence);
	}
	return r ? r : finish(c, &a, "");
}

static int
take_back(const struct cli *c, const char *action, int argc, char **argv) {
	struct sentence s;
	struct answer list;
	unsigned int found = 0;
	int r = sentence_read(c, argc, argv, &s);
	if (r == EXIT_OK) {
		r = client_list(c, "/api/v1/rules", NULL, &list);
	}
	if (r) {
		return r;
	}
	unsigned int items = json_get(list.doc, JSON_ROOT, "items");
	for (unsigned int n = json_first(list.doc, items); n && r == EXIT_OK;
	     n = json_next(list.doc, n)) {
		if (!rule_fits(list.doc, n, &s, action)) {
			continue;
		}
		found++;
		r = delete_rule(
			c, string_of(list.doc, n, "id"), string_of(list.doc, n, "sentence")
		);
	}
	answer_free(&list);
	if (r == EXIT_OK && !found) {
		fputs("spinctl: there is no such rule; \"spinctl rules\" lists them\n", stderr);
		return EXIT_FAILED;
	}
	return r;
}

int
run_rule(struct cli *c) {
	const char *action = c->command->name;
	if (!sentence_is_one(c, c->argc, c->argv)) {
		return c->argc > 2 ? usage(c->command, "\"%s\" is one word too many", c->argv[2])
				   : run_action(c);
	}
	return strncmp(action, "un", 2) == 0 ? take_back(c, action + 2, c->argc, c->argv)
					     : say(c, action, c->argc, c->argv);
}

static const char *
state_of(const struct json_doc *d, unsigned int rule) {
	if (!json_flag(d, json_get(d, rule, "enabled"), true)) {
		return "off";
	}
	if (!json_flag(d, json_get(d, rule, "active"), true)) {
		return "not now";
	}
	if (*string_of(d, rule, "note")) {
		return "matches nothing";
	}
	return json_flag(d, json_get(d, rule, "in_force"), false) ? "yes" : "not yet";
}

static int
list_rules(const struct cli *c) {
	struct answer list;
	int r = client_list(c, "/api/v1/rules", NULL, &list);
	if (r || c->json) {
		r = r ? r : print_answer(&list);
		answer_free(&list);
		return r;
	}
	const struct json_doc *d = list.doc;
	struct table t = {
		7,
		{"RULE", "ACTION", "WHAT IT SAYS", ">HITS", "LAST HIT", "BY", "IN FORCE"},
		NULL,
		0,
		0};
	unsigned int items = json_get(d, JSON_ROOT, "items");
	for (unsigned int n = json_first(d, items); n; n = json_next(d, n)) {
		char hits[24], when[SIZE_BYTES];
		const char *last = json_text(d, json_get(d, n, "last_hit"));
		snprintf(hits, sizeof(hits), "%" PRId64, json_number(d, json_get(d, n, "hits"), 0));
		table_cell(&t, string_of(d, n, "id"));
		table_cell(&t, string_of(d, n, "action"));
		table_cell(&t, string_of(d, n, "sentence"));
		table_cell(&t, hits);
		table_cell(&t, last ? text_when(last, when) : NULL);
		table_cell(&t, string_of(d, n, "author"));
		table_cell(&t, state_of(d, n));
	}
	table_print(&t);
	answer_free(&list);
	return EXIT_OK;
}

static int
switch_rule(const struct cli *c, const char *id, bool on) {
	struct answer a;
	char path[96];
	snprintf(path, sizeof(path), "/api/v1/rules/%.40s", id);
	int r = client_change(
		c, "PATCH", path, on ? "{\"enabled\":true}" : "{\"enabled\":false}", &a
	);
	return r ? r : finish(c, &a, "");
}

int
run_rules(struct cli *c) {
	const char *verb = c->argc ? c->argv[0] : "";
	const char *word = c->argc > 1 ? c->argv[1] : "";
	if (!c->argc) {
		return list_rules(c);
	}
	if (strcmp(verb, "add") == 0
	    && (strcmp(word, "block") == 0 || strcmp(word, "allow") == 0
		|| strcmp(word, "limit") == 0)) {
		return say(c, word, c->argc - 2, c->argv + 2);
	}
	if (c->argc == 2 && strcmp(verb, "remove") == 0) {
		return delete_rule(c, word, word);
	}
	if (c->argc == 2 && (strcmp(verb, "enable") == 0 || strcmp(verb, "disable") == 0)) {
		return switch_rule(c, word, verb[0] == 'e');
	}
	return usage(
		c->command,
		"write add block …, add allow …, add limit …, or remove, enable or "
		"disable and a rule's id"
	);
}
