// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as what a device says of itself: every text lies where it may and is clean.
#include "dataplane/inspect/lldp.h"
#include "dataplane/inspect/mdns_host.h"
#include "dataplane/inspect/netbios.h"
#include "dataplane/inspect/ssdp.h"
#include "tests/fuzz/fuzz.h"

static const uint8_t *from, *until;

static void
inside(const char *at, size_t length) {
	const uint8_t *bytes = (const uint8_t *)at;
	must(length == 0 || (bytes >= from && length <= (size_t)(until - bytes)));
}

static void
clean(const char *text, size_t length) {
	for (size_t i = 0; i < length; i++)
		must((unsigned char)text[i] >= 0x20 && text[i] != 0x7f);
}

// Half of all addresses are its own, so that both ways are gone.
static bool
own(void *context, unsigned int family, const uint8_t address[16]) {
	(void)context;
	must(family == 4 || family == 6);
	return address[3] & 1;
}

static void
mdns(const uint8_t *data, size_t size) {
	static struct mdns_host h;

	if (mdns_host_read(data, size, own, NULL, &h) != 0)
		return;
	must(strlen(h.name) == h.name_length);
	clean(h.name, h.name_length);
	must(h.services_n <= MDNS_SERVICES_MAX && h.models_n <= MDNS_MODELS_MAX);
	for (unsigned int i = 0; i < h.services_n; i++) {
		must(strlen(h.services[i].text) == h.services[i].length);
		clean(h.services[i].text, h.services[i].length);
	}
	for (unsigned int i = 0; i < h.models_n; i++)
		clean(h.models[i].text, h.models[i].length);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static const uint8_t address[4] = {192, 0, 2, 7};
	char name[NETBIOS_NAME_MAX];
	struct ssdp_message m;
	struct lldp_message l;

	from = data;
	until = data + size;
	mdns(data, size);
	int n = netbios_read(data, size, address, name);
	if (n > 0) {
		must(n < NETBIOS_NAME_MAX && strlen(name) == (size_t)n);
		clean(name, (size_t)n);
	}
	must(n != 0);
	if (ssdp_read(data, size, &m) == 0) {
		inside(m.server.at, m.server.length);
		inside(m.type.at, m.type.length);
		clean(m.server.at, m.server.length);
		clean(m.type.at, m.type.length);
	}
	if (lldp_read(data, size, &l) == 0) {
		inside(l.name, l.name_length);
		inside(l.description, l.description_length);
		inside(l.mud, l.mud_length);
	}
	return 0;
}
