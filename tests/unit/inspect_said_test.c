// SPDX-License-Identifier: BSD-3-Clause
// What devices say of themselves: NetBIOS, SSDP, LLDP, and the facts of DHCP.
#include "dataplane/inspect/dhcp.h"
#include "dataplane/inspect/dhcpv6.h"
#include "dataplane/inspect/lldp.h"
#include "dataplane/inspect/netbios.h"
#include "dataplane/inspect/ssdp.h"
#include "tests/unit/bytes.h"
#include "tests/unit/test.h"

#include <errno.h>

static const uint8_t own4[4] = {192, 0, 2, 7};
// "KITCHEN" and blanks, then the suffix.
#define KITCHEN(suffix)                                                                            \
	"20 454c 454a 4645 4544 4549 4546 454f 4341 4341 4341 4341 4341 4341 4341 4341 " suffix    \
	" 00"
#define NB_RECORD "0020 0001 000493e0 0006 "

struct netbios_case {
	const char *what, *message, *name; // NULL: none
};

static const struct netbios_case netbios_cases[] = {
	{"registration",
	 "0001 2910 0001 0000 0000 0001" KITCHEN("4141") "0020 0001 c00c" NB_RECORD "0000 c0000207",
	 "KITCHEN"},
	{"of a file service",
	 "0001 2910 0001 0000 0000 0001" KITCHEN("4341") "0020 0001 c00c" NB_RECORD "0000 c0000207",
	 "KITCHEN"},
	{"refresh",
	 "0001 4010 0001 0000 0000 0001" KITCHEN("4141") "0020 0001 c00c" NB_RECORD "0000 c0000207",
	 "KITCHEN"},
	{"of a browser (1d)",
	 "0001 2910 0001 0000 0000 0001" KITCHEN("424e") "0020 0001 c00c" NB_RECORD "0000 c0000207",
	 NULL},
	{"of a group",
	 "0001 2910 0001 0000 0000 0001" KITCHEN("4141") "0020 0001 c00c" NB_RECORD "8000 c0000207",
	 NULL},
	{"for another address",
	 "0001 2910 0001 0000 0000 0001" KITCHEN("4141") "0020 0001 c00c" NB_RECORD "0000 c0000208",
	 NULL},
	{"answer",
	 "0001 8500 0000 0001 0000 0000" KITCHEN("4141") NB_RECORD "0000 c0000207",
	 "KITCHEN"},
	{"answer about another",
	 "0001 8500 0000 0001 0000 0000" KITCHEN("4141") NB_RECORD "0000 c0000208",
	 NULL},
	{"answer with two addresses",
	 "0001 8500 0000 0001 0000 0000" KITCHEN("4141") "0020 0001 000493e0 000c 0000 0a000001"
							 "0000 c0000207",
	 "KITCHEN"},
	{"negative answer",
	 "0001 8503 0000 0001 0000 0000" KITCHEN("4141") NB_RECORD "0000 c0000207",
	 NULL},
	{"a query", "0001 0110 0001 0000 0000 0000" KITCHEN("4141") "0020 0001", NULL},
	{"node status: a group, a file service, a computer",
	 "0001 8400 0000 0001 0000 0000" KITCHEN("4141"
	 ) "0021 0001 00000000 0037 "
	   "03574f524b202020202020202020202000840046494c4553202020202020"
	   "20202020200400504320202020202020202020202020000400",
	 "PC"},
	{"node status without a computer",
	 "0001 8400 0000 0001 0000 0000" KITCHEN("4141"
	 ) "0021 0001 00000000 0025 "
	   "02574f524b202020202020202020202000840046494c4553202020202020"
	   "20202020200400",
	 "FILES"},
	{"node status that promises more",
	 "0001 8400 0000 0001 0000 0000" KITCHEN("4141") "0021 0001 00000000 0013 "
							 "02574f524b2020202020202020202020008400",
	 NULL},
	{"a name that points at itself",
	 "0001 2910 0001 0000 0000 0001" KITCHEN("4141") "0020 0001 c032" NB_RECORD "0000 c0000207",
	 NULL},
	{"letters beyond P",
	 "0001 8500 0000 0001 0000 0000 20 5a5a 454a 4645 4544 4549 4546 454f 4341 4341 4341 4341"
	 "4341 4341 4341 4341 4141 00" NB_RECORD "0000 c0000207",
	 NULL},
};

static void
netbios_names_are_read(void **) {
	struct guard g = guard_new(1024);
	uint8_t bytes[1024];
	char name[NETBIOS_NAME_MAX];

	for (size_t i = 0; i < sizeof netbios_cases / sizeof netbios_cases[0]; i++) {
		const struct netbios_case *c = &netbios_cases[i];
		size_t n = bytes_read(c->message, bytes, sizeof bytes);
		print_message("%s\n", c->what);
		int r = netbios_read(guard_put(&g, bytes, n), n, own4, name);
		if (c->name) {
			assert_int_equal(r, strlen(c->name));
			assert_string_equal(name, c->name);
		} else {
			assert_true(r < 0);
		}
		for (size_t cut = 0; cut < n; cut++)
			assert_true(netbios_read(guard_put(&g, bytes, cut), cut, own4, name) < 0);
	}
	guard_free(&g);
}

struct ssdp_case {
	const char *message;
	int status;
	const char *server, *type;
	const char *location; // as four bytes, NULL: none
};

#define NOTIFY "NOTIFY * HTTP/1.1\r\nHost: 239.255.255.250:1900\r\n"

static const struct ssdp_case ssdp_cases[] = {
	{NOTIFY "NT: upnp:rootdevice\r\nNTS: ssdp:alive\r\nServer:  Linux UPnP/1.0 x/2 \r\n\r\n",
	 0,
	 "Linux UPnP/1.0 x/2",
	 "upnp:rootdevice",
	 NULL},
	{NOTIFY "nt:uuid:12\r\nusn: uuid:12::urn:a-b:device:C:1\r\n\r\n",
	 0,
	 "",
	 "urn:a-b:device:C:1",
	 NULL},
	{NOTIFY "NT: uuid:12\r\nUSN: uuid:12\r\n\r\n", 0, "", "", NULL},
	{NOTIFY "NT: a\r\n\r\nSERVER: behind the end\r\n", 0, "", "a", NULL},
	{NOTIFY "ST: not of a notify\r\n", 0, "", "", NULL},
	{NOTIFY "NT: a\nSERVER: b", 0, "b", "a", NULL}, // bare line ends, no last one
	{NOTIFY "NT: a\r\nSERVER: b\007c\r\n", 0, "", "a", NULL},
	{NOTIFY "NT: a\r\nNTS: ssdp:byebye\r\n\r\n", -ENOENT, NULL, NULL, NULL},
	{"HTTP/1.1 200 OK\r\nST: urn:x\r\nSERVER: y\r\nLOCATION: http://192.0.2.7:80/d.xml\r\n\r\n",
	 0,
	 "y",
	 "urn:x",
	 "\xc0\0\2\7"},
	{"HTTP/1.1 200 OK\r\nLocation: http://192.0.2.7/\r\n\r\n", 0, "", "", "\xc0\0\2\7"},
	{"HTTP/1.1 200 OK\r\nLocation: http://192.0.2.7\r\n\r\n", 0, "", "", "\xc0\0\2\7"},
	{"HTTP/1.1 200 OK\r\nLocation: http://192.0.2.777/\r\n\r\n", 0, "", "", NULL},
	{"HTTP/1.1 200 OK\r\nLocation: http://192.0.2.7.example/\r\n\r\n", 0, "", "", NULL},
	{"HTTP/1.1 200 OK\r\nLocation: http://192.0.2\r\n\r\n", 0, "", "", NULL},
	{"HTTP/1.1 200 OK\r\nLocation: http://[fe80::1]/\r\n\r\n", 0, "", "", NULL},
	{"M-SEARCH * HTTP/1.1\r\nST: ssdp:all\r\n\r\n", -ENOENT, NULL, NULL, NULL},
	{"HTTP/1.1 404 Not Found\r\n\r\n", -EBADMSG, NULL, NULL, NULL},
	{"\r\n", -EBADMSG, NULL, NULL, NULL},
};

static void
same_text(struct ssdp_text t, const char *wanted) {
	assert_int_equal(t.length, strlen(wanted));
	assert_memory_equal(t.length ? t.at : wanted, wanted, t.length);
}

static void
ssdp_messages_are_read(void **) {
	struct guard g = guard_new(1024);
	struct ssdp_message m;

	for (size_t i = 0; i < sizeof ssdp_cases / sizeof ssdp_cases[0]; i++) {
		const struct ssdp_case *c = &ssdp_cases[i];
		size_t n = strlen(c->message);
		const uint8_t *bytes = (const uint8_t *)c->message;
		print_message("%zu: %s", i, c->message);
		assert_int_equal(ssdp_read(guard_put(&g, bytes, n), n, &m), c->status);
		if (c->status == 0) {
			same_text(m.server, c->server);
			same_text(m.type, c->type);
			assert_int_equal(m.has_location, c->location != NULL);
			if (c->location)
				assert_memory_equal(m.location, c->location, 4);
		}
		for (size_t cut = 0; cut < n; cut++)
			ssdp_read(guard_put(&g, bytes, cut), cut, &m);
	}
	guard_free(&g);
}

#define LLDP_HEAD "0207 04 020000000001 0407 03 020000000001 0602 0078 "

static void
lldp_units_are_read(void **) {
	uint8_t bytes[256];
	struct lldp_message l;
	struct guard g = guard_new(256);
	size_t n = bytes_read(
		LLDP_HEAD "0a02 6170 0c03 4f5300" // "ap", "OS" and a NUL
			  "fe06 00005e 01 6874 fe05 00120f 01 00 0000", // MUD "ht"; of another
		bytes,
		sizeof bytes
	);

	assert_int_equal(lldp_read(guard_put(&g, bytes, n), n, &l), 0);
	assert_int_equal(l.name_length, 2);
	assert_memory_equal(l.name, "ap", 2);
	assert_int_equal(l.description_length, 2);
	assert_memory_equal(l.description, "OS", 2);
	assert_int_equal(l.mud_length, 2);
	assert_memory_equal(l.mud, "ht", 2);
	for (size_t cut = 0; cut < n; cut++)
		lldp_read(guard_put(&g, bytes, cut), cut, &l);
	n = bytes_read("0407 03 020000000001 0207 04 020000000001 0602 0078", bytes, sizeof bytes);
	assert_int_equal(lldp_read(bytes, n, &l), -EBADMSG); // in another order
	n = bytes_read(LLDP_HEAD "0bff 61", bytes, sizeof bytes); // longer than it is
	assert_int_equal(lldp_read(guard_put(&g, bytes, n), n, &l), 0);
	assert_null(l.name);
	guard_free(&g);
}

static void
dhcp_facts_are_read(void **) {
	uint8_t bytes[512] = {1, 1, 6};
	struct dhcp_message m;
	size_t n = bytes_read(
		"63825363 350101 3703 010306 3c04 6465762d a103 687474 3701 0f ff",
		bytes + 236,
		sizeof bytes - 236
	);

	assert_int_equal(dhcp_read(bytes, 236 + n, &m), 0);
	assert_int_equal(m.asked_length, 4); // in two pieces
	assert_memory_equal(m.asked, "\1\3\6\x0f", 4);
	assert_string_equal(m.vendor, "dev-");
	assert_string_equal(m.mud, "htt");
	assert_int_equal(m.mud_length, 3);
}

static void
dhcpv6_facts_are_read(void **) {
	uint8_t bytes[256];
	struct dhcpv6_message m;
	size_t n = bytes_read(
		"01 000001 0006 0006 0017 0018 0070 0010 0009 00000137 0003 4d5346"
		"0070 0003 687474 0006 0001 00",
		bytes,
		sizeof bytes
	);

	assert_int_equal(dhcpv6_read(bytes, n, &m), 0);
	assert_int_equal(m.asked_n, 3);
	assert_int_equal(m.asked[0], 23);
	assert_int_equal(m.asked[2], 112);
	assert_string_equal(m.vendor, "MSF");
	assert_string_equal(m.mud, "htt");
	n = bytes_read("01 000001 0010 0006 00000137 0003", bytes, sizeof bytes);
	assert_int_equal(dhcpv6_read(bytes, n, &m), 0);
	assert_int_equal(m.vendor_length, 0);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(netbios_names_are_read),
		cmocka_unit_test(ssdp_messages_are_read),
		cmocka_unit_test(lldp_units_are_read),
		cmocka_unit_test(dhcp_facts_are_read),
		cmocka_unit_test(dhcpv6_facts_are_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
