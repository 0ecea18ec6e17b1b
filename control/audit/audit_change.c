// SPDX-License-Identifier: BSD-3-Clause
// What a change says in the audit trail: to what, by its name at the time, and what was before.

#include "control/audit/audit.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/id.h"
#include "control/rule_json.h"
#include "control/rule_text.h"
#include "control/text/language.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

const struct audit_by audit_by_gateway = {"gateway", "admin", "gateway", ""};

void
audit_object_of(const struct core *c, struct audit_entry *e, const char *text) {
	const struct device *d = NULL;
	const struct destination *to = NULL;
	const struct rule *r = NULL;
	char name[NAME_BYTES_MAX + 1];
	char sentence[RULE_SENTENCE];
	uint64_t id;

	enum language spoken = language_speak(LANGUAGE_ENGLISH); // what is written down
	if (id_parse("dev_", text, &id) && (d = device_by_id(&c->state, id)))
		audit_object(e, text, device_name(d, name));
	else if (id_parse("dst_", text, &id) && (to = destination_by_id(&c->state, id)))
		audit_object(e, text, destination_label(to));
	else if (id_parse("rule_", text, &id) && (r = rule_by_id(&c->state, id)))
		audit_object(e, text, rule_sentence(&c->state, &r->spec, sentence));
	else
		audit_object(e, text, text);
	language_speak(spoken);
}

static void
object(const struct core *c, struct audit_entry *e, const char *prefix, uint64_t id) {
	char text[ID_TEXT];

	if (id)
		audit_object_of(c, e, id_text(prefix, id, text));
}

// The rule's own sentence, also where the rule is not there yet, or not any more.
static void
rule_object(const struct core *c, struct audit_entry *e, const struct change *change) {
	char id[ID_TEXT];
	char sentence[RULE_SENTENCE];
	enum language spoken = language_speak(LANGUAGE_ENGLISH);

	audit_object(
		e,
		id_text("rule_", change->rule, id),
		rule_sentence(
			&c->state,
			change->rule_has ? &change->rule_now : &change->rule_was,
			sentence
		)
	);
	language_speak(spoken);
}

static void
set_rule(char **at, const struct rule_spec *spec) {
	struct json j;

	json_init(&j);
	rule_json_write(spec, &j);
	audit_set(at, &j);
}

static void
write_kind(struct json *j, const struct device_choice *choice) {
	json_key_string(
		j, "kind", choice->kind != KIND_NONE ? kind_name((enum kind)choice->kind) : NULL
	);
}

static void
write_joined(struct json *j, const struct device_choice *choice) {
	char id[ID_TEXT];

	json_key_string(j, "joined", choice->joined ? id_text("dev_", choice->joined, id) : NULL);
}

// null: as the home's.
static void
write_privacy(struct json *j, const struct device_choice *choice) {
	json_key(j, "privacy");
	if (choice->privacy)
		json_u64(j, choice->privacy - 1);
	else
		json_null(j);
}

// Of a device, what the change moves.
static void
set_device(char **at, const struct change *c, bool now) {
	const struct device_choice *choice = now ? &c->choice_now : &c->choice_was;
	const char *name = now ? c->name_now : c->name_was;
	const char *profile = now ? c->profile_now : c->profile_was;
	struct json j;

	json_init(&j);
	json_object(&j);
	if (strcmp(c->name_was, c->name_now) != 0)
		json_key_string(&j, "name", name[0] ? name : NULL);
	if (strcmp(c->profile_was, c->profile_now) != 0)
		json_key_string(&j, "profile", profile[0] ? profile : NULL);
	if (c->chooses && c->choice_was.kind != c->choice_now.kind)
		write_kind(&j, choice);
	if (c->chooses && c->choice_was.joined != c->choice_now.joined)
		write_joined(&j, choice);
	if (c->chooses && c->choice_was.privacy != c->choice_now.privacy)
		write_privacy(&j, choice);
	if (memcmp(&c->limits_was, &c->limits_now, sizeof c->limits_was) != 0) {
		json_key(&j, "limits");
		rule_json_write_limit(now ? &c->limits_now : &c->limits_was, &j);
	}
	json_end(&j);
	audit_set(at, &j);
}

static void
set_word(char **at, const char *key, const char *word) {
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key_string(&j, key, word[0] ? word : NULL);
	json_end(&j);
	audit_set(at, &j);
}

// A file is told by its length and its hash: the text itself stands with the change.
static void
set_file(char **at, const struct text *t) {
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[EVP_MAX_MD_SIZE];
	char hash[2 * EVP_MAX_MD_SIZE + 1] = "";
	unsigned int n = 0;
	struct json j;

	if (!t)
		return;
	if (EVP_Digest(t->text, t->length, digest, &n, EVP_sha256(), NULL) == 1)
		for (unsigned int i = 0; i < n; i++) {
			hash[2 * i] = digits[digest[i] >> 4];
			hash[2 * i + 1] = digits[digest[i] & 15];
			hash[2 * i + 2] = 0;
		}
	json_init(&j);
	json_object(&j);
	json_key_u64(&j, "bytes", t->length);
	json_key_string(&j, "sha256", hash);
	json_end(&j);
	audit_set(at, &j);
}

static void
describe(const struct core *c, struct audit_entry *e, const struct change *change) {
	switch (change->kind) {
	case CHANGE_RULE:
		rule_object(c, e, change);
		if (change->rule_had)
			set_rule(&e->before, &change->rule_was);
		if (change->rule_has)
			set_rule(&e->after, &change->rule_now);
		break;
	case CHANGE_DEVICE:
		set_device(&e->before, change, false);
		set_device(&e->after, change, true);
		break;
	case CHANGE_DESTINATION:
		set_word(&e->before, "name", change->name_was);
		set_word(&e->after, "name", change->name_now);
		break;
	case CHANGE_PROFILE:
		audit_object(e, change->profile_now, change->profile_now);
		set_file(&e->before, change->text_was);
		set_file(&e->after, change->text_now);
		break;
	case CHANGE_DEFAULT:
		set_word(&e->before, "default_profile", change->profile_was);
		set_word(&e->after, "default_profile", change->profile_now);
		break;
	case CHANGE_KIND_COUNT:
		break;
	}
}

// What the gateway does by itself has no operation of the API.
static const char *
operation_of(const struct change *c) {
	if (c->operation[0])
		return c->operation;
	if (c->unconfirmed)
		return "revertChange";
	if (c->kind == CHANGE_DEFAULT)
		return "applyConfiguration";
	return c->kind == CHANGE_RULE && c->automatic ? "endRule" : "change";
}

struct audit_entry *
audit_of_change(const struct core *c, const struct change *change) {
	struct audit_by by = change->by.who[0] ? change->by : audit_by_gateway;

	if (!change->by.who[0] && change->author[0])
		snprintf(by.who, sizeof by.who, "%s", change->author);
	struct audit_entry *e = audit_new(
		&by, operation_of(change), change->time_ns ? change->time_ns : clock_wall_ns()
	);
	if (!e)
		return NULL;
	object(c, e, "dev_", change->device);
	object(c, e, "dst_", change->destination);
	describe(c, e, change);
	e->change = change->automatic ? 0 : change->id;
	e->undoes = change->undoes;
	return e;
}
