// SPDX-License-Identifier: BSD-3-Clause

#include "control/listening.h"

#include "control/core.h"
#include "control/http/api.h"
#include "control/http/api_spin.h"
#include "control/http/http.h"
#include "control/http/routes.h"
#include "control/http/shape.h"
#include "control/http/version.h"
#include "control/provider/provider.h"
#include "control/tls/tls.h"
#include "platform/base.h"
#include "platform/log.h"

#include <stdio.h>

LOG_DOMAIN("control");

// Beside event streams: pages, acts, downloads.
#define CONNECTIONS_ELSE 128
#define SOURCE_ELSE 32

static const char *names[LISTEN_NAMES_MAX + 2], *cors[LISTEN_CORS_MAX];
static struct http_listen doors[CONFIG_LISTEN_MAX + 1];
static const char *tls_doors[CONFIG_LISTEN_MAX + 1];
static size_t n_names, n_cors, n_doors, n_tls_doors;

static void
gather(const struct config *config) {
	const struct listen_config *l = &config->reach;

	n_names = n_cors = n_doors = n_tls_doors = 0;
	for (size_t i = 0; i < ARRAY_LEN(household_names); i++)
		names[n_names++] = household_names[i];
	for (size_t i = 0; i < l->n_names; i++)
		names[n_names++] = l->names[i];
	for (size_t i = 0; i < l->n_cors; i++)
		cors[n_cors++] = l->cors[i];
	for (size_t i = 0; i < config->listen_count; i++) {
		bool loopback = true;
		listen_wrong(config->listen[i], &loopback);
		doors[n_doors++] = (struct http_listen
		){config->listen[i], loopback ? HTTP_PEER_LOOPBACK : HTTP_PEER_HOME};
		if (!loopback)
			tls_doors[n_tls_doors++] = config->listen[i];
	}
	if (l->provider[0]) {
		doors[n_doors++] = (struct http_listen){l->provider, HTTP_PEER_PROVIDER};
		tls_doors[n_tls_doors++] = l->provider;
	}
}

static void
use_tls(void *context) {
	struct core *c = context;

	if (!c->http)
		return; // at start: below
	http_use_tls(c->http, HTTP_PEER_HOME, tls_home(c->tls), tls_is_given(c->tls));
	http_use_tls(c->http, HTTP_PEER_PROVIDER, tls_provider(c->tls), tls_is_given(c->tls));
}

static int
start_tls(struct core *c) {
	const struct listen_config *l = &c->config->reach;
	const struct tls_config t = {
		.state_dir = c->config->state_dir,
		.certificate = l->certificate,
		.certificate_key = l->certificate_key,
		.client_ca = l->provider_ca,
		.names = names,
		.n_names = n_names,
		.listen = tls_doors,
		.n_listen = n_tls_doors,
		.changed = use_tls,
		.context = c,
	};

	return tls_start(c->loop, &t, &c->tls);
}

static int
start_http(struct core *c) {
	const struct listen_config *l = &c->config->reach;
	char path[CONFIG_PATH + 16], message[HTTP_MESSAGE_MAX];
	size_t count;

	snprintf(path, sizeof path, "%s/api.sock", c->config->run_dir);
	const struct http_route *routes = routes_all(c->stream, &count);
	const struct http_config h = {
		.listen = doors,
		.n_listen = n_doors,
		.names = names,
		.n_names = n_names,
		.cors = cors,
		.n_cors = n_cors,
		.connections_max = l->events_max + CONNECTIONS_ELSE,
		.source_max = l->events_max_per_source + SOURCE_ELSE,
		.unix_path = path,
		.unix_group = c->config->unix_group[0] ? c->config->unix_group : NULL,
		.web_dir = c->config->web_dir,
		.routes = routes,
		.n_routes = count,
		.context = c,
		.admit = provider_admit,
		.foreign = api_spin,
		.requests_per_second = (unsigned int)l->requests_per_second,
		.takes = shape_takes,
		.check = version_check,
		.told = api_told,
		.asks = provider_asks,
		.masks = provider_masks,
		.rewrite = provider_rewrite,
	};
	if (http_start(c->loop, &h, &c->http, message) < 0) {
		log_err("%s; the way out: --listen ADDRESS:PORT, or listen: in spin.yaml", message);
		return -1;
	}
	return 0;
}

int
listening_start(struct core *c) {
	gather(c->config);
	if (start_tls(c) < 0) {
		log_err("out of memory");
		return -1;
	}
	if (start_http(c) < 0)
		return -1;
	use_tls(c);
	provider_door(c);
	return 0;
}

void
listening_reload(struct core *c) {
	if (c->tls)
		tls_reload(c->tls);
}

void
listening_stop(struct core *c) {
	if (c->http)
		http_stop(c->http);
	tls_stop(c->tls);
}
