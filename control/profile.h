// SPDX-License-Identifier: BSD-3-Clause
// Profiles: what devices of one kind may, and what happens to the rest of their traffic.
//
// Shape:   one YAML file each, from the shipped directory and then from the household's own, which
//          replaces a shipped one of the same name; at most PROFILES_MAX; the name is the file's.
//          Each holds its own rules and then, copied, those it inherits and does not contradict.
// Threads: the core thread.
// Errors:  -EINVAL with `file:line:column: what, and what would be right`; the set is then of no
//          use but to profiles_free.  -ENOMEM with a sentence.

#pragma once

#include "control/mud/mud_head.h"
#include "control/rule_spec.h"
#include "platform/policy_image.h"

#include <stddef.h>

#define PROFILES_MAX 64
#define PROFILE_NAME_MAX RULE_PROFILE_MAX
#define PROFILE_RULES_MAX 512 // with what is inherited
#define PROFILE_TEXT_MAX (64 * 1024)
#define PROFILE_ERROR 512

struct profile_rule {
	uint64_t id; // of what it says and in which profile: it survives a reload
	struct rule_spec spec; // the subject is the profile that has it, inherited or not
	char from[PROFILE_NAME_MAX + 1]; // the ancestor's name; empty: its own
	bool active;
	bool dirty; // active or hits moved since the store heard of them
	uint64_t hits;
	uint64_t last_hit_ns;
};

struct profile {
	char name[PROFILE_NAME_MAX + 1];
	char description[201];
	char extends[PROFILE_NAME_MAX + 1]; // empty: none
	unsigned int extends_line, extends_column;
	enum policy_default verdict;
	bool has_verdict; // says so itself
	struct mud_head mud; // of the file that it was made of; no url: of none
	bool shipped;
	struct profile_rule *rules; // its own first
	size_t rules_count;
	size_t own_count;
	char *text; // the file
	size_t length;
	char path[512];
};

struct profiles {
	struct profile items[PROFILES_MAX];
	size_t count;
	size_t by_default; // index of the profile of a new device
};

// Reads every *.yaml of a directory; one that does not exist holds none.
int profiles_load(
	struct profiles *p,
	const char *directory,
	bool shipped,
	char ret_error[PROFILE_ERROR]
);
// One profile from its text, in place of one of the same name.
int profiles_put(
	struct profiles *p,
	const char *name,
	const char *path,
	bool shipped,
	const char *text,
	size_t length,
	char ret_error[PROFILE_ERROR]
);
// After all were read: who inherits what.
int profiles_resolve(struct profiles *p, char ret_error[PROFILE_ERROR]);
// The texts alone, to be changed and resolved apart from what is in force.
int profiles_copy(const struct profiles *from, struct profiles *ret, char ret_error[PROFILE_ERROR]);
void profiles_free(struct profiles *p);
void profiles_remove(struct profiles *p, const char *name);

// -ENOENT when no profile has that name.
int profiles_set_default(struct profiles *p, const char *name);
const struct profile *profiles_find(const struct profiles *p, const char *name);
// a-z, 0-9 and '-', at most PROFILE_NAME_MAX.
bool profile_name_is_good(const char *name);
void profiles_count_hits(struct profiles *p, uint64_t id, uint64_t hits, uint64_t last_ns);
// What the store kept of the rule with this id.
void
profiles_restore(struct profiles *p, uint64_t id, bool active, uint64_t hits, uint64_t last_hit_ns);
// Takes over hits and hours of the rules that were there before.
void profiles_remember(struct profiles *p, const struct profiles *was);
