// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/basic.h"

#include "control/access/access.h"
#include "control/access/api.h"
#include "control/access/password.h"
#include "control/access/secret.h"
#include "control/clock.h"
#include "control/http/request.h"
#include "platform/base.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#define HEADER_MAX 1024

struct known {
	uint8_t digest[ACCOUNT_HASH]; // of salt, name and password
	char stored[ACCOUNT_PASSWORD]; // the hash that it fits
	uint64_t until_ns; // monotonic; 0: free
};

struct waiting {
	struct http_later *later;
	basic_done done;
	void *context;
};

struct attempt {
	LIST_ENTRY(attempt) link;
	struct password_job hash;
	struct access *access;
	uint8_t digest[ACCOUNT_HASH];
	uint64_t user; // 0: nobody's
	char name[PRINCIPAL_NAME_MAX + 1];
	char source[ACCOUNT_SOURCE];
	struct waiting waiting[BASIC_WAITING_MAX];
	size_t count;
};

static struct known known[BASIC_KNOWN_MAX];
static LIST_HEAD(, attempt) attempts = LIST_HEAD_INITIALIZER(attempts);
static uint8_t salt[32];
static bool salted;

static bool
digest_of(const char *text, size_t length, uint8_t ret[ACCOUNT_HASH]) {
	static_assert(ACCOUNT_HASH == 32);
	if (!salted && getrandom(salt, sizeof salt, 0) != sizeof salt)
		return false;
	salted = true;
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool good = c && EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1
		&& EVP_DigestUpdate(c, salt, sizeof salt) == 1
		&& EVP_DigestUpdate(c, text, length) == 1 && EVP_DigestFinal_ex(c, ret, NULL) == 1;
	EVP_MD_CTX_free(c);
	return good;
}

static const struct known *
find_known(const struct user *u, const uint8_t digest[ACCOUNT_HASH]) {
	uint64_t now = clock_mono_ns();

	for (size_t i = 0; u && i < BASIC_KNOWN_MAX; i++)
		if (known[i].until_ns > now && secret_equal(known[i].digest, digest)
		    && strcmp(known[i].stored, u->password) == 0)
			return &known[i];
	return NULL;
}

static void
remember(const struct attempt *t) {
	struct known *oldest = &known[0];

	for (size_t i = 1; i < BASIC_KNOWN_MAX; i++)
		if (known[i].until_ns < oldest->until_ns)
			oldest = &known[i];
	memcpy(oldest->digest, t->digest, sizeof oldest->digest);
	snprintf(oldest->stored, sizeof oldest->stored, "%s", t->hash.stored);
	oldest->until_ns = clock_mono_ns() + BASIC_KNOWN_S * NS_PER_S;
}

void
basic_challenge(struct http_request *r) {
	http_add_header(r, "www-authenticate", "Basic realm=\"SPIN\", charset=\"UTF-8\"");
}

static void
refuse(struct http_request *r) {
	basic_challenge(r);
	http_problem(
		r,
		PROBLEM_LOGIN_FAILED,
		"Give the name and the password of an account, or a token as the password.",
		"The name or the password is wrong."
	);
}

// False after it was refused.
static bool
become(struct http_request *r, const struct user *u) {
	struct principal p = {
		.role = u->role,
		.kind = PRINCIPAL_BASIC,
		.user = u->id,
		.password_ns = u->password_ns,
	};

	if (u->totp) {
		http_problem(
			r,
			PROBLEM_DENIED,
			"Make a token (POST /api/v1/tokens) and give it as the password.",
			"This account needs a code of its authenticator too, which HTTP Basic "
			"cannot carry."
		);
		return false;
	}
	snprintf(p.name, sizeof p.name, "%s", u->name);
	http_set_principal(r, &p);
	return true;
}

static void
hashed(struct password_job *job) {
	struct attempt *t = container_of(job, struct attempt, hash);
	const struct user *u = t->user ? access_user(t->access, t->user) : NULL;
	bool good = job->result == 0 && u && !u->disabled && strcmp(u->password, job->stored) == 0;
	static const struct principal nobody;

	LIST_REMOVE(t, link);
	if (good) {
		delay_passed(&t->access->delay, t->source);
		remember(t);
	} else {
		access_tell(t->access, ACCESS_LOGIN_FAILED, &nobody, t->name, t->source);
	}
	for (size_t i = 0; i < t->count; i++) {
		struct http_request *r = http_resume(t->waiting[i].later);
		if (r && !good)
			refuse(r);
		else if (r && become(r, u))
			t->waiting[i].done(r, t->waiting[i].context);
	}
	password_forget(&t->hash);
	free(t);
}

static enum basic
begin(struct http_request *r,
      struct access *a,
      const struct user *u,
      const char *name,
      const char *password,
      const uint8_t digest[ACCOUNT_HASH],
      const struct waiting *w) {
	if (!access_may_try(r, a))
		return BASIC_REFUSED;
	struct attempt *t = calloc(1, sizeof *t);
	if (t) {
		t->access = a;
		t->user = u ? u->id : 0;
		memcpy(t->digest, digest, sizeof t->digest);
		snprintf(t->name, sizeof t->name, "%.32s", name);
		snprintf(t->source, sizeof t->source, "%s", http_source(r));
		t->hash.done = hashed;
		t->hash.checks = true;
		snprintf(t->hash.given, sizeof t->hash.given, "%s", password);
		snprintf(
			t->hash.stored,
			sizeof t->hash.stored,
			"%s",
			u && !u->disabled ? u->password : ""
		);
	}
	if (!t || hasher_submit(a->hasher, &t->hash) < 0) {
		free(t);
		http_add_header(r, "retry-after", "1");
		http_problem(r, PROBLEM_BUSY, "Try again.", "Too many passwords wait.");
		return BASIC_REFUSED;
	}
	LIST_INSERT_HEAD(&attempts, t, link);
	t->waiting[t->count] = *w;
	t->waiting[t->count++].later = http_later(r);
	return BASIC_LATER;
}

// "name:password" of the header, ended by NUL; false: it is none.
static bool
decode(const char *header, char ret[HEADER_MAX]) {
	const char *at = header + 6;
	at += strspn(at, " ");
	size_t n = strlen(at);

	if (n == 0 || n % 4 || n / 4 * 3 >= HEADER_MAX)
		return false;
	int length = EVP_DecodeBlock((unsigned char *)ret, (const unsigned char *)at, (int)n);
	if (length < 0)
		return false;
	for (size_t i = n; i > 0 && at[i - 1] == '=' && length > 0; i--)
		length--;
	ret[length] = 0;
	return strlen(ret) == (size_t)length && strchr(ret, ':');
}

static enum basic
admit(struct http_request *r, struct access *a, char *pair, const struct waiting *w) {
	uint8_t digest[ACCOUNT_HASH];
	struct attempt *t;
	bool good = digest_of(pair, strlen(pair), digest);
	char *password = strchr(pair, ':');
	struct principal p;

	*password++ = 0;
	if (strncmp(password, TOKEN_PREFIX, sizeof TOKEN_PREFIX - 1) == 0
	    && access_is_token(a, password, &p)) {
		http_set_principal(r, &p);
		return BASIC_GOOD;
	}
	if (!good || strlen(password) >= PASSWORD_BYTES || strlen(pair) > PRINCIPAL_NAME_MAX) {
		refuse(r);
		return BASIC_REFUSED;
	}
	const struct user *u = access_user_named(a, pair);
	if (find_known(u && !u->disabled ? u : NULL, digest))
		return become(r, u) ? BASIC_GOOD : BASIC_REFUSED;
	LIST_FOREACH (t, &attempts, link)
		if (t->count < BASIC_WAITING_MAX && secret_equal(t->digest, digest)
		    && strcmp(t->source, http_source(r)) == 0) {
			t->waiting[t->count] = *w;
			t->waiting[t->count++].later = http_later(r);
			return BASIC_LATER;
		}
	return begin(r, a, u, pair, password, digest, w);
}

enum basic
basic_admit(struct http_request *r, struct access *a, basic_done done, void *context) {
	const char *header = http_header(r, "authorization");
	const struct waiting w = {.done = done, .context = context};
	char pair[HEADER_MAX];

	if (!header || strncasecmp(header, "basic ", 6) != 0)
		return BASIC_NONE;
	if (!decode(header, pair)) {
		refuse(r);
		return BASIC_REFUSED;
	}
	enum basic b = admit(r, a, pair, &w);
	explicit_bzero(pair, sizeof pair);
	return b;
}
