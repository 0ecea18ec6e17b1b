// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/parse/l4.h"

// Lengths of the options whose length is fixed.  IANA "TCP option kind numbers"; 0: any.
static uint8_t
tcp_option_length(uint8_t kind) {
	static const uint8_t lengths[] = {
		[2] = 4, // maximum segment size
		[3] = 3, // window scale
		[4] = 2, // SACK permitted
		[6] = 6, // echo
		[7] = 6, // echo reply
		[8] = 10, // timestamps
		[11] = 6, // connection count
		[12] = 6, // its new one
		[13] = 6, // its echo
		[19] = 18, // MD5 signature
		[27] = 8, // quick start
		[28] = 4, // user timeout
	};
	return kind < sizeof(lengths) ? lengths[kind] : 0;
}

bool
tcp_options_ok(const uint8_t *options, size_t length) {
	for (size_t i = 0; i < length;) {
		uint8_t kind = options[i];
		if (kind == 0)
			return true;
		if (kind == 1) {
			i++;
			continue;
		}
		if (length - i < 2)
			return false;
		uint8_t size = options[i + 1];
		if (size < 2 || size > length - i)
			return false;
		uint8_t fixed = tcp_option_length(kind);
		if (fixed != 0 && size != fixed)
			return false;
		i += size;
	}
	return true;
}

// RFC 792: destination unreachable, source quench, redirect, time exceeded, parameter problem.
static bool
icmp_is_error(const struct facts *f) {
	if (f->key.family == 6)
		return f->icmp_type >= 1 && f->icmp_type <= 4; // RFC 4443
	switch (f->icmp_type) {
	case 3:
	case 4:
	case 5:
	case 11:
	case 12:
		return true;
	default:
		return false;
	}
}

static void
icmp6_classify(uint8_t hop_limit, struct facts *f) {
	bool discovery = f->icmp_type >= 133 && f->icmp_type <= 136; // RFC 4861
	bool listener = (f->icmp_type >= 130 && f->icmp_type <= 132) || f->icmp_type == 143;

	if (f->flags & (FACT_FRAGMENT | FACT_MALFORMED))
		return; // RFC 6980: never in fragments
	if (discovery && hop_limit == 255) {
		f->names = NAMES_ND;
		f->flags |= FACT_SAFE | FACT_NAMES;
	} else if (listener) {
		f->flags |= FACT_SAFE;
	}
}

void
icmp_read(const struct view *v, uint8_t hop_limit, struct facts *f, struct ends *ret) {
	const uint8_t *icmp = v->frame + f->l4;
	size_t left = view_left(v, f->l4);

	if (left < 8) {
		f->flags |= f->flags & FACT_FRAGMENT ? FACT_TINY : FACT_MALFORMED;
		return;
	}
	f->icmp_type = icmp[0];
	f->icmp_code = icmp[1];
	f->flags |= FACT_ICMP;

	bool v6 = f->key.family == 6;
	bool cut = f->flags & FACT_CUT && !(f->flags & FACT_FRAGMENT);
	// Discovery and listener messages are headers to their end.
	if (v6 && cut && f->icmp_type >= 130 && f->icmp_type <= 143)
		f->flags |= FACT_MALFORMED;
	bool echo = v6 ? f->icmp_type == 128 || f->icmp_type == 129
		       : f->icmp_type == 8 || f->icmp_type == 0;
	if (echo) {
		memcpy(&ret->source, icmp + 4, 2);
		f->key.flags |= KEY_ICMP_ECHO;
		f->flags |= FACT_ICMP_ECHO;
	} else {
		uint8_t type[2] = {f->icmp_type, 0};
		memcpy(&ret->source, type, 2);
		f->key.flags |= KEY_ICMP_OTHER;
	}
	ret->target = ret->source;

	if (icmp_is_error(f))
		f->flags |= FACT_ICMP_ERROR;
	if (v6)
		icmp6_classify(hop_limit, f);
}
