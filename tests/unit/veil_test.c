// SPDX-License-Identifier: BSD-3-Clause
// What a support bundle says of the household: nothing that could be recognised.

#include "control/support/veil.h"
#include "platform/base.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

static void
what_is_ours_is_masked(void **) {
	static const struct {
		const char *text, *becomes;
	} cases[] = {
		{"Jan's TV at 192.0.2.7", "device-1 at address-1"},
		{"[2001:db8::7]:443 and 192.0.2.7:80, 192.0.2.0/24",
		 "[address-2]:443 and address-1:80, address-3/24"},
		{"02:00:00:00:01:0B or 02-00-00-00-01-0b", "mac-1 or mac-2"},
		{"mac 02:00:00:00:01:0b.", "mac mac-1."},
		{"https://Ads.Example.org:8443/x?y", "https://domain-1:8443/..."},
		{"ads.example.org, tv", "domain-1, device-2"},
		{"tvs and TV-set", "tvs and device-2-set"},
		{"get https://a.example?key=1, then /etc/x",
		 "get https://domain-2/..., then /etc/x"},
		// These stay.
		{"on http://127.0.0.1:13026 and [::1]:1", "on http://127.0.0.1:13026 and [::1]:1"},
		{"/etc/spin/spin.yaml:3:5: answers.dns", "/etc/spin/spin.yaml:3:5: answers.dns"},
		{"release 0.1.0, 12.5 MB, 2026-11-26T13:00:00.123Z",
		 "release 0.1.0, 12.5 MB, 2026-11-26T13:00:00.123Z"},
		{"spin_flows_active{port=\"lan0\"} 12", "spin_flows_active{port=\"lan0\"} 12"},
	};
	struct veil *m = veil_new();

	veil_name(m, "Jan's TV", "device");
	veil_name(m, "tv", "device");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t n;
		char *out = veil_text(m, cases[i].text, strlen(cases[i].text), &n);
		assert_string_equal(out, cases[i].becomes);
		free(out);
	}
	veil_free(m);
}

int
main(void) {
	const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_ours_is_masked)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
