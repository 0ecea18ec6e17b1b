// SPDX-License-Identifier: BSD-3-Clause
// h2o's own hello world: the library's loop, one handler, one line of text.  What there is between
// its rate and ours is what we add.
//
// Usage: hello_h2o          prints the port

#include <h2o.h>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static h2o_accept_ctx_t accept_context;

static int
on_request(h2o_handler_t *self, h2o_req_t *req) {
	static h2o_generator_t generator;
	(void)self;
	h2o_iovec_t body = h2o_iovec_init(H2O_STRLIT("hello world\n"));
	req->res.status = 200;
	req->res.reason = "OK";
	req->res.content_length = body.len;
	h2o_add_header(
		&req->pool,
		&req->res.headers,
		H2O_TOKEN_CONTENT_TYPE,
		NULL,
		H2O_STRLIT("text/plain")
	);
	h2o_start_response(req, &generator);
	h2o_send(req, &body, 1, H2O_SEND_STATE_FINAL);
	return 0;
}

static void
on_accept(h2o_socket_t *listener, const char *err) {
	h2o_socket_t *client = err ? NULL : h2o_evloop_socket_accept(listener);
	if (client)
		h2o_accept(&accept_context, client);
}

int
main(void) {
	h2o_globalconf_t conf;
	h2o_context_t context;
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t length = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	signal(SIGPIPE, SIG_IGN);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) < 0 || listen(fd, 128) < 0)
		return 1;
	getsockname(fd, (struct sockaddr *)&at, &length);
	h2o_config_init(&conf);
	h2o_hostconf_t *host =
		h2o_config_register_host(&conf, h2o_iovec_init(H2O_STRLIT("default")), 65535);
	h2o_pathconf_t *path = h2o_config_register_path(host, "/", 0);
	h2o_create_handler(path, sizeof(h2o_handler_t))->on_req = on_request;
	h2o_loop_t *loop = h2o_evloop_create();
	h2o_context_init(&context, loop, &conf);
	accept_context = (h2o_accept_ctx_t){.ctx = &context, .hosts = conf.hosts};
	h2o_socket_t *listener = h2o_evloop_socket_create(loop, fd, H2O_SOCKET_FLAG_DONT_READ);
	h2o_socket_read_start(listener, on_accept);
	printf("%u\n", ntohs(at.sin_port));
	fflush(stdout);
	for (;;)
		h2o_evloop_run(loop, INT32_MAX); // -1: a signal
}
