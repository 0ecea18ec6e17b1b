// SPDX-License-Identifier: BSD-3-Clause
// Each header, each tag, each way to be cut short; the buffer always ends at a guard page.
#include "dataplane/parse/parse.h"
#include "platform/base.h"
#include "tests/unit/bytes.h"
#include "tests/unit/test.h"

#define MACS "020000000002 020000000001 "
#define GROUP "ffffffffffff 020000000001 "
// 10.0.0.1 → 10.0.0.2
#define IP4(total, fragment, protocol)                                                             \
	"0800 45 00 " total " 0001 " fragment " 40 " protocol " 0000 0a000001 0a000002 "
#define ENDS6 "fd000000000000000000000000000002 fd000000000000000000000000000001 "
// fd00::2 → fd00::1
#define IP6(payload, next) "86dd 60000000 " payload next " 40 " ENDS6
#define TCP20 "d431 01bb 00000001 00000002 50 18 1000 0000 0000 " // 54321 → 443, PSH ACK
#define UDP8 "d431 0035 0008 0000 "
#define ECHO8 "08 00 0000 1234 0001 "

struct parse_case {
	const char *name;
	const char *hex;
	unsigned int wire; // wire length, 0: the frame's
	unsigned int flags;
	unsigned int ethertype;
	unsigned int l3, l4, l4_length;
	unsigned int family, protocol, tags;
	unsigned int port[2]; // host order
	unsigned int pppoe;
	unsigned int names;
};

#define PORTED (FACT_IP | FACT_PORTS)

// clang-format off
static const struct parse_case cases[] = {
	{"tcp4", MACS IP4("0028", "4000", "06") TCP20, 0, PORTED, 0x0800, 14, 34, 20, 4, 6, 0,
	 {54321, 443}, 0, 0},
	{"tcp4 from the higher end", MACS "0800 45000028 00014000 40060000 0a000002 0a000001"
	 TCP20, 0, PORTED | FACT_SWAPPED, 0x0800, 14, 34, 20, 4, 6, 0, {443, 54321}, 0, 0},
	{"tcp4 timestamps", MACS IP4("0034", "4000", "06")
	 "d431 01bb 00000001 00000002 80 10 1000 00000000 0101080a 0000000100000002", 0, PORTED,
	 0x0800, 14, 34, 32, 4, 6, 0, {54321, 443}, 0, 0},
	{"tcp4 SYN options", MACS IP4("003c", "4000", "06")
	 "d431 01bb 00000001 00000000 a0 02 1000 00000000 020405b4 "
	 "0402 080a0000000100000000 01 030307", 0, PORTED, 0x0800, 14, 34, 40, 4, 6, 0, {54321,
	 443}, 0, 0},
	{"tcp4 option past the end", MACS IP4("002c", "4000", "06")
	 "d431 01bb 00000001 00000000 60 02 1000 00000000 0289 05b4", 0, PORTED | FACT_MALFORMED,
	 0x0800, 14, 34, 24, 4, 6, 0, {54321, 443}, 0, 0},
	{"tcp4 header length 16", MACS IP4("0028", "4000", "06")
	 "d431 01bb 00000001 00000002 40 18 1000 0000 0000", 0, PORTED | FACT_MALFORMED, 0x0800,
	 14, 34, 20, 4, 6, 0, {54321, 443}, 0, 0},
	{"tcp4 header longer than the packet", MACS IP4("0028", "4000", "06")
	 "d431 01bb 00000001 00000002 60 18 1000 0000 0000", 0, PORTED | FACT_MALFORMED, 0x0800,
	 14, 34, 20, 4, 6, 0, {54321, 443}, 0, 0},
	{"tcp4 in 15 bytes", MACS IP4("0023", "4000", "06") TCP20, 0, PORTED | FACT_MALFORMED,
	 0x0800, 14, 34, 15, 4, 6, 0, {54321, 443}, 0, 0},
	{"udp4 to the name server", MACS IP4("001c", "0000", "11") UDP8, 0, PORTED |
	 FACT_NAMES, 0x0800, 14, 34, 8, 4, 17, 0, {54321, 53}, 0, NAMES_DNS},
	{"udp4 with padding behind", MACS IP4("001c", "0000", "11") "d431 01bb 0008 0000"
	 "0000000000000000", 0, PORTED, 0x0800, 14, 34, 8, 4, 17, 0, {54321, 443}, 0, 0},
	{"udp4 length too big", MACS IP4("001c", "0000", "11") "d431 0035 0009 0000", 0,
	 PORTED | FACT_MALFORMED, 0x0800, 14, 34, 8, 4, 17, 0, {54321, 53}, 0, 0},
	{"udp4 length 7", MACS IP4("001c", "0000", "11") "d431 0035 0007 0000", 0, PORTED |
	 FACT_MALFORMED, 0x0800, 14, 34, 8, 4, 17, 0, {54321, 53}, 0, 0},
	{"udp4 ports cut off by the total length", MACS IP4("0016", "0000", "11") UDP8, 0,
	 FACT_IP | FACT_MALFORMED, 0x0800, 14, 34, 2, 4, 17, 0, {0, 0}, 0, 0},
	{"ip4 options", MACS "0800 4600 0020 0001 0000 40 11 0000 0a000001 0a000002 94040000"
	 "d431 01bb 0008 0000", 0, PORTED, 0x0800, 14, 38, 8, 4, 17, 0, {54321, 443}, 0, 0},
	{"ip4 option length 1", MACS
	 "0800 4600 0020 0001 0000 40 11 0000 0a000001 0a000002 94010000" "d431 01bb 0008 0000",
	 0, PORTED | FACT_MALFORMED, 0x0800, 14, 38, 8, 4, 17, 0, {54321, 443}, 0, 0},
	{"ip4 version 5", MACS "0800 5500 001c 0001 0000 40 11 0000 0a000001 0a000002" UDP8, 0,
	 FACT_MALFORMED, 0x0800, 14, 0, 0, 0, 0, 0, {0, 0}, 0, 0},
	{"ip4 header length 16", MACS "0800 4400 001c 0001 0000 40 11 0000 0a000001 0a000002"
	 UDP8, 0, FACT_MALFORMED, 0x0800, 14, 0, 0, 0, 0, 0, {0, 0}, 0, 0},
	{"ip4 total below header", MACS IP4("0013", "0000", "11") UDP8, 0, FACT_MALFORMED,
	 0x0800, 14, 0, 0, 0, 0, 0, {0, 0}, 0, 0},
	{"ip4 total beyond frame", MACS IP4("0029", "4000", "06") TCP20, 0, PORTED |
	 FACT_MALFORMED | FACT_CUT, 0x0800, 14, 34, 21, 4, 6, 0, {54321, 443}, 0, 0},
	{"ip4 cut by the capture", MACS IP4("05dc", "4000", "06") TCP20, 1514, PORTED |
	 FACT_CUT, 0x0800, 14, 34, 1480, 4, 6, 0, {54321, 443}, 0, 0},
	{"ip4 total 0 is a segment to be cut", MACS IP4("0000", "4000", "06") TCP20 "aaaa",
	 0, PORTED, 0x0800, 14, 34, 22, 4, 6, 0, {54321, 443}, 0, 0},
	{"ip4 BIG TCP", MACS IP4("0000", "4000", "06") TCP20, 80066, PORTED | FACT_CUT,
	 0x0800, 14, 34, 65535, 4, 6, 0, {54321, 443}, 0, 0},
	{"first fragment", MACS IP4("001c", "2000", "11") UDP8, 0, PORTED | FACT_FRAGMENT,
	 0x0800, 14, 34, 8, 4, 17, 0, {54321, 53}, 0, 0},
	{"later fragment", MACS IP4("001c", "00b9", "11") UDP8, 0, FACT_IP | FACT_FRAGMENT |
	 FACT_LATER, 0x0800, 14, 34, 8, 4, 17, 0, {0, 0}, 0, 0},
	{"tiny first fragment", MACS IP4("001c", "2000", "06") "d431 01bb 00000001", 0,
	 PORTED | FACT_FRAGMENT | FACT_TINY, 0x0800, 14, 34, 8, 4, 6, 0, {54321, 443}, 0, 0},
	{"fragment over the TCP flags", MACS IP4("001c", "0001", "06") UDP8, 0, FACT_IP |
	 FACT_FRAGMENT | FACT_LATER | FACT_TINY, 0x0800, 14, 34, 8, 4, 6, 0, {0, 0}, 0, 0},
	{"icmp4 echo", MACS IP4("001c", "0000", "01") ECHO8, 0, FACT_IP | FACT_ICMP |
	 FACT_ICMP_ECHO, 0x0800, 14, 34, 8, 4, 1, 0, {0x1234, 0x1234}, 0, 0},
	{"icmp4 timestamp request", MACS IP4("001c", "0000", "01") "0d00 0000 1234 0001", 0,
	 FACT_IP | FACT_ICMP, 0x0800, 14, 34, 8, 4, 1, 0, {0x0d00, 0x0d00}, 0, 0},
	{"icmp4 unreachable", MACS IP4("001c", "0000", "01") "0303 0000 00000000", 0, FACT_IP
	 | FACT_ICMP | FACT_ICMP_ERROR, 0x0800, 14, 34, 8, 4, 1, 0, {0x0300, 0x0300}, 0, 0},
	{"icmp4 without a header", MACS IP4("0014", "0000", "01"), 0, FACT_IP |
	 FACT_MALFORMED, 0x0800, 14, 34, 0, 4, 1, 0, {0, 0}, 0, 0},
	{"gre", MACS IP4("0018", "0000", "2f") "00000800", 0, FACT_IP, 0x0800, 14, 34, 4, 4,
	 47, 0, {0, 0}, 0, 0},
	{"tcp6", MACS IP6("0014", "06") TCP20, 0, PORTED | FACT_SWAPPED, 0x86dd, 14, 54, 20, 6,
	 6, 0, {443, 54321}, 0, 0},
	{"ip6 version 4", MACS "86dd 40000000 0008 11 40" ENDS6 UDP8, 0, FACT_MALFORMED, 0x86dd,
	 14, 0, 0, 0, 0, 0, {0, 0}, 0, 0},
	{"ip6 payload beyond frame", MACS IP6("0009", "11") UDP8, 0, PORTED | FACT_SWAPPED |
	 FACT_MALFORMED | FACT_CUT, 0x86dd, 14, 54, 9, 6, 17, 0, {53, 54321}, 0, 0},
	{"ip6 chain", MACS IP6("0028", "00")
	 "2b00010400000000 3c00000000000000 3300000000000000 " "1102000000000000 0000000000000000"
	 UDP8, 0, FACT_IP | FACT_SWAPPED | FACT_MALFORMED, 0x86dd, 14, 94, 0, 6, 17, 0, {0, 0}, 0,
	 0},
	{"ip6 atomic fragment", MACS IP6("0010", "2c") "1100 0000 00000001" UDP8, 0, PORTED |
	 FACT_SWAPPED | FACT_NAMES, 0x86dd, 14, 62, 8, 6, 17, 0, {53, 54321}, 0, NAMES_DNS},
	{"ip6 later fragment", MACS IP6("0010", "2c") "1100 05a9 00000001" UDP8, 0, FACT_IP |
	 FACT_SWAPPED | FACT_FRAGMENT | FACT_LATER, 0x86dd, 14, 62, 8, 6, 17, 0, {0, 0}, 0, 0},
	{"ip6 no next header", MACS IP6("0000", "3b"), 0, FACT_IP | FACT_SWAPPED, 0x86dd, 14,
	 54, 0, 6, 59, 0, {0, 0}, 0, 0},
	{"ip6 jumbo option", MACS IP6("0000", "00") "0600 c2040001 3880" TCP20, 80094, PORTED |
	 FACT_SWAPPED | FACT_CUT, 0x86dd, 14, 62, 65535, 6, 6, 0, {443, 54321}, 0, 0},
	{"icmp6 neighbour solicitation", MACS "86dd 60000000 0018 3a ff" ENDS6
	 "87000000 00000000 fd000000000000000000000000000001", 0, FACT_IP | FACT_SWAPPED |
	 FACT_ICMP | FACT_SAFE | FACT_NAMES, 0x86dd, 14, 54, 24, 6, 58, 0, {0x8700, 0x8700}, 0,
	 NAMES_ND},
	{"icmp6 neighbour solicitation from afar", MACS IP6("0018", "3a")
	 "87000000 00000000 fd000000000000000000000000000001", 0, FACT_IP | FACT_SWAPPED |
	 FACT_ICMP, 0x86dd, 14, 54, 24, 6, 58, 0, {0x8700, 0x8700}, 0, 0},
	{"icmp6 packet too big", MACS IP6("0008", "3a") "02000000 00000500", 0, FACT_IP |
	 FACT_SWAPPED | FACT_ICMP | FACT_ICMP_ERROR, 0x86dd, 14, 54, 8, 6, 58, 0, {0x0200, 0x0200},
	 0, 0},
	{"dhcp to everyone", GROUP "0800 4500 001c 0001 0000 40 11 0000 00000000 ffffffff"
	 "0044 0043 0008 0000", 0, PORTED | FACT_GROUP | FACT_SAFE | FACT_NAMES, 0x0800, 14, 34,
	 8, 4, 17, 0, {68, 67}, 0, NAMES_DHCP},
	{"dhcp to one", MACS IP4("001c", "0000", "11") "0044 0043 0008 0000", 0, PORTED |
	 FACT_NAMES, 0x0800, 14, 34, 8, 4, 17, 0, {68, 67}, 0, NAMES_DHCP},
	{"arp", GROUP "0806 0001 0800 06 04 0001", 0, FACT_GROUP | FACT_NON_IP | FACT_SAFE |
	 FACT_NAMES, 0x0806, 14, 0, 0, 0, 0, 0, {0, 0}, 0, NAMES_ARP},
	{"eapol", MACS "888e 0101 0000", 0, FACT_NON_IP | FACT_SAFE, 0x888e, 14, 0, 0, 0, 0, 0,
	 {0, 0}, 0, 0},
	{"802.3 length", MACS "0026 424203", 0, FACT_NON_IP, 0x0026, 14, 0, 0, 0, 0, 0, {0, 0},
	 0, 0},
	{"priority tag", MACS "8100 e000" IP4("001c", "0000", "11") UDP8, 0, PORTED |
	 FACT_NAMES, 0x0800, 18, 38, 8, 4, 17, 1, {54321, 53}, 0, NAMES_DNS},
	{"802.1ad over 802.1Q", MACS "88a8 0064 8100 0065" IP4("001c", "0000", "11") UDP8, 0,
	 PORTED | FACT_NAMES, 0x0800, 22, 42, 8, 4, 17, 2, {54321, 53}, 0, NAMES_DNS},
	{"four tags", MACS "9100 0001 8100 0002 8100 0003 8100 0004" IP4("001c", "0000", "11")
	 UDP8, 0, PORTED | FACT_NAMES, 0x0800, 30, 50, 8, 4, 17, 4, {54321, 53}, 0, NAMES_DNS},
	{"five tags", MACS "8100 0001 8100 0002 8100 0003 8100 0004 8100 0005 0800", 0,
	 FACT_NON_IP | FACT_MALFORMED, 0x8100, 30, 0, 0, 0, 0, 4, {0, 0}, 0, 0},
	{"pppoe", MACS "8864 11 00 0007 001e 0021 45000 01c 00010000 40110000 0a000001 0a000002"
	 UDP8, 0, PORTED | FACT_PPPOE | FACT_NAMES, 0x0800, 22, 42, 8, 4, 17, 0, {54321, 53}, 7,
	 NAMES_DNS},
	{"pppoe, one byte of protocol", MACS
	 "8864 11 00 0007 001d 21 4500001c 00010000 40110000 0a000001 0a000002" UDP8, 0, PORTED |
	 FACT_PPPOE | FACT_NAMES, 0x0800, 21, 41, 8, 4, 17, 0, {54321, 53}, 7, NAMES_DNS},
	{"pppoe, ends before the packet", MACS
	 "8864 11 00 0007 001d 0021 4500001c 00010000 40110000 0a000001 0a000002" UDP8, 0, PORTED |
	 FACT_PPPOE | FACT_MALFORMED, 0x0800, 22, 42, 8, 4, 17, 0, {54321, 53}, 7, 0},
	{"pppoe, link control", MACS "8864 11 00 0007 0004 c021 0101", 0, FACT_NON_IP, 0x8864,
	 14, 0, 0, 0, 0, 0, {0, 0}, 0, 0},
	{"13 bytes", MACS "08", 0, FACT_NON_IP | FACT_MALFORMED, 0, 0, 0, 0, 0, 0, 0, {0, 0}, 0,
	 0},
};
// clang-format on

static void
check(const struct parse_case *c, const struct facts *f) {
	assert_int_equal(f->flags, c->flags);
	assert_int_equal(f->ethertype, c->ethertype);
	assert_int_equal(f->l3, c->l3);
	assert_int_equal(f->l4, c->l4);
	assert_int_equal(f->l4_length, c->l4_length);
	assert_int_equal(f->key.family, c->family);
	assert_int_equal(f->key.protocol, c->protocol);
	assert_int_equal(f->key.tags, c->tags);
	assert_int_equal(f->key.pppoe, c->pppoe);
	assert_int_equal(f->names, c->names);
	for (unsigned int i = 0; i < 2; i++)
		assert_int_equal(__builtin_bswap16(f->key.port[i]), c->port[i]);
}

static void
test_cases(void **state) {
	(void)state;
	struct guard g = guard_new(2048);
	uint8_t bytes[2048];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t n = bytes_read(cases[i].hex, bytes, sizeof(bytes));
		struct facts f;
		print_message("%s\n", cases[i].name);
		parse_frame(guard_put(&g, bytes, n), n, cases[i].wire ? cases[i].wire : n, &f);
		check(&cases[i], &f);
	}
	guard_free(&g);
}

// What the rest of the program relies on, whatever the bytes.
static void
check_sane(const uint8_t *frame, size_t length, const struct facts *f) {
	struct facts quote;
	struct fragment_id id;
	uint16_t tags[PARSE_TAGS_MAX];

	assert_true(f->l3 <= length);
	assert_true(f->l4 == 0 || f->l4 > f->l3);
	if (f->flags & FACT_PORTS)
		assert_true((size_t)f->l4 + 4 <= length);
	if (f->flags & FACT_NAMES && f->flags & FACT_IP)
		assert_true((size_t)f->l4 + 8 <= length);
	assert_false((f->flags & FACT_IP) && (f->flags & FACT_NON_IP));
	if (f->flags & FACT_FRAGMENT)
		parse_fragment(frame, f, &id);
	if (f->flags & FACT_ICMP_ERROR)
		parse_quote(frame, length, f, &quote);
	parse_tags(frame, length, tags);
}

static void
test_truncations(void **state) {
	(void)state;
	struct guard g = guard_new(2048);
	uint8_t bytes[2048];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t n = bytes_read(cases[i].hex, bytes, sizeof(bytes));
		for (size_t cut = 0; cut < n; cut++) {
			struct facts f;
			const uint8_t *frame = guard_put(&g, bytes, cut);
			parse_frame(frame, cut, cut, &f);
			check_sane(frame, cut, &f);
			parse_frame(frame, cut, n, &f);
			check_sane(frame, cut, &f);
			// A frame cut inside its headers is malformed, one cut behind them is not.
			bool whole = f.flags & FACT_IP && !(f.flags & FACT_MALFORMED);
			if (cases[i].flags & FACT_IP && whole)
				assert_int_equal(f.key.protocol, cases[i].protocol);
		}
	}
	guard_free(&g);
}

// Tags in front change the tags and the offsets, nothing else.  One is read by the short way for
// common frames, three by the general one, so that this compares the two.
static void
test_tag_invariance(void **state) {
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(cases) * 3; i++) {
		const struct parse_case *c = &cases[i / 3];
		size_t tags = i % 3 + 1, more = tags * 4;
		uint8_t plain[2048], tagged[2048];
		size_t n = bytes_read(c->hex, plain, sizeof(plain));
		size_t wire = c->wire ? c->wire : n;
		struct facts a, b;
		if (n < 14 || c->tags > 0)
			continue;
		memcpy(tagged, plain, 12);
		for (size_t k = 0; k < tags; k++)
			bytes_read("8100 2abc", tagged + 12 + k * 4, 4);
		memcpy(tagged + 12 + more, plain + 12, n - 12);
		parse_frame(plain, n, wire, &a);
		parse_frame(tagged, n + more, wire + more, &b);
		assert_int_equal(b.key.tags, tags);
		assert_int_equal(b.key.vlan[0], 0xabc);
		assert_int_equal(b.key.vlan[1], tags > 1 ? 0xabc : 0);
		assert_int_equal(b.l3, a.l3 + more);
		assert_int_equal(b.l4, a.l4 ? a.l4 + more : 0);
		b.key.tags = 0;
		b.key.vlan[0] = b.key.vlan[1] = 0;
		b.vlan_offset = 0;
		b.l3 = a.l3;
		b.l4 = a.l4;
		assert_memory_equal(&a, &b, sizeof(a));
	}
}

static void
test_tags(void **state) {
	(void)state;
	uint8_t bytes[64];
	uint16_t ids[PARSE_TAGS_MAX];
	struct facts f;
	size_t n = bytes_read(MACS "9100 0001 8100 f002 8100 0003 8100 0fff 0806", bytes, 64);

	assert_int_equal(parse_tags(bytes, n, ids), 4);
	assert_int_equal(ids[0], 1);
	assert_int_equal(ids[1], 2);
	assert_int_equal(ids[3], 0xfff);
	parse_frame(bytes, n, n, &f);
	assert_int_equal(f.vlan_offset, 22); // the third id
	assert_int_equal(parse_tags(bytes, 17, ids), 0);
}

static void
test_fragment(void **state) {
	(void)state;
	uint8_t bytes[128];
	struct facts f;
	struct fragment_id id;

	size_t n = bytes_read(MACS IP4("001c", "20b9", "11") UDP8, bytes, sizeof(bytes));
	parse_frame(bytes, n, n, &f);
	parse_fragment(bytes, &f, &id);
	assert_int_equal(id.id, 1);
	assert_int_equal(id.offset, 1480);
	assert_int_equal(id.length, 8);
	assert_true(id.more);

	n = bytes_read(MACS IP6("0010", "2c") "1100 05a8 89abcdef" UDP8, bytes, sizeof(bytes));
	parse_frame(bytes, n, n, &f);
	parse_fragment(bytes, &f, &id);
	assert_int_equal(id.id, 0x89abcdef);
	assert_int_equal(id.offset, 1448);
	assert_int_equal(id.length, 8);
	assert_false(id.more);
}

static void
test_quote(void **state) {
	(void)state;
	uint8_t bytes[256];
	struct facts f, q;
	struct guard g = guard_new(256);

	// Unreachable from 10.0.0.1 to 10.0.0.2 about 10.0.0.2:54321 → 192.0.2.1:53.
	size_t n = bytes_read(
		MACS IP4("0038", "0000", "01") "03030000 00000000"
					       "4500001c 00010000 40110000 0a000002 c0000201" UDP8,
		bytes,
		sizeof(bytes)
	);
	parse_frame(bytes, n, n, &f);
	assert_true(parse_quote(bytes, n, &f, &q));
	assert_int_equal(q.key.protocol, 17);
	assert_int_equal(q.flags & (FACT_IP | FACT_PORTS | FACT_SWAPPED), FACT_IP | FACT_PORTS);
	assert_memory_equal(q.key.address[0], "\x0a\x00\x00\x02", 4);
	assert_int_equal(q.key.port[1], __builtin_bswap16(53));
	for (size_t cut = 0; cut < n; cut++) {
		const uint8_t *frame = guard_put(&g, bytes, cut);
		parse_frame(frame, cut, n, &f);
		bool ok = parse_quote(frame, cut, &f, &q);
		assert_true(ok == (cut >= 34 + 8 + 20));
	}

	// Too big from fd00::2 to fd00::1 about an echo request fd00::1 → fd00::2.
	n = bytes_read(
		MACS IP6("0038", "3a") "02000000 00000500"
				       "60000000 0008 3a 40 fd000000000000000000000000000001"
				       "fd000000000000000000000000000002 8000 0000 0042 0001",
		bytes,
		sizeof(bytes)
	);
	parse_frame(bytes, n, n, &f);
	assert_true(parse_quote(bytes, n, &f, &q));
	assert_int_equal(q.key.flags, KEY_ICMP_ECHO);
	assert_int_equal(q.key.port[0], __builtin_bswap16(0x42));
	guard_free(&g);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_truncations),
		cmocka_unit_test(test_tag_invariance),
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_fragment),
		cmocka_unit_test(test_quote),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
