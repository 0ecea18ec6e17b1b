// SPDX-License-Identifier: BSD-3-Clause
// Accounts, tokens and sessions, by root or the group spin-admin over the unix socket.

#include "control/spinctl/act.h"
#include "control/spinctl/rate.h"
#include "control/spinctl/text_out.h"
#include "platform/json_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define PATH_BYTES 256
#define PASSWORD_BYTES 520

static const char *
string_of(const struct json_doc *d, unsigned int node, const char *key) {
	const char *text = json_text(d, json_get(d, node, key));
	return text ? text : "";
}

// "/api/v1/users/" and the name, where what is no plain letter goes as %XX.
static void
path_of(const char *under, const char *name, const char *more, char ret[PATH_BYTES]) {
	size_t n = (size_t)snprintf(ret, PATH_BYTES, "/api/v1/%s/", under);
	for (const char *c = name; *c && n + 32 < PATH_BYTES; c++) {
		bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z')
			|| (*c >= '0' && *c <= '9') || strchr("-_.@", *c);
		n += (size_t)snprintf(ret + n, PATH_BYTES - n, plain ? "%c" : "%%%02X", *c & 255);
	}
	snprintf(ret + n, PATH_BYTES - n, "%s", more);
}

// One line, not shown where it is typed; false at the end of input.
static bool
read_secret(const char *prompt, char ret[PASSWORD_BYTES]) {
	struct termios was, silent;
	bool terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &was) == 0;
	if (terminal) {
		fputs(prompt, stderr);
		silent = was;
		silent.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
	}
	bool read = fgets(ret, PASSWORD_BYTES, stdin) != NULL;
	if (terminal) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
		fputc('\n', stderr);
	}
	ret[read ? strcspn(ret, "\r\n") : 0] = 0;
	return read;
}

// Asked twice on a terminal; otherwise the first line of the standard input.
static int
new_password(char ret[PASSWORD_BYTES]) {
	char again[PASSWORD_BYTES];
	if (!read_secret("New password: ", ret)) {
		fputs("spinctl: no password came; type one, or give it as a line of the standard "
		      "input\n",
		      stderr);
		return EXIT_FAILED;
	}
	if (!isatty(STDIN_FILENO)) {
		return EXIT_OK;
	}
	bool same = read_secret("The same again: ", again) && strcmp(ret, again) == 0;
	explicit_bzero(again, sizeof(again));
	if (!same) {
		fputs("spinctl: the two are not the same; nothing was changed\n", stderr);
	}
	return same ? EXIT_OK : EXIT_FAILED;
}

// Sends {field: value, …} of up to three fields; those without a value are left out.
static int
send(const struct cli *c,
     const char *method,
     const char *path,
     const char *const fields[3][2],
     unsigned long seconds,
     const char *seconds_name,
     struct answer *ret) {
	struct json j;
	json_init(&j);
	json_object(&j);
	for (int i = 0; fields && i < 3; i++) {
		if (fields[i][0] && fields[i][1]) {
			json_key_string(&j, fields[i][0], fields[i][1]);
		}
	}
	if (seconds) {
		json_key_u64(&j, seconds_name, seconds);
	}
	json_end(&j);
	int r = j.failed ? EXIT_FAILED : client_ask(c, method, path, j.text, ret);
	if (j.text) {
		explicit_bzero(j.text, j.length);
	}
	json_free(&j);
	return r;
}

// JSON where it was asked for, else the sentence; frees the answer.
static int
told(const struct cli *c, struct answer *a, const char *name, const char *what) {
	if (c->json && a->length) {
		print_answer(a);
	} else if (!c->json) {
		text_put(stdout, name);
		printf(" %s\n", what);
	}
	answer_free(a);
	return EXIT_OK;
}

static void
cell_when(struct table *t, const struct json_doc *d, unsigned int node, const char *key) {
	char text[SIZE_BYTES];
	const char *time = json_text(d, json_get(d, node, key));
	table_cell(t, time ? text_when(time, text) : NULL);
}

// A column is a key; "?x" is yes or no, "@x" a time.
static int
list(const struct cli *c, const char *path, struct table *t, const char *const *keys) {
	struct answer a;
	int r = client_list(c, path, NULL, &a);
	if (r) {
		return r;
	}
	unsigned int items = json_get(a.doc, JSON_ROOT, "items");
	for (unsigned int n = c->json ? 0 : json_first(a.doc, items); n; n = json_next(a.doc, n)) {
		for (int i = 0; i < t->n_columns; i++) {
			const char *key = keys[i];
			if (*key == '@') {
				cell_when(t, a.doc, n, key + 1);
			} else if (*key == '?') {
				bool is = json_flag(a.doc, json_get(a.doc, n, key + 1), false);
				table_cell(t, is ? "yes" : "no");
			} else {
				table_cell(t, json_text(a.doc, json_get(a.doc, n, key)));
			}
		}
	}
	if (c->json) {
		print_answer(&a);
	} else {
		table_print(t);
	}
	answer_free(&a);
	return EXIT_OK;
}

static unsigned long
span(const struct cli *c, int *ret) {
	unsigned long seconds = c->duration ? read_duration(c->duration) : 0;
	*ret = c->duration && !seconds
		? usage(c->command, "--for \"%s\" is no time: write 10m, 2h or 90d", c->duration)
		: EXIT_OK;
	return seconds;
}

// --- Users ---

static int
list_users(const struct cli *c) {
	static const char *const keys[] = {
		"name", "role", "?disabled", "?totp", "@created", "@last_used"};
	struct table t = {6, {"USER", "ROLE", "LOCKED", "CODES", "SINCE", "LAST HERE"}, NULL, 0, 0};
	return list(c, "/api/v1/users", &t, keys);
}

static int
add_user(const struct cli *c, const char *name) {
	char password[PASSWORD_BYTES];
	struct answer a;
	int r = new_password(password);
	const char *const fields[3][2] = {
		{"name", name}, {"password", password}, {"role", c->role ? c->role : "user"}};
	r = r ? r : send(c, "POST", "/api/v1/users", fields, 0, NULL, &a);
	explicit_bzero(password, sizeof(password));
	return r ? r : told(c, &a, name, "may log in now");
}

static int
set_password(const struct cli *c, const char *name) {
	char password[PASSWORD_BYTES], path[PATH_BYTES];
	struct answer a;
	int r = new_password(password);
	const char *const fields[3][2] = {{"password", password}};
	path_of("users", name, "", path);
	r = r ? r : send(c, "PATCH", path, fields, 0, NULL, &a);
	explicit_bzero(password, sizeof(password));
	return r ? r : told(c, &a, name, "has a new password; its sessions ended");
}

static int
login_code(const struct cli *c, const char *name) {
	char path[PATH_BYTES];
	struct answer a;
	int r;
	unsigned long minutes = span(c, &r) / 60;
	path_of("users", name, ":login-code", path);
	r = r ? r : send(c, "POST", path, NULL, minutes, "minutes", &a);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		printf("%s\nOnce, in the web interface: its address with /#code=%s\n",
		       string_of(a.doc, JSON_ROOT, "code"),
		       string_of(a.doc, JSON_ROOT, "code"));
	}
	answer_free(&a);
	return EXIT_OK;
}

static int
change_user(const struct cli *c, const char *verb, const char *name) {
	char path[PATH_BYTES];
	struct answer a;
	path_of("users", name, "", path);
	if (strcmp(verb, "remove") == 0) {
		int r = client_ask(c, "DELETE", path, NULL, &a);
		return r ? r : told(c, &a, name, "is gone, with all sessions and tokens");
	}
	bool lock = strcmp(verb, "lock") == 0;
	if (lock || strcmp(verb, "unlock") == 0) {
		const char *body = lock ? "{\"disabled\":true}" : "{\"disabled\":false}";
		int r = client_ask(c, "PATCH", path, body, &a);
		return r ? r : told(c, &a, name, lock ? "cannot log in any more" : "may log in");
	}
	if (strcmp(verb, "role") != 0) {
		return usage(c->command, "\"%s\" is nothing to do with a user", verb);
	}
	if (!c->role) {
		return usage(
			c->command, "say which: --role viewer, user, admin, provider, metrics"
		);
	}
	const char *const fields[3][2] = {{"role", c->role}};
	int r = send(c, "PATCH", path, fields, 0, NULL, &a);
	return r ? r : told(c, &a, name, "has another role");
}

int
run_users(struct cli *c) {
	if (!c->argc) {
		return list_users(c);
	}
	if (c->argc == 1) {
		return usage(c->command, "%s whom?", c->argv[0]);
	}
	if (strcmp(c->argv[0], "add") == 0) {
		return add_user(c, c->argv[1]);
	}
	if (strcmp(c->argv[0], "login-code") == 0) {
		return login_code(c, c->argv[1]);
	}
	return change_user(c, c->argv[0], c->argv[1]);
}

int
run_password(struct cli *c) {
	return strcmp(c->argv[0], "reset") == 0
		? set_password(c, c->argv[1])
		: usage(c->command, "\"%s\" is nothing to do with a password", c->argv[0]);
}

int
run_setup_code(struct cli *c) {
	struct answer a;
	int r = client_ask(c, "GET", "/api/v1/setup-code", NULL, &a);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		puts(string_of(a.doc, JSON_ROOT, "code"));
	}
	answer_free(&a);
	return EXIT_OK;
}

// --- Tokens and sessions ---

static int
add_token(const struct cli *c, const char *name) {
	struct answer a;
	int r;
	unsigned long seconds = span(c, &r);
	const char *const fields[3][2] = {{"name", name}, {"role", c->role}, {"scope", c->only}};
	if (!c->role) {
		return usage(
			c->command, "say which: --role viewer, user, admin, provider, metrics"
		);
	}
	r = r ? r : send(c, "POST", "/api/v1/tokens", fields, seconds, "expires_in", &a);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		puts(string_of(a.doc, JSON_ROOT, "secret"));
		fputs("It is shown this once.\n", stderr);
	}
	answer_free(&a);
	return EXIT_OK;
}

static int
end_one(const struct cli *c, const char *under, const char *what) {
	char path[PATH_BYTES];
	struct answer a;
	if (c->argc != 2 || strcmp(c->argv[0], "remove") != 0) {
		return usage(c->command, "\"%s\" is nothing to do here", c->argv[0]);
	}
	path_of(under, c->argv[1], "", path);
	int r = client_ask(c, "DELETE", path, NULL, &a);
	return r ? r : told(c, &a, c->argv[1], what);
}

int
run_tokens(struct cli *c) {
	static const char *const keys[] = {
		"id", "name", "role", "scope", "owner", "@created", "@expires", "@last_used"};
	struct table t = {
		7, {"TOKEN", "NAME", "ROLE", "OWNER", "SINCE", "ENDS", "LAST USED"}, NULL, 0, 0};
	if (!c->argc) {
		return list(c, "/api/v1/tokens", &t, keys);
	}
	if (c->argc == 2 && strcmp(c->argv[0], "add") == 0) {
		return add_token(c, c->argv[1]);
	}
	return end_one(c, "tokens", "holds no more");
}

int
run_sessions(struct cli *c) {
	static const char *const keys[] = {
		"id", "user", "source", "@created", "@last_used", "agent"};
	struct table t = {
		6, {"SESSION", "USER", "FROM", "SINCE", "LAST HERE", "BROWSER"}, NULL, 0, 0};
	return c->argc ? end_one(c, "sessions", "is ended") : list(c, "/api/v1/sessions", &t, keys);
}
