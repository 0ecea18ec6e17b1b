// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as a DHCPv4 and as a DHCPv6 message.
#include "dataplane/inspect/dhcp.h"
#include "dataplane/inspect/dhcpv6.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static struct dhcp_message m;
	static struct dhcpv6_message m6;

	if (dhcp_read(data, size, &m) == 0) {
		must(strlen(m.hostname) == m.hostname_length);
		must(strlen(m.fqdn) == m.fqdn_length);
		must(strlen(m.vendor) == m.vendor_length && strlen(m.mud) == m.mud_length);
		must(m.asked_length <= sizeof m.asked);
	}
	if (dhcpv6_read(data, size, &m6) == 0) {
		must(strlen(m6.fqdn) == m6.fqdn_length);
		must(strlen(m6.vendor) == m6.vendor_length && strlen(m6.mud) == m6.mud_length);
		must(m6.asked_n <= DHCPV6_ASKED_MAX);
		must(m6.addresses_n <= DHCPV6_ADDRESSES_MAX);
	}
	return 0;
}
