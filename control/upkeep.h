// SPDX-License-Identifier: BSD-3-Clause
// What becomes of rules when nobody asks: their hours begin and end, temporary ones go, changes
// that nobody confirmed are taken back, and the files of profiles are read again.
//
// Threads: the core thread.
// Errors:  what fails is logged and tried again; what was in force stays.

#pragma once

#include "control/profile.h"
#include "control/store/store.h"

struct core;

#define CONFIRM_WITHIN_MIN 10 // seconds
#define CONFIRM_WITHIN_MAX 3600
#define CONFIRM_WITHIN 90 // where nobody can be asked

// The profiles of both directories, into an empty `ret` for profiles_free.
int core_read_profiles(const struct core *c, struct profiles *ret, char ret_error[PROFILE_ERROR]);
// In force, all or none; what can cut people off waits for a confirmation.  May empty `fresh`.
int core_put_profiles(struct core *c, struct profiles *fresh, char ret_error[PROFILE_ERROR]);
// The profiles with one text in place of what it is now (NULL: without the household's own), for
// profiles_free.  What is in force stays.
int core_try_profile(
	struct core *c,
	const char *name,
	const struct text *text,
	struct profiles *ret,
	char ret_error[PROFILE_ERROR]
);
enum policy_default core_profile_verdict(struct core *c, const char *name, const struct text *text);
// In force from now on; takes what core_try_profile made.
void core_take_profiles(struct core *c, struct profiles *fresh);
// The state's own are what somebody edited, `before` is what they were: what cuts people off is put
// back and made a change that has to be confirmed.
void core_edited_profiles(struct core *c, struct profiles *before);
// Before the first image: what ended or was to be taken back while nobody ran.
int upkeep_start(struct core *c);
void upkeep_second(struct core *c);
void upkeep_home(struct core *c); // a device showed an address that was not at home so far
// What rules stand on moved without anybody's act: a new image, now or as soon as it can be.
void upkeep_moved(struct core *c);
// Before each compilation: the countries that rules name go into the image of the lists.
void upkeep_countries(struct core *c);

// The default profile as the configuration says it now; one that can cut people off waits for a
// confirmation.
void upkeep_default(struct core *c);

// Keeps the change.  False when it is unknown or nothing waits for a word about it.
typedef void (*upkeep_done)(void *context, int result, const char *message);
bool upkeep_confirm(struct core *c, uint64_t change, upkeep_done done, void *context);
