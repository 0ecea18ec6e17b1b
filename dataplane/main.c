// SPDX-License-Identifier: BSD-3-Clause
// spin-dataplane: the order of starting and stopping, and the loop of the main thread.

#include "dataplane/analyze/analyze.h"
#include "dataplane/clock.h"
#include "dataplane/config.h"
#include "dataplane/ctl/ctl.h"
#include "dataplane/ctl/lists.h"
#include "dataplane/ctl/rules.h"
#include "dataplane/eal.h"
#include "dataplane/port.h"
#include "dataplane/watch.h"
#include "dataplane/worker.h"
#include "dataplane/worker_loop.h"
#include "platform/log.h"
#include "platform/service.h"

#include <rte_launch.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

LOG_DOMAIN("dataplane");

#define RULES_PATIENCE (3 * NS_PER_S) // for control, when no image was kept
#define LAST_WORDS (500 * NS_PER_MS) // for control to read them
#define TURN_MS 20
#define TURN_CLOSED_MS 100

static struct {
	struct config config;
	struct shared *shared;
	unsigned int workers;
	struct worker_run runs[WORKERS_MAX];
	bool forwarding;
	ns_t use_default_at; // 0: never, ports wait for control
	ns_t started;
} dp;

static int
tables_init(void) {
	const struct shared_config shared = {
		.start = clock_now(),
		.storm = dp.config.storm,
	};
	const struct worker_config worker = {.flows = dp.config.flows};

	dp.workers = ports.queues;
	dp.shared = shared_new(&shared);
	if (!dp.shared)
		goto fail;
	for (unsigned int i = 0; i < dp.workers; i++) {
		if (!worker_new(dp.shared, &worker))
			goto fail;
		dp.runs[i].worker = dp.shared->worker[i];
		dp.runs[i].frames = dp.config.frames;
	}
	return 0;
fail:
	log_err("no memory for the tables of %u flows a worker; --flows takes a smaller number",
		dp.config.flows);
	return -ENOMEM;
}

static void
tables_fini(void) {
	for (unsigned int i = 0; dp.shared && i < dp.workers; i++)
		worker_free(dp.shared->worker[i]);
	if (dp.shared)
		shared_free(dp.shared);
	dp.shared = NULL;
}

static int
directory_init(void) {
	return ctl_lock(&dp.config);
}

static int
ports_init(void) {
	return ports_open(&dp.config);
}

static void
describe_ports(void) {
	for (unsigned int i = 0; i < ports.n; i++) {
		struct shared_port *p = &dp.shared->port[i];
		p->side = (uint8_t)ports.list[i].side;
		p->offloads = ports.list[i].partial_csum;
		p->cut_at = ports.list[i].cut_at;
		p->max_frame = ports.list[i].frame_max;
		memcpy(p->mac, ports.list[i].mac, sizeof p->mac);
		for (unsigned int w = 0; w < dp.workers; w++) {
			struct worker *worker = dp.shared->worker[w];
			worker->queue[worker->queues++] = (struct worker_queue){
				.port = (uint16_t)i,
				.queue = (uint16_t)w,
			};
			worker->tx_queue = (uint16_t)w;
		}
	}
	dp.shared->ports = (uint16_t)ports.n;
}

static int
ctl_init(void) {
	describe_ports();
	return ctl_open(&dp.config, dp.shared);
}

// Rules come before traffic: the kept image, or control's first, or after a while the default.
static int
rules_init(void) {
	char why[240];
	int r;

	lists_load(dp.config.state_dir, why);
	if (lists_damaged())
		ctl_alert(
			ALERT_POLICY_REJECTED,
			"%s. All ports stay closed until control sends good lists.",
			why
		);
	r = rules_load(dp.config.state_dir, why);
	if (r == 0) {
		log_info(
			"rules of generation %llu are in force",
			(unsigned long long)rules_generation()
		);
		return 0;
	}
	if (r == -ENOENT) {
		log_info("no rules kept in %s: waiting 3 s for control", dp.config.state_dir);
		dp.use_default_at = clock_now() + RULES_PATIENCE;
		return 0;
	}
	ctl_alert(
		ALERT_POLICY_REJECTED,
		"%s. All ports stay closed until control sends good rules.",
		why
	);
	return 0;
}

// The order of starting; stopping is the same list backwards.
static const struct {
	const char *name;
	int (*init)(void);
	void (*fini)(void);
} steps[] = {
	{"run directory", directory_init, NULL},
	{"ports", ports_init, ports_close},
	{"tables", tables_init, tables_fini},
	{"control endpoint", ctl_init, ctl_close},
	{"rules", rules_init, NULL},
};

static int
start_forwarding(void) {
	int r;

	if ((r = ports_start()) != 0)
		return r;
	for (unsigned int i = 0; i < ports.n; i++)
		atomic_store(&dp.shared->port[i].open, true);
	for (unsigned int i = 0; i < dp.workers; i++) {
		if ((r = rte_eal_remote_launch(worker_loop, &dp.runs[i], i + 1)) != 0) {
			log_err("worker %u does not start: %s", i, strerror(-r));
			return r;
		}
	}
	dp.forwarding = true;
	dp.started = clock_now();
	ctl_set_forwarding(true);
	if (ports.vlan_rewritten)
		ctl_alert(
			ALERT_VLAN_REWRITTEN,
			"AF_PACKET rewrites an outer 802.1ad tag (0x88a8) to 802.1Q (0x8100); "
			"AF_XDP and PCI ports do not."
		);
	log_info("ready");
	service_tell("READY=1");
	return 0;
}

// True: there was forwarding.
static bool
stop_forwarding(void) {
	bool was = dp.forwarding;

	for (unsigned int i = 0; i < dp.workers; i++)
		atomic_store(&dp.runs[i].stop, true);
	if (dp.forwarding)
		rte_eal_mp_wait_lcore();
	dp.forwarding = false;
	return was;
}

// What was counted since it was last told: without it control would miss the last second.
static void
tell_rest(void) {
	ns_t until = clock_now() + LAST_WORDS;

	for (unsigned int i = 0; i < dp.workers; i++) {
		uint32_t at = 0;
		while (!worker_tell_rest(dp.runs[i].worker, &at))
			if (!ctl_flush(false, until))
				return;
	}
	ctl_flush(true, until);
}

static bool
all_finished(void) {
	for (unsigned int i = 0; i < dp.workers; i++) {
		if (!atomic_load(&dp.runs[i].finished))
			return false;
	}
	return true;
}

static int
run(void) {
	ns_t polled = 0;
	int r;

	while (!ctl_stop_asked() && !(dp.forwarding && all_finished())) {
		ns_t now = clock_now();
		if (dp.use_default_at && !rules_in_force() && now >= dp.use_default_at) {
			log_info(
				"no control came: every device is %s",
				dp.config.default_block ? "blocked" : "allowed"
			);
			if ((r = rules_use_default(dp.config.default_block)) != 0)
				return r;
		}
		if (rules_in_force() && !lists_damaged() && !dp.forwarding
		    && (r = start_forwarding()) != 0)
			return r;
		if (dp.forwarding && now - polled >= NS_PER_S) {
			watch_turn(dp.shared);
			polled = now;
		}
		ctl_turn(dp.forwarding ? TURN_MS : TURN_CLOSED_MS);
	}
	return 0;
}

int
main(int argc, char **argv) {
	unsigned int done = 0;
	int r = 0;

	if (argc > 1 && strcmp(argv[1], "analyze") == 0)
		return analyze_main(argc - 1, argv + 1);
	enum config_result c = config_read(argc, argv, &dp.config);
	if (c != CONFIG_RUN)
		return c == CONFIG_DONE ? EXIT_SUCCESS : 2;
	if (ctl_take_signals() != 0 || eal_start(&dp.config) != 0)
		return EXIT_FAILURE;
	while (done < sizeof steps / sizeof steps[0] && r == 0) {
		r = steps[done].init();
		done++;
	}
	if (r == 0)
		r = run();
	if (stop_forwarding())
		tell_rest();
	while (done--) {
		if (steps[done].fini)
			steps[done].fini();
	}
	eal_stop();
	return r == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
