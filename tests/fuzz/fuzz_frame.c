// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as a frame: offsets stay inside, what lies behind the headers changes nothing, and a
// tag in front changes the tag and the offsets only.
#include "dataplane/parse/parse.h"
#include "tests/fuzz/fuzz.h"

static void
check_inside(const uint8_t *frame, size_t size, const struct facts *f) {
	struct facts quote;
	struct fragment_id id;
	uint16_t tags[PARSE_TAGS_MAX];

	must(f->l3 <= size);
	must(!(f->flags & FACT_PORTS) || (size_t)f->l4 + 4 <= size);
	must(!(f->flags & FACT_NAMES) || !(f->flags & FACT_IP) || (size_t)f->l4 + 8 <= size);
	must(!(f->flags & FACT_IP) || f->key.family == 4 || f->key.family == 6);
	must(!(f->flags & FACT_IP) || !(f->flags & FACT_NON_IP));
	if (f->flags & FACT_FRAGMENT)
		parse_fragment(frame, f, &id);
	if (parse_quote(frame, size, f, &quote))
		must(quote.l4 == 0 || quote.l4 > quote.l3);
	must(parse_tags(frame, size, tags) <= PARSE_TAGS_MAX);
}

// One tag is read by the short way, three by the general one: both must say the same of the rest.
static void
check_tags(const uint8_t *frame, size_t size, const struct facts *plain, unsigned int tags) {
	static uint8_t tagged[FUZZ_MAX + 12];
	struct facts f;
	size_t more = tags * 4;

	if (size < 14 || size > FUZZ_MAX || plain->key.tags > 0)
		return;
	memcpy(tagged, frame, 12);
	for (unsigned int i = 0; i < tags; i++)
		memcpy(tagged + 12 + i * 4, "\x81\x00\x2a\xbc", 4);
	memcpy(tagged + 12 + more, frame + 12, size - 12);
	parse_frame(tagged, size + more, size + more, &f);
	must(f.key.tags == tags && f.key.vlan[0] == 0xabc && f.l3 == plain->l3 + more);
	must(f.key.vlan[1] == (tags > 1 ? 0xabc : 0));
	must(f.vlan_offset == (tags > 2 ? 22 : 0));
	must(f.l4 == (plain->l4 ? plain->l4 + more : 0));
	f.key.tags = 0;
	f.key.vlan[0] = f.key.vlan[1] = 0;
	f.vlan_offset = 0;
	f.l3 = plain->l3;
	f.l4 = plain->l4;
	must(memcmp(&f, plain, sizeof(f)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct facts f, cut;

	parse_frame(data, size, size, &f);
	check_inside(data, size, &f);
	check_tags(data, size, &f, 1);
	check_tags(data, size, &f, 3);
	for (size_t n = size > 96 ? 96 : size; n > 0; n -= n > 7 ? 7 : n) {
		parse_frame(data, n, size, &cut);
		check_inside(data, n, &cut);
	}
	return 0;
}
