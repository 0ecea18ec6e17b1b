// SPDX-License-Identifier: BSD-3-Clause

#include "control/history/config.h"

#include "control/yaml_units.h"
#include "platform/base.h"

#include <string.h>

#define HOUR_S 3600u
#define DAY_S 86400u
#define SIZE_MIN (8u << 20)
#define SIZE_DEFAULT (512u << 20)
#define SIZE_MAX_BYTES (64ull << 30)
#define KEEP_DEFAULT_DAYS 400
#define FLOWS_DEFAULT_DAYS 92
#define YEARS_MAX 10

#define READER(name)                                                                               \
	static int read_##name(                                                                    \
		const struct yaml_tree *t,                                                         \
		const struct yaml_tree_node *value,                                                \
		void *into,                                                                        \
		char ret_error[YAML_ERROR]                                                         \
	)

#define SECONDS(name, least, most)                                                                 \
	READER(name) {                                                                             \
		struct history_config *c = into;                                                   \
		return yaml_tree_seconds(t, value, least, most, &c->name##_s, ret_error);          \
	}
SECONDS(keep, DAY_S, (uint64_t)YEARS_MAX * 366 * DAY_S)
SECONDS(flows_keep, HOUR_S, (uint64_t)YEARS_MAX * 366 * DAY_S)
SECONDS(domain_after, HOUR_S, (uint64_t)YEARS_MAX * 366 * DAY_S)
SECONDS(organisation_after, HOUR_S, (uint64_t)YEARS_MAX * 366 * DAY_S)

READER(enabled) {
	struct history_config *c = into;
	bool on = true;
	int r = yaml_tree_bool(t, value, &on, ret_error);

	c->off = !on;
	return r;
}

READER(size) {
	struct history_config *c = into;

	return yaml_tree_bytes(t, value, SIZE_MIN, SIZE_MAX_BYTES, &c->size, ret_error);
}

READER(level) {
	struct history_config *c = into;
	const char *text;
	int r = yaml_tree_text(t, value, 8, &text, ret_error);

	if (r < 0)
		return r;
	if (text[0] < '0' || text[0] > '0' + PRIVACY_LEVEL_MAX || text[1])
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"'%s' is no level: write 0 (everything), 1 (domains), 2 (organisations and "
			"countries) or 3 (counters only)",
			text
		);
	c->level = (uint64_t)(text[0] - '0');
	return 0;
}

void
history_config_defaults(struct history_config *c) {
	*c = (struct history_config){
		.size = SIZE_DEFAULT,
		.keep_s = (uint64_t)KEEP_DEFAULT_DAYS * DAY_S,
		.flows_keep_s = (uint64_t)FLOWS_DEFAULT_DAYS * DAY_S,
		.domain_after_s = DAY_S,
		.organisation_after_s = 31 * DAY_S,
	};
}

int
history_config_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct history_config *ret,
	char ret_error[YAML_ERROR]
) {
	static const struct yaml_key keys[] = {
		{"enabled", read_enabled, false},
		{"flows_keep", read_flows_keep, false},
		{"keep", read_keep, false},
		{"size", read_size, false},
	};
	return yaml_tree_read(t, value, keys, ARRAY_LEN(keys), ret, ret_error);
}

int
privacy_config_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct history_config *ret,
	char ret_error[YAML_ERROR]
) {
	static const struct yaml_key keys[] = {
		{"domain_after", read_domain_after, false},
		{"level", read_level, false},
		{"organisation_after", read_organisation_after, false},
	};
	return yaml_tree_read(t, value, keys, ARRAY_LEN(keys), ret, ret_error);
}
