// SPDX-License-Identifier: BSD-3-Clause

#include "control/explain.h"

#include "control/core.h"
#include "control/export/eve/dns_words.h"
#include "control/id.h"
#include "control/lists_map.h"
#include "control/rule_text.h"
#include "control/service.h"
#include "control/text/language.h"
#include "control/view.h"
#include "platform/text.h"

#include <stdio.h>
#include <string.h>

static_assert(EXPLAIN_RULE >= RULE_SENTENCE);

const char *
explain_rule(const struct state *s, uint64_t id, const char **ret_profile, char ret[EXPLAIN_RULE]) {
	const struct rule *r = rule_by_id(s, id);

	ret[0] = 0;
	*ret_profile = NULL;
	if (r)
		return rule_sentence(s, &r->spec, ret);
	for (size_t i = 0; i < s->profiles.count; i++) {
		const struct profile *p = &s->profiles.items[i];
		for (size_t k = 0; k < p->rules_count; k++)
			if (p->rules[k].id == id) {
				*ret_profile = p->name;
				return rule_sentence(s, &p->rules[k].spec, ret);
			}
	}
	return ret;
}

static void
step(struct json *j,
     const char *kind,
     const char *text,
     bool decides,
     uint64_t rule,
     const char *name) {
	json_object(j);
	json_key_string(j, "kind", kind);
	json_key_string(j, "text", text);
	json_key_bool(j, "decides", decides);
	view_id(j, "rule", "rule_", rule);
	json_key_string(j, "name", name);
	json_end(j);
}

// Why the name leads nowhere, or not where it should: it is not ours to decide.
static void
resolver_step(const struct resolver_said *said, struct json *j) {
	const char *name = resolver_error_name(said->code);
	const char *means = resolver_error_text(said->code);
	char text[400];

	if (name && means)
		snprintf(
			text,
			sizeof text,
			_("The resolver says: %s (%u). %s"),
			name,
			said->code,
			_(means)
		);
	else if (name)
		snprintf(text, sizeof text, _("The resolver says: %s (%u)."), name, said->code);
	else
		snprintf(
			text,
			sizeof text,
			_("The resolver gives the error %u, which has no registered name."),
			said->code
		);
	step(j, "resolver", text, false, 0, name);
}

static void
write_resolver(const struct resolver_said *said, struct json *j) {
	char word[DNS_WORD];

	json_key(j, "resolver");
	if (!said) {
		json_null(j);
		return;
	}
	json_object(j);
	json_key_u64(j, "code", said->code);
	json_key_string(j, "name", resolver_error_name(said->code));
	json_key_string(j, "rcode", dns_rcode(said->rcode, word));
	view_time(j, "seen", said->seen_ns);
	json_end(j);
}

// "news.example, by its alias cdn.example, is 192.0.2.1"
static void
names_step(
	const struct ask *a,
	const struct resolver_said *said,
	const char *device,
	struct json *j
) {
	char text[2 * WIRE_CHAIN_MAX];
	char address[TEXT_ADDRESS] = "";
	int n = 0;

	if (a->family)
		text_address(a->family, a->address, address);
	if (a->names_length == 0) {
		snprintf(
			text,
			sizeof text,
			_("%s asked for no name that leads to %s, so only the address counts."),
			device,
			address
		);
		step(j, "names", text, false, 0, NULL);
		return;
	}
	const char *end = a->names + a->names_length;
	n = snprintf(text, sizeof text, "%s", a->names);
	for (const char *name = a->names + strlen(a->names) + 1;
	     name < end && (size_t)n + strlen(name) + 200 < sizeof text;
	     name += strlen(name) + 1)
		n += snprintf(text + n, sizeof text - (size_t)n, _(", an alias of %s"), name);
	if (address[0])
		snprintf(
			text + n,
			sizeof text - (size_t)n,
			_(" is %s, as %s was told when it asked, or said itself."),
			address,
			device
		);
	else
		snprintf(
			text + n,
			sizeof text - (size_t)n,
			said && !said->family
				? _(" was asked for by %s in vain; what follows is of the name "
				    "alone.")
				: _(" was not asked for by %s; what follows is of the name alone."),
			device
		);
	step(j, "names", text, false, 0, a->names);
}

static void
list_steps(const struct lists_header *l, const struct told *t, struct json *j) {
	for (uint64_t left = l ? t->lists : 0; left; left &= left - 1) {
		unsigned int bit = (unsigned int)__builtin_ctzll(left);
		const char *format = l->allows >> bit & 1
			? _("It is on the list %s, which no other list overrules.")
			: l->blocks >> bit & 1
			? _("It is on the list %s, which blocks.")
			: _("It is on the list %s, which decides nothing by itself.");
		char text[300];
		snprintf(text, sizeof text, format, l->name[bit]);
		step(j, "list", text, t->answer.list == (int32_t)bit, 0, l->name[bit]);
	}
}

static void
rule_steps(const struct state *s, const struct told *t, struct json *j) {
	char text[EXPLAIN_RULE];

	for (size_t i = 0; i < t->count; i++) {
		const char *profile;
		explain_rule(s, t->rule[i], &profile, text);
		step(j,
		     profile ? "profile_rule" : "rule",
		     text[0] ? text : _("A rule that was taken away just now."),
		     t->rule[i] == t->by,
		     profile ? 0 : t->rule[i],
		     profile);
	}
}

static void
default_step(const struct core *c, const struct ask *a, const struct told *t, struct json *j) {
	const struct state *s = &c->state;
	const struct profile *p = profiles_find(&s->profiles, a->device->profile);
	char text[200];

	if (!p)
		p = &s->profiles.items[s->profiles.by_default];
	bool blocks = p->verdict == POLICY_DEFAULT_BLOCK;
	snprintf(
		text,
		sizeof text,
		blocks ? _("The profile %s blocks what nothing else decides.")
		       : _("The profile %s lets pass what nothing else decides."),
		p->name
	);
	step(j, "default", text, t->by == 0 && t->answer.list < 0 && !t->safety, 0, p->name);
}

// What decides; or, where neighbours are stopped, what of them passes all the same.
static void
safety_step(const struct told *t, struct json *j) {
	static const char *const texts[SAFETY_COUNT] = {
#define X(id, word, text) [SAFETY_##id] = N_(text),
		SAFETY_CLASS(X)
#undef X
	};

	if (t->safety)
		step(j, "safety", _(texts[t->safety]), true, 0, NULL);
	else if (t->answer.reason != REASON_NONE && t->gateway)
		step(j,
		     "safety",
		     _("Finding it (ARP, neighbour discovery), getting an address (DHCP) and its "
		       "own pages pass all the same."),
		     false,
		     0,
		     NULL);
	else if (t->answer.reason != REASON_NONE && t->local)
		step(j,
		     "safety",
		     _("Finding it (ARP, neighbour discovery) and getting an address (DHCP) pass "
		       "all the same."),
		     false,
		     0,
		     NULL);
}

static const char *
protocol_word(const struct ask *a, char ret[SERVICE_TEXT]) {
	static const char *const words[SAFETY_COUNT] = {
#define X(id, word, text) [SAFETY_##id] = word,
		SAFETY_CLASS(X)
#undef X
	};

	if (a->safety)
		return words[a->safety];
	return a->protocol ? service_protocol(a->protocol, ret) : NULL;
}

static void
write_to(const struct ask *a, const struct told *t, const char *asked, struct json *j) {
	char text[TEXT_ADDRESS], protocol[SERVICE_TEXT];

	json_key(j, "to");
	json_object(j);
	json_key_string(j, "asked", asked);
	json_key_string(j, "name", a->names_length ? a->names : NULL);
	json_key_string(j, "address", a->family ? text_address(a->family, a->address, text) : NULL);
	json_key_string(j, "protocol", protocol_word(a, protocol));
	json_key(j, "port");
	if (a->port)
		json_u64(j, a->port);
	else
		json_null(j);
	json_key_bool(j, "local", t->local);
	json_key_bool(j, "gateway", t->gateway);
	json_end(j);
}

static const char *const stops[] = {
#define X(id, name, title, text) [REASON_##id] = N_(text),
	REASONS(X)
#undef X
};

void
explain(const struct core *c, const struct ask *a, const char *asked, struct json *j) {
	const struct lists_header *lists = lists_map(c->lists);
	char device[NAME_BYTES_MAX + 1];
	const struct resolver_said *said =
		a->safety ? NULL : resolver_find(&c->state, a->device, a->names, a->names_length);
	struct told t;

	decide(&c->state, c->image, lists, a, &t);
	device_name(a->device, device);
	json_object(j);
	json_key(j, "device");
	json_object(j);
	view_id(j, "id", "dev_", a->device->id);
	json_key_string(j, "name", device);
	json_end(j);
	write_to(a, &t, asked, j);
	json_key_string(j, "direction", a->in ? "in" : "out");
	json_key_string(j, "verdict", t.answer.reason == REASON_NONE ? "forward" : "drop");
	json_key_string(j, "reason", reason_name(t.answer.reason));
	bool passes = t.answer.reason == REASON_NONE;
	char text[256];
	snprintf(
		text,
		sizeof text,
		"%s%s",
		passes ? _("It passes.") : _(stops[t.answer.reason]),
		!t.services	 ? ""
			: passes ? _(" Some services do not: see the rules about them.")
				 : _(" Some services pass: see the rules about them.")
	);
	json_key_string(j, "text", text);
	json_key_bool(j, "in_force", !core_is_pending(c));
	write_resolver(said, j);
	json_key(j, "steps");
	json_array(j);
	if (!a->safety)
		names_step(a, said, device, j);
	if (said)
		resolver_step(said, j);
	safety_step(&t, j);
	rule_steps(&c->state, &t, j);
	list_steps(lists, &t, j);
	default_step(c, a, &t, j);
	json_end(j);
	json_end(j);
	lists_unmap(lists);
}
