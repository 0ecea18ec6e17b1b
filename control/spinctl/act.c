// SPDX-License-Identifier: BSD-3-Clause
// The commands that change something, and what they say when it is done.

#include "control/spinctl/act.h"

#include "control/spinctl/resolve.h"
#include "control/spinctl/text_out.h"
#include "platform/json_write.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PATH_BYTES 512

static const char *
done_word(const char *action) {
	static const char *const words[][2] = {
		{"block", "blocked"},
		{"unblock", "unblocked"},
		{"allow", "allowed"},
		{"unallow", "no longer allowed:"},
		{"ignore", "ignored"},
		{"unignore", "shown again:"},
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i][0], action) == 0) {
			return words[i][1];
		}
	}
	return action;
}

// That it goes back by itself, where it does.
static void
print_deadline(const struct answer *a) {
	char when[SIZE_BYTES];
	unsigned int confirm = json_get(a->doc, JSON_ROOT, "confirm");
	const char *deadline = json_text(a->doc, json_get(a->doc, confirm, "deadline"));
	if (deadline) {
		printf("It goes back by itself at %s unless you say: spinctl confirm\n",
		       text_when(deadline, when));
	}
}

void
print_force(const struct answer *a) {
	int64_t generation = json_number(a->doc, json_get(a->doc, JSON_ROOT, "generation"), 0);
	int64_t us = json_number(a->doc, json_get(a->doc, JSON_ROOT, "confirmed_us"), -1);
	if (us == 0) {
		putchar('\n'); // nothing that the dataplane had to learn
	} else if (us < 0) {
		puts(": saved, and in force as soon as the dataplane is back");
	} else if (us < 1000) {
		printf(": in force after %" PRId64 " µs (generation %" PRId64 ")\n", us, generation
		);
	} else {
		printf(": in force after %.*f ms (generation %" PRId64 ")\n",
		       us < 10000 ? 1 : 0,
		       (double)us / 1000,
		       generation);
	}
	print_deadline(a);
}

int
print_answer(const struct answer *a) {
	fwrite(a->body, 1, a->length, stdout);
	putchar('\n');
	return EXIT_OK;
}

static int
act(const struct cli *c, const char *path, const char *subject) {
	struct answer a;
	const char *action = c->command->name;
	int r = client_change(c, "POST", path, NULL, &a);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		printf("%s ", done_word(action));
		text_put(stdout, subject);
		if (strstr(action, "ignore")) {
			puts(strcmp(action, "ignore") == 0
				     ? " (hidden from the views, still counted)"
				     : "");
		} else {
			print_force(&a);
		}
	}
	answer_free(&a);
	return EXIT_OK;
}

static bool
is_beneath(const char *name, const char *domain) {
	size_t n = strlen(name), m = strlen(domain);
	return n > m + 1 && name[n - m - 1] == '.' && strcasecmp(name + n - m, domain) == 0;
}

// A destination is all that is beneath a domain, which who says one name of it may not know.
static void
note_wider(const char *action, const char *name, const char *domain, const char *device) {
	fputs("Note: that is all of ", stdout);
	text_put(stdout, domain);
	printf("; only the name: spinctl %s ", action);
	text_put(stdout, name);
	fputs(" for \"", stdout);
	text_put(stdout, device);
	puts("\"");
}

int
run_action(struct cli *c) {
	struct node device, destination;
	char path[PATH_BYTES], subject[2 * RESOLVE_NAME_BYTES + 16];
	const char *named = c->destination ? c->destination : c->argc == 2 ? c->argv[1] : NULL;
	const char *action = c->command->name;
	if ((c->destination && c->argc == 2) || (!c->destination && !c->argc)) {
		return usage(c->command, "name a device, or a destination, or one of each");
	}
	int r = c->argc ? resolve_device(c, c->argv[0], &device) : EXIT_OK;
	if (r == EXIT_OK && named) {
		r = resolve_destination(c, named, &destination);
	}
	if (r) {
		return r;
	}
	if (c->argc && named) {
		snprintf(
			path,
			sizeof(path),
			"/api/v1/devices/%s/destinations/%s:%s",
			device.id,
			destination.id,
			action
		);
		snprintf(subject, sizeof(subject), "%s for %s", destination.name, device.name);
	} else {
		const struct node *one = c->argc ? &device : &destination;
		snprintf(
			path,
			sizeof(path),
			"/api/v1/%s/%s:%s",
			c->argc ? "devices" : "destinations",
			one->id,
			action
		);
		snprintf(subject, sizeof(subject), "%s", one->name);
	}
	r = act(c, path, subject);
	if (r == EXIT_OK && c->argc && named && !c->json && strstr(action, "ignore") == NULL
	    && is_beneath(named, destination.name)) {
		note_wider(action, named, destination.name, device.name);
	}
	return r;
}

static int
patch(const struct cli *c,
      const char *kind,
      const struct node *node,
      const char *key,
      const char *value,
      struct answer *ret) {
	char path[PATH_BYTES];
	struct json j;
	snprintf(path, sizeof(path), "/api/v1/%s/%s", kind, node->id);
	json_init(&j);
	json_object(&j);
	json_key_string(&j, key, value);
	json_end(&j);
	int r = j.failed ? EXIT_FAILED : client_change(c, "PATCH", path, j.text, ret);
	json_free(&j);
	return r;
}

int
run_rename(struct cli *c) {
	int wanted = (c->destination ? 0 : 1) + (c->learned ? 0 : 1);
	if (c->argc != wanted) {
		return usage(
			c->command,
			c->argc < wanted ? "say whom, and the new name"
					 : "put a name of several words in quotes"
		);
	}
	struct node node;
	const char *name = c->learned ? NULL : c->argv[c->argc - 1];
	const char *kind = c->destination ? "destinations" : "devices";
	int r = c->destination ? resolve_destination(c, c->destination, &node)
			       : resolve_device(c, c->argv[0], &node);
	struct answer a;
	if (r == EXIT_OK) {
		r = patch(c, kind, &node, "name", name, &a);
	}
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		unsigned int one =
			json_get(a.doc, JSON_ROOT, c->destination ? "destination" : "device");
		fputs("renamed ", stdout);
		text_put(stdout, node.name);
		fputs(" to ", stdout);
		text_put(stdout, one ? node_name(a.doc, one) : name ? name : "its learned name");
		putchar('\n');
	}
	answer_free(&a);
	return EXIT_OK;
}

int
run_profile(struct cli *c) {
	if (!c->argc) {
		return list_profiles(c);
	}
	if (c->argc == 1) {
		return usage(c->command, "say which profile \"%s\" shall have", c->argv[0]);
	}
	struct node device;
	struct answer a;
	int r = resolve_device(c, c->argv[0], &device);
	if (r == EXIT_OK) {
		r = patch(c, "devices", &device, "profile", c->argv[1], &a);
	}
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		text_put(stdout, device.name);
		fputs(" has profile ", stdout);
		text_put(stdout, c->argv[1]);
		print_force(&a);
	}
	answer_free(&a);
	return EXIT_OK;
}
