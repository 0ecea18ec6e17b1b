// SPDX-License-Identifier: BSD-3-Clause

#include "control/spinctl/sentence.h"

#include "control/spinctl/rate.h"
#include "platform/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define WORDS 3

// What the words say, before anybody looked up what they mean.
struct said {
	const char *words[WORDS];
	int n_words;
	bool everyone;
	const char *device;
	const char *profile;
	const char *service;
	const char *duration;
	const char *until;
	char schedule[64];
	bool any; // a clause stood there
};

static bool
is_word(const char *text, const char *const *words) {
	for (; *words; words++) {
		if (strcasecmp(text, *words) == 0) {
			return true;
		}
	}
	return false;
}

static const char *const clauses[] = {"for", "by", "on", "until", "to", NULL};
static const char *const all[] = {"everyone", "everybody", "all", NULL};
static const char *const anything[] = {"everything", "anything", "any", NULL};

// Takes the clause at argv[*i] and what belongs to it.
static bool
take_clause(struct said *s, int argc, char **argv, int *i) {
	const char *clause = argv[*i];
	const char *next = *i + 1 < argc ? argv[*i + 1] : NULL;

	s->any = true;
	if (!next) {
		return false;
	}
	++*i;
	if (strcmp(clause, "by") == 0) {
		s->service = next;
	} else if (strcmp(clause, "until") == 0) {
		s->until = next;
	} else if (strcmp(clause, "to") == 0) {
		if (s->n_words == WORDS) {
			return false;
		}
		s->words[s->n_words++] = next;
	} else if (strcmp(clause, "on") == 0) {
		const char *times = *i + 1 < argc ? argv[*i + 1] : "";
		bool more = isdigit((unsigned char)times[0]) && strchr(times, ':');
		snprintf(
			s->schedule,
			sizeof(s->schedule),
			"%.30s%s%.30s",
			next,
			more ? " " : "",
			more ? times : ""
		);
		*i += more;
	} else if (is_word(next, all)) {
		s->everyone = true;
	} else if (strcmp(next, "profile") == 0 && *i + 1 < argc) {
		s->profile = argv[++*i];
	} else if (read_duration(next)) {
		s->duration = next;
	} else {
		s->device = next;
	}
	return true;
}

static bool
read_words(int argc, char **argv, struct said *s) {
	*s = (struct said){0};
	for (int i = 0; i < argc; i++) {
		if (is_word(argv[i], clauses)) {
			if (!take_clause(s, argc, argv, &i)) {
				return false;
			}
		} else if (s->n_words == WORDS) {
			return false;
		} else {
			s->words[s->n_words++] = argv[i];
		}
	}
	return true;
}

// Where "example.org:443", "192.0.2.7:443", "[2001:db8::7]:443" has its port; NULL: it has none.
static const char *
port_of(const char *text) {
	const char *colon = strrchr(text, ':');

	if (!colon || !colon[1]
	    || (text[0] == '[' ? colon[-1] != ']' : strchr(text, ':') != colon)) {
		return NULL;
	}
	return colon + 1;
}

static const char *
object_option(const struct cli *c, const char **ret_value) {
	const struct {
		const char *key;
		const char *value;
	} rows[] = {
		{"node", c->destination},
		{"domain", c->domain},
		{"suffix", c->suffix},
		{"address", c->address},
		{"country", c->country},
		{"list", c->list},
		{"local", c->local},
		{"gateway", c->gateway},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].value) {
			*ret_value = rows[i].value;
			return rows[i].key;
		}
	}
	return NULL;
}

bool
sentence_is_one(const struct cli *c, int argc, char **argv) {
	const char *value;
	struct said s;
	const char *object = object_option(c, &value);
	bool read = read_words(argc, argv, &s);

	return !read || s.any || (object && strcmp(object, "node") != 0) || c->device || c->profile
		|| c->everyone || c->service || c->direction || c->schedule || c->duration
		|| c->until || c->comment
		|| (s.n_words == 2 && (port_of(s.words[1]) || strchr(s.words[1], '/')));
}

// What a word names: an address, a prefix, *.name, a domain with a port or without.
static void
read_object(const char *text, struct sentence *s) {
	const char *port = port_of(text);
	size_t length = port ? (size_t)(port - text) - 1 : strlen(text);
	unsigned int family;
	uint8_t address[16];

	if (text[0] == '[' && length > 1 && text[length - 1] == ']') {
		text++;
		length -= 2;
	}
	snprintf(s->value, sizeof(s->value), "%.*s", (int)length, text);
	s->object = "domain";
	if (is_word(s->value, anything)) {
		s->object = "any";
	} else if (strcmp(s->value, "local") == 0) {
		s->object = "local";
	} else if (strcmp(s->value, "gateway") == 0) {
		s->object = "gateway";
	} else if (strchr(s->value, '/')) {
		s->object = "prefix";
	} else if (text_parse_address(s->value, &family, address) == 0) {
		s->object = "address";
	} else if (strncmp(s->value, "*.", 2) == 0) {
		s->object = "suffix";
		memmove(s->value, s->value + 2, strlen(s->value) - 1);
	}
	if (s->object[0] == 'a' && s->object[1] == 'n') {
		s->value[0] = 0;
	}
	if (strcmp(s->object, "local") == 0 || strcmp(s->object, "gateway") == 0) {
		s->value[0] = 0;
	}
	if (!port) {
		return;
	}
	// A port alone is meant as people use it: 443 is the web, over TCP or QUIC.
	if (!isdigit((unsigned char)port[0])) {
		snprintf(s->service, sizeof(s->service), "%.60s", port);
	} else if (strcmp(port, "443") == 0) {
		snprintf(s->service, sizeof(s->service), "https");
	} else if (strcmp(port, "53") == 0) {
		snprintf(s->service, sizeof(s->service), "dns");
	} else {
		snprintf(s->service, sizeof(s->service), "tcp/%.50s", port);
	}
}

static int
read_times(const struct cli *c, const struct said *said, struct sentence *s) {
	const char *duration = said->duration ? said->duration : c->duration;
	const char *until = said->until ? said->until : c->until;

	if (duration && until) {
		return usage(c->command, "say how long, or until when, not both");
	}
	if (duration) {
		unsigned long seconds = read_duration(duration);
		if (!seconds) {
			return usage(c->command, "\"%s\" is no time: 10m, 2h or 1d", duration);
		}
		write_utc(time(NULL) + (time_t)seconds, s->until);
	}
	if (until && !read_until(until, s->until)) {
		return usage(
			c->command,
			"\"%s\" is no time: 18:30, morning, or 2026-11-26T18:30:00Z",
			until
		);
	}
	snprintf(
		s->schedule, sizeof(s->schedule), "%s", c->schedule ? c->schedule : said->schedule
	);
	return EXIT_OK;
}

// Which of the words are the device and the object.
static int
assign_words(
	const struct cli *c,
	const struct said *said,
	const char **device,
	const char **object
) {
	bool who = said->everyone || said->device || said->profile || c->everyone || c->device
		|| c->profile;
	const char *value;
	bool named = object_option(c, &value) != NULL;
	int n = said->n_words;

	*device = said->device ? said->device : c->device;
	*object = NULL;
	if (n > (who ? 0 : 1) + (named ? 0 : 1)) {
		return usage(c->command, "\"%s\" is one word too many", said->words[n - 1]);
	}
	if (n == 2) {
		*device = said->words[0];
		*object = said->words[1];
	} else if (n == 1 && who) {
		*object = said->words[0];
	} else if (n == 1) {
		*device = said->words[0];
	} else if (!who) {
		return usage(c->command, "say for whom: a device, a profile, or for everyone");
	}
	return EXIT_OK;
}

int
sentence_read(const struct cli *c, int argc, char **argv, struct sentence *ret) {
	struct said said;
	const char *device, *object, *value = NULL;

	*ret = (struct sentence){.object = "any", .direction = c->direction, .comment = c->comment};
	if (!read_words(argc, argv, &said)) {
		const char *last = argc > 0 ? argv[argc - 1] : "";
		return is_word(last, clauses)
			? usage(c->command, "say what comes after \"%s\"", last)
			: usage(c->command, "\"%s\" is one word too many", last);
	}
	int r = assign_words(c, &said, &device, &object);
	if (r == EXIT_OK) {
		r = read_times(c, &said, ret);
	}
	const char *key = object_option(c, &value);
	if (r == EXIT_OK && object) {
		read_object(object, ret);
	} else if (r == EXIT_OK && key && strcmp(key, "address") == 0) {
		read_object(value, ret);
	} else if (r == EXIT_OK && key && strcmp(key, "node") == 0) {
		struct node node;
		r = resolve_destination(c, value, &node);
		ret->object = key;
		snprintf(ret->value, sizeof(ret->value), "%s", r ? "" : node.id);
	} else if (key) {
		bool flag = strcmp(key, "local") == 0 || strcmp(key, "gateway") == 0;
		ret->object = key;
		snprintf(ret->value, sizeof(ret->value), "%s", flag ? "" : value);
	}
	const char *service = said.service ? said.service : c->service;
	if (service) {
		snprintf(ret->service, sizeof(ret->service), "%.60s", service);
	}
	ret->profile = said.profile ? said.profile : c->profile;
	if (r == EXIT_OK && device) {
		r = resolve_device(c, device, &ret->device);
	}
	return r;
}

static void
write_service(const char *service, struct json *j) {
	const char *slash = strchr(service, '/');

	json_key(j, "service");
	json_object(j);
	if (slash) {
		json_key(j, "protocol");
		json_string_n(j, service, (size_t)(slash - service));
		json_key_string(j, "ports", slash + 1);
	} else {
		json_key_string(j, "name", service);
	}
	json_end(j);
}

void
sentence_write(const struct sentence *s, const char *action, struct json *j) {
	json_key_string(j, "action", action);
	json_key(j, "subject");
	json_object(j);
	if (s->device.id[0]) {
		json_key_string(j, "device", s->device.id);
	} else if (s->profile) {
		json_key_string(j, "profile", s->profile);
	} else {
		json_key_bool(j, "everyone", true);
	}
	json_end(j);
	json_key(j, "object");
	json_object(j);
	if (s->value[0]) {
		json_key_string(j, s->object, s->value);
	} else {
		json_key_bool(j, s->object, true);
	}
	json_end(j);
	if (s->service[0]) {
		write_service(s->service, j);
	}
	if (s->direction) {
		json_key_string(j, "direction", s->direction);
	}
	if (s->schedule[0]) {
		json_key_string(j, "schedule", s->schedule);
	}
	if (s->until[0]) {
		json_key_string(j, "until", s->until);
	}
	if (s->comment) {
		json_key_string(j, "comment", s->comment);
	}
}
