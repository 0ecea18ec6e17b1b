// SPDX-License-Identifier: BSD-3-Clause

#include "control/capture/capture_view.h"

#include "control/capture/capture.h"
#include "control/destination.h"
#include "control/id.h"
#include "control/view.h"

#include <stdio.h>

static const char *
state_name(const struct capture *c) {
	switch (c->phase) {
	case CAPTURE_PREPARING:
	case CAPTURE_ASKED:
		return "starting";
	case CAPTURE_RUNNING:
		return "running";
	case CAPTURE_ENDING:
	case CAPTURE_FINISHING:
		return "ending";
	case CAPTURE_ENDED:
		break;
	}
	return "ended";
}

static void
limit(struct json *j, const char *key, uint64_t value) {
	json_key(j, key);
	if (value)
		json_u64(j, value);
	else
		json_null(j);
}

void
capture_view(const struct state *s, const struct capture *c, struct json *j) {
	static const char *const kinds[] = {"file", "live", "recorder"};
	const struct device *d = c->device ? device_by_id(s, c->device) : NULL;
	const struct destination *to = c->destination ? destination_by_id(s, c->destination) : NULL;
	char text[NAME_BYTES_MAX + 1], path[96], id[ID_TEXT];

	json_object(j);
	view_id(j, "id", "cap_", c->id);
	json_key_string(j, "kind", kinds[c->kind]);
	json_key_string(j, "state", state_name(c));
	json_key_string(j, "end", c->phase == CAPTURE_ENDED ? capture_end_name(c->end) : NULL);
	json_key_string(j, "format", c->about.format == CAPTURE_PCAP ? "pcap" : "pcapng");
	view_id(j, "device", "dev_", c->device);
	json_key_string(j, "device_name", d ? device_name(d, text) : NULL);
	view_id(j, "destination", "dst_", c->destination);
	json_key_string(j, "destination_name", to ? destination_label(to) : NULL);
	json_key_string(j, "filter", c->about.filter[0] ? c->about.filter : NULL);
	json_key_u64(j, "snaplen", c->about.snaplen);
	json_key_bool(j, "headers_only", c->headers_only);
	limit(j, "max_bytes", c->max_bytes);
	limit(j, "max_packets", c->max_packets);
	limit(j, "max_seconds", c->max_seconds);
	json_key_string(j, "by", c->who);
	json_key(j, "approval");
	if (c->approval.at_ns) {
		const struct capture_approval *a = &c->approval;
		json_object(j);
		view_time(j, "at", a->at_ns);
		json_key_string(j, "by", a->by);
		json_key_string(j, "for", a->reader[0] ? a->reader : NULL);
		json_end(j);
	} else {
		json_null(j);
	}
	view_time(j, "began", c->began_ns);
	view_time(j, "ended", c->phase == CAPTURE_ENDED ? c->ended_ns : 0);
	json_key_u64(j, "packets", atomic_load(&c->packets));
	json_key_u64(j, "bytes", atomic_load(&c->bytes));
	json_key_u64(j, "lost", atomic_load(&c->lost));
	json_key_u64(j, "file_bytes", atomic_load(&c->file_bytes));
	snprintf(path, sizeof path, "/api/v1/captures/%s/download", id_text("cap_", c->id, id));
	json_key_string(j, "download", c->kind == CAPTURE_KIND_LIVE ? NULL : path);
	json_end(j);
}
