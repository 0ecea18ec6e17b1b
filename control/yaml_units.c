// SPDX-License-Identifier: BSD-3-Clause

#include "control/yaml_units.h"

#include "platform/base.h"

#include <stdio.h>
#include <string.h>

struct unit {
	char letter;
	uint64_t value;
};

static const struct unit times[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
static const struct unit sizes[] = {{'K', 1u << 10}, {'M', 1u << 20}, {'G', 1u << 30}};

// Digits and one letter; false when it is anything else.
static bool
measure(const char *text, const struct unit *units, size_t count, uint64_t *ret) {
	size_t digits = strspn(text, "0123456789");
	uint64_t number = 0;

	if (digits == 0 || digits > 9 || !text[digits] || text[digits + 1])
		return false;
	for (size_t i = 0; i < digits; i++)
		number = number * 10 + (uint64_t)(text[i] - '0');
	for (size_t i = 0; i < count; i++)
		if (units[i].letter == text[digits]) {
			*ret = number * units[i].value;
			return true;
		}
	return false;
}

// In the largest unit that leaves no rest.
static const char *
shown(uint64_t n, const struct unit *units, size_t count, char ret[32]) {
	size_t i = count;

	while (--i > 0 && n % units[i].value != 0)
		;
	snprintf(ret, 32, "%llu%c", (unsigned long long)(n / units[i].value), units[i].letter);
	return ret;
}

static int
read_measure(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	const struct unit *units,
	size_t count,
	const uint64_t bounds[2],
	uint64_t *ret,
	char ret_error[YAML_ERROR]
) {
	char low[32], high[32];
	uint64_t n;
	const char *text;
	int r = yaml_tree_text(t, value, 32, &text, ret_error);

	if (r < 0)
		return r;
	if (measure(text, units, count, &n) && n >= bounds[0] && n <= bounds[1]) {
		*ret = n;
		return 0;
	}
	return yaml_tree_fault(
		ret_error,
		t,
		value->line,
		value->column,
		"'%s' is not between %s and %s: write a number and its unit, as %s",
		text,
		shown(bounds[0], units, count, low),
		shown(bounds[1], units, count, high),
		units == times ? "24h" : "64M"
	);
}

int
yaml_tree_seconds(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	uint64_t min,
	uint64_t max,
	uint64_t *ret,
	char ret_error[YAML_ERROR]
) {
	const uint64_t bounds[2] = {min, max};

	return read_measure(t, value, times, ARRAY_LEN(times), bounds, ret, ret_error);
}

int
yaml_tree_bytes(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	uint64_t min,
	uint64_t max,
	uint64_t *ret,
	char ret_error[YAML_ERROR]
) {
	const uint64_t bounds[2] = {min, max};

	return read_measure(t, value, sizes, ARRAY_LEN(sizes), bounds, ret, ret_error);
}

int
yaml_tree_bool(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	bool *ret,
	char ret_error[YAML_ERROR]
) {
	const char *text;
	int r = yaml_tree_text(t, value, 32, &text, ret_error);

	if (r < 0)
		return r;
	if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"'%s' is neither true nor false: write false or true",
			text
		);
	*ret = text[0] == 't';
	return 0;
}

const char *
yaml_units_seconds(uint64_t n, char ret[32]) {
	return shown(n, times, ARRAY_LEN(times), ret);
}

const char *
yaml_units_bytes(uint64_t n, char ret[32]) {
	return shown(n, sizes, ARRAY_LEN(sizes), ret);
}
