// SPDX-License-Identifier: BSD-3-Clause
// Manufacturers' usage descriptions: profiles from their files, as their files, and compared.

#include "control/spinctl/act.h"
#include "control/spinctl/resolve.h"
#include "control/spinctl/text_out.h"
#include "platform/json_write.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES_MAX (200 * 1024) // what a request carries
#define PATH_BYTES 256

// The whole file, ended by NUL, for free(); NULL after it was said why.
static uint8_t *
read_file(const char *name, size_t *ret_length) {
	FILE *f = strcmp(name, "-") == 0 ? stdin : fopen(name, "re");
	uint8_t *bytes = f ? malloc(FILE_BYTES_MAX + 2) : NULL;
	size_t length = bytes ? fread(bytes, 1, FILE_BYTES_MAX + 1, f) : 0;

	if (!bytes || ferror(f) || length > FILE_BYTES_MAX) {
		fprintf(stderr,
			"spinctl: %s cannot be read: %s\n",
			name,
			length > FILE_BYTES_MAX ? "it is larger than 200 KiB" : strerror(errno));
		free(bytes);
		bytes = NULL;
	} else {
		bytes[length] = 0;
		*ret_length = length;
	}
	if (f && f != stdin) {
		fclose(f);
	}
	return bytes;
}

// RFC 4648 4; for free().
static char *
encode_base64(const uint8_t *bytes, size_t length) {
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *text = malloc((length + 2) / 3 * 4 + 1);
	size_t n = 0;
	for (size_t i = 0; text && i < length; i += 3) {
		uint32_t three = (uint32_t)bytes[i] << 16;
		three |= i + 1 < length ? (uint32_t)bytes[i + 1] << 8 : 0;
		three |= i + 2 < length ? bytes[i + 2] : 0;
		text[n++] = digits[three >> 18];
		text[n++] = digits[three >> 12 & 63];
		text[n++] = i + 1 < length ? digits[three >> 6 & 63] : '=';
		text[n++] = i + 2 < length ? digits[three & 63] : '=';
	}
	if (text) {
		text[n] = 0;
	}
	return text;
}

static bool
is_name(const char *text) {
	return text[0] && strlen(text) <= 32
		&& strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(text);
}

static void
print_sentences(const struct json_doc *d, const char *key, const char *before) {
	unsigned int list = json_get(d, JSON_ROOT, key);
	for (unsigned int n = json_first(d, list); n; n = json_next(d, n)) {
		const char *text = json_text(d, n);
		fputs(before, stdout);
		text_put(stdout, text ? text : "");
		putchar('\n');
	}
}

// As it came: whoever signs or compares files counts on every byte.
static int
write_file(const struct cli *c, const struct answer *a) {
	size_t length;
	const char *raw = json_raw_of(a->doc, json_get(a->doc, JSON_ROOT, "mud"), &length);
	FILE *f = c->file ? fopen(c->file, "we") : stdout;
	if (!f || fwrite(raw, 1, length, f) != length || fputc('\n', f) == EOF
	    || (f != stdout && fclose(f) != 0)) {
		fprintf(stderr, "spinctl: %s cannot be written: %s\n", c->file, strerror(errno));
		return EXIT_FAILED;
	}
	unsigned int unmet = json_get(a->doc, JSON_ROOT, "unmet");
	for (unsigned int n = json_first(a->doc, unmet); n; n = json_next(a->doc, n)) {
		const char *text = json_text(a->doc, n);
		fputs("spinctl: ", stderr);
		text_put(stderr, text ? text : "");
		fputc('\n', stderr);
	}
	return EXIT_OK;
}

static int
export_mud(const struct cli *c) {
	struct answer a;
	char path[PATH_BYTES];
	snprintf(path, sizeof(path), "/api/v1/profiles/%s/mud", c->argv[1]);
	int r = client_ask(c, "GET", path, NULL, &a);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		r = write_file(c, &a);
	}
	answer_free(&a);
	return r;
}

// The file as one text, so that its signature is of exactly these bytes.
static int
write_body(const struct cli *c, struct json *j) {
	size_t length, signature_length = 0;
	uint8_t *file = read_file(c->argv[2], &length);
	uint8_t *signature = c->signature ? read_file(c->signature, &signature_length) : NULL;
	char *text = signature ? encode_base64(signature, signature_length) : NULL;
	bool good = file && (!c->signature || text);
	if (good) {
		json_object(j);
		json_key(j, "mud");
		json_string_n(j, (const char *)file, length);
		if (text) {
			json_key_string(j, "signature", text);
		}
		json_end(j);
	}
	free(file);
	free(signature);
	free(text);
	return good && !j->failed ? EXIT_OK : EXIT_FAILED;
}

static void
print_imported(const struct answer *a) {
	const char *signature = json_text(a->doc, json_get(a->doc, JSON_ROOT, "signature"));
	unsigned int profile = json_get(a->doc, JSON_ROOT, "profile");
	const char *name = json_text(a->doc, json_get(a->doc, profile, "name"));
	bool verified = signature && strcmp(signature, "verified") == 0;
	bool invalid = signature && strcmp(signature, "invalid") == 0;
	printf("profile %s written", name ? name : "");
	print_force(a);
	puts(verified	       ? "The signature was verified."
		     : invalid ? "Its signature is not valid: look at what it says."
			       : "Nobody signed the file, or you gave no signature: look at what "
				 "it says.");
	if (json_size(a->doc, json_get(a->doc, JSON_ROOT, "unmet"))) {
		puts("What it asks for and the profile does not say:");
		print_sentences(a->doc, "unmet", "  ");
	}
}

static int
finish_import(const struct cli *c, struct answer *a) {
	if (c->json) {
		print_answer(a);
	} else {
		print_imported(a);
	}
	answer_free(a);
	return EXIT_OK;
}

static int
import_mud(const struct cli *c) {
	struct answer a;
	struct json j;
	char path[PATH_BYTES];
	json_init(&j);
	int r = write_body(c, &j);
	snprintf(path, sizeof(path), "/api/v1/profiles/%s:import-mud", c->argv[1]);
	if (r == EXIT_OK) {
		r = client_change(c, "POST", path, j.text, &a);
	}
	json_free(&j);
	return r ? r : finish_import(c, &a);
}

// The device says where its file is.
static int
fetch_mud(const struct cli *c) {
	struct node device;
	struct answer a;
	struct json j;
	char path[PATH_BYTES];
	int r = resolve_device(c, c->argv[1], &device);
	if (r) {
		return r;
	}
	json_init(&j);
	json_object(&j);
	if (c->argc == 3) {
		json_key_string(&j, "profile", c->argv[2]);
	}
	if (c->any_signature) {
		json_key_bool(&j, "accept_invalid_signature", true);
	}
	json_end(&j);
	snprintf(path, sizeof(path), "/api/v1/devices/%s:fetch-mud", device.id);
	r = j.failed ? EXIT_FAILED : client_change(c, "POST", path, j.text, &a);
	json_free(&j);
	return r ? r : finish_import(c, &a);
}

static int
compare_mud(const struct cli *c) {
	struct answer a;
	char path[PATH_BYTES];
	snprintf(
		path,
		sizeof(path),
		"/api/v1/profiles/%s/mud-difference?with=%s",
		c->argv[1],
		c->argv[2]
	);
	int r = client_ask(c, "GET", path, NULL, &a);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		printf("%" PRId64 " rows are the same; only %s (-) or only %s (+):\n",
		       json_number(a.doc, json_get(a.doc, JSON_ROOT, "same"), 0),
		       c->argv[1],
		       c->argv[2]);
		print_sentences(a.doc, "only_here", "- ");
		print_sentences(a.doc, "only_there", "+ ");
	}
	answer_free(&a);
	return EXIT_OK;
}

int
run_mud(struct cli *c) {
	const char *verb = c->argv[0];
	bool exports = strcmp(verb, "export") == 0, compares = strcmp(verb, "compare") == 0;
	if (strcmp(verb, "fetch") == 0) {
		return fetch_mud(c);
	}
	if (!exports && !compares && strcmp(verb, "import") != 0) {
		return usage(
			c->command, "say fetch, export, import or compare, not \"%.40s\"", verb
		);
	}
	if (c->argc != (exports ? 2 : 3)) {
		return usage(
			c->command,
			exports		   ? "say which profile"
				: compares ? "say which two profiles"
					   : "say which profile, and the file"
		);
	}
	if (!is_name(c->argv[1]) || (compares && !is_name(c->argv[2]))) {
		return usage(c->command, "the name of a profile has a-z, 0-9 and '-' only");
	}
	return exports ? export_mud(c) : compares ? compare_mud(c) : import_mud(c);
}
