// SPDX-License-Identifier: BSD-3-Clause
// A backup into the standard output, and back from a file.

#include "control/spinctl/client.h"
#include "control/spinctl/connection.h"
#include "control/spinctl/text_out.h"
#include "platform/json_write.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PIECE_BYTES (150u * 1024) // 200 KiB of base64 in a request of 256
#define FILE_BYTES_MAX (64u << 20)
#define LOOK_NS 200000000
#define LOOKS_MAX 150 // half a minute

int
run_backup(struct cli *c) {
	struct answer a;
	if (isatty(STDOUT_FILENO)) {
		return usage(c->command, "a backup is no text: write spinctl backup > FILE");
	}
	int r = client_bytes(c, "/api/v1/backup", &a);
	if (r) {
		return r;
	}
	bool whole = fwrite(a.body, 1, a.length, stdout) == a.length && fflush(stdout) == 0;
	answer_free(&a);
	if (!whole) {
		fprintf(stderr, "spinctl: the backup cannot be written: %s\n", strerror(errno));
	}
	return whole ? EXIT_OK : EXIT_FAILED;
}

static unsigned char *
read_file(const char *name, size_t *ret_length) {
	FILE *f = strcmp(name, "-") == 0 ? stdin : fopen(name, "re");
	unsigned char *bytes = f ? malloc(FILE_BYTES_MAX + 1) : NULL;
	size_t length = bytes ? fread(bytes, 1, FILE_BYTES_MAX + 1, f) : 0;
	if (!bytes || ferror(f) || length > FILE_BYTES_MAX) {
		fprintf(stderr,
			"spinctl: %s cannot be read: %s\n",
			name,
			length > FILE_BYTES_MAX ? "it is larger than 64 MiB" : strerror(errno));
		free(bytes);
		bytes = NULL;
	}
	*ret_length = length;
	if (f && f != stdin) {
		fclose(f);
	}
	return bytes;
}

static int
upload(const struct cli *c, const unsigned char *bytes, size_t length) {
	unsigned char *text = malloc(PIECE_BYTES / 3 * 4 + 8);
	int r = text ? EXIT_OK : EXIT_FAILED;
	for (size_t at = 0; r == EXIT_OK && (at < length || at == 0); at += PIECE_BYTES) {
		size_t n = length - at < PIECE_BYTES ? length - at : PIECE_BYTES;
		struct answer a;
		struct json j;
		EVP_EncodeBlock(text, bytes + at, (int)n);
		json_init(&j);
		json_object(&j);
		json_key_u64(&j, "offset", at);
		json_key_string(&j, "data", (const char *)text);
		json_end(&j);
		r = j.failed ? EXIT_FAILED
			     : client_ask(c, "PUT", "/api/v1/restore/upload", j.text, &a);
		json_free(&j);
		if (r == EXIT_OK) {
			answer_free(&a);
		}
	}
	free(text);
	return r;
}

static void
print_report(const struct answer *a) {
	unsigned int b = json_get(a->doc, JSON_ROOT, "backup");
	const char *created = json_text(a->doc, json_get(a->doc, b, "created"));
	const char *release = json_text(a->doc, json_get(a->doc, b, "release"));
	printf("a backup of %s, made by release %s: %lld devices, %lld rules\n",
	       created ? created : "?",
	       release ? release : "?",
	       (long long)json_number(a->doc, json_get(a->doc, b, "devices"), 0),
	       (long long)json_number(a->doc, json_get(a->doc, b, "rules"), 0));
	unsigned int items = json_get(a->doc, b, "items");
	for (unsigned int n = json_first(a->doc, items); n; n = json_next(a->doc, n)) {
		const char *action = json_text(a->doc, json_get(a->doc, n, "action"));
		const char *why = json_text(a->doc, json_get(a->doc, n, "why"));
		printf("  %-8s ", action ? action : "");
		text_put(stdout, json_text(a->doc, json_get(a->doc, n, "name")));
		if (why) {
			printf(" (%s)", why);
		}
		putchar('\n');
	}
}

static int
restore(const struct cli *c, const char *sha256, bool apply, struct answer *ret) {
	char body[128];
	snprintf(
		body,
		sizeof(body),
		"{\"sha256\":\"%s\",\"apply\":%s}",
		sha256,
		apply ? "true" : "false"
	);
	return client_ask(c, "POST", "/api/v1/restore", body, ret);
}

// It goes away and comes again.
static int
await(const struct cli *c) {
	struct answer a;
	for (int i = 0; i < LOOKS_MAX; i++) {
		nanosleep(&(struct timespec){.tv_nsec = LOOK_NS}, NULL);
		if (i > 2 && client_try(c, "/api/v1/health", &a) == EXIT_OK) {
			answer_free(&a);
			return EXIT_OK;
		}
	}
	fputs("spinctl: spin-control has not come back: its log says why\n", stderr);
	return EXIT_NOT_RUNNING;
}

static bool
is_wanted(void) {
	char line[8] = "";
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
		fputs("spinctl: add --yes to do it\n", stderr);
		return false;
	}
	fputs("Replace what is there by it? [y/N] ", stderr);
	return fgets(line, sizeof(line), stdin) && (line[0] == 'y' || line[0] == 'Y');
}

int
run_restore(struct cli *c) {
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int n = 0;
	char sha256[65];
	struct answer a;
	size_t length;
	unsigned char *bytes = read_file(c->argv[0], &length);
	if (!bytes) {
		return EXIT_FAILED;
	}
	EVP_Digest(bytes, length, digest, &n, EVP_sha256(), NULL);
	for (unsigned int i = 0; i < n; i++) {
		snprintf(sha256 + 2 * i, 3, "%02x", digest[i]);
	}
	int r = upload(c, bytes, length);
	free(bytes);
	if (r == EXIT_OK) {
		r = restore(c, sha256, false, &a);
	}
	if (r) {
		return r;
	}
	if (!c->json) {
		print_report(&a);
	} else if (c->dry_run) {
		puts(a.body);
	}
	answer_free(&a);
	if (c->dry_run) {
		return EXIT_OK;
	}
	if (!c->yes && !is_wanted()) {
		return EXIT_FAILED;
	}
	r = restore(c, sha256, true, &a);
	if (r) {
		return r;
	}
	const char *kept = json_text(a.doc, json_get(a.doc, JSON_ROOT, "kept"));
	if (c->json) {
		puts(a.body);
	} else {
		printf("restored; what was there before is in %s\n", kept ? kept : "?");
	}
	answer_free(&a);
	return await(c);
}
