// SPDX-License-Identifier: BSD-3-Clause

#include "control/lists_forms.h"

#include "control/lists_ranges.h"
#include "control/lists_words.h"
#include "platform/base.h"

#include <string.h>

static bool
begins(const char *at, const char *end, const char *with, size_t length) {
	return (size_t)(end - at) >= length && memcmp(at, with, length) == 0;
}

static void
skip_line(struct lists_reader *r) {
	r->findings->skipped++;
}

// What stands behind the last slash: nothing, # or a null address blocks.
enum target {
	TARGET_BLOCKS,
	TARGET_EXCEPTS, // server=/x/# asks the usual servers
	TARGET_OTHER,
};

static enum target
dnsmasq_target(struct word w, bool address) {
	struct words_address a;

	if (w.length == 0)
		return TARGET_BLOCKS;
	if (word_is(w, "#"))
		return address ? TARGET_BLOCKS : TARGET_EXCEPTS;
	if (address && words_address(w, &a) && words_is_null(&a))
		return TARGET_BLOCKS;
	return TARGET_OTHER;
}

bool
forms_dnsmasq(struct lists_reader *r, const char *at, const char *end) {
	static const char *const keys[] = {"address=/", "server=/", "local=/"};
	unsigned int key = 0;

	while (key < ARRAY_LEN(keys) && !begins(at, end, keys[key], strlen(keys[key])))
		key++;
	if (key == ARRAY_LEN(keys))
		return false;
	r->findings->form[LISTS_FORM_DNSMASQ]++;
	const char *blank = memchr(at, ' ', (size_t)(end - at)); // a comment may follow
	end = blank ? blank : end;
	const char *from = at + strlen(keys[key]);
	const char *last = memrchr(at, '/', (size_t)(end - at));
	if (last < from) {
		words_finding(r, end, "expected %sexample.org/", keys[key]);
		return true;
	}
	struct word to = {last + 1, (size_t)(end - last - 1)};
	enum target target = dnsmasq_target(to, key == 0);
	if (target == TARGET_OTHER) {
		words_finding(
			r,
			to.at,
			"'%.*s' answers for the name and blocks nothing: leave it away",
			words_shown(to),
			to.at
		);
		return true;
	}
	while (from < last && !r->wrong) {
		const char *slash = memchr(from, '/', (size_t)(last + 1 - from));
		struct word name = {from, (size_t)(slash - from)};
		words_add_name(r, name, target == TARGET_EXCEPTS ? LISTS_EXCEPT : 0);
		from = slash + 1;
	}
	return true;
}

// The text between quotes, or the next word; moves *at behind it.
static struct word
quoted(const char **at, const char *end) {
	while (*at < end && (**at == ' ' || **at == '\t'))
		(*at)++;
	if (*at < end && (**at == '"' || **at == '\'')) {
		const char *close = memchr(*at + 1, **at, (size_t)(end - *at - 1));
		if (close) {
			struct word w = {*at + 1, (size_t)(close - *at - 1)};
			*at = close + 1;
			return w;
		}
	}
	return words_next(at, end);
}

static void
unbound_zone(struct lists_reader *r, const char *at, const char *end) {
	static const char *const open[] = {
		"transparent", "typetransparent", "always_transparent", "nodefault", "inform"};
	struct word name = quoted(&at, end);
	struct word type = words_next(&at, end);

	if (name.length == 0 || type.length == 0) {
		words_finding(r, at, "expected local-zone: \"example.org\" always_nxdomain");
		return;
	}
	for (unsigned int i = 0; i < ARRAY_LEN(open); i++)
		if (word_is(type, open[i])) {
			skip_line(r);
			return;
		}
	words_add_name(r, name, 0);
}

// "example.org 3600 IN A 0.0.0.0": an entry when the address is null.
static void
unbound_data(struct lists_reader *r, const char *at, const char *end) {
	struct word data = quoted(&at, end), last = {.at = NULL}, w;
	struct words_address a;
	const char *inside = data.at;

	struct word name = words_next(&inside, data.at + data.length);
	while ((w = words_next(&inside, data.at + data.length)).length)
		last = w;
	if (last.at && words_address(last, &a) && words_is_null(&a))
		words_add_name(r, name, 0);
	else
		skip_line(r);
}

bool
forms_unbound(struct lists_reader *r, const char *at, const char *end) {
	static const char zone[] = "local-zone:", data[] = "local-data:", server[] = "server:";

	if (begins(at, end, zone, sizeof zone - 1))
		unbound_zone(r, at + sizeof zone - 1, end);
	else if (begins(at, end, data, sizeof data - 1))
		unbound_data(r, at + sizeof data - 1, end);
	else if (begins(at, end, server, sizeof server - 1) && end - at == sizeof server - 1)
		skip_line(r);
	else
		return false;
	r->findings->form[LISTS_FORM_UNBOUND]++;
	return true;
}

// ## #@# #?# #$# #%# behind a name, or a comma of names; a comment has a blank before it.
bool
forms_cosmetic(const char *at, const char *end) {
	const char *hash = memchr(at, '#', (size_t)(end - at));

	return hash && hash > at && hash[-1] != ' ' && hash[-1] != '\t' && hash + 1 < end
		&& strchr("#@?$%", hash[1]) != NULL && hash[1] != 0;
}

// Options under which the rule is still about the whole domain.
static bool
options_keep_meaning(const char *at, const char *end) {
	static const char *const kept[] = {
		"important", "all", "document", "doc", "third-party", "3p", "popup"};

	while (at < end) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		struct word one = {at, (size_t)((comma ? comma : end) - at)};
		bool known = false;
		for (unsigned int i = 0; !known && i < ARRAY_LEN(kept); i++)
			known = word_is(one, kept[i]);
		if (!known)
			return false;
		at += one.length + 1;
	}
	return true;
}

void
forms_adblock(struct lists_reader *r, const char *at, const char *end) {
	bool except = begins(at, end, "@@", 2);
	struct words_address a;

	r->findings->form[LISTS_FORM_ADBLOCK]++;
	at += except ? 2 : 0;
	if (!begins(at, end, "||", 2)) {
		skip_line(r);
		return;
	}
	struct word name = {.at = at + 2};
	at += 2;
	while (at < end && *at != '^' && *at != '$' && *at != '/' && *at != ':'
	       && (*at != '*' || at == name.at))
		at++;
	name.length = (size_t)(at - name.at);
	if (at < end && *at == '^')
		at++;
	if (at < end && *at == '|' && at + 1 == end)
		at++;
	bool whole = at == end || (*at == '$' && options_keep_meaning(at + 1, end));
	if (!whole)
		skip_line(r);
	else if (words_address(name, &a))
		words_add_address(r, name, &a, except ? LISTS_EXCEPT : 0);
	else
		words_add_name(r, name, except ? LISTS_EXCEPT : 0);
}

struct member {
	struct word key, value;
};

static const char *
skip_blanks(const char *at, const char *end) {
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at;
}

// A string, or what stands up to the next comma or brace.  Nothing nested, no escapes.
static bool
json_word(const char **at, const char *end, struct word *ret) {
	*at = skip_blanks(*at, end);
	if (*at < end && **at == '"') {
		const char *close = memchr(*at + 1, '"', (size_t)(end - *at - 1));
		if (!close)
			return false;
		*ret = (struct word){*at + 1, (size_t)(close - *at - 1)};
		*at = close + 1;
		return memchr(ret->at, '\\', ret->length) == NULL;
	}
	ret->at = *at;
	while (*at < end && !strchr(",}[{\" ", **at))
		(*at)++;
	ret->length = (size_t)(*at - ret->at);
	return ret->length > 0;
}

static bool
json_member(const char **at, const char *end, struct member *ret) {
	if (!json_word(at, end, &ret->key))
		return false;
	*at = skip_blanks(*at, end);
	if (*at == end || **at != ':')
		return false;
	(*at)++;
	if (!json_word(at, end, &ret->value))
		return false;
	*at = skip_blanks(*at, end);
	return *at < end && (**at == ',' || **at == '}');
}

void
forms_json(struct lists_reader *r, const char *at, const char *end) {
	struct word cidr = {.at = NULL};
	struct words_address a;
	bool metadata = false;
	struct member m;

	r->findings->form[LISTS_FORM_DROP_JSON]++;
	do {
		at++;
		if (!json_member(&at, end, &m)) {
			words_finding(
				r,
				at,
				"expected an object of one line, as {\"cidr\":\"192.0.2.0/24\"}"
			);
			return;
		}
		if (word_is(m.key, "cidr"))
			cidr = m.value;
		metadata |= word_is(m.key, "type") && word_is(m.value, "metadata");
	} while (*at == ',');
	if (cidr.at && words_address(cidr, &a))
		words_add_address(r, cidr, &a, 0);
	else if (cidr.at)
		words_finding(
			r,
			cidr.at,
			"'%.*s' is no prefix, as 192.0.2.0/24",
			words_shown(cidr),
			cidr.at
		);
	else if (metadata)
		skip_line(r);
	else
		words_finding(r, at, "the object has no \"cidr\"");
}
