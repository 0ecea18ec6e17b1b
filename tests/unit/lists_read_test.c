// SPDX-License-Identifier: BSD-3-Clause
// A list as people and feeds write it: what is an entry, and what is told of what is none.

#include "control/lists_read.h"
#include "platform/base.h"
#include "tests/unit/test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct lists_build b;
static struct lists_findings f;

static void *
read_pieces(const char *text, size_t length, size_t piece) {
	static const uint64_t key[2] = {1, 2};
	struct lists_reader r;
	void *image;
	size_t size;

	lists_build_init(&b, key);
	lists_reader_begin(&r, "ads.txt", 0, &b, &f);
	for (size_t at = 0; at < length; at += piece)
		lists_reader_feed(&r, text + at, MIN_OF(piece, length - at));
	lists_reader_end(&r);
	assert_int_equal(lists_build_finish(&b, 1, 1, 1, &image, &size), 0);
	lists_build_fini(&b);
	return image;
}

static void *
read_list(const char *text) {
	return read_pieces(text, strlen(text), strlen(text) + 1);
}

static bool
has_name(const void *image, const char *wire) {
	return lists_find_name(image, (const uint8_t *)wire, strlen(wire)) != 0;
}

static void
test_domains(void **state) {
	static const char *const texts[] = {
		"example.org",
		"EXAMPLE.org.",
		"*.example.org",
		".example.org\r\n",
		"  example.org\t# a comment",
		"\xef\xbb\xbf"
		"example.org",
		"#example.net\n\n\nexample.org",
		"0.0.0.0 example.org",
		"127.0.0.1\texample.org other.example localhost # both",
		"::1 example.org",
		":: example.org",
		"0.0.0.0 0.0.0.0\n0.0.0.0 example.org",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		void *image = read_list(texts[i]);
		if (f.wrong || !has_name(image, "\7example\3org"))
			print_error("'%s': %lu wrong\n", texts[i], f.wrong);
		assert_int_equal(f.wrong, 0);
		assert_true(has_name(image, "\7example\3org"));
		assert_true(has_name(image, "\3www\7example\3org"));
		assert_false(has_name(image, "\3org"));
		assert_false(has_name(image, "\xanotexample\3org"));
		assert_false(has_name(image, "\7example\3net"));
		assert_false(has_name(image, "\11localhost"));
		free(image);
	}
}

static void
test_addresses(void **state) {
	static const struct {
		const char *text;
		unsigned int family;
		uint8_t in[16], out[16];
	} rows[] = {
		{"198.51.100.7", 4, {198, 51, 100, 7}, {198, 51, 100, 8}},
		{"198.51.100.7/31", 4, {198, 51, 100, 6}, {198, 51, 100, 8}},
		{"198.51.100.0/24 # net", 4, {198, 51, 100, 255}, {198, 51, 101, 0}},
		{"2001:db8::1", 6, {0x20, 1, 13, 0xb8, [15] = 1}, {0x20, 1, 13, 0xb8, [15] = 2}},
		{"2001:DB8:7::/48", 6, {0x20, 1, 13, 0xb8, 0, 7, 1}, {0x20, 1, 13, 0xb8, 0, 8}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		void *image = read_list(rows[i].text);
		assert_int_equal(f.wrong, 0);
		assert_int_equal(lists_find_address(image, rows[i].family, rows[i].in), 1);
		assert_int_equal(lists_find_address(image, rows[i].family, rows[i].out), 0);
		free(image);
	}
}

static void
test_findings(void **state) {
	static const struct {
		const char *text, *told;
	} rows[] = {
		{"example.org\n  two words", "ads.txt:2:7: expected one name a line"},
		{"exa$mple.org", "ads.txt:1:4: expected a domain or an address"},
		{"caf\xc3\xa9.example", "ads.txt:1:4: expected a domain or an address"},
		{"http://example.org/", "ads.txt:1:5: expected a domain or an address"},
		{"a..example", "ads.txt:1:3: a label of 'a..example' is not 1 to 63"},
		{".", "ads.txt:1:2: a label"},
		{"198.51.100.0/33",
		 "ads.txt:1:1: '198.51.100.0/33' is no prefix: its length is 1 to 32"},
		{"0.0.0.0/0", "ads.txt:1:1: '0.0.0.0/0' is no prefix"},
		{"198.51.100.0/", "ads.txt:1:1: '198.51.100.0/' is no prefix"},
		{"2001:db8::/129",
		 "ads.txt:1:1: '2001:db8::/129' is no prefix: its length is 1 to 128"},
		{"192.0.2.1 example.org", "ads.txt:1:1: a name with an address of its own"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		free(read_list(rows[i].text));
		if (strncmp(f.text[0], rows[i].told, strlen(rows[i].told)) != 0)
			print_error("'%s': %s\n", rows[i].text, f.text[0]);
		assert_int_equal(f.wrong, 1);
		assert_memory_equal(f.text[0], rows[i].told, strlen(rows[i].told));
	}
}

static void
test_findings_are_few_and_short(void **state) {
	char *text = malloc(1000 * 1001 + 1), *at = text;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		memset(at, 'a', 1000);
		at[1000] = '\n';
		at += 1001;
	}
	*at = 0;
	free(read_list(text));
	assert_int_equal(f.wrong, 1000);
	assert_int_equal(f.kept, LISTS_FINDINGS);
	assert_int_equal(f.entries, 0);
	free(text);
}

// Names as long as names may be, and one longer.
static void
test_longest(void **state) {
	char text[300] = "", wire[300];
	size_t n = 0, w = 0;

	(void)state;
	for (int labels = 0; labels < 4; labels++) {
		size_t length = labels < 3 ? 63 : 61;
		wire[w++] = (char)length;
		memset(wire + w, 'x', length);
		memset(text + n, 'x', length);
		w += length;
		n += length;
		text[n++] = '.';
	}
	wire[w] = 0;
	void *image = read_list(text);
	assert_int_equal(f.wrong, 0);
	assert_true(has_name(image, wire));
	free(image);
	memcpy(text + n - 1, "x", 2);
	free(read_list(text));
	assert_int_equal(f.wrong, 1);
}

static void
test_no_lists(void **) {
	static const struct {
		const char *text, *told;
	} rows[] = {
		{"<!DOCTYPE html>\n<p>example.org</p>", "it is no list but a web page"},
		{"\n\n  <html>", "it is no list but a web page"},
		{"\x1f\x8b\x08\x01garbage", "it is no list but a gzip file: unpack it first"},
		{"PK\3\4garbage", "it is no list but a zip file"},
		{"Forbidden",
		 "it is no list: 0 entries were recognised, 1 lines were not, the first "
		 "at 1:1: 'Forbidden' has no dot"},
		{"Not found", "it is no list: 0 entries were recognised, 1 lines were not"},
		{"a.example\nb c\nd e",
		 "it is no list: 1 entries were recognised (domains), 2 lines "
		 "were not, the first at 2:3: expected one name"},
	};
	char told[LISTS_FINDING];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		free(read_list(rows[i].text));
		assert_int_equal(lists_judge(&f, told), -EINVAL);
		if (strncmp(told, rows[i].told, strlen(rows[i].told)) != 0)
			print_error("'%s': %s\n", rows[i].text, told);
		assert_memory_equal(told, rows[i].told, strlen(rows[i].told));
	}
	free(read_pieces("a.example\n\0\0\0", 13, 4));
	assert_int_equal(lists_judge(&f, told), -EINVAL);
	assert_string_equal(told, "it is no list but binary data");
	for (const char *const *t = (const char *const[]){"", "# nothing", "a.example\nb c", NULL};
	     *t;
	     t++) {
		free(read_list(*t));
		assert_int_equal(lists_judge(&f, told), 0);
	}
}

// However a text is cut into pieces, it is the same list.
static void
test_pieces(void **) {
	static const char text[] = "\xef\xbb\xbf# x\r\na.example\r\n\r\n198.51.100.7 # "
				   "y\n||b.example^\nwrong one\n\nc.example";

	for (size_t piece = 1; piece < sizeof text; piece++) {
		void *image = read_pieces(text, sizeof text - 1, piece);
		assert_int_equal(f.entries, 4);
		assert_int_equal(f.wrong, 1);
		assert_non_null(strstr(f.text[0], "ads.txt:6:7: expected one name"));
		assert_true(has_name(image, "\1c\7example"));
		free(image);
	}
}

static void
test_long_lines(void **) {
	size_t size = 3 * LISTS_LINE_MAX;
	char *text = malloc(size);

	memset(text, 'x', size);
	memcpy(text, "a.example\n", 10);
	memcpy(text + 2 * LISTS_LINE_MAX, "\nb.example\n", 11);
	for (size_t piece = 1000; piece < 2 * size; piece *= 3) {
		void *image = read_pieces(text, size - LISTS_LINE_MAX + 100, piece);
		assert_int_equal(f.entries, 2);
		assert_int_equal(f.wrong, 2); // the long one, and the rest without a dot
		assert_non_null(
			strstr(f.text[0], "ads.txt:2:1: the line is longer than 16384 bytes")
		);
		assert_non_null(strstr(f.text[1], "ads.txt:4:1: "));
		assert_true(has_name(image, "\1b\7example"));
		free(image);
		image = read_pieces(text, 2 * LISTS_LINE_MAX, piece);
		assert_int_equal(f.wrong, 1);
		free(image);
	}
	free(text);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_domains),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_findings_are_few_and_short),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_no_lists),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_long_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
