// SPDX-License-Identifier: BSD-3-Clause

#include "control/tls/tls.h"

#include "control/tls/addresses.h"
#include "control/tls/context.h"
#include "platform/log.h"
#include "platform/text.h"

#include <ev.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

LOG_DOMAIN("tls");

#define LOOK_S 60.
// A certificate and its key are rarely written in one moment; addresses come in flocks.
#define SETTLE_S 1.
#define FILES 3
#define END_DAYS 14

struct tls {
	struct ev_loop *loop;
	struct tls_config config;
	struct household household;
	struct household_leaf leaf;
	struct household_address addresses[HOUSEHOLD_ADDRESSES_MAX];
	size_t n_addresses;
	struct ssl_ctx_st *home, *provider;
	char message[HOUSEHOLD_ERROR];
	struct ev_timer look; // every minute, sooner after a change
	struct ev_io links;
	struct ev_stat files[FILES];
	size_t n_files;
	bool files_changed;
	bool ends; // is what the message says
	int netlink; // -1: none
};

static void
complain(struct tls *t, const char *error, const char *so) {
	if (strcmp(t->message, error) != 0)
		log_err("%s; %s", error, so);
	snprintf(t->message, sizeof t->message, "%s", error);
}

static const char *
what_stays(const struct ssl_ctx_st *old) {
	return old ? "what was in use stays" : "until then nothing but loopback answers";
}

static int
make_context(const struct tls *t, struct ssl_ctx_st **ret, char error[HOUSEHOLD_ERROR]) {
	const struct tls_config *c = &t->config;

	return tls_is_given(t) ? context_of_files(c->certificate, c->certificate_key, ret, error)
			       : context_of_leaf(&t->household, &t->leaf, ret, error);
}

static void
tell(const struct tls *t) {
	char text[CONTEXT_TEXT], addresses[256] = "";
	size_t used = 0;

	if (!t->config.n_listen)
		return; // nobody will see it
	context_describe(t->home, text);
	for (size_t i = 0; !tls_is_given(t) && i < t->n_addresses && used < 200; i++) {
		char address[TEXT_ADDRESS];
		text_address(t->addresses[i].family, t->addresses[i].address, address);
		used += (size_t)snprintf(
			addresses + used,
			sizeof addresses - used,
			"%s%s",
			i ? " " : ", for ",
			address
		);
	}
	log_info("certificate in use: %s%s", text, addresses);
}

// A provider whose authorities cannot be read does not hold up the home.
static void
make_contexts(struct tls *t) {
	char error[HOUSEHOLD_ERROR];
	struct ssl_ctx_st *home = NULL, *provider = NULL;

	if (make_context(t, &home, error) < 0) {
		complain(t, error, what_stays(t->home));
		return;
	}
	context_free(t->home);
	t->home = home;
	t->message[0] = 0;
	t->ends = false;
	tell(t);
	if (t->config.client_ca[0]
	    && (make_context(t, &provider, error) < 0
		|| context_want_client(provider, t->config.client_ca, error) < 0)) {
		context_free(provider);
		complain(t, error, t->provider ? "what was in use stays" : "no provider gets in");
	} else {
		context_free(t->provider);
		t->provider = provider;
	}
	if (t->config.changed)
		t->config.changed(t->config.context);
}

static bool
addresses_moved(struct tls *t) {
	struct household_address now[HOUSEHOLD_ADDRESSES_MAX];
	size_t count = addresses_now(t->config.listen, t->config.n_listen, now);

	if (count == t->n_addresses && memcmp(now, t->addresses, count * sizeof *now) == 0)
		return false;
	memcpy(t->addresses, now, count * sizeof *now);
	t->n_addresses = count;
	return true;
}

static bool
sign_leaf(struct tls *t) {
	struct household_leaf leaf;
	char error[HOUSEHOLD_ERROR];

	if (household_sign(
		    &t->household,
		    t->config.names,
		    t->config.n_names,
		    t->addresses,
		    t->n_addresses,
		    &leaf,
		    error
	    )
	    < 0) {
		complain(t, error, what_stays(t->home));
		return false;
	}
	household_leaf_free(&t->leaf);
	t->leaf = leaf;
	return true;
}

static bool
open_household(struct tls *t) {
	char error[HOUSEHOLD_ERROR];

	if (t->household.ca)
		return true;
	if (household_open(t->config.state_dir, &t->household, error) == 0)
		return true;
	complain(t, error, what_stays(t->home));
	return false;
}

static void
warn_of_end(struct tls *t) {
	char text[CONTEXT_TEXT], error[HOUSEHOLD_ERROR];

	if (!t->home || context_days_left(t->home) >= END_DAYS || (t->message[0] && !t->ends))
		return;
	context_describe(t->home, text);
	snprintf(
		error,
		sizeof error,
		"%.100s holds a certificate that ends soon, or has: %.100s",
		t->config.certificate,
		text
	);
	t->ends = true;
	complain(t, error, "put a newer one there");
}

static void
look(struct tls *t) {
	bool opened = open_household(t);
	bool files = t->files_changed;
	t->files_changed = false;

	if (tls_is_given(t)) {
		if (files || !t->home)
			make_contexts(t);
		warn_of_end(t);
		return;
	}
	// The order matters: addresses are read whether or not the leaf is old.
	bool stale = addresses_moved(t);
	stale |= !household_leaf_is_fresh(&t->leaf, time(NULL));
	if (opened && stale && !sign_leaf(t))
		return;
	if (opened && (stale || files || !t->home))
		make_contexts(t);
}

static void
on_look(struct ev_loop *loop, struct ev_timer *w, int revents) {
	(void)loop;
	(void)revents;
	look(w->data);
}

static void
look_soon(struct tls *t) {
	ev_timer_stop(t->loop, &t->look);
	ev_timer_set(&t->look, SETTLE_S, LOOK_S);
	ev_timer_start(t->loop, &t->look);
}

static void
on_links(struct ev_loop *loop, struct ev_io *w, int revents) {
	(void)loop;
	(void)revents;
	struct tls *t = w->data;
	addresses_drain(w->fd);
	look_soon(t);
}

static void
on_file(struct ev_loop *loop, struct ev_stat *w, int revents) {
	(void)loop;
	(void)revents;
	struct tls *t = w->data;
	t->files_changed = true;
	look_soon(t);
}

static void
watch_file(struct tls *t, const char *path) {
	if (!path[0])
		return;
	struct ev_stat *w = &t->files[t->n_files++];
	ev_stat_init(w, on_file, path, 0.);
	w->data = t;
	ev_stat_start(t->loop, w);
}

static void
watch(struct tls *t) {
	ev_timer_init(&t->look, on_look, LOOK_S, LOOK_S);
	t->look.data = t;
	ev_timer_start(t->loop, &t->look);
	watch_file(t, t->config.certificate);
	watch_file(t, t->config.certificate_key);
	watch_file(t, t->config.client_ca);
	t->netlink = t->config.n_listen ? addresses_watch() : -1;
	if (t->netlink < 0)
		return; // the look of every minute sees it too
	ev_io_init(&t->links, on_links, t->netlink, EV_READ);
	t->links.data = t;
	ev_io_start(t->loop, &t->links);
}

static void
warn_of_names(const struct tls *t) {
	for (size_t i = 0; !tls_is_given(t) && i < t->config.n_names; i++)
		if (!household_may_name(t->config.names[i]))
			log_warn(
				"the household's certificate cannot vouch for %s: give certificate "
				"and certificate_key for it, or call it %s",
				t->config.names[i],
				household_names[1]
			);
}

int
tls_start(struct ev_loop *loop, const struct tls_config *config, struct tls **ret) {
	struct tls *t = calloc(1, sizeof *t);

	if (!t)
		return -ENOMEM;
	t->loop = loop;
	t->config = *config;
	t->netlink = -1;
	warn_of_names(t);
	watch(t);
	look(t);
	*ret = t;
	return 0;
}

void
tls_stop(struct tls *t) {
	if (!t)
		return;
	ev_timer_stop(t->loop, &t->look);
	for (size_t i = 0; i < t->n_files; i++)
		ev_stat_stop(t->loop, &t->files[i]);
	if (t->netlink >= 0) {
		ev_io_stop(t->loop, &t->links);
		close(t->netlink);
	}
	context_free(t->home);
	context_free(t->provider);
	household_leaf_free(&t->leaf);
	household_close(&t->household);
	free(t);
}

void
tls_reload(struct tls *t) {
	t->files_changed = true;
	look(t);
}

struct ssl_ctx_st *
tls_home(const struct tls *t) {
	return t->home;
}

struct ssl_ctx_st *
tls_provider(const struct tls *t) {
	return t->provider;
}

bool
tls_is_given(const struct tls *t) {
	return t->config.certificate[0];
}

const char *
tls_ca_pem(const struct tls *t) {
	return t->household.pem;
}

const char *
tls_message(const struct tls *t) {
	return t->message;
}
