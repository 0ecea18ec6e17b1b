// SPDX-License-Identifier: BSD-3-Clause
// Is the audit trail as it was written?  Asked of spin-control, of an exported file, or of the
// database itself while spin-control does not run; the answer names each row that is not.

#include "control/audit/audit_row.h"
#include "control/spinctl/audit.h"

#include <sqlite3.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAULTS_SHOWN 20

struct verifying {
	const struct cli *c;
	struct audit_check check;
	struct json faults;
};

static void
on_fault(void *context, const char *sentence) {
	struct verifying *v = context;
	if (v->c->json) {
		json_string(&v->faults, sentence);
	} else if (v->check.faults <= FAULTS_SHOWN) {
		fprintf(stderr, "%s\n", sentence);
	}
}

static void
say(struct verifying *v, const char *sentence) {
	v->check.faults++;
	on_fault(v, sentence);
}

static void
cannot_read(struct verifying *v) {
	char text[80];
	snprintf(
		text,
		sizeof(text),
		"What stands after row %" PRIu64 " is no entry of the audit trail.",
		v->check.last.seq
	);
	say(v, text);
}

// What it let go, from the exported text.
static struct audit_head
trimmed(const struct json_doc *d) {
	struct audit_head h = {.seq = 0};
	const char *operation = json_text(d, json_get(d, JSON_ROOT, "operation"));
	unsigned int after = json_get(d, JSON_ROOT, "after");
	const char *hash = json_text(d, json_get(d, after, "hash"));
	if (operation && strcmp(operation, AUDIT_TRIM) == 0 && hash) {
		h.seq = (uint64_t)json_number(d, json_get(d, after, "to"), 0);
		snprintf(h.hash, sizeof(h.hash), "%s", hash);
	}
	return h;
}

static void
on_line(void *context, const char *line, size_t length) {
	struct verifying *v = context;
	struct json_doc *d = NULL;
	struct json_fault fault;
	char *text = NULL;
	if (length <= AUDIT_TAIL || json_parse(line, length, &json_limits_reply, &d, &fault) < 0) {
		cannot_read(v);
		return;
	}
	const char *previous = json_text(d, json_get(d, JSON_ROOT, "previous"));
	const char *hash = json_text(d, json_get(d, JSON_ROOT, "hash"));
	int64_t seq = json_number(d, json_get(d, JSON_ROOT, "seq"), 0);
	text = malloc(length);
	if (!text || !previous || !hash || seq <= 0) {
		cannot_read(v);
	} else {
		size_t n = length - AUDIT_TAIL;
		memcpy(text, line, n);
		text[n++] = '}';
		struct audit_link l = {text, n, (uint64_t)seq, previous, hash, trimmed(d)};
		audit_check_row(&v->check, &l);
	}
	free(text);
	json_doc_free(d);
}

static int
from_file(struct verifying *v) {
	FILE *f = strcmp(v->c->file, "-") == 0 ? stdin : fopen(v->c->file, "re");
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	if (!f) {
		fprintf(stderr, "spinctl: %s cannot be read: %s\n", v->c->file, strerror(errno));
		return EXIT_FAILED;
	}
	while ((n = getline(&line, &size, f)) > 0) {
		if (line[n - 1] == '\n') {
			n--;
		}
		on_line(v, line, (size_t)n);
	}
	free(line);
	if (f != stdin) {
		fclose(f);
	}
	return EXIT_OK;
}

static void
on_row(struct verifying *v, struct audit_entry *e) {
	struct json j;
	json_init(&j);
	audit_write(e, &j);
	struct audit_link l = {j.text, j.length, e->seq, e->previous, e->hash, {.seq = 0}};
	audit_trimmed(e, &l.trimmed);
	if (!j.failed) {
		audit_check_row(&v->check, &l);
	}
	json_free(&j);
}

static int
rows_of(struct verifying *v, sqlite3 *db) {
	sqlite3_stmt *s = NULL;
	int code = sqlite3_prepare_v2(
		db, "SELECT " AUDIT_COLUMN_NAMES " FROM audit ORDER BY seq", -1, &s, NULL
	);
	while (code == SQLITE_OK && (code = sqlite3_step(s)) == SQLITE_ROW) {
		struct audit_entry *e = audit_from_row(s);
		if (e) {
			on_row(v, e);
		}
		audit_free(e);
		code = SQLITE_OK;
	}
	if (code != SQLITE_DONE) {
		fprintf(stderr,
			"spinctl: %s cannot be read: %s%s\n",
			v->c->db,
			sqlite3_errmsg(db),
			(code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED
				? ": spin-control has it; leave --db out, or stop it"
				: "");
	}
	sqlite3_finalize(s);
	return code == SQLITE_DONE ? EXIT_OK : EXIT_FAILED;
}

static void
read_head(struct verifying *v) {
	char path[1200];
	const char *slash = strrchr(v->c->db, '/');
	int directory = slash ? (int)(slash + 1 - v->c->db) : 0;
	snprintf(path, sizeof(path), "%.*s" AUDIT_HEAD_FILE, directory, v->c->db);
	if (audit_read_head(path, &v->check.head) < 0) {
		say(v,
		    "The file " AUDIT_HEAD_FILE
		    " beside the database cannot be read: what was removed from the end does "
		    "not show.");
	}
}

static int
from_database(struct verifying *v) {
	sqlite3 *db = NULL;
	int r = EXIT_FAILED;
	int code = sqlite3_open_v2(v->c->db, &db, SQLITE_OPEN_READONLY, NULL);
	if (code == SQLITE_OK) {
		read_head(v);
		r = rows_of(v, db);
	} else {
		fprintf(stderr, "spinctl: %s cannot be opened: %s\n", v->c->db, sqlite3_errmsg(db));
	}
	sqlite3_close(db);
	return r;
}

static void
print_json(struct verifying *v) {
	struct json j;
	json_end(&v->faults);
	json_init(&j);
	json_object(&j);
	json_key_bool(&j, "intact", v->check.faults == 0);
	json_key_u64(&j, "rows", v->check.rows);
	json_key_u64(&j, "newest", v->check.last.seq);
	json_key_string(&j, "hash", v->check.last.hash);
	json_key(&j, "faults");
	json_raw(&j, v->faults.text, v->faults.length);
	json_end(&j);
	puts(j.failed ? "{}" : j.text);
	json_free(&j);
}

static void
print_text(const struct verifying *v) {
	const struct audit_check *k = &v->check;
	if (k->faults > FAULTS_SHOWN) {
		fprintf(stderr, "… and %" PRIu64 " more.\n", k->faults - FAULTS_SHOWN);
	}
	if (k->faults > 0) {
		fprintf(stderr, "The audit trail is not as it was written.\n");
		return;
	}
	printf("%" PRIu64 " rows, all as they were written; the newest is row %" PRIu64 ", %s\n",
	       k->rows,
	       k->last.seq,
	       k->rows ? k->last.hash : "of none");
	if (v->c->file) {
		puts("A file cannot say what was removed from its end: compare the newest row.");
	}
}

int
audit_verify(const struct cli *c) {
	struct verifying v = {.c = c, .check = {.fault = on_fault, .context = &v}};
	if (c->file && c->db) {
		return usage(c->command, "give --file or --db, not both");
	}
	json_init(&v.faults);
	json_array(&v.faults);
	int r = c->file ? from_file(&v)
		: c->db ? from_database(&v)
			: audit_pages(c, on_line, &v, &v.check.head);
	if (r == EXIT_OK) {
		audit_check_end(&v.check);
		if (c->json) {
			print_json(&v);
		} else {
			print_text(&v);
		}
		r = v.check.faults ? EXIT_FAILED : EXIT_OK;
	}
	json_free(&v.faults);
	return r;
}
