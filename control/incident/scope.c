// SPDX-License-Identifier: BSD-3-Clause

#include "control/incident/scope.h"

#include "platform/base.h"

#include <stdio.h>
#include <string.h>

#define ICMP 1 // IANA protocol numbers
#define ICMPV6 58
#define DOTS "ietf-dots-signal-channel:mitigation-scope"
#define CALL_HOME "ietf-dots-call-home:" // RFC 9066 section 5.3.2: the module of its own members

static bool
in_prefix(const struct rule_address *p, unsigned int family, const uint8_t *address) {
	unsigned int whole = p->length / 8, rest = p->length % 8;

	if (p->family != family || memcmp(p->bytes, address, whole) != 0)
		return false;
	return rest == 0 || (p->bytes[whole] ^ address[whole]) >> (8 - rest) == 0;
}

static bool
in_prefixes(const struct rule_address *p, unsigned int n, unsigned int family, const uint8_t *a) {
	for (unsigned int i = 0; i < n; i++)
		if (in_prefix(&p[i], family, a))
			return true;
	return n == 0;
}

static bool
in_ranges(const struct scope_range *r, unsigned int n, uint16_t value) {
	for (unsigned int i = 0; i < n; i++)
		if (value >= r[i].low && value <= r[i].high)
			return true;
	return n == 0;
}

bool
scope_has_source(const struct scope *s, unsigned int family, const uint8_t address[16]) {
	return s->n_source > 0 && in_prefixes(s->source, s->n_source, family, address);
}

bool
scope_has(const struct scope *s, const struct scope_flow *f) {
	bool is_icmp = f->protocol == ICMP || f->protocol == ICMPV6;
	bool protocol = s->n_protocols == 0;

	for (unsigned int i = 0; i < s->n_protocols; i++)
		protocol |= s->protocols[i] == f->protocol;
	if (!protocol || !in_prefixes(s->target, s->n_target, f->family, f->target))
		return false;
	if (f->source && !in_prefixes(s->source, s->n_source, f->family, f->source))
		return false;
	if (is_icmp)
		return s->n_ports == 0 && in_ranges(s->icmp, s->n_icmp, f->icmp_type);
	// Types of ICMP alone mean ICMP alone.
	if (s->n_icmp > 0 && s->n_ports == 0)
		return false;
	return in_ranges(s->ports, s->n_ports, f->port)
		&& (!f->source_port || in_ranges(s->source_ports, s->n_source_ports, f->source_port)
		);
}

#define SAME(list, count)                                                                          \
	(a->count == b->count && memcmp(a->list, b->list, a->count * sizeof a->list[0]) == 0)

bool
scope_same(const struct scope *a, const struct scope *b) {
	return SAME(target, n_target) && SAME(source, n_source) && SAME(ports, n_ports)
		&& SAME(source_ports, n_source_ports) && SAME(icmp, n_icmp)
		&& SAME(protocols, n_protocols);
}

// --- Reading ---

struct reading {
	const struct json_doc *d;
	unsigned int node; // of the scope
	struct scope *s;
	struct rule_fault *f;
};

static bool
read_prefix(struct reading *x, const char *field, const char *text, struct rule_address *ret) {
	struct rule_spec spec = {0};
	struct rule_fault inner = {.right = "such as 198.51.100.7/32"};
	enum rule_object kind = text && strchr(text, '/') ? RULE_PREFIX : RULE_ADDRESS;

	if (text && rule_set_object(&spec, kind, text, &inner)) {
		*ret = spec.address;
		return true;
	}
	return rule_fault(x->f, field, inner.right, "'%.60s' is no prefix", text ? text : "that");
}

static bool
read_prefixes(
	struct reading *x,
	const char *field,
	struct rule_address *ret,
	unsigned int *ret_count
) {
	unsigned int list = json_get(x->d, x->node, field);

	if (!list)
		return true;
	if (!json_is_array(x->d, list) || json_size(x->d, list) > SCOPE_PREFIXES)
		return rule_fault(
			x->f, field, "a list of at most 16 prefixes", "it is no such list"
		);
	for (unsigned int n = json_first(x->d, list); n; n = json_next(x->d, n))
		if (!read_prefix(x, field, json_text(x->d, n), &ret[(*ret_count)++]))
			return false;
	return true;
}

static bool
read_ranges(
	struct reading *x,
	const char *field,
	const char *lower,
	const char *upper,
	int64_t most,
	struct scope_range *ret,
	unsigned int *ret_count
) {
	unsigned int list = json_get(x->d, x->node, field);

	if (!list)
		return true;
	if (!json_is_array(x->d, list) || json_size(x->d, list) > SCOPE_RANGES)
		return rule_fault(x->f, field, "a list of at most 16 ranges", "it is no such list");
	for (unsigned int n = json_first(x->d, list); n; n = json_next(x->d, n)) {
		int64_t low = json_number(x->d, json_get(x->d, n, lower), -1);
		unsigned int end = json_get(x->d, n, upper);
		int64_t high = end ? json_number(x->d, end, -1) : low;
		if (low < 0 || high < low || high > most)
			return rule_fault(
				x->f,
				field,
				"objects with a lower and perhaps an upper end, in this order",
				"one of them is no range"
			);
		ret[(*ret_count)++] = (struct scope_range){(uint16_t)low, (uint16_t)high};
	}
	return true;
}

// A member of the call home, with the name of its module or without, as older senders write it.
static const char *
call_home(const struct reading *x, const char *name, char ret[64]) {
	snprintf(ret, 64, CALL_HOME "%s", name);
	return json_get(x->d, x->node, ret) ? ret : name;
}

static bool
read_protocols(struct reading *x) {
	unsigned int list = json_get(x->d, x->node, "target-protocol");

	if (!list)
		return true;
	if (!json_is_array(x->d, list) || json_size(x->d, list) > SCOPE_RANGES)
		return rule_fault(
			x->f,
			"target-protocol",
			"a list of at most 16 numbers",
			"it is no such list"
		);
	for (unsigned int n = json_first(x->d, list); n; n = json_next(x->d, n)) {
		int64_t number = json_number(x->d, n, -1);
		if (number < 0 || number > UINT8_MAX)
			return rule_fault(
				x->f, "target-protocol", "numbers from 0 to 255", "one is no number"
			);
		x->s->protocols[x->s->n_protocols++] = (uint8_t)number;
	}
	return true;
}

static bool
read_lifetime(struct reading *x) {
	unsigned int n = json_get(x->d, x->node, "lifetime");
	int64_t s = n ? json_number(x->d, n, 0) : SCOPE_LIFETIME;
	unsigned int mid = json_get(x->d, x->node, "mid");

	x->s->mid = mid ? json_number(x->d, mid, SCOPE_MID_NONE) : SCOPE_MID_NONE;
	if (mid && (x->s->mid < 0 || x->s->mid > UINT32_MAX))
		return rule_fault(x->f, "mid", "a number from 0 to 4294967295", "it is none");
	if (s == 0 || s < -1)
		return rule_fault(x->f, "lifetime", "seconds, or -1 for no end", "it is none");
	x->s->lifetime_s = s < 0 || s > SCOPE_LIFETIME_MAX ? SCOPE_LIFETIME_MAX : (uint64_t)s;
	return true;
}

static bool
check_targets(struct reading *x) {
	const struct scope *s = x->s;

	if (s->n_target == 0)
		return rule_fault(
			x->f, "target-prefix", "at least one prefix", "no target is named"
		);
	for (unsigned int i = 0; i < s->n_target; i++)
		if (s->target[i].length < (s->target[i].family == 4 ? SCOPE_BITS_4 : SCOPE_BITS_6))
			return rule_fault(
				x->f,
				"target-prefix",
				"the addresses that were attacked: /16 and longer, of IPv6 /32",
				"it names a part of the Internet"
			);
	return true;
}

// A member that is not read could have made the scope narrower.
static bool
known(struct reading *x, const char *const *names, size_t count) {
	for (unsigned int n = json_first(x->d, x->node); n; n = json_next(x->d, n)) {
		const char *key = json_key_of(x->d, n);
		size_t own = strncmp(key, CALL_HOME, sizeof CALL_HOME - 1) == 0
			? sizeof CALL_HOME - 1
			: 0;
		bool found = false;
		for (size_t i = 0; i < count; i++)
			found |= strcmp(key + own, names[i]) == 0;
		if (!found)
			return rule_fault(
				x->f,
				key,
				"addresses, ports, protocols and a lifetime; see openapi.yaml",
				"that member is not understood"
			);
	}
	return true;
}

static bool
read_dots(struct reading *x) {
	static const char *const names[] = {
		"mid",
		"lifetime",
		"target-prefix",
		"target-protocol",
		"target-port-range",
		"source-prefix",
		"source-port-range",
		"source-icmp-type-range"};
	struct scope *s = x->s;
	char name[64];

	return known(x, names, ARRAY_LEN(names))
		&& read_prefixes(x, "target-prefix", s->target, &s->n_target)
		&& read_prefixes(x, call_home(x, "source-prefix", name), s->source, &s->n_source)
		&& read_ranges(
			x,
			"target-port-range",
			"lower-port",
			"upper-port",
			UINT16_MAX,
			s->ports,
			&s->n_ports
		)
		&& read_ranges(
			x,
			call_home(x, "source-port-range", name),
			"lower-port",
			"upper-port",
			UINT16_MAX,
			s->source_ports,
			&s->n_source_ports
		)
		&& read_ranges(
			x,
			call_home(x, "source-icmp-type-range", name),
			"lower-type",
			"upper-type",
			UINT8_MAX,
			s->icmp,
			&s->n_icmp
		)
		&& read_protocols(x) && read_lifetime(x) && check_targets(x);
}

// Of SPIN's own prototype; severity and type are for people.
static bool
read_spin(struct reading *x) {
	static const char *const names[] = {
		"src_addr",
		"src_port",
		"dst_addr",
		"dst_port",
		"severity",
		"type",
		"name",
		"timestamp",
		"incident_timestamp",
		"report_timestamp"};
	struct scope *s = x->s;
	const char *source = json_text(x->d, json_get(x->d, x->node, "src_addr"));
	int64_t port = json_number(x->d, json_get(x->d, x->node, "dst_port"), 0);
	const char *target = json_text(x->d, json_get(x->d, x->node, "dst_addr"));

	s->mid = SCOPE_MID_NONE;
	s->lifetime_s = SCOPE_LIFETIME;
	if (!known(x, names, ARRAY_LEN(names)))
		return false;
	if (!read_prefix(x, "dst_addr", target, &s->target[s->n_target++]))
		return false;
	if (source && !read_prefix(x, "src_addr", source, &s->source[s->n_source++]))
		return false;
	if (port < 0 || port > UINT16_MAX)
		return rule_fault(x->f, "dst_port", "a number from 0 to 65535", "it is no port");
	if (port > 0)
		s->ports[s->n_ports++] = (struct scope_range){(uint16_t)port, (uint16_t)port};
	return check_targets(x);
}

bool
scope_read(const struct json_doc *d, struct scope *ret, struct rule_fault *f) {
	unsigned int incident = json_get(d, JSON_ROOT, "incident");
	unsigned int dots = json_get(d, JSON_ROOT, DOTS);
	unsigned int list = json_get(d, dots, "scope");
	struct reading x = {.d = d, .s = ret, .f = f};

	*ret = (struct scope){.mid = SCOPE_MID_NONE};
	if (incident && !dots && json_is_object(d, incident)) {
		x.node = incident;
		return read_spin(&x);
	}
	if (incident || !json_is_array(d, list) || json_size(d, list) != 1)
		return rule_fault(
			f,
			DOTS,
			"{\"scope\": [{\"target-prefix\": [\"198.51.100.7/32\"], …}]}, one scope",
			"there is no such scope"
		);
	x.node = json_first(d, list);
	return read_dots(&x);
}

const char *
scope_text(const struct scope *s, char ret[SCOPE_TEXT]) {
	char prefix[64];
	int n = snprintf(ret, SCOPE_TEXT, "%s", rule_address_text(&s->target[0], prefix));

	if (s->n_target > 1)
		n += snprintf(ret + n, SCOPE_TEXT - (size_t)n, " and %u more", s->n_target - 1);
	if (s->n_ports > 0 && s->ports[0].low == s->ports[0].high)
		n += snprintf(ret + n, SCOPE_TEXT - (size_t)n, " port %u", s->ports[0].low);
	else if (s->n_ports > 0)
		n += snprintf(
			ret + n,
			SCOPE_TEXT - (size_t)n,
			" ports %u-%u",
			s->ports[0].low,
			s->ports[0].high
		);
	return ret;
}
