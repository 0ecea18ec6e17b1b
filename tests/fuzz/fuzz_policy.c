// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as a rules image, and a good image with any bytes changed: what the check accepts can
// be asked for anything, and every answer is a row that exists.
#include "platform/policy_decide.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/image.h"

static void
see(void *context, uint32_t object) {
	const struct policy_header *p = context;

	must(object < p->objects.count);
}

static void
decide(const struct policy_header *p, const uint8_t *mac, const struct policy_packet *packet) {
	struct policy_subject subject;
	struct policy_decision d;

	policy_subject_find(p, mac, &subject);
	must(subject.profile < p->profiles.count && subject.limit <= p->limits.count);
	must(subject.device == POLICY_NO_ROW || subject.device < p->devices.count);
	d.packet = *packet;
	policy_decide_begin(&d, p, &subject);
	for (uint32_t i = 0; i < p->objects.count && i < 64; i++)
		policy_decide_object(&d, i);
	struct policy_answer a = policy_decide_end(&d, 1ull << 63);
	must(a.rule == POLICY_NO_ROW || a.rule < p->rules.count);
	must((unsigned int)a.reason < REASON_COUNT && (a.rule != POLICY_NO_ROW || a.list == 63));
}

static void
ask(const struct policy_header *p) {
	const struct policy_device *device = policy_rows(p, p->devices);
	const struct policy_name *name = policy_rows(p, p->names);
	const struct policy_prefix *prefix = policy_rows(p, p->prefixes);
	const struct policy_known *known = policy_rows(p, p->known);
	const uint8_t *text = policy_rows(p, p->text);
	static const uint8_t other[16] = {7};
	struct policy_packet packet = {other, 4, 6, POLICY_BOTH, false, 0, false};
	void *context = (void *)(uintptr_t)p;

	for (uint32_t i = 0; i < p->devices.count; i++) {
		decide(p, device[i].mac, &packet);
		packet.ports_known = true;
		packet.direction = i & 1 ? POLICY_IN : POLICY_OUT;
	}
	decide(p, other, &packet);
	decide(p, NULL, &packet);
	for (uint32_t i = 0; i < p->names.count; i++)
		policy_match_name(p, text + name[i].text, name[i].length, see, context);
	for (uint32_t i = 0; i < p->prefixes.count; i++)
		policy_match_address(p, prefix[i].family, prefix[i].address, i & 1, see, context);
	for (uint32_t i = 0; i < p->known.count; i++)
		policy_match_known(
			p, known[i].device, known[i].family, known[i].address, see, context
		);
	policy_match_lists(p, UINT64_MAX, see, context);
}

static void
try(const uint8_t *bytes, size_t size) {
	size_t room = size ? (size + 63) & ~(size_t)63 : 64;
	uint8_t *exact = aligned_alloc(64, room);
	const char *why = NULL;

	must(exact != NULL);
	memcpy(exact, bytes, size);
	if (policy_check(exact, size, &why) == 0)
		ask((const struct policy_header *)(const void *)exact);
	else
		must(why != NULL);
	free(exact);
}

// A small home with a row of everything.
static void
fill(struct image *i) {
	static const uint8_t address[16] = {192, 0, 2, 1};
	static const uint8_t mac[6] = {2, 0, 0, 0, 0, 1};

	image_init(i, POLICY_DEFAULT_ALLOW);
	uint32_t device = image_device(i, mac, POLICY_BLOCK, 0);
	uint32_t to = image_destination(i, POLICY_BLOCK);
	image_name(i, to, "example.org");
	image_address(i, to, 4, address);
	image_pair(i, device, to, POLICY_ALLOW);
	compile_known(&i->c, device, 4, address, to);
	uint32_t prefix = compile_object(&i->c, POLICY_PREFIX);
	compile_object_prefix(&i->c, prefix, 6, address, 48);
	uint32_t list = compile_object(&i->c, POLICY_LIST);
	compile_object_list(&i->c, list, 3);
	struct compile_rule rule = {
		.class = POLICY_CLASS_PROFILE,
		.action = POLICY_BLOCK,
		.subject = COMPILE_PROFILE,
		.object = prefix,
		.direction = POLICY_IN,
		.protocol = 6,
		.port_low = 80,
		.port_high = 90,
	};
	image_rule(i, rule);
	rule.object = compile_object(&i->c, POLICY_ANY);
	image_rule(i, rule);
	rule.object = list;
	rule.subject = COMPILE_DEVICE;
	rule.local_family = 4;
	image_rule(i, rule);
	rule.class = POLICY_CLASS_LIMIT;
	rule.action = POLICY_LIMIT;
	rule.limit = compile_limit(&i->c, &(struct policy_limit){.new_flows = 1});
	image_rule(i, rule);
}

// That image, with each (offset, value) of the input put into it.
static void
try_changed(const uint8_t *data, size_t size) {
	static struct image image;
	size_t length;

	fill(&image);
	uint8_t *bytes = image_build(&image, &length);
	for (; size >= 3; data += 3, size -= 3)
		bytes[((size_t)data[0] << 8 | data[1]) % length] = data[2];
	try(bytes, length);
	free(bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	try(data, size);
	try_changed(data, size);
	return 0;
}
