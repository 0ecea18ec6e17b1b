// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/totp.h"

#include "control/access/api.h"
#include "control/access/secret.h"
#include "control/clock.h"
#include "control/http/api.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#define STEP_NS (30 * NS_PER_S)
#define DIGITS 6
#define MODULUS 1000000

uint32_t
totp_code(const uint8_t secret[ACCOUNT_TOTP], uint64_t step) {
	uint8_t message[8], mac[EVP_MAX_MD_SIZE];
	unsigned int length = 0;

	for (int i = 7; i >= 0; i--, step >>= 8)
		message[i] = (uint8_t)step;
	HMAC(EVP_sha1(), secret, ACCOUNT_TOTP, message, sizeof message, mac, &length);
	const uint8_t *at = mac + (mac[length - 1] & 15); // RFC 4226 section 5.3
	return (((uint32_t)at[0] & 127) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3]
	       ) % MODULUS;
}

static bool
take_recovery(struct user *u, const char *typed) {
	uint8_t hash[ACCOUNT_HASH];

	secret_code_hash(typed, hash);
	for (unsigned int i = 0; i < u->recovery_count; i++) {
		if (!secret_equal(u->recovery[i], hash))
			continue;
		u->recovery_count--;
		memmove(u->recovery[i], u->recovery[u->recovery_count], ACCOUNT_HASH);
		return true;
	}
	return false;
}

bool
totp_take(struct user *u, const char *typed, uint64_t wall_ns) {
	char digits[DIGITS + 1];
	uint64_t now = wall_ns / STEP_NS;

	if (strlen(typed) != DIGITS || strspn(typed, "0123456789") != DIGITS)
		return take_recovery(u, typed);
	for (uint64_t step = now ? now - 1 : 0; step <= now + 1; step++) {
		snprintf(digits, sizeof digits, "%06u", totp_code(u->totp_secret, step));
		if (step <= u->totp_step || strcmp(digits, typed) != 0)
			continue;
		u->totp_step = step;
		return true;
	}
	return false;
}

void
totp_secret_text(const uint8_t secret[ACCOUNT_TOTP], char ret[TOTP_SECRET_TEXT]) {
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	size_t n = 0;
	unsigned int bits = 0, have = 0;

	for (size_t i = 0; i < ACCOUNT_TOTP; i++) {
		bits = bits << 8 | secret[i];
		for (have += 8; have >= 5; have -= 5)
			ret[n++] = alphabet[bits >> (have - 5) & 31];
	}
	ret[n] = 0;
}

// --- Asked over HTTP ---

static const struct user *
own_user(struct call *c) {
	const struct user *u = access_user(c->access, c->who.user);

	if (!u)
		call_refuse(
			c,
			PROBLEM_BAD_REQUEST,
			"Log in with a name and a password first.",
			"Codes belong to an account."
		);
	return u;
}

static void
begin(struct http_request *r, void *core, call_plan plan, call_answer answer) {
	struct call *c = call_new(r, access_of(core), plan, answer);

	if (c)
		call_begin(c);
}

static bool
plan_begin(struct call *c) {
	const struct user *u = own_user(c);

	if (!u)
		return false;
	if (u->totp) {
		call_refuse(c, PROBLEM_CODES_ON, "End them first.", "Codes are on already.");
		return false;
	}
	c->user = *u;
	if (getrandom(c->user.totp_secret, ACCOUNT_TOTP, 0) != ACCOUNT_TOTP) {
		call_refuse(c, PROBLEM_BUSY, "Try again.", "The kernel gives no random numbers.");
		return false;
	}
	call_step(c, ACCOUNT_PUT_USER)->user = c->user;
	return true;
}

static void
answer_begin(struct call *c, struct http_request *r) {
	char secret[TOTP_SECRET_TEXT], uri[TOTP_URI];
	struct json j;

	if (!r)
		return;
	totp_secret_text(c->user.totp_secret, secret);
	snprintf(
		uri,
		sizeof uri,
		"otpauth://totp/SPIN:%s?secret=%s&issuer=SPIN&algorithm=SHA1&digits=6&period=30",
		c->user.name,
		secret
	);
	json_init(&j);
	json_object(&j);
	json_key_string(&j, "secret", secret);
	json_key_string(&j, "uri", uri);
	json_end(&j);
	api_reply(r, 200, &j);
}

void
access_api_begin_totp(struct http_request *r, void *core) {
	begin(r, core, plan_begin, answer_begin);
}

static bool
plan_confirm(struct call *c) {
	static const uint8_t none[ACCOUNT_TOTP];
	const struct user *u = own_user(c);

	if (!u)
		return false;
	if (u->totp || memcmp(u->totp_secret, none, sizeof none) == 0) {
		call_refuse(
			c,
			u->totp ? PROBLEM_CODES_ON : PROBLEM_NO_CODES,
			"POST /api/v1/session/totp begins.",
			u->totp ? "Codes are on already." : "Nobody asked for codes yet."
		);
		return false;
	}
	c->user = *u;
	c->user.recovery_count = 0;
	if (!totp_take(&c->user, c->code, clock_wall_ns())) {
		call_refuse(
			c,
			PROBLEM_LOGIN_FAILED,
			"Type the six digits that the authenticator shows now; its clock must be "
			"right.",
			"The code is wrong."
		);
		return false;
	}
	for (unsigned int i = 0; i < ACCOUNT_RECOVERY; i++) {
		if (!secret_code(c->recovery[i])) {
			call_refuse(
				c, PROBLEM_BUSY, "Try again.", "The kernel gives no random numbers."
			);
			return false;
		}
		secret_code_hash(c->recovery[i], c->user.recovery[i]);
	}
	c->user.recovery_count = ACCOUNT_RECOVERY;
	c->user.totp = true;
	call_step(c, ACCOUNT_PUT_USER)->user = c->user;
	return true;
}

static void
answer_confirm(struct call *c, struct http_request *r) {
	struct json j;

	call_tell(c, ACCESS_TOTP_ON, c->user.name);
	delay_passed(&c->access->delay, c->source);
	if (!r)
		return;
	json_init(&j);
	json_object(&j);
	json_key(&j, "recovery");
	json_array(&j);
	for (unsigned int i = 0; i < ACCOUNT_RECOVERY; i++)
		json_string(&j, c->recovery[i]);
	json_end(&j);
	json_end(&j);
	api_reply(r, 200, &j);
}

struct confirm {
	struct json_text code;
};

void
access_api_confirm_totp(struct http_request *r, void *core) {
	static const struct json_field fields[] = {
		{"code",
		 JSON_TEXT,
		 offsetof(struct confirm, code),
		 .required = true,
		 .min = 6,
		 .max = 6},
	};
	struct access *a = access_of(core);
	struct confirm body;

	if (!http_read(r, fields, 1, &body) || !access_may_try(r, a))
		return;
	struct call *c = call_new(r, a, plan_confirm, answer_confirm);
	if (!c)
		return;
	snprintf(c->code, sizeof c->code, "%.24s", body.code.text);
	call_begin(c);
}

static bool
plan_end(struct call *c) {
	const struct user *u = own_user(c);

	if (!u)
		return false;
	c->user = *u;
	c->user.totp = false;
	c->user.recovery_count = 0;
	memset(c->user.totp_secret, 0, ACCOUNT_TOTP);
	call_step(c, ACCOUNT_PUT_USER)->user = c->user;
	return true;
}

static void
answer_end(struct call *c, struct http_request *r) {
	call_tell(c, ACCESS_TOTP_OFF, c->user.name);
	if (r)
		http_reply_empty(r, 204);
}

void
access_api_end_totp(struct http_request *r, void *core) {
	begin(r, core, plan_end, answer_end);
}
