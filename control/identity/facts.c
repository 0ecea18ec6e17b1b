// SPDX-License-Identifier: BSD-3-Clause

#include "control/identity/facts.h"

#include "platform/base.h"
#include "platform/utf8.h"

#include <stdlib.h>
#include <string.h>

// A DHCP server repeats the name it was given; an mDNS name is changed when two are alike ("TV-2");
// NetBIOS cuts at 15 characters; a neighbour's word is the last resort.
static const uint8_t confidences[SOURCE_COUNT] = {
	[SOURCE_TRAFFIC] = 70,
	[SOURCE_ARP] = 95,
	[SOURCE_ND] = 95,
	[SOURCE_DHCP] = 90,
	[SOURCE_DHCP_FQDN] = 89,
	[SOURCE_DHCPV6] = 88,
	[SOURCE_DNS] = 60,
	[SOURCE_MDNS] = 85,
	[SOURCE_LLMNR] = 75,
	[SOURCE_NETBIOS] = 74,
	[SOURCE_SSDP] = 73,
	[SOURCE_LLDP] = 80,
};

static const enum clue clues[] = {
#define X(id, ...) [FACT_KIND_##id] = CLUE_##id,
	FACTS(X)
#undef X
};

unsigned int
fact_confidence(enum source s) {
	return s < SOURCE_COUNT ? confidences[s] : 0;
}

enum clue
clue_of_fact(enum fact_kind k) {
	return clues[k];
}

// Where the fact belongs: its own place, the end, or the oldest's of its clue.
static struct fact *
place(struct facts *f, enum clue clue, enum source source, const char *text) {
	struct fact *oldest = NULL;
	struct fact *own = NULL; // the oldest of the same source
	unsigned int n = 0;
	unsigned int n_own = 0;

	for (unsigned int i = 0; i < f->count; i++) {
		struct fact *it = &f->items[i];
		if (it->clue != clue)
			continue;
		if (it->source == source && strcmp(it->text, text) == 0)
			return it;
		if (!oldest || it->seen_ns < oldest->seen_ns)
			oldest = it;
		n++;
		if (it->source != source)
			continue;
		if (!own || it->seen_ns < own->seen_ns)
			own = it;
		n_own++;
	}
	// A source that tells ever new names pushes out its own, not what another said.
	if (own && n_own >= MAX_OF(clue_room(clue) / 2, 1u))
		return own;
	if (n > 0 && n >= clue_room(clue))
		return oldest;
	if ((f->count & (f->count - 1)) == 0) {
		void *more = realloc(f->items, MAX_OF(f->count * 2, 4u) * sizeof *f->items);
		if (!more)
			return NULL;
		f->items = more;
	}
	return &f->items[f->count];
}

static struct fact *
put(struct facts *f, enum clue clue, enum source source, const char *text, bool *ret_new) {
	struct fact *it = text[0] && clue_room(clue) ? place(f, clue, source, text) : NULL;

	*ret_new = false;
	if (!it)
		return NULL;
	bool fresh = it == &f->items[f->count];
	if (!fresh && it->source == source && strcmp(it->text, text) == 0)
		return it;
	char *copy = strdup(text);
	if (!copy)
		return NULL;
	if (!fresh)
		free(it->text);
	f->count += fresh;
	*it = (struct fact){.clue = (uint8_t)clue, .source = (uint8_t)source, .text = copy};
	*ret_new = true;
	return it;
}

bool
facts_note(
	struct facts *f,
	enum clue clue,
	enum source source,
	const char *text,
	uint64_t seen_ns
) {
	bool is_new;
	struct fact *it = put(f, clue, source, text, &is_new);

	if (!it)
		return false;
	if (is_new)
		it->first_ns = seen_ns;
	it->seen_ns = MAX_OF(it->seen_ns, seen_ns);
	return is_new;
}

void
facts_restore(struct facts *f, const struct fact *kept) {
	bool is_new;
	struct fact *it = put(f, kept->clue, kept->source, kept->text, &is_new);

	if (!it)
		return;
	it->first_ns = kept->first_ns;
	it->seen_ns = kept->seen_ns;
}

void
facts_free(struct facts *f) {
	for (unsigned int i = 0; i < f->count; i++)
		free(f->items[i].text);
	free(f->items);
	*f = (struct facts){.count = 0};
}

const struct fact *
facts_newest(const struct facts *f, enum clue clue) {
	const struct fact *best = NULL;

	for (unsigned int i = 0; i < f->count; i++)
		if (f->items[i].clue == clue && (!best || f->items[i].seen_ns >= best->seen_ns))
			best = &f->items[i];
	return best;
}

const struct fact *
facts_hostname(const struct facts *f) {
	const struct fact *best = NULL;

	for (unsigned int i = 0; i < f->count; i++) {
		const struct fact *it = &f->items[i];
		if (it->clue != CLUE_HOSTNAME)
			continue;
		unsigned int now = fact_confidence(it->source);
		unsigned int was = best ? fact_confidence(best->source) : 0;
		if (!best || now > was || (now == was && it->seen_ns >= best->seen_ns))
			best = it;
	}
	return best;
}

unsigned int
facts_count(const struct facts *f, enum clue clue) {
	unsigned int n = 0;

	for (unsigned int i = 0; i < f->count; i++)
		n += f->items[i].clue == clue;
	return n;
}

size_t
facts_clean(const char *text, size_t length, char *ret, size_t size) {
	size_t used = 0;

	for (size_t i = 0; i < length && text[i] && used < size - 4;) {
		size_t sequence = utf8_sequence(text + i, length - i);
		bool plain = sequence && (unsigned char)text[i] >= 0x20 && text[i] != 0x7f;
		if (!plain)
			ret[used++] = '?';
		for (size_t k = 0; plain && k < sequence; k++)
			ret[used++] = text[i + k];
		i += sequence ? sequence : 1;
	}
	memset(ret + used, 0, size - used);
	return used;
}
