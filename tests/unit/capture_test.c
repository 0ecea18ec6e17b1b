// SPDX-License-Identifier: BSD-3-Clause
// What of captures stands by itself: which words a filter may have, files block by block, pipes.

#include "control/capture/filter.h"
#include "control/capture/format.h"
#include "control/capture/pipe.h"
#include "platform/base.h"
#include "platform/wire_types.h"
#include "tests/unit/test.h"

#include <pcap/pcap.h>

#include <string.h>

static void
test_words_that_may_stand(void **state) {
	static const char *const good[] = {
		"",
		"  ",
		"tcp",
		"host 192.0.2.1",
		"net 10",
		"net 10.0/16",
		"host 2001:db8::1",
		"ip6 net 2001:db8::/32",
		"ether host 2:0:0:0:1:b",
		"ether host 02-00-00-00-01-0b",
		"ether host 0200.0000.010b",
		"portrange 80-90",
		"tcp[2:2] > 80",
		"tcp[tcpflags]&tcp-syn!=0",
		"not(udp or icmp6)",
		"len - 5 > 0x10",
		"vlan 7 and pppoes 0x11 and ip",
		"icmp6[icmp6type]=icmp6-neighboradvert",
		"ether proto 0x88cc",
	};
	static const struct {
		const char *text;
		unsigned int at;
	} bad[] = {
		{"host localhost", 6},
		{"host ab:cd", 6},
		{"host abcd", 6},
		{"port domain", 6},
		{"host 1.2.3.4.", 6},
		{"host 1..2", 6},
		{"host 1.2.3.4-5", 6},
		{"port 80-90", 6},
		{"len-5", 1},
		{"TCP", 1},
		{"tcp\nudp", 4},
		{"host \"a\"", 6},
		{"tcp\x80", 4},
		{"dst A2c-2-22c8", 5},
		{"host 1a", 6},
		{"host ::1%eth0x", 10},
		{"host 0x", 6},
		{"gateway 1.2.3.4", 1},
		{"portrange 1 2-3", 13},
	};
	struct filter_fault fault;
	(void)state;
	for (unsigned int i = 0; i < ARRAY_LEN(good); i++) {
		struct filter f;
		if (!filter_compile(good[i], &f, &fault))
			print_error("%s: %s at %u\n", good[i], fault.what, fault.at);
		assert_true(filter_words_check(good[i], &fault));
	}
	for (unsigned int i = 0; i < ARRAY_LEN(bad); i++) {
		if (filter_words_check(bad[i].text, &fault) || fault.at != bad[i].at)
			print_error("'%s' is taken, or at %u\n", bad[i].text, fault.at);
		assert_false(filter_words_check(bad[i].text, &fault));
		assert_int_equal(fault.at, bad[i].at);
	}
}

static struct capture_about
about(enum capture_format format) {
	return (struct capture_about){
		.format = format,
		.snaplen = 100,
		.ports = 2,
		.port = {"lan0", "wan0"},
		.side = {"lan", "wan"},
		.filter = "udp",
		.comment = "everything",
	};
}

// libpcap reads back what was written, odd lengths and all.
static void
read_back(enum capture_format format) {
	const struct capture_about a = about(format);
	const struct capture_counts counts = {.taken = {5}, .lost = {0, 7}};
	struct capture_bytes b = {0};
	uint8_t frame[100];
	char error[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *h;
	const u_char *bytes;

	memset(frame, 7, sizeof frame);
	capture_write_head(&b, &a);
	for (uint32_t n = 14; n <= 100; n++) {
		const struct capture_record r = {
			.captured = n,
			.length = n + 1000,
			.port = n & 1,
			.direction = (uint8_t)(n % 3),
			.reason = n % 5 ? REASON_NONE : REASON_DEVICE_BLOCKED,
		};
		capture_write_packet(&b, format, &r, frame, 1700000000123456789 + n, n % 7);
	}
	capture_write_counts(&b, &a, &counts, 1, 2);
	assert_false(b.failed);
	FILE *f = fmemopen(b.at, b.length, "r");
	pcap_t *p = pcap_fopen_offline_with_tstamp_precision(f, PCAP_TSTAMP_PRECISION_NANO, error);
	assert_non_null(p);
	assert_int_equal(pcap_datalink(p), DLT_EN10MB);
	for (uint32_t n = 14; n <= 100; n++) {
		assert_int_equal(pcap_next_ex(p, &h, &bytes), 1);
		assert_int_equal(h->caplen, n);
		assert_int_equal(h->len, n + 1000);
		assert_int_equal(h->ts.tv_sec, 1700000000);
		assert_int_equal(h->ts.tv_usec, format == CAPTURE_PCAP ? 123456000 : 123456789 + n);
		assert_memory_equal(bytes, frame, n);
	}
	assert_int_equal(pcap_next_ex(p, &h, &bytes), PCAP_ERROR_BREAK);
	pcap_close(p);
	capture_bytes_free(&b);
}

static void
test_files_read_back(void **state) {
	(void)state;
	read_back(CAPTURE_PCAPNG);
	read_back(CAPTURE_PCAP);
}

// The longest reason fits into what a packet may take beside its frame.
static void
test_every_reason_fits(void **state) {
	(void)state;
	for (unsigned int i = 0; i < REASON_COUNT; i++) {
		struct capture_bytes b = {0};
		const struct capture_record r = {
			.captured = 1, .length = 1, .direction = 1, .reason = (uint8_t)i};
		capture_write_packet(&b, CAPTURE_PCAPNG, &r, (const uint8_t *)"x", 1, 1);
		assert_true(b.length <= CAPTURE_PACKET_MORE);
		capture_bytes_free(&b);
	}
}

static void
test_a_pipe_carries_all(void **state) {
	struct pipe *p = pipe_new();
	uint8_t piece[1000];
	const uint8_t *at;
	uint64_t put = 0, got = 0;
	(void)state;
	assert_non_null(p);
	while (got < 3 * (uint64_t)PIPE_BYTES) {
		for (unsigned int i = 0; i < sizeof piece; i++)
			piece[i] = (uint8_t)((put + i) * 31 >> 3);
		if (pipe_room(p) >= sizeof piece) {
			pipe_put(p, piece, sizeof piece);
			put += sizeof piece;
		}
		if (pipe_room(p) >= sizeof piece && put % 7000)
			continue;
		size_t n = pipe_get(p, &at);
		assert_true(n <= PIPE_PIECE);
		for (size_t i = 0; i < n; i += 97)
			assert_int_equal(at[i], (uint8_t)((got + i) * 31 >> 3));
		pipe_take(p, n);
		got += n;
	}
	pipe_free(p);
	pipe_free(p);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_that_may_stand),
		cmocka_unit_test(test_files_read_back),
		cmocka_unit_test(test_every_reason_fits),
		cmocka_unit_test(test_a_pipe_carries_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
