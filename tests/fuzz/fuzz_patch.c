// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as a merge patch: what becomes the API's file can be read again.
#include "control/core.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static struct config config = {.file = "/nonexistent/spin.yaml"};
	static struct core core = {.config = &config};
	char error[CONFIG_ERROR] = "", why[YAML_ERROR] = "", *text = NULL;
	struct yaml_tree tree;

	if (reload_patch(&core, (const char *)data, size, &text, error) < 0) {
		must(error[0] != 0);
		return 0;
	}
	if (strlen(text) < YAML_BYTES_MAX)
		must(yaml_tree_parse("again", text, strlen(text), &tree, why) == 0);
	if (strlen(text) < YAML_BYTES_MAX)
		yaml_tree_free(&tree);
	free(text);
	return 0;
}
