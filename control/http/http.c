// SPDX-License-Identifier: BSD-3-Clause
// Start and end of the server: h2o's configuration, with every default that would hurt changed.

#include "control/http/server.h"
#include "platform/log.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

LOG_DOMAIN("http");

#define REQUEST_TIMEOUT_MS 30000
#define DESCRIPTORS_ELSE 512 // files, links, lists
// What a client may send before h2o itself hangs up.  Bodies between HTTP_BODY_MAX and this are
// read whole and answered 413 by us: a client that is cut while it still sends sees a broken
// connection instead of the reason.
#define BODY_DRAIN_MAX (1024 * 1024 + 64 * 1024)

static void
configure(struct http_server *s) {
	h2o_config_init(&s->conf);
	s->conf.server_name = (h2o_iovec_t){NULL, 0};
	s->conf.max_request_entity_size = BODY_DRAIN_MAX;
	s->conf.http1.req_timeout = REQUEST_TIMEOUT_MS;
	s->conf.http1.upgrade_to_http2 = 0; // covers "Upgrade: h2c" and prior knowledge
	// A request without a Host gets this one, which no check lets pass.
	h2o_hostconf_t *host = h2o_config_register_host(
		&s->conf, h2o_iovec_init(H2O_STRLIT("no-host.invalid")), 65535
	);
	h2o_pathconf_t *path = h2o_config_register_path(host, "/", 0);
	struct dispatch_handler *all = (void *)h2o_create_handler(path, sizeof(*all));
	all->super.on_req = dispatch;
	all->server = s;
	// "OPTIONS *" and absolute targets.
	all = (void *)h2o_create_handler(&host->fallback_path, sizeof(*all));
	all->super.on_req = dispatch;
	all->server = s;
	own_errors_register(&host->fallback_path);
	h2o_context_init(&s->context, s->h2o, &s->conf);
	s->plain = (h2o_accept_ctx_t){.ctx = &s->context, .hosts = s->conf.hosts};
	for (size_t i = 0; i < HTTP_PEER_KINDS; i++) {
		s->tls[i] = s->plain;
	}
}

static int
start_listening(
	struct http_server *s,
	const struct http_config *config,
	char ret_message[HTTP_MESSAGE_MAX]
) {
	if (config->n_listen > HTTP_LISTEN_MAX) {
		snprintf(
			ret_message,
			HTTP_MESSAGE_MAX,
			"too many addresses to listen on: at most %d",
			HTTP_LISTEN_MAX
		);
		return -E2BIG;
	}
	int r = 0;
	for (size_t i = 0; i < config->n_listen; i++) {
		r = listen_tcp(s, &config->listen[i], ret_message);
		// A machine without IPv6 still has 127.0.0.1.
		bool absent = r == -EADDRNOTAVAIL || r == -EAFNOSUPPORT;
		if (absent && config->n_listen > 1
		    && (s->n_listeners || i + 1 < config->n_listen)) {
			log_warn("%s, ignoring", ret_message);
			r = 0;
		}
		if (r < 0) {
			return r;
		}
	}
	if (config->unix_path) {
		r = listen_unix(s, config->unix_path, config->unix_group, ret_message);
	}
	return r;
}

// Each connection is a descriptor, and a shell's limit is often 1024.
static void
raise_descriptors(const struct http_server *s) {
	struct rlimit limit;
	rlim_t want = DESCRIPTORS_ELSE;
	for (size_t i = 0; i < HTTP_PEER_KINDS; i++) {
		want += s->max[i];
	}
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < want) {
		limit.rlim_cur = want < limit.rlim_max ? want : limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static void
limit_connections(struct http_server *s, const struct http_config *config) {
	unsigned int max = config->connections_max ? config->connections_max : HTTP_CONNECTIONS_MAX;
	s->max[HTTP_PEER_LOOPBACK] = s->max[HTTP_PEER_HOME] = max;
	s->max[HTTP_PEER_UNIX] = s->max[HTTP_PEER_PROVIDER] = HTTP_UNIX_MAX;
	s->max[HTTP_PEER_INSIDE] = HTTP_UNIX_MAX;
	s->source_max = config->source_max ? config->source_max : HTTP_SOURCE_MAX;
	raise_descriptors(s);
}

static char **
copy_words(const char *const *words, size_t count) {
	char **copy = calloc(count + 1, sizeof(*copy));
	for (size_t i = 0; copy && i < count; i++) {
		copy[i] = strdup(words[i]);
	}
	return copy;
}

int
http_start(
	struct ev_loop *loop,
	const struct http_config *config,
	struct http_server **ret_server,
	char ret_message[HTTP_MESSAGE_MAX]
) {
	struct http_server *s = calloc(1, sizeof(*s));
	char **names = copy_words(config->names, config->n_names);
	char **cors = copy_words(config->cors, config->n_cors);
	if (!s || !names || !cors) {
		return -ENOMEM; // the process ends
	}
	s->names = names;
	s->cors = cors;
	s->keys = calloc(config->n_routes, sizeof(*s->keys));
	if (!s->keys) {
		return -ENOMEM;
	}
	match_keys(config->routes, config->n_routes, s->keys);
	s->loop = loop;
	s->routes = config->routes;
	s->n_routes = config->n_routes;
	s->handler_context = config->context;
	s->admit = config->admit;
	s->foreign = config->foreign;
	s->takes = config->takes;
	s->check = config->check;
	s->idem = idem_new();
	s->pace = pace_new(config->requests_per_second);
	s->told = config->told;
	s->asks = config->asks;
	s->masks = config->masks;
	s->rewrite = config->rewrite;
	s->unix_gid = (gid_t)-1;
	s->web_dir = config->web_dir ? strdup(config->web_dir) : NULL;
	limit_connections(s, config);
	signal(SIGPIPE, SIG_IGN); // a client that left is an error of write, not the end of us
	int r = loop_nest(s, ret_message);
	if (r == 0) {
		configure(s);
		r = start_listening(s, config, ret_message);
	}
	if (r < 0) {
		// h2o's loop cannot be torn down whole (2.2.5); the process ends now anyway.
		http_stop(s);
		return r;
	}
	*ret_server = s;
	return 0;
}

void
http_stop(struct http_server *s) {
	if (s) {
		listen_stop(s);
	}
}

void
http_use_tls(
	struct http_server *s,
	enum http_peer_kind kind,
	struct ssl_ctx_st *context,
	bool given
) {
	if (context) {
		SSL_CTX_up_ref(context);
		SSL_CTX_set_info_callback(context, connection_tls_done);
	}
	SSL_CTX_free(s->tls[kind].ssl_ctx);
	s->tls[kind].ssl_ctx = context;
	s->tls_given = given;
	connection_resume_all(s);
}

int
http_provider_open(struct http_server *s, bool open, char ret_message[HTTP_MESSAGE_MAX]) {
	int r = 0;
	for (size_t i = 0; i < s->n_listeners && r == 0; i++) {
		struct http_listener *l = &s->listeners[i];
		if (l->kind != HTTP_PEER_PROVIDER) {
			continue;
		}
		if (open && !l->socket) {
			r = listen_open(l, ret_message);
		} else if (!open) {
			listen_close(l);
		}
	}
	if (!open) {
		connection_end_all(s, HTTP_PEER_PROVIDER);
	}
	return r;
}

const char *
http_listening(const struct http_server *s, size_t index) {
	for (size_t i = 0; i < s->n_listeners; i++) {
		if (s->listeners[i].socket && index-- == 0) {
			return s->listeners[i].name;
		}
	}
	return NULL;
}

unsigned int
http_connections(const struct http_server *s) {
	unsigned int sum = 0;
	for (size_t i = 0; i < HTTP_PEER_KINDS; i++) {
		sum += s->n_open[i];
	}
	return sum;
}
