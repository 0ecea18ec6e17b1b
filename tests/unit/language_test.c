// SPDX-License-Identifier: BSD-3-Clause

#include "control/text/catalogue.h"
#include "control/text/language.h"
#include "platform/base.h"
#include "tests/unit/seed.h"
#include "tests/unit/test.h"

#include <pthread.h>
#include <string.h>

static void
accepted(void **) {
	static const struct {
		const char *header;
		enum language language;
	} cases[] = {
		{NULL, LANGUAGE_ENGLISH},
		{"", LANGUAGE_ENGLISH},
		{"nl", LANGUAGE_DUTCH},
		{"NL-be", LANGUAGE_DUTCH},
		{"de-DE, de;q=0.9, en;q=0.8", LANGUAGE_GERMAN},
		{"fr;q=0.9,de;q=0.5", LANGUAGE_GERMAN},
		{"en;q=0.4, nl;q=0.5", LANGUAGE_DUTCH},
		{"de;q=0.5, nl;q=0.5", LANGUAGE_GERMAN}, // the first of equals
		{"nl ; q=0.001", LANGUAGE_DUTCH},
		{"nl;q=0", LANGUAGE_ENGLISH},
		{"en;q=0, *", LANGUAGE_DUTCH}, // any but English: the first there is
		{"*", LANGUAGE_ENGLISH},
		{"*;q=0.5, de;q=0.6", LANGUAGE_GERMAN},
		{"de;q=0.1, *;q=0.5", LANGUAGE_ENGLISH},
		{"nld, nlx", LANGUAGE_ENGLISH},
		{"nl;q=2", LANGUAGE_ENGLISH},
		{"nl;q=1.001, de", LANGUAGE_GERMAN},
		{"nl;q=, ;q=1, de;level=1", LANGUAGE_ENGLISH},
		{",,,, nl", LANGUAGE_DUTCH},
		{"\xff\xfe;;;", LANGUAGE_ENGLISH},
		{"fr,fr,fr,fr,fr,fr,fr,fr,fr,fr,fr,fr,fr,fr,fr,fr,fr,fr,fr,fr,fr,fr,fr,fr,fr,fr,fr,"
		 "fr,fr,fr,fr,fr,nl",
		 LANGUAGE_ENGLISH},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (language_of(cases[i].header) != cases[i].language)
			fail_msg("'%s'", cases[i].header);
}

static void
anything(void **) {
	static const char bytes[] = "nlde-*;q=01.,5 \t\xc3";
	uint64_t random = seed_take();

	for (int i = 0; i < 20000; i++) {
		size_t n = seed_next(&random) % 60;
		char *text = malloc(n + 1); // at its end for the sanitizer
		for (size_t k = 0; k < n; k++)
			text[k] = bytes[seed_next(&random) % (sizeof bytes - 1)];
		text[n] = 0;
		assert_true(language_of(text) < LANGUAGE_COUNT);
		free(text);
	}
}

static void
catalogue_is_sorted(void **) {
	for (size_t i = 1; i < catalogue_count; i++)
		assert_true(strcmp(catalogue[i - 1].said[0], catalogue[i].said[0]) < 0);
}

static void *
other_thread(void *said) {
	*(const char **)said = _("Not found");
	return NULL;
}

static void
said(void **) {
	const char *there = "";
	pthread_t thread;

	assert_string_equal(_("Not found"), "Not found");
	assert_int_equal(language_speak(LANGUAGE_DUTCH), LANGUAGE_ENGLISH);
	assert_string_equal(_("Not found"), "Niet gevonden");
	assert_string_equal(_("Nobody translated this"), "Nobody translated this");
	assert_null(_(NULL));
	pthread_create(&thread, NULL, other_thread, &there);
	pthread_join(thread, NULL);
	assert_string_equal(there, "Not found");
	assert_int_equal(language_speak(LANGUAGE_GERMAN), LANGUAGE_DUTCH);
	assert_string_equal(_("Not found"), "Nicht gefunden");
	assert_int_equal(language_speak(LANGUAGE_ENGLISH), LANGUAGE_GERMAN);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepted),
		cmocka_unit_test(anything),
		cmocka_unit_test(catalogue_is_sorted),
		cmocka_unit_test(said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
