// SPDX-License-Identifier: BSD-3-Clause

#include "control/capture/recorder.h"

#include "control/capture/capture.h"
#include "control/capture/captures.h"
#include "control/capture/recorder_copy.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/dplink.h"
#include "control/identity/join.h"
#include "control/notify/notify.h"
#include "platform/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

LOG_DOMAIN("recorder");

#define ALARM_EVERY_NS (600 * NS_PER_S) // of one device
#define ALARMS 32 // devices that are remembered

struct recorder {
	struct core *core;
	struct recorder_config config;
	struct recorder_memory *memory; // NULL while there is none
	struct {
		uint64_t device;
		uint64_t at_ns; // monotonic
	} alarms[ALARMS];
	unsigned int alarms_at;
	uint64_t newest; // notification that was looked at
};

struct recorder *
recorder_new(struct core *c, const struct recorder_config *config) {
	struct recorder *r = calloc(1, sizeof *r);

	if (r) {
		r->core = c;
		r->config = *config;
	}
	return r;
}

void
recorder_free(struct recorder *r) {
	if (r)
		recorder_memory_free(r->memory);
	free(r);
}

static int
make_memory(size_t size) {
	int fd = memfd_create("spin-recorder", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)size) == 0
	    && fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) == 0)
		return fd;
	int r = -errno;
	close(fd);
	return r;
}

void
recorder_up(struct recorder *r) {
	const struct wire_recorder w = {
		.lanes = (uint32_t)r->config.devices,
		.slots = (uint32_t)r->config.packets,
	};

	if (!r->config.on)
		return;
	int fd = make_memory(recorder_size(w.lanes, w.slots));
	struct recorder_memory *m = fd < 0 ? NULL : recorder_memory_new(fd, w.lanes, w.slots);
	int sent = m ? dplink_send(r->core->link, WIRE_RECORDER, &w, sizeof w, fd) : -ENOMEM;
	if (fd >= 0)
		close(fd);
	if (sent < 0) {
		log_warn("the flight recorder does not run: %s", strerror(-sent));
		recorder_memory_free(m);
		return;
	}
	recorder_memory_free(r->memory);
	r->memory = m;
}

static unsigned int
macs_of(const struct recorder *r, const struct device *d, uint64_t macs[RECORDER_MACS_MAX]) {
	unsigned int n = 0;

	for (const struct device *x = d; x && n < RECORDER_MACS_MAX;
	     x = join_next(&r->core->state, d, x)) {
		macs[n] = 0;
		memcpy(&macs[n++], x->mac, 6);
	}
	return n;
}

struct capture *
recorder_freeze(struct recorder *r, const struct device *d, const char *who, uint64_t outside) {
	uint64_t macs[RECORDER_MACS_MAX];
	unsigned int n = 0;

	if (d) {
		d = join_whole(&r->core->state, d);
		n = macs_of(r, d, macs);
	}
	if (!r->memory) {
		errno = r->config.on ? ENOENT : ENOTSUP;
		return NULL;
	}
	if (!recorder_memory_has(r->memory, macs, n)) {
		errno = ENOENT;
		return NULL;
	}
	const struct capture_request q = {
		.kind = CAPTURE_KIND_RECORDER,
		.format = CAPTURE_PCAPNG,
		.device = d ? d->id : 0,
		.headers_only = true,
		.who = who,
		.outside = outside,
		.recorder = recorder_copy_new(r->memory, macs, n),
	};
	if (!q.recorder)
		return NULL;
	struct capture *c = captures_begin(r->core->captures, &q);
	if (!c)
		recorder_copy_free(q.recorder);
	return c;
}

// Something is wrong, perhaps with this device: frozen unless that was done a while ago.
static void
alarm_about(struct recorder *r, const struct device *d, const char *why) {
	uint64_t id = d ? d->id : 0, now = clock_mono_ns();

	for (unsigned int i = 0; i < ALARMS; i++)
		if (r->alarms[i].at_ns && r->alarms[i].device == id
		    && now < r->alarms[i].at_ns + ALARM_EVERY_NS)
			return;
	r->alarms[r->alarms_at].device = id;
	r->alarms[r->alarms_at].at_ns = now;
	r->alarms_at = (r->alarms_at + 1) % ALARMS;
	if (recorder_freeze(r, d, "alert", 0))
		log_info("the flight recorder was frozen: %s", why);
}

// Of what is new since the last look; what nobody is to be warned of costs nothing.
void
recorder_second(struct recorder *r) {
	const struct notify *n = r->core->notify;
	uint64_t newest = r->newest;

	for (size_t i = notify_count(n); i-- > 0;) {
		const struct notice *one = notify_at(n, i);
		if (one->id <= r->newest)
			break;
		newest = MAX_OF(newest, one->id);
		if (r->memory && r->newest && one->outcome == NOTICE_OPEN
		    && notify_kind_row(one->kind)->severity >= SEVERITY_WARNING)
			alarm_about(
				r,
				one->device ? device_by_id(&r->core->state, one->device) : NULL,
				notify_kind_row(one->kind)->key
			);
	}
	r->newest = MAX_OF(newest, (uint64_t)1);
}

void
recorder_view(const struct recorder *r, struct json *j) {
	json_key(j, "flight_recorder");
	if (!r || !r->config.on) {
		json_null(j);
		return;
	}
	json_object(j);
	json_key_u64(j, "packets", r->config.packets);
	json_key_u64(j, "devices_max", r->config.devices);
	json_key_u64(j, "devices", r->memory ? recorder_memory_devices(r->memory) : 0);
	json_key_u64(
		j, "bytes", recorder_size((uint32_t)r->config.devices, (uint32_t)r->config.packets)
	);
	json_end(j);
}
