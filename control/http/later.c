// SPDX-License-Identifier: BSD-3-Clause
// An answer that comes later: who makes it holds a handle that outlives the request.

#include "control/http/request.h"
#include "control/http/server.h"
#include "control/text/language.h"

#include <stdlib.h>

struct http_later {
	struct http_request *request; // NULL: the client has gone
};

struct http_later *
http_later(struct http_request *r) {
	struct http_later *l = calloc(1, sizeof(*l));
	if (!l) {
		abort();
	}
	l->request = r;
	r->later = l;
	return l;
}

struct http_request *
http_resume(struct http_later *l) {
	struct http_request *r = l->request;
	free(l);
	if (r) {
		r->later = NULL;
		language_speak(r->language);
	}
	return r;
}

void
http_later_forget(struct http_later *l) {
	l->request = NULL;
}
