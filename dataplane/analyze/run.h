// SPDX-License-Identifier: BSD-3-Clause
// The frames of captures through the stages of the pipeline, as they would come from two ports.
//
// Shape:   devices' frames enter by the LAN port, all others by the WAN port; nothing is sent.
// Units:   a frame counts with the bytes that are in the file: what a replay would deliver.
// Errors:  a negative errno, with a sentence on stderr.

#pragma once

#include "dataplane/analyze/census.h"
#include "dataplane/analyze/findings.h"
#include "platform/wire_types.h"

// `stats` gets the counters of all workers together.
int run_captures(
	struct captures *c,
	const struct census *census,
	unsigned int workers,
	struct findings *findings,
	struct wire_stats *stats
);
