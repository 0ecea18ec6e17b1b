// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/access.h"

#include "control/access/roles.h"
#include "control/http/request.h"

#include <stdio.h>

static void
identify(struct http_request *r, struct principal *ret) {
	struct http_peer peer = http_peer(r);

	*ret = (struct principal){.role = ROLE_NONE, .name = "nobody"};
	if (peer.kind == HTTP_PEER_LOOPBACK)
		*ret = (struct principal){.role = ROLE_ADMIN, .name = "loopback"};
	if (peer.kind == HTTP_PEER_UNIX) {
		*ret = (struct principal){.role = ROLE_ADMIN, .kind = PRINCIPAL_UNIX};
		if (peer.uid == 0)
			snprintf(ret->name, sizeof ret->name, "root");
		else
			snprintf(ret->name, sizeof ret->name, "uid %u", peer.uid);
	}
}

bool
access_admit(struct http_request *r, void *core) {
	struct principal p;

	(void)core;
	identify(r, &p);
	http_set_principal(r, &p);
	if (roles_allow(http_operation(r), p.role))
		return true;
	http_problem(
		r,
		PROBLEM_DENIED,
		"Ask somebody with the role for it.",
		"The role %s may not do this.",
		role_name(p.role)
	);
	return false;
}
