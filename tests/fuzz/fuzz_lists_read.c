// SPDX-License-Identifier: BSD-3-Clause
// A list of any bytes, in pieces of any size: the same findings as in one piece, and an image that
// passes its own check.
//
// Shape:   the first byte is the size of the pieces, less one; the text follows.
#include "control/lists_read.h"
#include "tests/fuzz/fuzz.h"

static struct lists_findings
read_pieces(const uint8_t *text, size_t size, size_t piece, bool finish) {
	static const uint64_t key[2] = {1, 2};
	static struct lists_reader r;
	struct lists_findings f;
	struct lists_build b;
	size_t length;
	void *image;

	lists_build_init(&b, key);
	lists_reader_begin(&r, "feed", 0, &b, &f);
	for (size_t at = 0; at < size; at += piece) {
		size_t n = size - at < piece ? size - at : piece;
		char *copy = malloc(n); // to the byte, so that a sanitizer sees one more
		must(copy != NULL);
		memcpy(copy, text + at, n);
		lists_reader_feed(&r, copy, n);
		free(copy);
	}
	lists_reader_end(&r);
	if (finish) {
		must(lists_build_finish(&b, 1, 1, 1, &image, &length) == 0);
		free(image);
	}
	lists_build_fini(&b);
	return f;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	char why[LISTS_FINDING];

	if (size < 1)
		return 0;
	struct lists_findings whole = read_pieces(data + 1, size - 1, size, data[0] % 16 == 0);
	struct lists_findings cut = read_pieces(data + 1, size - 1, (size_t)data[0] + 1, false);
	must(whole.entries == cut.entries && whole.wrong == cut.wrong);
	must(whole.skipped == cut.skipped && whole.exceptions == cut.exceptions);
	must(whole.kept == cut.kept && whole.kept <= LISTS_FINDINGS);
	for (unsigned int i = 0; i < whole.kept; i++)
		must(strcmp(whole.text[i], cut.text[i]) == 0);
	must(lists_judge(&whole, why) <= 0);
	return 0;
}
