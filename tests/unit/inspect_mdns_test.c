// SPDX-License-Identifier: BSD-3-Clause
// What a sender of mDNS and LLMNR answers says of itself, and what of others.
#include "dataplane/inspect/mdns_host.h"
#include "tests/unit/bytes.h"
#include "tests/unit/test.h"

#include <errno.h>

static const uint8_t own4[16] = {192, 0, 2, 7};
static const uint8_t own6[16] = {0xfe, 0x80, [15] = 7};

static bool
is_own(void *context, unsigned int family, const uint8_t address[16]) {
	(void)context;
	return memcmp(address, family == 4 ? own4 : own6, 16) == 0;
}

#define HEAD(an, ar) "0000 8400 0000 00" an " 0000 00" ar
#define TAIL_A "0001 8001 00000078 0004 " // A, IN with the flush bit, two minutes, four bytes
#define OWN TAIL_A "c0000207"
#define OTHER TAIL_A "c0000208"
#define HOST                                                                                       \
	"07"                                                                                       \
	"4b69746368656e"                                                                           \
	"05"                                                                                       \
	"6c6f63616c"                                                                               \
	"00 " // Kitchen.local
#define IPP                                                                                        \
	"04"                                                                                       \
	"5f697070"                                                                                 \
	"04"                                                                                       \
	"5f746370"                                                                                 \
	"05"                                                                                       \
	"6c6f63616c"                                                                               \
	"00 " // _ipp._tcp.local
#define PTR "000c 0001 00000078 "

struct mdns_case {
	const char *what, *message;
	int status;
	const char *name, *service, *model;
};

static const struct mdns_case mdns_cases[] = {
	{"an own address", HEAD("01", "00") HOST OWN, 0, "Kitchen", NULL, NULL},
	{"another's", HEAD("01", "00") HOST OTHER, 0, "", NULL, NULL},
	{"additional", HEAD("00", "01") HOST OWN, 0, "Kitchen", NULL, NULL},
	{"the first of two names",
	 HEAD("02", "00") HOST OWN "0161 05"
				   "6c6f63616c"
				   "00" OWN,
	 0,
	 "Kitchen",
	 NULL,
	 NULL},
	{"no .local (LLMNR)", HEAD("01", "00") "0161 00" OWN, 0, "a", NULL, NULL},
	{"goodbye", HEAD("01", "00") HOST "0001 8001 00000000 0004 c0000207", 0, "", NULL, NULL},
	{"another class",
	 HEAD("01", "00") HOST "0001 0003 00000078 0004 c0000207",
	 0,
	 "",
	 NULL,
	 NULL},
	{"AAAA of its own",
	 HEAD("01", "00") HOST "001c 8001 00000078 0010 fe800000 00000000 00000000 00000007",
	 0,
	 "Kitchen",
	 NULL,
	 NULL},
	{"a control character", HEAD("01", "00") "0207 61 00" OWN, 0, "", NULL, NULL},
	{"UTF-8",
	 HEAD("01", "00") "03c3a961 05"
			  "6c6f63616c"
			  "00" OWN,
	 0,
	 "\xc3\xa9"
	 "a",
	 NULL,
	 NULL},
	{"reverse look-up of its own",
	 HEAD("01", "00") "01 37 01 32 01 30 03 313932 07 696e2d61646472 04 61727061 00" PTR
			  "000f" HOST,
	 0,
	 "Kitchen",
	 NULL,
	 NULL},
	{"reverse look-up of another",
	 HEAD("01", "00") "01 38 01 32 01 30 03 313932 07 696e2d61646472 04 61727061 00" PTR
			  "000f" HOST,
	 0,
	 "",
	 NULL,
	 NULL},
	{"a service", HEAD("01", "00") IPP PTR "0004 0161 c00c", 0, "", "_ipp._tcp", NULL},
	{"a subtype",
	 HEAD("01", "00") "02 5f63 04 5f737562" IPP PTR "0004 0161 c00c",
	 0,
	 "",
	 "_ipp._tcp",
	 NULL},
	{"a kind of services",
	 HEAD("01", "00") "09 5f7365727669636573 07 5f646e732d7364 04 5f756470 05"
			  "6c6f63616c 00" PTR "0011" IPP,
	 0,
	 "",
	 "_ipp._tcp",
	 NULL},
	{"SRV",
	 HEAD("01", "00") "0161" IPP "0021 0001 00000078 0008 0000 0000 0277 0000",
	 0,
	 "",
	 "_ipp._tcp",
	 NULL},
	{"services of another",
	 HEAD("02", "00") IPP PTR "0004 0161 c00c" HOST OTHER,
	 0,
	 "",
	 NULL,
	 NULL},
	{"a model", // a=b, MD=x1
	 HEAD("01", "00") "0161" IPP "0010 0001 00000078 000a 03 613d62 05 4d443d7831",
	 0,
	 "",
	 NULL,
	 "x1"},
	{"numbers are no model",
	 HEAD("01", "00") "0161" IPP "0010 0001 00000078 0007 06 6d643d302c31",
	 0,
	 "",
	 NULL,
	 NULL},
	{"a text past its record",
	 HEAD("01", "00") "0161" IPP "0010 0001 00000078 0004 09 6d643d",
	 0,
	 "",
	 NULL,
	 NULL},
	{"a question", "0000 0000 0000 0001 0000 0000" HOST OWN, -EBADMSG, NULL, NULL, NULL},
	{"an error", "0000 8403 0000 0001 0000 0000" HOST OWN, -EBADMSG, NULL, NULL, NULL},
	{"a dynamic update", "0000 a800 0000 0001 0000 0000" HOST OWN, -EBADMSG, NULL, NULL, NULL},
	{"questions without end",
	 "0000 8400 ffff 0001 0000 0000" HOST "00010001",
	 -EBADMSG,
	 NULL,
	 NULL,
	 NULL},
	{"a name that bites its tail", HEAD("01", "00") "c00c" OWN, 0, "", NULL, NULL},
	{"cut", HEAD("02", "00") HOST OWN "01", 0, "Kitchen", NULL, NULL},
};

static void
mdns_answers_are_read(void **) {
	struct guard g = guard_new(1024);
	uint8_t bytes[1024];
	struct mdns_host h;

	for (size_t i = 0; i < sizeof mdns_cases / sizeof mdns_cases[0]; i++) {
		const struct mdns_case *c = &mdns_cases[i];
		size_t n = bytes_read(c->message, bytes, sizeof bytes);
		print_message("%s\n", c->what);
		int r = mdns_host_read(guard_put(&g, bytes, n), n, is_own, NULL, &h);
		assert_int_equal(r, c->status);
		if (r != 0)
			continue;
		assert_string_equal(h.name, c->name);
		assert_int_equal(h.name_length, strlen(c->name));
		assert_int_equal(h.services_n, c->service != NULL);
		assert_int_equal(h.models_n, c->model != NULL);
		if (c->service)
			assert_string_equal(h.services[0].text, c->service);
		if (c->model)
			assert_string_equal(h.models[0].text, c->model);
		for (size_t cut = 0; cut < n; cut++)
			mdns_host_read(guard_put(&g, bytes, cut), cut, is_own, NULL, &h);
	}
	guard_free(&g);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mdns_answers_are_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
