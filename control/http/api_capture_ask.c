// SPDX-License-Identifier: BSD-3-Clause
// What a capture is asked to be, and why it cannot be.

#include "control/core.h"
#include "control/http/api.h"
#include "control/http/api_capture.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "control/text/language.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void
refuse_filter(struct http_request *r, const struct filter_fault *f) {
	char detail[280];

	if (f->at)
		snprintf(detail, sizeof detail, _("At character %u: %s."), f->at, f->what);
	else
		snprintf(detail, sizeof detail, _("The filter: %s."), f->what);
	http_problem_at(r, PROBLEM_BAD_FILTER, "filter", f->hint, detail);
}

void
api_capture_failed(struct http_request *r, const struct core *core, const struct capture *c) {
	const struct capture_refusal *refusal = captures_refusal(core->captures);

	if (c->result == -EINVAL)
		refuse_filter(r, &c->fault);
	else if (c->result == -ENOMEM)
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
	else if (c->result < 0)
		http_problem(
			r,
			c->result == -ENOSPC || c->result == -EDQUOT ? PROBLEM_STORAGE_FULL
								     : PROBLEM_STORAGE_FAILED,
			"Make room on the state directory's disk, or capture live.",
			"%s.",
			c->trouble
		);
	else if (c->end == CAPTURE_END_FAILED && refusal->by_dataplane)
		http_problem(r, PROBLEM_DATAPLANE_REFUSED, "Try again.", "%.110s.", refusal->text);
	else
		http_problem(
			r,
			PROBLEM_DATAPLANE_AWAY,
			"Start spin-dataplane, or wait until it is back.",
			"The dataplane went away before the capture began."
		);
}

void
api_capture_not_begun(struct http_request *r, int error) {
	if (error == EBUSY)
		http_problem(
			r,
			PROBLEM_TOO_MANY_CAPTURES,
			"Stop one: POST /api/v1/captures/{capture}:stop.",
			"%u captures run already.",
			CAPTURES_RUNNING
		);
	else if (error == ENOTCONN)
		http_problem(
			r,
			PROBLEM_DATAPLANE_AWAY,
			"Start spin-dataplane, or wait until it is back.",
			"There is no dataplane that could capture."
		);
	else
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
}

// Whom it is about; false after the problem was answered.
bool
api_capture_subject(
	struct http_request *r,
	const struct core *core,
	const char *device,
	const char *destination,
	struct capture_request *ret
) {
	const struct device *d = NULL;

	if (device
	    && (!id_parse("dev_", device, &ret->device)
		|| !(d = device_by_id(&core->state, ret->device)))) {
		http_problem(
			r,
			PROBLEM_UNKNOWN_DEVICE,
			"GET /api/v1/devices lists them.",
			"There is no device '%.40s'.",
			device
		);
		return false;
	}
	if (d)
		ret->device = join_whole(&core->state, d)->id;
	if (destination
	    && (!id_parse("dst_", destination, &ret->destination)
		|| !destination_by_id(&core->state, ret->destination))) {
		http_problem(
			r,
			PROBLEM_UNKNOWN_DESTINATION,
			"GET /api/v1/destinations lists them.",
			"There is no destination '%.40s'.",
			destination
		);
		return false;
	}
	return true;
}

bool
api_capture_format(struct http_request *r, const char *text, enum capture_format *ret) {
	*ret = text && strcmp(text, "pcap") == 0 ? CAPTURE_PCAP : CAPTURE_PCAPNG;
	if (!text || *ret == CAPTURE_PCAP || strcmp(text, "pcapng") == 0)
		return true;
	http_problem(
		r,
		PROBLEM_BAD_VALUE,
		"Write pcapng, or pcap for old programs.",
		"'%.40s' is no format of captures.",
		text
	);
	return false;
}

// Before anything is begun: what is too long to keep.
bool
api_capture_filter(struct http_request *r, const char *filter) {
	struct filter_fault fault;

	if (!filter || filter_words_check(filter, &fault))
		return true;
	refuse_filter(r, &fault);
	return false;
}
