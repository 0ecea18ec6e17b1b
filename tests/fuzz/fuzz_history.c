// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as a row of the history: read within their bounds, and what was read is written and
// read again the same.
#include "control/history/flow_row.h"
#include "tests/fuzz/fuzz.h"

static struct history_counts
sum_of(const struct bucket *b) {
	struct history_counts sum = b->total;

	for (size_t i = 0; i < b->count; i++)
		counts_add(&sum, &b->entries[i].counts);
	return sum;
}

static void
try_bucket(const uint8_t *data, size_t size) {
	struct bucket one = {.count = 0}, again = {.count = 0};
	struct bytes packed = {0};

	if (bucket_unpack(data, size, &one) == 0) {
		struct history_counts sum = sum_of(&one);
		bucket_settle(&one, 16);
		must(one.count <= 16);
		must(bucket_pack(&one, &packed) == 0);
		must(bucket_unpack(packed.data, packed.length, &again) == 0);
		struct history_counts after = sum_of(&again);
		must(memcmp(&sum, &after, sizeof sum) == 0);
	}
	bytes_free(&packed);
	bucket_free(&one);
	bucket_free(&again);
}

static void
try_flow(const uint8_t *data, size_t size) {
	struct flow_row one = {.id = 1}, again = {.id = 1};
	struct bytes packed = {0};

	if (flow_row_unpack(data, size, &one) == 0) {
		flow_row_lower(&one, data[size - 1] % 3, data[0] & 1);
		must(flow_row_pack(&one, &packed) == 0);
		must(flow_row_unpack(packed.data, packed.length, &again) == 0);
		must(again.ended_ns / 1000000 == one.ended_ns / 1000000);
		must(strcmp(again.name, one.name) == 0);
	}
	bytes_free(&packed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	uint8_t *copy = malloc(size + 1); // so that a sanitizer sees the end

	if (!copy || size == 0 || size > FUZZ_MAX) {
		free(copy);
		return 0;
	}
	memcpy(copy, data, size);
	try_bucket(copy, size);
	try_flow(copy, size);
	free(copy);
	return 0;
}
