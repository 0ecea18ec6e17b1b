// SPDX-License-Identifier: BSD-3-Clause
// Any text as a capture filter: it becomes a program that can be run, or an error with a place in
// it; and whatever passes the check of words, libpcap never asks anybody for a name.
#include "control/capture/filter.h"
#include "tests/fuzz/fuzz.h"

#include <pcap/pcap.h>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/ether.h>

// In place of the C library's: only addresses, which need nobody's answer, may come here.
int
getaddrinfo(
	const char *node,
	const char *service,
	const struct addrinfo *hints,
	struct addrinfo **ret
) {
	unsigned char address[16];

	(void)hints;
	(void)ret;
	must(service == NULL && node != NULL);
	must(inet_pton(AF_INET6, node, address) == 1 || inet_pton(AF_INET, node, address) == 1);
	return EAI_NONAME;
}

struct netent *
getnetbyname(const char *name) {
	(void)name;
	abort();
}

struct protoent *
getprotobyname(const char *name) {
	(void)name;
	abort();
}

struct servent *
getservbyname(const char *name, const char *protocol) {
	(void)name;
	(void)protocol;
	abort();
}

int
ether_hostton(const char *name, struct ether_addr *ret) {
	(void)name;
	(void)ret;
	abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static struct filter filter;
	struct filter_fault fault = {0};
	char *text = malloc(size + 1);

	must(text != NULL);
	memcpy(text, data, size);
	text[size] = 0;
	if (filter_compile(text, &filter, &fault)) {
		must(filter.count <= WIRE_CAPTURE_INSTRUCTIONS_MAX);
		if (filter.count)
			bpf_filter(
				(const struct bpf_insn *)(const void *)filter.code,
				data,
				(unsigned int)size,
				(unsigned int)size
			);
	} else {
		must(fault.what[0] && fault.hint[0] && fault.at <= strlen(text) + 1);
	}
	free(text);
	return 0;
}
