// SPDX-License-Identifier: BSD-3-Clause
// The household's authority, for whoever wants to trust it: no secret, and open to all, since
// without it nobody could be sure of the page that asks for a password.

#include "control/core.h"
#include "control/http/api.h"
#include "control/tls/tls.h"

#include <string.h>

void
api_ca(struct http_request *r, void *core) {
	const struct core *c = core;
	const char *pem = tls_ca_pem(c->tls);

	if (!pem) {
		http_problem(
			r,
			PROBLEM_NOT_FOUND,
			tls_message(c->tls),
			"There is no household authority."
		);
		return;
	}
	// RFC 8555 9.1
	http_reply(r, 200, "application/pem-certificate-chain", pem, strlen(pem));
}
