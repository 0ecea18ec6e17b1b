// SPDX-License-Identifier: BSD-3-Clause
// The other setters of rule_spec.h: whose, by what service, which way, when, how much.

#include "control/rule_spec.h"
#include "control/text/language.h"
#include "platform/base.h"
#include "platform/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PORT_MAX 65535

bool
rule_set_from(struct rule_spec *s, const char *text, struct rule_fault *f) {
	unsigned int family;

	if (text_parse_address(text, &family, s->from.bytes) == 0) {
		s->from.family = (uint8_t)family;
		s->from.length = family == 4 ? 32 : 128;
		return true;
	}
	return rule_fault(
		f,
		"subject/address",
		"write one address of the device: 192.0.2.7 or fd00::7",
		"'%.60s' is no IP address",
		text
	);
}

static bool
read_ports(const char *text, uint16_t *low, uint16_t *high) {
	char *end;
	unsigned long first = strtoul(text, &end, 10);
	unsigned long last = first;

	if (end == text || !isdigit((unsigned char)text[0]))
		return false;
	if (*end == '-') {
		const char *second = end + 1;
		last = strtoul(second, &end, 10);
		if (end == second || !isdigit((unsigned char)second[0]))
			return false;
	}
	if (*end || first == 0 || last < first || last > PORT_MAX)
		return false;
	*low = (uint16_t)first;
	*high = (uint16_t)last;
	return true;
}

static bool
has_ports(uint8_t protocol) {
	return protocol == 6 || protocol == 17 || protocol == 132 || protocol == 136;
}

bool
rule_set_service(struct rule_spec *s, const char *text, struct rule_fault *f) {
	struct rule_service v = {"", 0, 0, 0};
	char word[SERVICE_TEXT] = "";
	char hint[sizeof f->right];
	size_t length = strcspn(text, "/");
	size_t at = 0;
	uint16_t port;

	if (length < sizeof word)
		memcpy(word, text, length);
	for (char *c = word; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	if (!text[length] && word[0] && service_next(word, &at, &v.protocol, &port)) {
		v.protocol = 0;
		memcpy(v.name, word, sizeof v.name);
		s->service = v;
		return true;
	}
	if (!service_protocol_number(word, &v.protocol) || v.protocol == 0) {
		snprintf(
			hint,
			sizeof hint,
			_("did you mean '%s'? Or write protocol and port: tcp/443, udp/5000-5100"),
			service_nearest(word)
		);
		return rule_fault(f, "service", hint, "unknown service '%.40s'", text);
	}
	if (text[length] && !has_ports(v.protocol))
		return rule_fault(f, "service", "leave the port out", "'%.40s' has no ports", word);
	if (text[length] && !read_ports(text + length + 1, &v.low, &v.high))
		return rule_fault(
			f,
			"service",
			"write tcp/443 or udp/5000-5100; ports are 1 to 65535",
			"'%.40s' is no port or range of them",
			text + length + 1
		);
	s->service = v;
	return true;
}

bool
rule_set_direction(struct rule_spec *s, const char *text, struct rule_fault *f) {
	for (unsigned int d = RULE_BOTH; d <= RULE_IN; d++)
		if (strcmp(text, rule_direction_word((enum rule_direction)d)) == 0) {
			s->direction = (uint8_t)d;
			return true;
		}
	return rule_fault(
		f,
		"direction",
		"write out (the device begins), in (the other side begins) or both",
		"'%.40s' is no direction",
		text
	);
}

bool
rule_set_schedule(struct rule_spec *s, const char *text, struct rule_fault *f) {
	if (schedule_read(text, &s->schedule) == 0)
		return true;
	return rule_fault(f, "schedule", SCHEDULE_FORM, "'%.60s' is no schedule", text);
}

bool
rule_set_comment(struct rule_spec *s, const char *text, struct rule_fault *f) {
	if (strlen(text) > RULE_COMMENT_MAX)
		return rule_fault(
			f,
			"comment",
			"shorten it",
			"a comment has at most %d bytes",
			RULE_COMMENT_MAX
		);
	snprintf(s->comment, sizeof s->comment, "%s", text);
	return true;
}

bool
rule_read_rate(const char *text, uint64_t *ret) {
	static const struct {
		const char *unit;
		double bits;
	} units[] = {{"", 1}, {"k", 1e3}, {"m", 1e6}, {"g", 1e9}};
	char *at;
	double n = strtod(text, &at);

	if (at == text || !isdigit((unsigned char)text[0]) || !(n > 0))
		return false;
	at += strspn(at, " ");
	for (size_t i = ARRAY_LEN(units); i-- > 0;) {
		const char *rest = at + strlen(units[i].unit);
		if (strncasecmp(at, units[i].unit, strlen(units[i].unit)) != 0
		    || (*rest && strcasecmp(rest, "bit") != 0 && strcasecmp(rest, "bit/s") != 0
			&& strcasecmp(rest, "bps") != 0))
			continue;
		n *= units[i].bits;
		if (n < LIMIT_BPS_MIN || n > (double)LIMIT_BPS_MAX)
			return false;
		*ret = (uint64_t)(n + 0.5);
		return true;
	}
	return false;
}

bool
rule_set_rate(uint64_t *into, const char *field, const char *text, struct rule_fault *f) {
	if (rule_read_rate(text, into))
		return true;
	return rule_fault(
		f,
		field,
		"write bits a second from 8k to 1000G, as 2M or 500k",
		"'%.40s' is no rate",
		text
	);
}

bool
rule_set_new_flows(struct rule_spec *s, const char *text, struct rule_fault *f) {
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (!isdigit((unsigned char)text[0]) || *end || n == 0 || n > LIMIT_FLOWS_MAX)
		return rule_fault(
			f,
			"limit/new_flows",
			"write connections a second, from 1 to 1000000",
			"'%.40s' is no such number",
			text
		);
	s->limits.new_flows = n;
	return true;
}
