// SPDX-License-Identifier: BSD-3-Clause
// Access from outside the home: an access provider while the household consents, and a helpdesk
// with a one-time code.
//
// Shape:   a grant says what, masked or not, from when to when, by whom.  There is one consent for
//          the provider (credentials with that role are good for nothing without it), and a few
//          grants to helpdesks.  A grant ends by itself: by the wall clock, and at the latest when
//          as much time has passed by the monotonic one.
// Units:   wall nanoseconds where the name says nothing else.
// Threads: the core thread.
// Errors:  provider_admit answers the problem when it returns false.
// Source:  issue 5, "The provider"; DESIGN 4, "Roles".

#pragma once

#include "control/id.h"
#include "control/provider/mask.h"
#include "control/provider/rights.h"
#include "control/store/store.h"

#define GRANT_CONSENT 1 // its id
#define GRANT_MINUTES_MAX (31 * 24 * 60)
#define GRANT_PURPOSE 256
#define PROPOSAL_NAME 64
#define PROVIDER_ROW_CONSENT "consent"

struct audit_entry;
struct core;
struct help;
struct proposal;
struct http_request;
struct json;
struct principal;

struct grant {
	uint64_t id; // 0: none
	uint32_t rights; // a bit each
	bool masked;
	uint64_t since_ns;
	uint64_t until_ns;
	ns_t until_mono_ns;
	char by[64];
	char purpose[GRANT_PURPOSE];
	uint8_t key[MASK_KEY]; // of the pseudonyms
};

// What a device is called to those who may not see its name.
struct mask_label {
	uint64_t device;
	unsigned int number;
	uint8_t kind;
};

struct provider {
	struct grant consent;
	struct mask_label *labels;
	size_t labels_count;
	size_t labels_size;
	struct help *helps; // HELP_MAX
	struct proposal **proposals; // oldest first; room for PROPOSALS_MAX
	size_t proposals_count;
	bool door; // the provider's own address is open
};

struct provider *provider_new(void);
void provider_free(struct provider *p);
// What was kept, before the store's thread runs.
int provider_load(struct core *c, char ret_error[STORE_ERROR]);
void provider_second(struct core *c);

// --- Grants (grant.c) ---

bool grant_is_active(const struct grant *g);
bool grant_has(const struct grant *g, enum right r);
// A key and the monotonic end; false without randomness.
bool grant_begin(struct grant *g, uint64_t until_ns);
void grant_write(const struct grant *g, bool with_key, struct json *j); // members of an object
bool grant_read(const char *text, struct grant *ret);

// A proposal as it was kept (proposal.c).
void proposals_load(struct provider *v, uint64_t id, const char *body);

// The grant that the request of a provider stands on; NULL: none that is active, or it is
// somebody else's.
const struct grant *provider_grant(const struct core *c, const struct principal *p);
typedef void (*provider_done)(void *context, int result, const char *message);
// Both take the entry for the audit trail, which is written with them.
void provider_set_consent(
	struct core *c,
	const struct grant *g,
	struct audit_entry *e,
	provider_done done,
	void *context
);
// In memory at once, so that nothing is allowed any more; then on the disk.
void provider_end_consent(
	struct core *c,
	struct audit_entry *e,
	const char *why,
	provider_done done,
	void *context
);
// Opens or closes the provider's own address, as it should be now.
void provider_door(struct core *c);
// The schema Provider: of a helpdesk its own grant, of all others the provider's.
void provider_view(const struct core *c, const struct principal *p, struct json *j);
// To all who listen: something about access from outside is not as it was.
void provider_publish(struct core *c);

// --- Who may do and see what (admit.c, view.c) ---

// http_config's admit: who asks and with which role, and of a provider its right.
bool provider_admit(struct http_request *r, void *core);
// http_config's asks: no filter and no order by what is masked, which could be guessed by it.
bool provider_asks(struct http_request *r, void *core);
// http_config's rewrite, and the stream's.
bool provider_masks(const struct http_request *r, void *core);
char *provider_rewrite(
	struct http_request *r,
	const char *content_type,
	const char *body,
	size_t length,
	size_t *ret_length,
	void *core
);
unsigned int provider_stream_view(struct http_request *r, void *core);
bool provider_stream_rewrite(
	void *core,
	unsigned int view,
	unsigned int type,
	const char *json,
	size_t length,
	char **ret,
	size_t *ret_length
);
// All the words of this home; for mask_fini.
void provider_mask(struct core *c, const struct grant *g, const char *own, struct mask *ret);

// --- In the store (provider_store.c) ---

struct store_provider {
	struct store_job job;
	uint64_t id;
	const char *kind;
	char *body; // JSON, freed by who made it; NULL: the row goes
	struct audit_entry *audit;
};
int store_run_provider(struct store_db *db, struct store_job *job);
// Each row that was kept.
int store_load_provider(
	struct store *st,
	void (*row)(void *context, uint64_t id, const char *kind, const char *body),
	void *context,
	char ret_error[STORE_ERROR]
);
// Writes or drops a row with its entry; takes both.
void provider_keep(
	struct core *c,
	uint64_t id,
	const char *kind,
	char *body,
	struct audit_entry *e,
	provider_done done,
	void *context
);
