// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/analyze/print.h"
#include "platform/base.h"
#include "platform/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FLOWS_SHOWN 25
#define NAMES_SHOWN 40

// "12.3 kB": at most four digits.
static const char *
text_bytes(uint64_t n, char ret[16]) {
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
	double v = (double)n;
	unsigned int u = 0;

	for (; v >= 1000 && u + 1 < ARRAY_LEN(units); u++)
		v /= 1000;
	snprintf(ret, 16, u == 0 || v >= 100 ? "%.0f %s" : "%.1f %s", v, units[u]);
	return ret;
}

static void
put_devices(FILE *out, const struct report *r) {
	unsigned int devices = 0;
	char mac[TEXT_MAC], bytes[16], address[TEXT_ADDRESS];

	for (uint32_t i = 0; i < r->census->stations_n; i++)
		devices += census_is_device(&r->census->station[i]);
	fprintf(out, "\nDevices: %u of %u stations\n", devices, r->census->stations_n);
	for (uint32_t i = 0; i < r->census->stations_n; i++) {
		const struct station_seen *s = &r->census->station[i];
		if (!census_is_device(s))
			continue;
		const struct wire_hostname *h = findings_host(r->findings, s->mac);
		const char *vendor = vendors_find(r->vendors, s->mac);
		uint32_t n;
		const struct address_seen *a = census_addresses(r->census, i, &n);
		fprintf(out,
			"  %s  %-20.20s  %-24.24s  %9s sent  %s%s\n",
			text_mac(s->mac, mac),
			h ? h->text : "-",
			vendor ? vendor : "-",
			text_bytes(s->bytes, bytes),
			n > 0 ? text_address(a[0].family, a[0].address, address) : "-",
			n > 1 ? ", ..." : "");
	}
}

static int
by_bytes(const void *a, const void *b) {
	const struct wire_flow *const *x = a, *const *y = b;
	uint64_t m = (*x)->bytes[0] + (*x)->bytes[1], n = (*y)->bytes[0] + (*y)->bytes[1];

	if (m != n)
		return m > n ? -1 : 1;
	return *x < *y ? -1 : *x > *y; // both in the sorted list
}

static void
text_end(const struct wire_flow *f, unsigned int end, char ret[64]) {
	char address[TEXT_ADDRESS];

	text_address(f->family, f->address[end], address);
	if (f->flags & WIRE_FLOW_HAS_PORTS)
		snprintf(ret, 64, f->family == 6 ? "[%s]:%u" : "%s:%u", address, f->port[end]);
	else
		snprintf(ret, 64, "%s", address);
}

// The name that was asked for, not one of those it led to.
static const char *
name_of(const struct report *r, const struct wire_flow *f) {
	uint32_t n;
	const uint32_t *list = print_names(r, f, print_device_end(r, f), &n);
	const struct name_found *asked = NULL;

	for (uint32_t i = 0; i < n; i++) {
		const struct name_found *name = &r->findings->name[list[i]];
		if (asked == NULL || name->rank < asked->rank)
			asked = name;
	}
	return asked ? findings_text(r->findings, asked) : "";
}

static int
put_flows(FILE *out, const struct report *r) {
	uint32_t n = r->findings->flows_n;
	const struct wire_flow **list = calloc(n ? n : 1, sizeof(*list));

	if (list == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++)
		list[i] = &r->findings->flow[i];
	qsort(list, n, sizeof(*list), by_bytes);
	fprintf(out, "\nFlows: %" PRIu32 "%s\n", n, n > FLOWS_SHOWN ? ", the largest:" : "");
	for (uint32_t i = 0; i < n && i < FLOWS_SHOWN; i++) {
		const struct wire_flow *f = list[i];
		char from[64], to[64], out_bytes[16], in_bytes[16], protocol[8];
		text_end(f, 0, from);
		text_end(f, 1, to);
		fprintf(out,
			"  %-6s %-24s -> %-24s  %9s out  %9s in  %s%s%s\n",
			print_protocol(f->protocol, protocol),
			from,
			to,
			text_bytes(f->bytes[0], out_bytes),
			text_bytes(f->bytes[1], in_bytes),
			name_of(r, f),
			f->reason == REASON_NONE ? "" : "  dropped: ",
			f->reason == REASON_NONE ? "" : reason_title(f->reason));
	}
	free(list);
	return 0;
}

static void
put_names(FILE *out, const struct report *r) {
	const struct findings *found = r->findings;
	char address[TEXT_ADDRESS];
	uint32_t pairs = 0;

	for (uint32_t pass = 0; pass < 2; pass++) {
		uint32_t n = 0;
		if (pass == 1)
			fprintf(out,
				"\nNames: %" PRIu32 "%s\n",
				pairs,
				pairs > NAMES_SHOWN ? ", the first:" : "");
		for (uint32_t i = 0; i < found->names_n; i++) {
			const struct name_found *f = &found->name[i];
			if (i > 0 && f->text == f[-1].text && f->family == f[-1].family
			    && memcmp(f->address, f[-1].address, sizeof(f->address)) == 0)
				continue;
			if (pass == 1 && n < NAMES_SHOWN)
				fprintf(out,
					"  %-40s %s\n",
					findings_text(found, f),
					text_address(f->family, f->address, address));
			n++;
		}
		pairs = n;
	}
}

static void
put_reasons(FILE *out, const struct report *r) {
	fprintf(out, "\nFrames by outcome:\n");
	for (unsigned int i = 0; i < REASON_COUNT; i++) {
		if (r->stats->reason_packets[i] == 0)
			continue;
		fprintf(out,
			"  %-24s %" PRIu64 "\n",
			reason_title((enum reason)i),
			r->stats->reason_packets[i]);
	}
}

int
print_text(FILE *out, const struct report *r) {
	char bytes[16];

	fprintf(out,
		"%" PRIu64 " frames, %s; %" PRIu64 " not IP, %" PRIu64 " malformed\n",
		r->census->frames,
		text_bytes(r->census->bytes, bytes),
		r->stats->non_ip,
		r->stats->malformed);
	put_devices(out, r);
	int error = put_flows(out, r);
	if (error < 0)
		return error;
	put_names(out, r);
	put_reasons(out, r);
	return ferror(out) ? -errno : 0;
}
