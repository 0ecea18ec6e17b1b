// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as a DNS message: every name and chain it yields can be spelled and is clean text.
#include "dataplane/inspect/dns.h"
#include "tests/fuzz/fuzz.h"

static void
check_text(const char *text, size_t n) {
	for (size_t i = 0; i < n; i++)
		must(text[i] == '\0' || (text[i] > ' ' && text[i] < 0x7f));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static struct dns_message m, q;
	char text[DNS_TEXT_MAX], names[DNS_NAMES_MAX];

	int r = dns_question(data, size, &q);
	for (int additional = 0; additional < 2; additional++) {
		must(dns_read(data, size, additional, &m) == r);
		if (r < 0)
			return 0;
		must(!q.has_error && !(additional && m.has_error));
		must(m.has_error || m.error == 0);
		must(m.id == q.id && m.question == q.question && m.chain_n <= DNS_CHAIN_MAX);
		for (unsigned int i = 0; i < m.chain_n; i++) {
			int n = dns_name_text(data, size, m.chain[i], text);
			must(n > 0);
			check_text(text, (size_t)n);
		}
		for (unsigned int i = 0; i < m.addresses_n; i++) {
			size_t n = dns_names(data, size, &m, i, names);
			must(n > 1 && n <= sizeof(names) && names[n - 1] == '\0');
			check_text(names, n);
		}
	}
	return 0;
}
