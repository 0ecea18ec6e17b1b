// SPDX-License-Identifier: BSD-3-Clause
// Host and Origin, taken apart strictly: what does not parse is refused.

#include "control/http/guard.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

struct authority {
	char name[256]; // without brackets
	bool ip6;
	unsigned int port;
};

static bool
parse_port(const char *at, size_t length, unsigned int *ret) {
	if (length < 2 || length > 6 || at[0] != ':') {
		return false;
	}
	unsigned int port = 0;
	for (size_t i = 1; i < length; i++) {
		if (at[i] < '0' || at[i] > '9') {
			return false;
		}
		port = port * 10 + (unsigned int)(at[i] - '0');
	}
	*ret = port;
	return port >= 1 && port <= 65535;
}

static bool
parse(const char *text, size_t length, unsigned int port, struct authority *ret) {
	*ret = (struct authority){.port = port};
	const char *end = text + length;
	const char *name = text;
	const char *name_end;
	const char *rest;
	if (length && text[0] == '[') {
		name++;
		name_end = memchr(name, ']', (size_t)(end - name));
		if (!name_end) {
			return false;
		}
		rest = name_end + 1;
		ret->ip6 = true;
	} else {
		name_end = memchr(name, ':', length);
		rest = name_end = name_end ? name_end : end;
	}
	size_t n = (size_t)(name_end - name);
	if (!n || n >= sizeof(ret->name) || memchr(name, 0, n)) {
		return false;
	}
	memcpy(ret->name, name, n);
	return rest == end || parse_port(rest, (size_t)(end - rest), &ret->port);
}

static bool
is_loopback(const struct authority *a) {
	if (a->ip6) {
		struct in6_addr ip6;
		return inet_pton(AF_INET6, a->name, &ip6) == 1 && IN6_IS_ADDR_LOOPBACK(&ip6);
	}
	struct in_addr ip4;
	if (inet_pton(AF_INET, a->name, &ip4) == 1) {
		return ntohl(ip4.s_addr) >> 24 == 127;
	}
	return strcasecmp(a->name, "localhost") == 0 || strcasecmp(a->name, "localhost.") == 0;
}

bool
guard_host(const char *host, size_t length) {
	struct authority a;
	return parse(host, length, 80, &a) && is_loopback(&a);
}

static bool
is_address(const struct authority *a, const struct in6_addr *here) {
	struct in6_addr found = {.s6_addr = {[10] = 0xff, [11] = 0xff}};
	return inet_pton(a->ip6 ? AF_INET6 : AF_INET, a->name, &found.s6_addr[a->ip6 ? 0 : 12]) == 1
		&& memcmp(&found, here, sizeof(found)) == 0;
}

bool
guard_own_host(const struct guard_own *own, const char *host, size_t length) {
	struct authority a;
	if (!parse(host, length, 443, &a)) {
		return false;
	}
	if (is_loopback(&a)) {
		return true;
	}
	if (a.port != own->port) {
		return false;
	}
	size_t n = strlen(a.name);
	if (!a.ip6 && a.name[n - 1] == '.') {
		a.name[n - 1] = 0;
	}
	for (const char *const *name = own->names; !a.ip6 && *name; name++) {
		if (strcasecmp(a.name, *name) == 0) {
			return true;
		}
	}
	return is_address(&a, own->here);
}

bool
guard_origin(bool tls, const char *origin, size_t length, const char *host, size_t host_length) {
	const char *scheme = tls ? "https://" : "http://";
	unsigned int port = tls ? 443 : 80;
	size_t n = strlen(scheme);
	if (length <= n || strncasecmp(origin, scheme, n) != 0) {
		return false;
	}
	struct authority from, to;
	return parse(origin + n, length - n, port, &from) && parse(host, host_length, port, &to)
		&& from.port == to.port && from.ip6 == to.ip6
		&& strcasecmp(from.name, to.name) == 0;
}

bool
guard_is_origin(const char *text) {
	static const char scheme[] = "https://";
	size_t n = sizeof(scheme) - 1;
	struct authority a;
	// As browsers write it: lower case, and nothing behind the port.
	return strncmp(text, scheme, n) == 0 && parse(text + n, strlen(text + n), 443, &a)
		&& a.name[strspn(
			   a.name,
			   a.ip6 ? "0123456789abcdef:." : "abcdefghijklmnopqrstuvwxyz0123456789-."
		   )]
		== 0;
}

bool
guard_json_type(const char *type) {
	static const char want[] = "application/json";
	size_t n = sizeof(want) - 1;
	if (strncasecmp(type, want, n) != 0) {
		return false;
	}
	type += n;
	type += strspn(type, " \t");
	if (!*type) {
		return true;
	}
	if (*type++ != ';') {
		return false;
	}
	type += strspn(type, " \t");
	return strcasecmp(type, "charset=utf-8") == 0 || strcasecmp(type, "charset=\"utf-8\"") == 0;
}
