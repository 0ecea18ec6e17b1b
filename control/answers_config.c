// SPDX-License-Identifier: BSD-3-Clause

#include "control/answers_config.h"

#include "platform/base.h"

#include <stdio.h>
#include <string.h>

#define WORD_MAX 16

// Which of the words it is.
static int
read_word(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	const char *const *words,
	unsigned int count,
	unsigned int *ret,
	char ret_error[YAML_ERROR]
) {
	char all[128] = "";
	const char *text;
	int r = yaml_tree_text(t, value, WORD_MAX, &text, ret_error);

	if (r < 0)
		return r;
	for (unsigned int i = 0; i < count; i++) {
		if (strcmp(text, words[i]) == 0) {
			*ret = i;
			return 0;
		}
		snprintf(
			all + strlen(all),
			sizeof all - strlen(all),
			"%s%s",
			i == 0			? ""
				: i + 1 < count ? ", "
						: " or ",
			words[i]
		);
	}
	return yaml_tree_fault(
		ret_error,
		t,
		value->line,
		value->column,
		"'%s' is not known here: write %s",
		text,
		all
	);
}

static int
read_dns(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	void *into,
	char ret_error[YAML_ERROR]
) {
	static const char *const words[POLICY_DNS_ANSWERS] = {
		[POLICY_DNS_PASS] = "pass",
		[POLICY_DNS_NXDOMAIN] = "nxdomain",
		[POLICY_DNS_ZERO] = "zero",
		[POLICY_DNS_SILENCE] = "silence",
	};
	struct answers_config *a = into;
	unsigned int word = a->dns;
	int r = read_word(t, value, words, POLICY_DNS_ANSWERS, &word, ret_error);

	a->dns = (enum policy_dns_answer)word;
	return r;
}

static int
read_tcp(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	void *into,
	char ret_error[YAML_ERROR]
) {
	static const char *const words[POLICY_TCP_ANSWERS] = {
		[POLICY_TCP_DROP] = "drop",
		[POLICY_TCP_RESET] = "reset",
	};
	struct answers_config *a = into;
	unsigned int word = a->tcp;
	int r = read_word(t, value, words, POLICY_TCP_ANSWERS, &word, ret_error);

	a->tcp = (enum policy_tcp_answer)word;
	return r;
}

static const struct yaml_key keys[] = {
	{"dns", read_dns, false},
	{"tcp", read_tcp, false},
};

int
answers_config_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct answers_config *ret,
	char ret_error[YAML_ERROR]
) {
	return yaml_tree_read(t, value, keys, ARRAY_LEN(keys), ret, ret_error);
}

int
server_names_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct answers_config *ret,
	char ret_error[YAML_ERROR]
) {
	static const char *const words[] = {"false", "true"};
	unsigned int word = ret->server_names;
	int r = read_word(t, value, words, ARRAY_LEN(words), &word, ret_error);

	ret->server_names = word;
	return r;
}
