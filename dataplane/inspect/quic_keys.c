// SPDX-License-Identifier: BSD-3-Clause
// The keys of Initial packets.  Every secret is one block of HMAC-SHA-256: HKDF-Expand-Label never
// asks for more than 32 bytes here.

#include "dataplane/inspect/quic.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define HASH 32
#define BLOCK 64
#define KEY 16
#define IV 12
#define TAG 16
#define SAMPLE_AT 4
#define LABEL_MAX 32
#define LONG_BITS 0x0f // of the first byte, protected in a long header

// Ranges of versions that share a salt and, but for version 2, their labels.
struct version {
	uint32_t low, high;
	const char *prefix;
	bool guess; // tried for reserved versions
	uint8_t salt[20];
};

static const struct version versions[] = {
	{0x00000001,
	 0x00000001, // RFC 9001 5.2
	 "quic",
	 true,
	 {0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
	  0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a}},
	{0x6b3343cf,
	 0x6b3343cf, // RFC 9369 3.3.1
	 "quicv2",
	 false,
	 {0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93,
	  0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9}},
	{0xff000021,
	 0xff000022, // draft-ietf-quic-tls-33 5.2
	 "quic",
	 false,
	 {0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
	  0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a}},
	{0xff00001d,
	 0xff000020, // draft-ietf-quic-tls-29 5.2
	 "quic",
	 true,
	 {0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97,
	  0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99}},
	{0xff000017,
	 0xff00001c, // draft-ietf-quic-tls-23 5.2
	 "quic",
	 false,
	 {0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7,
	  0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65, 0xbe, 0xf9, 0xf5, 0x02}},
};

struct quic_keys {
	EVP_MD *sha256;
	EVP_MD_CTX *hash;
	EVP_CIPHER *ecb, *gcm;
	EVP_CIPHER_CTX *mask, *open;
};

struct quic_keys *
quic_keys_new(void) {
	struct quic_keys *k = calloc(1, sizeof *k);

	if (!k)
		return NULL;
	k->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	k->ecb = EVP_CIPHER_fetch(NULL, "AES-128-ECB", NULL);
	k->gcm = EVP_CIPHER_fetch(NULL, "AES-128-GCM", NULL);
	k->hash = EVP_MD_CTX_new();
	k->mask = EVP_CIPHER_CTX_new();
	k->open = EVP_CIPHER_CTX_new();
	if (k->sha256 && k->ecb && k->gcm && k->hash && k->mask && k->open)
		return k;
	quic_keys_free(k);
	errno = ENOMEM;
	return NULL;
}

void
quic_keys_free(struct quic_keys *k) {
	if (!k)
		return;
	EVP_MD_free(k->sha256);
	EVP_CIPHER_free(k->ecb);
	EVP_CIPHER_free(k->gcm);
	EVP_MD_CTX_free(k->hash);
	EVP_CIPHER_CTX_free(k->mask);
	EVP_CIPHER_CTX_free(k->open);
	free(k);
}

// A version that no server has, to make it list its own (RFC 9000 15): its key is that of whichever
// version the client means in truth.
static bool
is_reserved(uint32_t number) {
	return (number & 0x0f0f0f0f) == 0x0a0a0a0a;
}

static bool
fits(const struct version *v, uint32_t number) {
	return (number >= v->low && number <= v->high) || (is_reserved(number) && v->guess);
}

bool
quic_known(uint32_t version) {
	for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++)
		if (fits(&versions[i], version))
			return true;
	return false;
}

static bool
digest(struct quic_keys *k,
       const uint8_t pad[BLOCK],
       const uint8_t *data,
       size_t n,
       uint8_t ret[HASH]) {
	return EVP_DigestInit_ex2(k->hash, k->sha256, NULL) == 1
		&& EVP_DigestUpdate(k->hash, pad, BLOCK) == 1
		&& EVP_DigestUpdate(k->hash, data, n) == 1
		&& EVP_DigestFinal_ex(k->hash, ret, NULL) == 1;
}

// RFC 2104; a key is at most 32 bytes here.
static bool
hmac(struct quic_keys *k,
     const uint8_t *key,
     size_t key_n,
     const uint8_t *data,
     size_t n,
     uint8_t ret[HASH]) {
	uint8_t inner[BLOCK], outer[BLOCK];

	memset(inner, 0x36, BLOCK);
	memset(outer, 0x5c, BLOCK);
	for (size_t i = 0; i < key_n; i++) {
		inner[i] ^= key[i];
		outer[i] ^= key[i];
	}
	return digest(k, inner, data, n, ret) && digest(k, outer, ret, HASH, ret);
}

// HKDF-Expand-Label of RFC 8446 7.1 with an empty context, one block of it.
static bool
expand(struct quic_keys *k,
       const uint8_t secret[HASH],
       const char *prefix,
       const char *name,
       size_t size,
       uint8_t ret[HASH]) {
	uint8_t info[2 + 1 + LABEL_MAX + 1 + 1];
	char label[LABEL_MAX];
	size_t n = 0;

	for (const char *part[] = {"tls13 ", prefix, name, NULL}, **p = part; *p; p++) {
		size_t length = strlen(*p);
		memcpy(label + n, *p, length);
		n += length;
	}
	info[0] = 0;
	info[1] = (uint8_t)size;
	info[2] = (uint8_t)n;
	memcpy(info + 3, label, n);
	info[3 + n] = 0; // no context
	info[4 + n] = 1; // first block
	return hmac(k, secret, HASH, info, n + 5, ret);
}

struct protection {
	uint8_t key[HASH]; // the first KEY bytes of each
	uint8_t iv[HASH];
	uint8_t header[HASH];
};

static bool
derive(struct quic_keys *k,
       const struct version *v,
       const struct quic_id *first,
       struct protection *ret) {
	uint8_t initial[HASH], client[HASH];

	return hmac(k, v->salt, sizeof v->salt, first->bytes, first->length, initial)
		&& expand(k, initial, "", "client in", HASH, client)
		&& expand(k, client, v->prefix, " key", KEY, ret->key)
		&& expand(k, client, v->prefix, " iv", IV, ret->iv)
		&& expand(k, client, v->prefix, " hp", KEY, ret->header);
}

// What of the header was protected, and the nonce that its number makes.
struct opened {
	uint8_t first;
	uint8_t number[4];
	size_t number_n;
	uint8_t nonce[IV];
};

static bool
unmask(struct quic_keys *k,
       const struct protection *p,
       const uint8_t *packet,
       size_t number,
       struct opened *ret) {
	uint8_t mask[16];
	int n;

	if (EVP_EncryptInit_ex2(k->mask, k->ecb, p->header, NULL, NULL) != 1
	    || EVP_CIPHER_CTX_set_padding(k->mask, 0) != 1
	    || EVP_EncryptUpdate(k->mask, mask, &n, packet + number + SAMPLE_AT, sizeof mask) != 1)
		return false;
	ret->first = packet[0] ^ (mask[0] & LONG_BITS);
	ret->number_n = (ret->first & 3) + 1u;
	memcpy(ret->nonce, p->iv, IV);
	for (size_t i = 0; i < ret->number_n; i++) {
		ret->number[i] = packet[number + i] ^ mask[1 + i];
		ret->nonce[IV - ret->number_n + i] ^= ret->number[i];
	}
	return true;
}

static int
decrypt(struct quic_keys *k,
	const struct protection *p,
	const struct opened *o,
	const uint8_t *bytes,
	const struct quic_packet *packet,
	uint8_t ret[QUIC_PLAIN_MAX]) {
	size_t at = packet->number + o->number_n;
	size_t sealed = packet->size - at - TAG;
	uint8_t tag[TAG];
	int n;

	if (sealed > QUIC_PLAIN_MAX)
		return -EBADMSG;
	memcpy(tag, bytes + packet->size - TAG, TAG);
	if (EVP_DecryptInit_ex2(k->open, k->gcm, p->key, o->nonce, NULL) != 1
	    || EVP_DecryptUpdate(k->open, NULL, &n, &o->first, 1) != 1
	    || EVP_DecryptUpdate(k->open, NULL, &n, bytes + 1, (int)packet->number - 1) != 1
	    || EVP_DecryptUpdate(k->open, NULL, &n, o->number, (int)o->number_n) != 1
	    || EVP_DecryptUpdate(k->open, ret, &n, bytes + at, (int)sealed) != 1
	    || EVP_CIPHER_CTX_ctrl(k->open, EVP_CTRL_AEAD_SET_TAG, TAG, tag) != 1
	    || EVP_DecryptFinal_ex(k->open, ret + n, &(int){0}) != 1)
		return -EBADMSG;
	return (int)sealed;
}

int
quic_open(
	struct quic_keys *k,
	const uint8_t *bytes,
	const struct quic_packet *p,
	const struct quic_id *first,
	uint8_t ret[QUIC_PLAIN_MAX]
) {
	struct protection keys;
	struct opened o;
	int n = -ENOTSUP;

	if (p->size - p->number < SAMPLE_AT + TAG)
		return -EBADMSG;
	for (size_t i = 0; i < sizeof versions / sizeof versions[0] && n < 0; i++) {
		if (!fits(&versions[i], p->version))
			continue;
		n = -EBADMSG;
		if (derive(k, &versions[i], first, &keys) && unmask(k, &keys, bytes, p->number, &o))
			n = decrypt(k, &keys, &o, bytes, p, ret);
	}
	return n;
}
