// SPDX-License-Identifier: BSD-3-Clause
// The configuration: shown, changed in the API's own layer, and read again.

#include "control/clock.h"
#include "control/config_key.h"
#include "control/config_view.h"
#include "control/core.h"
#include "control/http/api.h"
#include "control/http/version.h"
#include "control/store/image.h"
#include "control/text/language.h"
#include "platform/base.h"
#include "platform/json_write.h"
#include "platform/log.h"
#include "platform/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LOG_DOMAIN("api");

void
api_get_config(struct http_request *r, void *core) {
	char etag[CONFIG_ETAG];
	bool detailed = false;
	struct json j;

	if (http_query(r, "detailed") && !http_query_flag(r, "detailed", &detailed))
		return;
	json_init(&j);
	if (detailed)
		config_view_detailed(core, &j);
	else
		config_view_values(core, &j);
	http_add_header(r, "etag", config_view_etag(core, etag));
	api_reply(r, 200, &j);
}

// What these keys are, for the audit trail; secrets show as null.
static void
write_keys(const struct core *c, const struct config_set *keys, struct json *j) {
	json_object(j);
	for (size_t i = 0; i < config_keys_count; i++) {
		const struct config_key *k = &config_keys[i];
		if (!config_set_has(keys, i))
			continue;
		json_key(j, k->name);
		if (k->flags & (CONFIG_SECRET | CONFIG_KEYED))
			json_null(j);
		else
			config_value_write(k, c->reload.wanted, j);
	}
	json_end(j);
}

static void
reply_result(struct http_request *r, const struct core *c, const struct reload_result *result) {
	char etag[CONFIG_ETAG];
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key(&j, "changed");
	config_view_names(&result->changed, &j);
	json_key(&j, "restart_needed");
	config_view_names(&result->restart, &j);
	json_key(&j, "config");
	config_view_values(c, &j);
	json_end(&j);
	http_add_header(r, "etag", config_view_etag(c, etag));
	api_reply(r, 200, &j);
}

static void
read_again(struct http_request *r, struct core *c, bool take) {
	struct reload_result result;

	if (!http_read(r, NULL, 0, NULL))
		return;
	if (reload_all(c, NULL, take, &result) == 0)
		reply_result(r, c, &result);
	else
		http_problem(
			r,
			PROBLEM_FILES_WRONG,
			"Nothing was changed; the place is file:line:column.",
			"%s.",
			result.error
		);
}

void
api_reload_config(struct http_request *r, void *core) {
	read_again(r, core, true);
}

void
api_check_config(struct http_request *r, void *core) {
	read_again(r, core, false);
}

// As YAML can read it: JSON has escapes that YAML 1.1 has not.
static void
copy_value(const struct json_doc *d, unsigned int node, struct json *j) {
	size_t length;

	if (json_is_object(d, node) || json_is_array(d, node)) {
		bool object = json_is_object(d, node);
		if (object)
			json_object(j);
		else
			json_array(j);
		for (unsigned int n = json_first(d, node); n; n = json_next(d, n)) {
			if (object)
				json_key(j, json_key_of(d, n));
			copy_value(d, n, j);
		}
		json_end(j);
	} else if (json_is_string(d, node)) {
		json_string(j, json_text(d, node));
	} else {
		const char *raw = json_raw_of(d, node, &length);
		json_raw(j, raw, length);
	}
}

// The member that the key's name leads to; JSON_NONE: the patch is not about it.
static unsigned int
member_of(const struct json_doc *d, const struct config_key *k) {
	const char *dot = strchr(k->name, '.');
	char outer[CONFIG_VARIABLE];

	if (!dot)
		return json_get(d, JSON_ROOT, k->name);
	snprintf(outer, sizeof outer, "%.*s", (int)(dot - k->name), k->name);
	unsigned int map = json_get(d, JSON_ROOT, outer);
	return json_is_object(d, map) ? json_get(d, map, dot + 1) : map;
}

// False after it was answered: some key is none of the API's.
static bool
may_set(struct http_request *r, const struct core *c, const struct json_doc *d) {
	char where[CONFIG_WHERE];

	for (size_t i = 0; i < config_keys_count; i++) {
		const struct config_key *k = &config_keys[i];
		if (member_of(d, k) == JSON_NONE)
			continue;
		if (k->flags & CONFIG_LOCAL) {
			http_problem_at(
				r,
				PROBLEM_BAD_CONFIG,
				k->name,
				"Write it into a file in conf.d and reload.",
				"This key is set on the gateway itself only"
			);
			return false;
		}
		if (c->reload.wanted->origin[i].layer == CONFIG_LAYER_OPTION) {
			http_problem(
				r,
				PROBLEM_SET_ELSEWHERE,
				"Take the option away where spin-control is started.",
				"%s decides %s.",
				config_where(c->reload.wanted, k->name, where),
				k->name
			);
			return false;
		}
	}
	return true;
}

static bool
is_the_version(struct http_request *r, const struct core *c) {
	const char *match = http_header(r, "if-match");
	const struct reload *l = &c->reload;
	char etag[CONFIG_ETAG], at[TEXT_TIME];

	if (!match || version_named(match, config_view_etag(c, etag)))
		return true;
	http_problem(
		r,
		PROBLEM_EDITED_MEANWHILE,
		"GET it again and put your edit into what it is now.",
		l->changed_ns ? "%s changed the configuration at %s."
			      : "Somebody who wrote a file changed the configuration.",
		l->author,
		text_time(l->changed_ns, at)
	);
	return false;
}

struct patching {
	struct store_job job;
	struct core *core;
	struct http_later *later;
	char *text;
	char author[33];
	char folder[CONFIG_PATH];
	struct json before; // for the audit trail
};

static int
write_layer(struct store_db *db, struct store_job *job) {
	struct patching *p = container_of(job, struct patching, job);
	int r = store_make_directory(p->folder);

	(void)db;
	if (r == 0)
		r = image_replace(p->folder, CONFIG_API_FILE, p->text, strlen(p->text));
	snprintf(
		job->message,
		sizeof job->message,
		_("%.120s/" CONFIG_API_FILE " cannot be written: %s"),
		p->folder,
		strerror(-r)
	);
	return r;
}

static void
note_and_reply(struct http_request *r, struct patching *p, const struct reload_result *result) {
	struct json after;

	json_init(&after);
	write_keys(p->core, &result->changed, &after);
	http_note(r, &p->before, &after);
	json_free(&after);
	reply_result(r, p->core, result);
}

static void
written(struct store_job *job) {
	struct patching *p = container_of(job, struct patching, job);
	struct http_request *r = http_resume(p->later);
	struct core *c = p->core;
	struct reload_result result = {.error = ""};
	int done = job->result;

	c->reload.writing = false;
	if (done == 0) {
		snprintf(c->reload.author, sizeof c->reload.author, "%s", p->author);
		c->reload.changed_ns = clock_wall_ns();
		done = reload_all(c, NULL, true, &result);
	}
	if (!r && job->result < 0)
		log_err("%s", job->message);
	else if (r && job->result < 0)
		http_problem(
			r,
			job->result == -ENOSPC ? PROBLEM_STORAGE_FULL : PROBLEM_STORAGE_FAILED,
			"Nothing was changed. Give the user of spin-control the right to write "
			"there.",
			"%s.",
			job->message
		);
	else if (r && done < 0)
		http_problem(r, PROBLEM_FILES_WRONG, NULL, "%s.", result.error);
	else if (r)
		note_and_reply(r, p, &result);
	json_free(&p->before);
	free(p->text);
	free(p);
}

static void
submit(struct http_request *r, struct core *c, char *text, const struct config_set *changes) {
	struct patching *p = calloc(1, sizeof *p);
	char file[CONFIG_PATH];

	if (!p) {
		http_problem(r, PROBLEM_BUSY, NULL, "Out of memory.");
		free(text);
		return;
	}
	p->job = (struct store_job){.run = write_layer, .done = written};
	p->core = c;
	p->text = text;
	json_init(&p->before);
	write_keys(c, changes, &p->before);
	p->later = http_later(r);
	snprintf(p->author, sizeof p->author, "%s", http_who(r));
	config_api_file(c->config, file);
	snprintf(p->folder, sizeof p->folder, "%.*s", (int)(strrchr(file, '/') - file), file);
	c->reload.writing = true;
	store_submit(c->store, &p->job);
}

static void
refuse(struct http_request *r, const struct core *c, const char *text, const char *error) {
	char pointer[RELOAD_POINTER];
	const char *what = reload_pointer(c, text, error, pointer);

	if (pointer[0])
		http_problem_at(
			r,
			PROBLEM_BAD_CONFIG,
			pointer + 1,
			"GET /api/v1/config?detailed=1 tells what each key takes.",
			what
		);
	else
		http_problem(r, PROBLEM_BAD_CONFIG, "Nothing was changed.", "%s.", what);
}

void
api_patch_config(struct http_request *r, void *core) {
	struct core *c = core;
	struct reload_result result;
	char *text = NULL;
	struct json j;

	struct json_doc *d = is_the_version(r, c) ? http_read_document(r) : NULL;
	if (!d)
		return;
	bool may = may_set(r, c, d);
	json_init(&j);
	copy_value(d, JSON_ROOT, &j);
	json_doc_free(d);
	if (!may) {
		json_free(&j);
		return;
	}
	if (c->reload.writing || j.failed) {
		json_free(&j);
		http_problem(r, PROBLEM_BUSY, "Try again.", "Another change is being written.");
		return;
	}
	int done = reload_patch(c, j.text, j.length, &text, result.error);
	json_free(&j);
	if (done < 0) {
		http_problem(r, PROBLEM_BAD_CONFIG, "Nothing was changed.", "%s.", result.error);
		return;
	}
	if (reload_all(c, text, false, &result) < 0) {
		refuse(r, c, text, result.error);
		free(text);
		return;
	}
	submit(r, c, text, &result.changed);
}
