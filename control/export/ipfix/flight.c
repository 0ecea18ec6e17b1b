// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/ipfix/flight.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

void
ipfix_flight_add(struct ipfix_flight *f, size_t length, unsigned int records) {
	f->length[f->next] = (uint16_t)length;
	f->records[f->next] = (uint16_t)records;
	f->next = (f->next + 1) % IPFIX_FLIGHT_MAX;
}

unsigned int
ipfix_flight_records(const struct ipfix_flight *f, size_t bytes) {
	unsigned int records = 0, at = f->next;
	size_t seen = 0;

	for (unsigned int i = 0; i < IPFIX_FLIGHT_MAX && seen < bytes; i++) {
		at = (at + IPFIX_FLIGHT_MAX - 1) % IPFIX_FLIGHT_MAX;
		seen += f->length[at];
		records += f->records[at];
	}
	return records;
}

unsigned int
ipfix_flight_unheard(const struct ipfix_flight *f, int fd, size_t begun) {
	int bytes = 0;

	if (ioctl(fd, SIOCOUTQ, &bytes) < 0 || bytes <= (int)begun)
		return 0;
	return ipfix_flight_records(f, (size_t)bytes - begun);
}
