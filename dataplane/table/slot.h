// SPDX-License-Identifier: BSD-3-Clause
// Device slots: small numbers that stand for a device inside this process.

#pragma once

#define SLOT_NONE 0 // a WAN station, never a device
#define SLOT_OTHER 1 // devices without a slot of their own: the table was full
#define SLOT_FIRST 2 // the first slot that is given out
#define SLOT_UNKNOWN 0xffffu // a group, or a receiver that has not been seen
#define SLOTS_MAX 0xfff0u
