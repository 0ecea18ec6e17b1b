// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/hello.h"

#include "tests/unit/test.h"

#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <stdio.h>
#include <string.h>

const uint8_t hello_salt_1[20] = "\x38\x76\x2c\xf7\xf5\x59\x34\xb3\x4d\x17"
				 "\x9a\xe6\xa4\xc8\x0c\xad\xcc\xbb\x7f\x0a";
const uint8_t hello_salt_2[20] = "\x0d\xed\xe3\xde\xf7\x00\xa6\xdb\x81\x93"
				 "\x81\xbe\x6e\x26\x9d\xcb\xf9\xbd\x2e\xd9";
const uint8_t hello_salt_29[20] = "\xaf\xbf\xec\x28\x99\x93\xd2\x4c\x9e\x97"
				  "\x86\xf1\x9c\x61\x11\xe0\x43\x90\xa8\x99";

static void
put(struct hello *h, const void *bytes, size_t n) {
	assert_true(n <= sizeof h->bytes - h->length);
	memcpy(h->bytes + h->length, bytes, n);
	h->length += n;
}

static void
number(struct hello *h, size_t value, size_t size) {
	for (size_t i = size; i-- > 0;)
		put(h, &(uint8_t){(uint8_t)(value >> 8 * i)}, 1);
}

static void
zeros(struct hello *h, size_t n) {
	assert_true(n <= sizeof h->bytes - h->length);
	memset(h->bytes + h->length, 0, n);
	h->length += n;
}

static void
extension(struct hello *h, size_t type, size_t n) {
	if (n < 4)
		return;
	number(h, type, 2);
	number(h, n - 4, 2);
	zeros(h, n - 4);
}

struct hello
hello_message(const char *name, size_t before, size_t after) {
	struct hello h = {.length = 4}, e = {.length = 0};

	extension(&e, 0x7a7a, before); // RFC 8701
	if (name) {
		number(&e, 0, 2);
		number(&e, strlen(name) + 5, 2);
		number(&e, strlen(name) + 3, 2);
		number(&e, 0, 1);
		number(&e, strlen(name), 2);
		put(&e, name, strlen(name));
	}
	extension(&e, 21, after); // padding
	number(&h, 0x0303, 2);
	zeros(&h, 32);
	number(&h, 32, 1);
	zeros(&h, 32);
	number(&h, 4, 2);
	number(&h, 0x1a1a1301, 4);
	number(&h, 0x0100, 2);
	number(&h, e.length, 2);
	put(&h, e.bytes, e.length);
	h.bytes[0] = 1;
	h.bytes[1] = 0;
	h.bytes[2] = (uint8_t)((h.length - 4) >> 8);
	h.bytes[3] = (uint8_t)(h.length - 4);
	return h;
}

struct hello
hello_records(const struct hello *message, size_t most) {
	struct hello h = {.length = 0};

	for (size_t at = 0; at < message->length; at += most) {
		size_t n = message->length - at < most ? message->length - at : most;
		number(&h, 0x160301, 3);
		number(&h, n, 2);
		put(&h, message->bytes + at, n);
	}
	return h;
}

void
hello_crypto(struct hello *frames, const struct hello *message, size_t offset, size_t length) {
	number(frames, 6, 1);
	number(frames, offset | 0x4000, 2);
	number(frames, length | 0x4000, 2);
	put(frames, message->bytes + offset, length);
}

static void
hkdf(int mode,
     const uint8_t *salt,
     size_t salt_n,
     const void *key,
     size_t key_n,
     const void *info,
     size_t info_n,
     uint8_t *ret,
     size_t n) {
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, NULL);

	assert_int_equal(EVP_PKEY_derive_init(c), 1);
	EVP_PKEY_CTX_set_hkdf_mode(c, mode);
	EVP_PKEY_CTX_set_hkdf_md(c, EVP_sha256());
	if (salt)
		EVP_PKEY_CTX_set1_hkdf_salt(c, salt, (int)salt_n);
	EVP_PKEY_CTX_set1_hkdf_key(c, key, (int)key_n);
	if (info)
		EVP_PKEY_CTX_add1_hkdf_info(c, info, (int)info_n);
	assert_int_equal(EVP_PKEY_derive(c, ret, &n), 1);
	EVP_PKEY_CTX_free(c);
}

static void
expand(const uint8_t secret[32], const char *label, uint8_t *ret, size_t n) {
	struct hello info = {.length = 0};
	char full[64];

	snprintf(full, sizeof full, "tls13 %s", label);
	number(&info, n, 2);
	number(&info, strlen(full), 1);
	put(&info, full, strlen(full));
	number(&info, 0, 1);
	hkdf(EVP_PKEY_HKDEF_MODE_EXPAND_ONLY, NULL, 0, secret, 32, info.bytes, info.length, ret, n);
}

static void
mask(const uint8_t key[16], struct hello *h, size_t at) {
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	uint8_t m[32];
	int n;

	EVP_EncryptInit_ex(c, EVP_aes_128_ecb(), NULL, key, NULL);
	EVP_EncryptUpdate(c, m, &n, h->bytes + at + 4, 16);
	EVP_CIPHER_CTX_free(c);
	h->bytes[0] ^= m[0] & 15;
	for (size_t i = 0; i < 4; i++)
		h->bytes[at + i] ^= m[1 + i];
}

static void
encrypt(const uint8_t key[16], const uint8_t iv[12], struct hello *h, const struct hello *plain) {
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	int n;

	EVP_EncryptInit_ex(c, EVP_aes_128_gcm(), NULL, key, iv);
	EVP_EncryptUpdate(c, NULL, &n, h->bytes, (int)h->length);
	EVP_EncryptUpdate(c, h->bytes + h->length, &n, plain->bytes, (int)plain->length);
	h->length += plain->length;
	EVP_EncryptFinal_ex(c, h->bytes + h->length, &n);
	EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, 16, h->bytes + h->length);
	h->length += 16;
	EVP_CIPHER_CTX_free(c);
}

struct hello
hello_seal(const struct hello_initial *i, const struct hello *frames, size_t size) {
	uint8_t initial[32], client[32], key[16], iv[12], header[16];
	struct hello h = {.length = 0}, plain = *frames;
	char label[32];

	hkdf(EVP_PKEY_HKDEF_MODE_EXTRACT_ONLY, i->salt, 20, i->key_id, 8, NULL, 0, initial, 32);
	expand(initial, "client in", client, 32);
	snprintf(label, sizeof label, "%s key", i->prefix);
	expand(client, label, key, 16);
	snprintf(label, sizeof label, "%s iv", i->prefix);
	expand(client, label, iv, 12);
	snprintf(label, sizeof label, "%s hp", i->prefix);
	expand(client, label, header, 16);

	number(&h, 0xc3u | i->type << 4, 1); // a packet number of four bytes
	number(&h, i->version, 4);
	number(&h, 8, 1);
	put(&h, i->to, 8);
	number(&h, 0, 1); // no source id
	number(&h, 0, 1); // no token
	size_t head = h.length + 2 + 4 + 16;
	if (size > head + plain.length)
		zeros(&plain, size - head - plain.length);
	number(&h, 0x4000 | (4 + plain.length + 16), 2);
	size_t at = h.length;
	number(&h, i->number, 4);
	for (size_t k = 0; k < 4; k++)
		iv[8 + k] ^= (uint8_t)(i->number >> 8 * (3 - k));
	encrypt(key, iv, &h, &plain);
	mask(header, &h, at);
	return h;
}
