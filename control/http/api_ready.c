// SPDX-License-Identifier: BSD-3-Clause
// Whether we do our work, for who starts what waits for us; and how much of it we log.

#include "control/config_key.h"
#include "control/core.h"
#include "control/dplink.h"
#include "control/http/api.h"
#include "control/text/language.h"
#include "platform/json_write.h"
#include "platform/log.h"

#include <stddef.h>

LOG_DOMAIN("api");

struct shortcoming {
	const char *key;
	const char *text;
};

#define REASONS_MAX 4

// Health tells more of each; here is what keeps the work from being done.
static unsigned int
reasons(const struct core *c, struct shortcoming ret[REASONS_MAX]) {
	unsigned int n = 0;

	if (!dplink_is_up(c->link))
		ret[n++] = (struct shortcoming){"dataplane_away", dplink_message(c->link)};
	else if (c->was_refused)
		ret[n++] = (struct shortcoming){"policy_refused", c->refused};
	else if (c->in_force == 0)
		ret[n++] = (struct shortcoming
		){"policy_not_in_force", _("The dataplane has not confirmed any rules yet.")};
	if (!c->storage_ok)
		ret[n++] = (struct shortcoming){"storage_failed", c->storage_message};
	if (c->image_failed)
		ret[n++] = (struct shortcoming
		){"image_not_written",
		  _("The rules for the dataplane's next start could not be written.")};
	return n;
}

void
api_ready(struct http_request *r, void *core) {
	struct shortcoming why[REASONS_MAX];
	unsigned int n = reasons(core, why);
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key_bool(&j, "ready", n == 0);
	json_key(&j, "reasons");
	json_array(&j);
	for (unsigned int i = 0; i < n; i++) {
		json_object(&j);
		json_key_string(&j, "key", why[i].key);
		json_key_string(&j, "text", _(why[i].text));
		json_end(&j);
	}
	json_end(&j);
	json_end(&j);
	api_reply(r, n == 0 ? 200 : 503, &j);
}

static const struct config_key *
level_key(void) {
	const char *nearest;

	return &config_keys[config_key_find("log_level", &nearest)];
}

void
api_get_log_level(struct http_request *r, void *core) {
	const struct core *c = core;
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key_string(&j, "level", log_level_word());
	json_key_string(&j, "configured", config_value_word(level_key(), c->config));
	json_end(&j);
	api_reply(r, 200, &j);
}

struct level_body {
	struct json_text level;
};

void
api_put_log_level(struct http_request *r, void *core) {
	static const struct json_field fields[] = {
		{"level", JSON_TEXT, offsetof(struct level_body, level), true, false, 1, 8},
	};
	struct level_body body;

	if (!http_read(r, fields, 1, &body))
		return;
	if (!log_set_level(body.level.text)) {
		http_problem_at(
			r,
			PROBLEM_BAD_VALUE,
			"level",
			"Write err, warn, info or debug.",
			"There is no such level"
		);
		return;
	}
	log_info("%s asked for log level %s", http_who(r), body.level.text);
	api_get_log_level(r, core);
}
