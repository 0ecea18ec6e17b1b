// SPDX-License-Identifier: BSD-3-Clause
// Every record is looked at once.  What is said of services counts only when the walk has shown
// that the message is not about somebody else.

#include "dataplane/inspect/mdns_host.h"

#include "dataplane/inspect/dns.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#define HEADER 12
#define RECORD_HEADER 10
#define CLASS_MASK 0x7fff // RFC 6762 10.2: the cache-flush bit
#define CLASS_IN 1

enum {
	TYPE_PTR = 12,
	TYPE_TXT = 16,
	TYPE_SRV = 33, // RFC 2782
};

struct walk {
	const uint8_t *message;
	size_t length;
	mdns_own_fn *own;
	void *context;
	bool own_seen;
	bool other_seen;
	struct mdns_host *ret;
};

struct record {
	size_t owner;
	unsigned int type;
	size_t data;
	size_t size;
};

static unsigned int
load16(const uint8_t *p) {
	return (unsigned int)p[0] << 8 | p[1];
}

static bool
next_record(const struct walk *w, size_t *at, struct record *ret, bool *ret_counts) {
	size_t head = dns_name_skip(w->message, w->length, *at);

	if (head == 0 || w->length - head < RECORD_HEADER)
		return false;
	const uint8_t *h = w->message + head;
	*ret = (struct record){
		.owner = *at,
		.type = load16(h),
		.data = head + RECORD_HEADER,
		.size = load16(h + 8),
	};
	if (ret->size > w->length - ret->data)
		return false;
	*at = ret->data + ret->size;
	bool goodbye = load16(h + 4) == 0 && load16(h + 6) == 0;
	*ret_counts = (load16(h + 2) & CLASS_MASK) == CLASS_IN && !goodbye;
	return true;
}

// The name as it was sent, labels parted by dots; 0 when it holds what no name should.
static size_t
name_as_sent(const struct walk *w, size_t offset, char ret[256]) {
	uint8_t wire[DNS_WIRE_MAX];
	size_t n = 0;

	if (dns_name_wire(w->message, w->length, offset, wire) <= 0) // every byte is there then
		return 0;
	for (size_t at = offset; w->message[at] != 0;) {
		uint8_t size = w->message[at];
		if (size >= 0xc0) {
			at = load16(w->message + at) & 0x3fff;
			continue;
		}
		if (n > 0)
			ret[n++] = '.';
		for (size_t i = 1; i <= size; i++) {
			uint8_t c = w->message[at + i];
			if (c < 0x20 || c == 0x7f)
				return 0;
			ret[n++] = (char)c;
		}
		at += (size_t)size + 1;
	}
	ret[n] = '\0';
	return n;
}

// The first name of an own address is the device's.
static void
take_name(struct walk *w, size_t offset) {
	static const char local[] = ".local";
	char name[256];
	size_t n = name_as_sent(w, offset, name);

	if (n > sizeof local - 1 && strcasecmp(name + n - (sizeof local - 1), local) == 0)
		n -= sizeof local - 1;
	if (n == 0 || w->ret->name_length != 0)
		return;
	memcpy(w->ret->name, name, n);
	w->ret->name[n] = '\0';
	w->ret->name_length = (uint16_t)n;
}

static void
take_address(struct walk *w, const struct record *r) {
	unsigned int family = r->type == DNS_TYPE_A ? 4 : 6;
	uint8_t address[16] = {0};

	if (r->size != (family == 4 ? 4 : 16))
		return;
	memcpy(address, w->message + r->data, r->size);
	if (!w->own(w->context, family, address)) {
		w->other_seen = true;
		return;
	}
	w->own_seen = true;
	take_name(w, r->owner);
}

static void
add_text(struct mdns_text *list, uint8_t *n, size_t max, const char *text, size_t length) {
	if (length == 0 || length >= MDNS_TEXT_MAX || *n == max)
		return;
	for (unsigned int i = 0; i < *n; i++)
		if (list[i].length == length && memcmp(list[i].text, text, length) == 0)
			return;
	struct mdns_text *t = &list[(*n)++];
	memcpy(t->text, text, length);
	t->text[length] = '\0';
	t->length = (uint8_t)length;
}

static size_t
label_size(const uint8_t *wire) {
	return (size_t)wire[0] + 1;
}

static bool
is_label(const uint8_t *wire, const char *text) {
	size_t n = strlen(text);
	return wire[0] == n && memcmp(wire + 1, text, n) == 0;
}

// `wire` is lower case.  "_type._proto" of a name that ends with it and ".local", wherever that
// begins; a name without one adds nothing, nor does the browsing domain of RFC 6763 9.
static void
take_service(struct walk *w, const uint8_t *wire) {
	for (; wire[0] != 0; wire += label_size(wire)) {
		const uint8_t *proto = wire + label_size(wire);
		if (wire[0] < 2 || wire[1] != '_' || proto[0] == 0)
			continue;
		if (!is_label(proto, "_tcp") && !is_label(proto, "_udp"))
			continue;
		if (is_label(wire, "_dns-sd"))
			return;
		char text[DNS_TEXT_MAX];
		uint8_t two[DNS_WIRE_MAX + 1];
		size_t n = label_size(wire) + label_size(proto);
		memcpy(two, wire, n);
		two[n] = 0;
		n = dns_wire_text(two, n + 1, text);
		add_text(w->ret->services, &w->ret->services_n, MDNS_SERVICES_MAX, text, n);
		return;
	}
}

static int
nibble(uint8_t c) {
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// RFC 1035 3.5: the bytes backwards, in decimal.
static bool
reverse4(const uint8_t *wire, uint8_t ret[16]) {
	for (int i = 3; i >= 0; i--) {
		unsigned int value = 0;
		if (wire[0] == 0 || wire[0] > 3)
			return false;
		for (unsigned int k = 1; k <= wire[0]; k++) {
			if (wire[k] < '0' || wire[k] > '9')
				return false;
			value = value * 10 + wire[k] - '0';
		}
		if (value > 255)
			return false;
		ret[i] = (uint8_t)value;
		wire += label_size(wire);
	}
	return is_label(wire, "in-addr") && is_label(wire + label_size(wire), "arpa");
}

// RFC 3596 2.5: the nibbles backwards.
static bool
reverse6(const uint8_t *wire, uint8_t ret[16]) {
	for (int i = 31; i >= 0; i--) {
		int value = wire[0] == 1 ? nibble(wire[1]) : -1;
		if (value < 0)
			return false;
		ret[i / 2] |= (uint8_t)(i % 2 ? value : value << 4);
		wire += label_size(wire);
	}
	return is_label(wire, "ip6") && is_label(wire + label_size(wire), "arpa");
}

static void
take_pointer(struct walk *w, const struct record *r) {
	uint8_t owner[DNS_WIRE_MAX], target[DNS_WIRE_MAX];
	uint8_t address[16] = {0}, address6[16] = {0};

	if (dns_name_wire(w->message, w->length, r->owner, owner) <= 0)
		return;
	bool is4 = reverse4(owner, address);
	if (is4 || reverse6(owner, address6)) {
		if (!w->own(w->context, is4 ? 4 : 6, is4 ? address : address6)) {
			w->other_seen = true;
			return;
		}
		w->own_seen = true;
		take_name(w, r->data);
		return;
	}
	bool kinds = is_label(owner, "_services");
	if (dns_name_wire(w->message, w->length, r->data, target) > 0)
		take_service(w, kinds ? target : owner);
}

// "key=value", key in any case (RFC 6763 6.4).
static void
take_pair(struct walk *w, const char *pair, size_t size) {
	static const char *const keys[] = {
		"md", "model", "ty", "am", "rpMd", "modelid", "usb_MDL", "mdl"};
	const char *equals = memchr(pair, '=', size);
	bool letter = false; // some use md for a list of numbers

	if (equals == NULL)
		return;
	const char *value = equals + 1;
	size_t n = size - (size_t)(value - pair);
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)value[i];
		if (c < 0x20 || c == 0x7f)
			return;
		letter = letter || (c | 0x20) >= 'a';
	}
	for (size_t k = 0; letter && k < sizeof keys / sizeof keys[0]; k++) {
		size_t key = strlen(keys[k]);
		if (key == (size_t)(equals - pair) && strncasecmp(pair, keys[k], key) == 0)
			add_text(w->ret->models, &w->ret->models_n, MDNS_MODELS_MAX, value, n);
	}
}

static void
take_pairs(struct walk *w, const struct record *r) {
	for (size_t at = 0; at < r->size;) {
		const uint8_t *text = w->message + r->data + at;
		if (text[0] > r->size - at - 1)
			return;
		take_pair(w, (const char *)text + 1, text[0]);
		at += label_size(text);
	}
}

static void
take(struct walk *w, const struct record *r) {
	uint8_t owner[DNS_WIRE_MAX];

	switch (r->type) {
	case DNS_TYPE_A:
	case DNS_TYPE_AAAA:
		take_address(w, r);
		break;
	case TYPE_PTR:
		take_pointer(w, r);
		break;
	case TYPE_SRV:
		if (dns_name_wire(w->message, w->length, r->owner, owner) > 0)
			take_service(w, owner);
		break;
	case TYPE_TXT:
		take_pairs(w, r);
		break;
	default:
		break;
	}
}

int
mdns_host_read(
	const uint8_t *message,
	size_t length,
	mdns_own_fn *own,
	void *context,
	struct mdns_host *ret
) {
	struct walk w = {.message = message, .length = length, .own = own, .context = context};
	struct record r;
	bool counts;

	w.length = length < UINT16_MAX ? length : UINT16_MAX;
	// An answer, of a standard query, without error.
	if (length < HEADER || (message[2] & 0xf8) != 0x80 || message[3] & 15)
		return -EBADMSG;
	w.ret = ret;
	ret->name_length = ret->services_n = ret->models_n = 0;
	ret->name[0] = '\0';
	size_t at = HEADER;
	for (unsigned int i = load16(message + 4); i > 0; i--) {
		at = dns_name_skip(message, w.length, at);
		if (at == 0 || w.length - at < 4)
			return -EBADMSG;
		at += 4;
	}
	unsigned int answers = load16(message + 6), authority = load16(message + 8);
	unsigned int total = answers + authority + load16(message + 10);
	for (unsigned int i = 0; i < total && i < DNS_RECORDS_MAX; i++) {
		if (!next_record(&w, &at, &r, &counts))
			break;
		if (counts && (i < answers || i >= answers + authority))
			take(&w, &r);
	}
	if (w.other_seen && !w.own_seen)
		ret->services_n = ret->models_n = 0;
	return 0;
}
