// SPDX-License-Identifier: BSD-3-Clause
// Where the browser may find us: what is accepted as an address to listen on.

#include "control/config.h"
#include "platform/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// NULL when it is an address of this machine only, with a port.
static const char *
wrong_listen(const char *text) {
	const char *colon = strrchr(text, ':');
	char host[TEXT_ADDRESS] = "";
	unsigned int family;
	uint8_t address[16];

	if (!colon || colon == text)
		return "is not ADDRESS:PORT: write 127.0.0.1:13026 or [::1]:13026";
	const char *from = text[0] == '[' ? text + 1 : text;
	const char *to = text[0] == '[' ? colon - 1 : colon;
	if (to <= from || (text[0] == '[' && *to != ']') || (size_t)(to - from) >= sizeof host)
		return "is not ADDRESS:PORT: write 127.0.0.1:13026 or [::1]:13026";
	memcpy(host, from, (size_t)(to - from));
	if (text_parse_address(host, &family, address) < 0 || (family == 6) != (text[0] == '['))
		return "has no numeric address: write 127.0.0.1:13026 or [::1]:13026";
	char *end;
	unsigned long port = strtoul(colon + 1, &end, 10);
	if (!colon[1] || *end || port > 65535
	    || strspn(colon + 1, "0123456789") != strlen(colon + 1))
		return "has no port between 0 and 65535: write 127.0.0.1:13026";
	static const uint8_t one[16] = {[15] = 1};
	if (family == 4 ? address[0] == 127 : memcmp(address, one, 16) == 0)
		return NULL;
	return "can be reached from other machines, and there are no accounts yet: use 127.0.0.1 "
	       "or [::1], and from elsewhere `ssh -L 13026:127.0.0.1:13026`";
}

int
config_add_listen(struct config *c, const char *text, char ret_error[CONFIG_ERROR]) {
	const char *wrong = wrong_listen(text);

	if (wrong) {
		snprintf(ret_error, CONFIG_ERROR, "'%.64s' %s", text, wrong);
		return -EINVAL;
	}
	if (c->listen_count == CONFIG_LISTEN_MAX) {
		snprintf(ret_error, CONFIG_ERROR, "more than %d addresses", CONFIG_LISTEN_MAX);
		return -EINVAL;
	}
	snprintf(c->listen[c->listen_count++], sizeof c->listen[0], "%s", text);
	return 0;
}
