// SPDX-License-Identifier: BSD-3-Clause
// Checking a rules image.  The check is complete, so that those who read it need none.

#include "platform/base.h"
#include "platform/policy_image.h"
#include "platform/wire_types.h"

#include <errno.h>

#define LIST_BITS 64u

static bool
section_fits(const struct policy_header *p, struct policy_section s, size_t row) {
	return s.offset % 8 == 0 && s.offset >= sizeof *p && s.offset <= p->length
		&& s.count <= (p->length - s.offset) / row;
}

// An index is usable when it is a power of two of slots, names only rows that exist, names as many
// as there are, and is at most half full (so that every probe meets an empty slot).
static bool
index_sound(const struct policy_header *p, struct policy_section index, uint32_t rows) {
	const uint32_t *slot = policy_rows(p, index);
	uint32_t used = 0;

	if (index.count == 0 || (index.count & (index.count - 1)) != 0)
		return false;
	if (rows > index.count / 2)
		return false;
	for (uint32_t i = 0; i < index.count; i++) {
		if (slot[i] > rows)
			return false;
		used += slot[i] != 0;
	}
	return used == rows;
}

static const char *
sections_wrong(const struct policy_header *p) {
	const struct {
		struct policy_section section;
		size_t row;
	} sections[] = {
		{p->profiles, sizeof(struct policy_profile)},
		{p->devices, sizeof(struct policy_device)},
		{p->rules, sizeof(struct policy_rule)},
		{p->objects, sizeof(struct policy_object)},
		{p->runs, sizeof(struct policy_run)},
		{p->run_rules, sizeof(uint32_t)},
		{p->locals, sizeof(struct policy_local)},
		{p->names, sizeof(struct policy_name)},
		{p->prefixes, sizeof(struct policy_prefix)},
		{p->known, sizeof(struct policy_known)},
		{p->lists, sizeof(struct policy_list)},
		{p->limits, sizeof(struct policy_limit)},
		{p->text, 1},
	};
	const struct {
		struct policy_section index;
		uint32_t rows;
	} indices[] = {
		{p->device_index, p->devices.count},
		{p->name_index, p->names.count},
		{p->prefix_index, p->prefixes.count},
		{p->known_index, p->known.count},
	};

	for (size_t i = 0; i < ARRAY_LEN(sections); i++)
		if (!section_fits(p, sections[i].section, sections[i].row))
			return "a section lies outside the image";
	for (size_t i = 0; i < ARRAY_LEN(indices); i++)
		if (!section_fits(p, indices[i].index, sizeof(uint32_t)))
			return "an index lies outside the image";
	for (size_t i = 0; i < ARRAY_LEN(indices); i++)
		if (!index_sound(p, indices[i].index, indices[i].rows))
			return "an index does not match its rows";
	return NULL;
}

static bool
special_sound(const struct policy_header *p, uint32_t row, enum policy_kind kind) {
	const struct policy_object *object = policy_rows(p, p->objects);

	return row == POLICY_NO_ROW || (row < p->objects.count && object[row].kind == kind);
}

static const char *
header_wrong(const struct policy_header *p) {
	if (p->default_profile >= p->profiles.count)
		return "the default profile does not exist";
	if (p->deciding > p->rules.count)
		return "more rules decide than there are";
	if (p->dns_answer >= POLICY_DNS_ANSWERS || p->tcp_answer >= POLICY_TCP_ANSWERS
	    || p->flags & ~POLICY_FLAGS)
		return "an answer or a flag is unknown";
	if (p->lengths4 >> 33 || p->lengths6[2] >> 1)
		return "a prefix is longer than an address";
	if (!special_sound(p, p->any, POLICY_ANY) || !special_sound(p, p->local, POLICY_LOCAL)
	    || !special_sound(p, p->gateway, POLICY_GATEWAY))
		return "an object is not of the kind that it is named for";
	return NULL;
}

static bool
subject_sound(const struct policy_header *p, uint32_t subject) {
	if (subject & POLICY_SUBJECT_DEVICE)
		return (subject & ~POLICY_SUBJECT_DEVICE) < p->devices.count;
	return subject <= p->profiles.count;
}

static bool
ports_are_any(const struct policy_rule *r) {
	return r->port_low == 0 && r->port_high == UINT16_MAX;
}

// Which class, action, reason and limit go together.
static bool
meaning_sound(const struct policy_header *p, uint32_t row, const struct policy_rule *r) {
	bool limits = row >= p->deciding;

	if (r->class >= POLICY_CLASSES || r->reason >= REASON_COUNT || r->limit > p->limits.count)
		return false;
	if (limits != (r->class == POLICY_CLASS_LIMIT) || limits != (r->action == POLICY_LIMIT)
	    || limits != (r->limit != 0))
		return false;
	if (!limits && r->action != POLICY_BLOCK && r->action != POLICY_ALLOW)
		return false;
	return (r->action == POLICY_BLOCK) == (r->reason != REASON_NONE);
}

static const char *
rules_wrong(const struct policy_header *p) {
	const struct policy_rule *rule = policy_rows(p, p->rules);

	for (uint32_t i = 0; i < p->rules.count; i++) {
		const struct policy_rule *r = &rule[i];
		if (!subject_sound(p, r->subject) || r->object >= p->objects.count
		    || r->local > p->locals.count)
			return "a rule names a subject or an object that does not exist";
		if (r->local && !(r->subject & POLICY_SUBJECT_DEVICE))
			return "a rule has a local address and no device";
		if (r->port_low > r->port_high || (!ports_are_any(r) && r->protocol == 0)
		    || r->direction == 0 || r->direction & ~POLICY_BOTH)
			return "a rule has a service or a direction that cannot be";
		if (!meaning_sound(p, i, r))
			return "a rule's class, action, reason and limit contradict each other";
		if (i > 0 && r->class < r[-1].class)
			return "rules are out of order";
	}
	return NULL;
}

// A run is in order, and of the object and subject that its rules have.
static bool
run_sound(const struct policy_header *p, uint32_t object, const struct policy_run *r) {
	const struct policy_rule *rule = policy_rows(p, p->rules);
	const uint32_t *row = policy_rows(p, p->run_rules);

	if (r->count == 0 || r->rules > p->run_rules.count
	    || r->count > p->run_rules.count - r->rules)
		return false;
	row += r->rules;
	for (uint32_t i = 0; i < r->count; i++)
		if (row[i] >= p->rules.count || (i > 0 && row[i] <= row[i - 1])
		    || rule[row[i]].subject != r->subject || rule[row[i]].object != object)
			return false;
	return r->first == row[0];
}

static const char *
objects_wrong(const struct policy_header *p) {
	const struct policy_object *object = policy_rows(p, p->objects);
	const struct policy_run *run = policy_rows(p, p->runs);
	uint64_t named = 0;

	for (uint32_t i = 0; i < p->objects.count; i++) {
		const struct policy_object *o = &object[i];
		if (o->kind >= POLICY_KINDS || o->runs > p->runs.count
		    || o->count > p->runs.count - o->runs)
			return "an object is of no kind, or its runs lie outside";
		for (uint32_t k = o->runs; k < o->runs + o->count; k++)
			if (!run_sound(p, i, &run[k])
			    || (k > o->runs && run[k].subject <= run[k - 1].subject))
				return "an object's runs are out of order or name other rules";
		named += o->count;
	}
	return named == p->runs.count ? NULL : "a run belongs to no object, or to two";
}

static bool
family_sound(uint32_t family) {
	return family == 4 || family == 6;
}

static bool
prefix_sound(const struct policy_header *p, const struct policy_prefix *r) {
	const uint64_t *lengths = r->family == 4 ? &p->lengths4 : p->lengths6;
	uint8_t masked[16];

	if (r->object >= p->objects.count || !family_sound(r->family) || r->nameless > 1
	    || r->length > policy_full_length(r->family))
		return false;
	policy_mask(masked, r->address, r->length);
	return memcmp(masked, r->address, sizeof masked) == 0
		&& lengths[r->length / 64] >> r->length % 64 & 1;
}

static const char *
matched_wrong(const struct policy_header *p) {
	const struct policy_local *local = policy_rows(p, p->locals);
	const struct policy_name *name = policy_rows(p, p->names);
	const struct policy_prefix *prefix = policy_rows(p, p->prefixes);
	const struct policy_known *known = policy_rows(p, p->known);
	const struct policy_list *list = policy_rows(p, p->lists);

	for (uint32_t i = 0; i < p->locals.count; i++)
		if (!family_sound(local[i].family))
			return "a local address is of no family";
	for (uint32_t i = 0; i < p->names.count; i++)
		if (name[i].object >= p->objects.count || name[i].length == 0
		    || name[i].length > 255 || name[i].text > p->text.count
		    || name[i].length > p->text.count - name[i].text || name[i].beneath > 1)
			return "a name points outside the image";
	for (uint32_t i = 0; i < p->prefixes.count; i++)
		if (!prefix_sound(p, &prefix[i]))
			return "a prefix row is wrong";
	for (uint32_t i = 0; i < p->known.count; i++)
		if (known[i].object >= p->objects.count || known[i].device >= p->devices.count
		    || !family_sound(known[i].family))
			return "a known address names a row that does not exist";
	for (uint32_t i = 0; i < p->lists.count; i++)
		if (list[i].object >= p->objects.count || list[i].bit >= LIST_BITS
		    || !(p->lists_named >> list[i].bit & 1))
			return "a list row is wrong";
	return NULL;
}

static const char *
rows_wrong(const struct policy_header *p) {
	const struct policy_profile *profile = policy_rows(p, p->profiles);
	const struct policy_device *device = policy_rows(p, p->devices);
	const struct policy_limit *limit = policy_rows(p, p->limits);
	const char *why;

	for (uint32_t i = 0; i < p->profiles.count; i++)
		if (profile[i].default_verdict > POLICY_DEFAULT_BLOCK)
			return "a profile has an unknown default";
	for (uint32_t i = 0; i < p->devices.count; i++)
		if (device[i].profile >= p->profiles.count || device[i].limit > p->limits.count)
			return "a device names a profile or a limit that does not exist";
	for (uint32_t i = 0; i < p->limits.count; i++)
		if ((limit[i].up && !limit[i].up_burst) || (limit[i].down && !limit[i].down_burst))
			return "a limit has a rate and no burst, so that nothing would pass";
	if ((why = header_wrong(p)) || (why = rules_wrong(p)) || (why = objects_wrong(p)))
		return why;
	return matched_wrong(p);
}

static bool
is_of_another_release(const struct policy_header *p, size_t length) {
	return length >= 2 * sizeof(uint32_t) && (uintptr_t)p % 8 == 0 && p->magic == POLICY_MAGIC
		&& p->version != POLICY_VERSION;
}

int
policy_check(const void *image, size_t length, const char **ret_why) {
	const struct policy_header *p = image;
	const char *why = NULL;

	if (is_of_another_release(p, length))
		why = "the image is of another release: install the same one of both programs";
	else if (length < sizeof *p || (uintptr_t)image % 8 != 0)
		why = "the image is shorter than its header";
	else if (p->magic != POLICY_MAGIC)
		why = "this is not a rules image";
	else if (p->length != length || length > POLICY_BYTES_MAX)
		why = "the image's length is wrong";
	else if (!(why = sections_wrong(p)))
		why = rows_wrong(p);
	if (!why)
		return 0;
	*ret_why = why;
	return is_of_another_release(p, length) ? -EPROTONOSUPPORT : -EINVAL;
}
