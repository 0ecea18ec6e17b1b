// SPDX-License-Identifier: BSD-3-Clause
// The support bundle, to look at and to take away.

#include "control/core.h"
#include "control/http/api.h"
#include "control/support/bundle.h"
#include "platform/base.h"
#include "platform/json_write.h"

#include <stdlib.h>

struct bundling {
	struct store_job job;
	struct http_later *later;
	struct bundle *bundle;
	bool preview;
	struct json j;
	char *packed;
	size_t length;
};

static int
pack(struct store_db *db, struct store_job *job) {
	struct bundling *w = container_of(job, struct bundling, job);

	(void)db;
	int r = bundle_veil(w->bundle);
	if (r == 0 && w->preview)
		bundle_write(w->bundle, &w->j);
	else if (r == 0)
		r = bundle_pack(w->bundle, &w->packed, &w->length);
	return r;
}

static void
packed(struct store_job *job) {
	struct bundling *w = container_of(job, struct bundling, job);
	struct http_request *r = http_resume(w->later);

	if (r && w->job.result < 0) {
		http_problem(r, PROBLEM_BUSY, "Try again.", "The bundle could not be made.");
	} else if (r && w->preview) {
		api_reply(r, 200, &w->j);
	} else if (r) {
		http_add_header(
			r, "content-disposition", "attachment; filename=\"spin-support.tar.gz\""
		);
		http_reply(r, 200, "application/gzip", w->packed, w->length);
	}
	if (!r || !w->preview || w->job.result < 0)
		json_free(&w->j);
	bundle_free(w->bundle);
	free(w->packed);
	free(w);
}

void
api_support_bundle(struct http_request *r, void *core) {
	struct core *c = core;
	bool preview = false;

	if (http_query(r, "preview") && !http_query_flag(r, "preview", &preview))
		return;
	struct bundling *w = calloc(1, sizeof *w);
	struct bundle *b = w ? bundle_gather(c) : NULL;
	if (!b) {
		free(w);
		http_problem(r, PROBLEM_BUSY, NULL, "Out of memory.");
		return;
	}
	w->job = (struct store_job){.run = pack, .done = packed};
	w->bundle = b;
	w->preview = preview;
	json_init(&w->j);
	w->later = http_later(r);
	store_submit(c->store, &w->job);
}
