// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as what a client sends first: as TLS records, as a QUIC datagram, as QUIC frames.  What
// is in hand never turns from a name into none when more comes, and every name is a name.
#include "dataplane/inspect/quic.h"
#include "dataplane/inspect/tls.h"
#include "tests/fuzz/fuzz.h"

static void
check_name(const struct server_name *name) {
	size_t at = 0;

	must(name->length >= 3 && name->length <= DNS_WIRE_MAX);
	while (name->wire[at] != 0) {
		must(name->wire[at] <= 63);
		at += (size_t)name->wire[at] + 1;
		must(at < name->length);
	}
	must(at + 1 == name->length);
}

static void
read_tls(const uint8_t *data, size_t size) {
	struct server_name name;
	enum hello_state before = HELLO_MORE;

	for (size_t n = 0; n <= size; n += n < 64 ? 1 : 97) {
		enum hello_state state = tls_hello(data, n, &name);
		if (state == HELLO_NAME)
			check_name(&name);
		must(before == HELLO_MORE || state == before);
		before = state;
	}
	if (tls_handshake(data, size, &name) == HELLO_NAME)
		check_name(&name);
}

static void
read_frames(const uint8_t *data, size_t size) {
	struct quic_frames f = {data, size, 0};
	struct quic_piece p;

	for (size_t before = 0; quic_crypto_next(&f, &p); before = f.at) {
		must(f.at > before && f.at <= size);
		must(p.bytes >= data && p.length <= size - (size_t)(p.bytes - data));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static struct quic_keys *keys;
	uint8_t plain[QUIC_PLAIN_MAX];
	struct quic_packet p;

	if (!keys)
		keys = quic_keys_new();
	must(keys != NULL);
	read_tls(data, size);
	read_frames(data, size);
	for (size_t at = 0, k = 0; at < size && k < 4; at += p.size, k++) {
		if (quic_packet(data + at, size - at, &p) != 0)
			break;
		must(p.size > 0 && p.size <= size - at && p.to.length <= QUIC_ID_MAX);
		if (p.type != QUIC_INITIAL)
			continue;
		int n = quic_open(keys, data + at, &p, &p.to, plain);
		must(n <= (int)QUIC_PLAIN_MAX);
		if (n >= 0)
			read_frames(plain, (size_t)n);
	}
	return 0;
}
