// SPDX-License-Identifier: BSD-3-Clause
// Names, MACs and addresses of the home, taken out of a JSON text and replaced by pseudonyms that
// stay the same: "camera 2", 02:…, 198.18.…, 2001:2::….
//
// Shape:   one filter over every string of every answer and event, so that no handler can forget
//          it.  Known words are found wherever they stand as words; MACs by their form; addresses
//          by their form and by whether they are the home's.  Ids and fixed words stay.
// Units:   texts are UTF-8.
// Threads: one owner.
// Errors:  mask_json returns NULL without memory, or for what is not JSON: nothing may be sent
//          then.
// Source:  issue 5, "The provider"; RFC 2544 and RFC 5180 for the address ranges, which no home has.

#pragma once

#include "control/rule_spec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MASK_KEY 32
#define MASK_WORD 64

struct mask_word {
	char *text;
	size_t length;
	char to[MASK_WORD];
};

// What a thing is called now, wherever an older text names it by its id.
struct mask_id {
	char id[32];
	char to[MASK_WORD];
};

struct mask {
	uint8_t key[MASK_KEY]; // of the pseudonyms of MACs and addresses
	const char *own; // the name of who looks, which is not masked as a person's
	struct mask_word *words; // sorted once mask_ready was called
	size_t words_count;
	size_t words_size;
	struct rule_address *home; // whose addresses are masked
	size_t home_count;
	size_t home_size;
	struct mask_id *ids;
	size_t ids_count;
	size_t ids_size;
	bool failed; // without memory
	bool *seen; // set when a MAC or an address of the home was met; may be NULL
};

void mask_init(struct mask *m, const uint8_t key[MASK_KEY]);
void mask_fini(struct mask *m);
// Words shorter than two characters, or without a letter, name nobody.
void mask_add_word(struct mask *m, const char *text, const char *to);
void mask_add_home(struct mask *m, const struct rule_address *prefix);
void mask_add_id(struct mask *m, const char *id, const char *to);
void mask_ready(struct mask *m);
// To be freed.
char *mask_plain(const struct mask *m, const char *text, size_t length, size_t *ret_length);
char *mask_json(const struct mask *m, const char *json, size_t length, size_t *ret_length);
