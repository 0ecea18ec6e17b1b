// SPDX-License-Identifier: BSD-3-Clause
// Questions and whole answers.

#include "control/spinctl/client.h"

#include "control/spinctl/connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
answer_broken(const char *why) {
	fprintf(stderr, "spinctl: the answer of spin-control %s\n", why);
	return EXIT_FAILED;
}

int
answer_parse(struct answer *a) {
	struct json_fault fault;
	if (!a->length) {
		return EXIT_OK;
	}
	if (json_parse(a->body, a->length, &json_limits_reply, &a->doc, &fault) < 0) {
		return answer_broken("is not JSON");
	}
	return EXIT_OK;
}

int
answer_problem(const struct answer *a) {
	const char *detail =
		a->doc ? json_text(a->doc, json_get(a->doc, JSON_ROOT, "detail")) : NULL;
	const char *hint = a->doc ? json_text(a->doc, json_get(a->doc, JSON_ROOT, "hint")) : NULL;
	const char *title = a->doc ? json_text(a->doc, json_get(a->doc, JSON_ROOT, "title")) : NULL;
	fprintf(stderr,
		"spinctl: %s%s%s\n",
		detail		? detail
			: title ? title
				: "spin-control refused",
		hint ? " " : "",
		hint ? hint : "");
	return a->status == 403 || a->status == 401 ? EXIT_DENIED : EXIT_FAILED;
}

// Whatever its status.
static int
exchange(
	const struct cli *c,
	struct connection *s,
	const char *method,
	const char *path,
	const char *body,
	struct answer *ret
) {
	*ret = (struct answer){0};
	int r = connection_request(c, s, method, path, body);
	if (r == EXIT_OK) {
		r = connection_head(s);
	}
	if (r == EXIT_OK) {
		ret->status = s->status;
		r = connection_body(s, ret);
	}
	if (r == EXIT_OK) {
		r = answer_parse(ret);
	}
	connection_close(s);
	if (r) {
		answer_free(ret);
	}
	return r;
}

static int
ask(const struct cli *c,
    const char *method,
    const char *path,
    const char *body,
    const char *header_line,
    struct answer *ret) {
	struct connection s = {.fd = -1, .header_line = header_line};
	return exchange(c, &s, method, path, body, ret);
}

static int
check(struct answer *a) {
	if (a->status < 400) {
		return EXIT_OK;
	}
	int r = answer_problem(a);
	answer_free(a);
	return r;
}

int
client_put_bytes(
	const struct cli *c,
	const char *path,
	const void *bytes,
	size_t length,
	struct answer *ret
) {
	struct connection s = {.fd = -1, .bytes = bytes, .bytes_length = length};
	int r = exchange(c, &s, "PUT", path, NULL, ret);
	return r ? r : check(ret);
}

int
client_ask(
	const struct cli *c,
	const char *method,
	const char *path,
	const char *body,
	struct answer *ret
) {
	int r = ask(c, method, path, body, NULL, ret);
	return r ? r : check(ret);
}

int
client_any(
	const struct cli *c,
	const char *method,
	const char *path,
	const char *body,
	struct answer *ret
) {
	return ask(c, method, path, body, NULL, ret);
}

int
client_bytes(const struct cli *c, const char *path, struct answer *ret) {
	struct connection s = {.fd = -1};
	*ret = (struct answer){0};
	int r = connection_request(c, &s, "GET", path, NULL);
	if (r == EXIT_OK) {
		r = connection_head(&s);
	}
	if (r == EXIT_OK) {
		ret->status = s.status;
		r = connection_body(&s, ret);
	}
	if (r == EXIT_OK && ret->status >= 400) {
		r = answer_parse(ret);
		r = r ? r : answer_problem(ret);
	}
	connection_close(&s);
	if (r) {
		answer_free(ret);
	}
	return r;
}

int
client_try(const struct cli *c, const char *path, struct answer *ret) {
	char socket_path[1024];
	snprintf(socket_path, sizeof(socket_path), "%s/api.sock", c->run_dir);
	return access(socket_path, F_OK) == 0 ? ask(c, "GET", path, NULL, NULL, ret)
					      : EXIT_NOT_RUNNING;
}

int
client_look(const struct cli *c, const char *path, struct answer *ret) {
	int r = ask(c, "GET", path, NULL, NULL, ret);
	return r || ret->status == 503 ? r : check(ret);
}

// What the person at the terminal says: "confirm=true", "confirm_within=90", or NULL.
static const char *
ask_person(const struct answer *a) {
	char line[32] = "";
	const char *detail = json_text(a->doc, json_get(a->doc, JSON_ROOT, "detail"));
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
		fprintf(stderr,
			"spinctl: %s Add --yes to do it, or --confirm-within 90 to have it taken "
			"back after 90 seconds unless you say: spinctl confirm\n",
			detail ? detail : "This can cut people off.");
		return NULL;
	}
	fprintf(stderr,
		"%s\nDo it? [y]es, [t]ry it for 90 seconds, [N]o: ",
		detail ? detail : "This can cut people off.");
	if (!fgets(line, sizeof(line), stdin)) {
		return NULL;
	}
	return line[0] == 'y' || line[0] == 'Y' ? "confirm=true"
		: line[0] == 't'		? "confirm_within=90"
						: NULL;
}

static int
change(const struct cli *c,
       const char *method,
       const char *path,
       const char *body,
       const char *header_line,
       struct answer *ret) {
	char query[64] = "";
	char target[1024];
	if (c->confirm_within) {
		char *end;
		unsigned long seconds = strtoul(c->confirm_within, &end, 10);
		if (end == c->confirm_within || *end || seconds < 10 || seconds > 3600) {
			return usage(c->command, "--confirm-within is 10 to 3600 seconds");
		}
		snprintf(query, sizeof(query), "confirm_within=%lu", seconds);
	} else if (c->yes) {
		snprintf(query, sizeof(query), "confirm=true");
	}
	for (bool asked = false;; asked = true) {
		snprintf(target, sizeof(target), "%s%s%s", path, *query ? "?" : "", query);
		int r = ask(c, method, target, body, header_line, ret);
		const char *key = r || ret->status != 409
			? NULL
			: json_text(ret->doc, json_get(ret->doc, JSON_ROOT, "key"));
		if (r || asked || !key || strcmp(key, "needs_confirmation") != 0) {
			return r ? r : check(ret);
		}
		const char *said = ask_person(ret);
		answer_free(ret);
		if (!said) {
			return EXIT_FAILED;
		}
		snprintf(query, sizeof(query), "%s", said);
	}
}

int
client_change(
	const struct cli *c,
	const char *method,
	const char *path,
	const char *body,
	struct answer *ret
) {
	return change(c, method, path, body, NULL, ret);
}

int
client_replace(
	const struct cli *c,
	const char *path,
	const char *body,
	bool exists,
	struct answer *ret
) {
	return change(c, "PUT", path, body, exists ? "If-Match: *\r\n" : NULL, ret);
}

void
answer_free(struct answer *a) {
	json_doc_free(a->doc);
	free(a->body);
	*a = (struct answer){0};
}

// Adds a page's items to the text of all.
static int
add_items(char **all, size_t *length, const struct answer *page) {
	unsigned int items = json_get(page->doc, JSON_ROOT, "items");
	size_t n;
	const char *raw = json_raw_of(page->doc, items, &n);
	if (!json_is_array(page->doc, items)) {
		return answer_broken("has no items");
	}
	if (!json_size(page->doc, items)) {
		return EXIT_OK;
	}
	bool first = !*length;
	char *grown = realloc(*all, *length + n + 16);
	if (!grown) {
		return answer_broken("is too large");
	}
	*all = grown;
	*length += (size_t)sprintf(grown + *length, "%s", first ? "{\"items\":[" : ",");
	memcpy(grown + *length, raw + 1, n - 2); // without its brackets
	*length += n - 2;
	return EXIT_OK;
}

int
client_list(const struct cli *c, const char *path, const char *query, struct answer *ret) {
	char *all = NULL;
	size_t length = 0;
	char cursor[256] = "";
	int r;
	do {
		char *target;
		struct answer page;
		if (asprintf(
			    &target,
			    "%s?limit=500%s%s%s%s",
			    path,
			    query && *query ? "&" : "",
			    query ? query : "",
			    *cursor ? "&cursor=" : "",
			    cursor
		    )
		    < 0) {
			return EXIT_FAILED;
		}
		r = client_ask(c, "GET", target, NULL, &page);
		free(target);
		if (r) {
			break;
		}
		r = add_items(&all, &length, &page);
		const char *next =
			json_text(page.doc, json_get(page.doc, JSON_ROOT, "next_cursor"));
		snprintf(cursor, sizeof(cursor), "%s", next ? next : "");
		answer_free(&page);
	} while (r == EXIT_OK && *cursor);
	*ret = (struct answer){.status = 200, .body = all, .length = length};
	if (r == EXIT_OK && !all) {
		ret->body = strdup("{\"items\":[]}");
		ret->length = strlen(ret->body);
	} else if (r == EXIT_OK) {
		memcpy(all + length, "]}", 3);
		ret->length += 2;
	}
	if (r == EXIT_OK) {
		r = answer_parse(ret);
	}
	if (r) {
		answer_free(ret);
	}
	return r;
}
