// SPDX-License-Identifier: BSD-3-Clause
// The objects of rule_spec.h: what a person wrote, checked and in one form.

#include "control/destination.h"
#include "control/domain.h"
#include "control/rule_spec.h"
#include "control/text/language.h"
#include "platform/base.h"
#include "platform/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX_ROOM 64

// DESIGN 9: rules never match the home's own protocols.
static bool
is_exempt(const struct rule_address *a) {
	static const uint8_t link_local[16] = {0xfe, 0x80};

	if (address_is_multicast(a->family, a->bytes))
		return true;
	return a->family == 4 ? a->bytes[0] == 169 && a->bytes[1] == 254
			      : (a->bytes[0] == link_local[0] && (a->bytes[1] & 0xc0) == 0x80);
}

// Clears the bits behind the prefix; false when some were set.
static bool
mask_host_bits(struct rule_address *a) {
	bool clean = true;

	for (unsigned int bit = a->length; bit < (a->family == 4 ? 32u : 128u); bit++) {
		uint8_t one = (uint8_t)(0x80u >> (bit & 7));
		clean = clean && !(a->bytes[bit / 8] & one);
		a->bytes[bit / 8] = (uint8_t)(a->bytes[bit / 8] & ~one);
	}
	return clean;
}

static bool
read_address(const char *text, struct rule_address *ret) {
	struct rule_address a = {{0}, 0, 0};
	unsigned int family;

	if (text_parse_address(text, &family, a.bytes) < 0)
		return false;
	a.family = (uint8_t)family;
	a.length = family == 4 ? 32 : 128;
	*ret = a;
	return true;
}

static bool
set_address(struct rule_spec *s, const char *text, struct rule_fault *f) {
	struct rule_address a;

	if (strchr(text, '/'))
		return rule_fault(
			f,
			"object/address",
			"write it as a prefix: {\"prefix\": \"192.0.2.0/24\"}",
			"'%.60s' is a prefix, not one address",
			text
		);
	if (!read_address(text, &a))
		return rule_fault(
			f,
			"object/address",
			"write 192.0.2.7 or 2001:db8::7; a name is a domain",
			"'%.60s' is no IP address",
			text
		);
	if (is_exempt(&a))
		return rule_fault(
			f,
			"object/address",
			"block the device instead",
			"multicast and link-local addresses keep the home's network itself "
			"running, no rule matches %.60s",
			text
		);
	s->address = a;
	return true;
}

static bool
set_prefix(struct rule_spec *s, const char *text, struct rule_fault *f) {
	static const char right[] =
		N_("write an address and a length: 192.0.2.0/24 or 2001:db8::/32");
	const char *slash = strchr(text, '/');
	char address[PREFIX_ROOM] = "";
	char hint[sizeof f->right];
	struct rule_address a;

	if (!slash || (size_t)(slash - text) >= sizeof address)
		return rule_fault(f, "object/prefix", right, "'%.60s' is no prefix", text);
	memcpy(address, text, (size_t)(slash - text));
	if (!read_address(address, &a) || !slash[1] || strlen(slash + 1) > 3
	    || strspn(slash + 1, "0123456789") != strlen(slash + 1)
	    || strtoul(slash + 1, NULL, 10) > a.length)
		return rule_fault(f, "object/prefix", right, "'%.60s' is no prefix", text);
	a.length = (uint8_t)strtoul(slash + 1, NULL, 10);
	if (a.length == 0)
		return rule_fault(
			f,
			"object/prefix",
			"use {\"any\": true}, which holds for IPv4 and IPv6 alike",
			"'%.60s' is everything of one family",
			text
		);
	if (!mask_host_bits(&a)) {
		char masked[PREFIX_ROOM];
		snprintf(
			hint,
			sizeof hint,
			_("write %s, or the address alone"),
			rule_address_text(&a, masked)
		);
		return rule_fault(
			f, "object/prefix", hint, "'%.60s' has bits behind its length", text
		);
	}
	s->address = a;
	return true;
}

static bool
wrong_name(const char *text, const char *field, struct rule_fault *f) {
	for (const char *c = text; *c; c++)
		if ((unsigned char)*c >= 0x80)
			return rule_fault(
				f,
				field,
				"write its ASCII form, which begins with xn--",
				"'%.60s' has letters that do not travel in DNS",
				text
			);
	return rule_fault(
		f, field, "write it as ads.example.org", "'%.60s' is no domain name", text
	);
}

static bool
everybodys(const char *name, const char *field, struct rule_fault *f) {
	char hint[sizeof f->right];

	snprintf(
		hint,
		sizeof hint,
		_("name one domain, as shop.%.60s, or mean them all with {\"suffix\": \"%.60s\"}"),
		name,
		name
	);
	return rule_fault(
		f,
		field,
		hint,
		"'%.60s' is a public suffix: everybody's domains are beneath it",
		name
	);
}

static bool
set_name(struct rule_spec *s, enum rule_object o, const char *text, struct rule_fault *f) {
	const char *field = o == RULE_DOMAIN ? "object/domain" : "object/suffix";
	const char *from = text;
	char name[sizeof s->text];
	uint8_t wire[DOMAIN_WIRE_MAX];
	struct rule_address a;
	char hint[sizeof f->right];

	if (o == RULE_DOMAIN && strncmp(text, "*.", 2) == 0) {
		snprintf(hint, sizeof hint, _("write {\"suffix\": \"%.60s\"}"), text + 2);
		return rule_fault(
			f, field, hint, "'%.60s' is what is beneath a domain, not one", text
		);
	}
	from += strncmp(from, "*.", 2) == 0 ? 2 : 0;
	from += *from == '.' && from[1] ? 1 : 0;
	size_t length = strlen(from);
	if (length > 0 && from[length - 1] == '.')
		length--;
	if (length == 0 || length >= sizeof name)
		return wrong_name(text, field, f);
	for (size_t i = 0; i < length; i++) {
		name[i] = (char)tolower((unsigned char)from[i]);
		if (!isalnum((unsigned char)name[i]) && !strchr("-_.", name[i]))
			return wrong_name(text, field, f);
	}
	name[length] = 0;
	if (read_address(name, &a))
		return rule_fault(
			f,
			field,
			"write it as an address",
			"'%.60s' is an address, not a name",
			text
		);
	if (domain_wire(name, wire) == 0)
		return wrong_name(text, field, f);
	// No top level domain is a number (RFC 3696 2): it was meant as an address.
	const char *top = strrchr(name, '.') ? strrchr(name, '.') + 1 : name;
	if (top[strspn(top, "0123456789")] == 0)
		return rule_fault(
			f,
			field,
			"an address is four numbers from 0 to 255, as 192.0.2.7",
			"'%.60s' is neither a name nor an address",
			text
		);
	if (o == RULE_DOMAIN && domain_is_public_suffix(name))
		return everybodys(name, field, f);
	memcpy(s->text, name, length + 1);
	return true;
}

static bool
set_country(struct rule_spec *s, const char *text, struct rule_fault *f) {
	if (strlen(text) != 2 || !isalpha((unsigned char)text[0])
	    || !isalpha((unsigned char)text[1]))
		return rule_fault(
			f,
			"object/country",
			"write the two letters of ISO 3166, as NL",
			"'%.60s' is no country code",
			text
		);
	s->text[0] = (char)toupper((unsigned char)text[0]);
	s->text[1] = (char)toupper((unsigned char)text[1]);
	s->text[2] = 0;
	return true;
}

static bool
set_list(struct rule_spec *s, const char *text, struct rule_fault *f) {
	if (!text[0] || strlen(text) > 32)
		return rule_fault(
			f,
			"object/list",
			"write the name that it has in spin.yaml",
			"'%.40s' is no name of a list",
			text
		);
	snprintf(s->text, sizeof s->text, "%s", text);
	return true;
}

bool
rule_set_object(struct rule_spec *s, enum rule_object o, const char *text, struct rule_fault *f) {
	bool good = true;

	s->text[0] = 0;
	s->address = (struct rule_address){{0}, 0, 0};
	s->destination = 0;
	switch (o) {
	case RULE_ADDRESS:
		good = set_address(s, text, f);
		break;
	case RULE_PREFIX:
		good = set_prefix(s, text, f);
		break;
	case RULE_DOMAIN:
	case RULE_SUFFIX:
		good = set_name(s, o, text, f);
		break;
	case RULE_COUNTRY:
		good = set_country(s, text, f);
		break;
	case RULE_LIST:
		good = set_list(s, text, f);
		break;
	default:
		break;
	}
	if (good)
		s->object = (uint8_t)o;
	return good;
}
