// SPDX-License-Identifier: BSD-3-Clause
// spin-control: read what to do, start the core, run until a signal.

#include "control/backup/backup.h"
#include "control/config.h"
#include "control/core.h"
#include "control/domain.h"
#include "platform/log.h"
#include "platform/service.h"

#include <ev.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

LOG_DOMAIN("control");

#define PUBLIC_SUFFIXES "/usr/share/publicsuffix/public_suffix_list.dafsa"

static void
on_signal(struct ev_loop *loop, struct ev_signal *w, int revents) {
	(void)w;
	(void)revents;
	ev_break(loop, EVBREAK_ALL);
}

static void
on_reload(struct ev_loop *loop, struct ev_signal *w, int revents) {
	(void)loop;
	(void)revents;
	core_reload(w->data);
}

// More to read while something is looked for, and back.
static void
on_louder(struct ev_loop *loop, struct ev_signal *w, int revents) {
	const struct core *c = w->data;

	(void)loop;
	(void)revents;
	if (strcmp(log_level_word(), "debug") == 0)
		config_set_log_level(c->config);
	else
		log_set_level("debug");
	log_warn("log level %s", log_level_word());
}

#define GO_ON (-1)

// The same program once more, with the same words.
static int
start_again(char **argv) {
	execv("/proc/self/exe", argv);
	execvp(argv[0], argv);
	log_err("%s cannot be started again: %s", argv[0], strerror(errno));
	return 1;
}

// A restore, asked for now or staged before: its files come first, then everything is read anew.
static int
put_backup(const struct config *config, char **argv) {
	char error[BACKUP_ERROR];

	if (config->restore[0]) {
		if (backup_restore_now(config, config->restore, error) < 0) {
			fprintf(stderr, "%s\n", error);
			return 1;
		}
		puts("restored; start spin-control without --restore");
		return 0;
	}
	if (config->check || !backup_is_staged(config->state_dir))
		return GO_ON;
	if (backup_put(config->state_dir, error) < 0) {
		log_err("the backup cannot be put in place: %s: it is tried again at the next "
			"start",
			error);
		return 1;
	}
	return start_again(argv);
}

int
main(int argc, char **argv) {
	static struct config config;
	static struct core core;
	struct ev_signal end[2], reload, louder;

	switch (config_read(&config, argc, argv)) {
	case CONFIG_EXIT_OK:
		return 0;
	case CONFIG_EXIT_USAGE:
		return 2;
	case CONFIG_EXIT_FAILED:
		return 1;
	case CONFIG_RUN:
		break;
	}
	int done = put_backup(&config, argv);
	if (done != GO_ON)
		return done;
	if (config.check) {
		domain_init(PUBLIC_SUFFIXES);
		return reload_check(&config) < 0;
	}
	signal(SIGPIPE, SIG_IGN);
	domain_init(PUBLIC_SUFFIXES);
	struct ev_loop *loop = ev_default_loop(EVBACKEND_EPOLL);
	if (!loop) {
		log_err("the event loop cannot start: is epoll allowed here?");
		return 1;
	}
	ev_signal_init(&end[0], on_signal, SIGTERM);
	ev_signal_init(&end[1], on_signal, SIGINT);
	ev_signal_start(loop, &end[0]);
	ev_signal_start(loop, &end[1]);
	// Before "ready" is said: a reload that comes with it is done when the loop runs.
	ev_signal_init(&reload, on_reload, SIGHUP);
	reload.data = &core;
	ev_signal_start(loop, &reload);
	ev_signal_init(&louder, on_louder, SIGUSR1);
	louder.data = &core;
	ev_signal_start(loop, &louder);
	if (core_start(&core, loop, &config) < 0) {
		core_stop(&core);
		return 1;
	}
	service_tell("READY=1");
	ev_run(loop, 0);
	service_tell("STOPPING=1");
	log_info("stopping");
	core_stop(&core);
	return core.restart ? start_again(argv) : 0;
}
