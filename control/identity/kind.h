// SPDX-License-Identifier: BSD-3-Clause
// The kinds of device there are.
//
// Shape:   one list; a kind within another (a laptop is a computer) takes that one's evidence too
//          once it has enough of its own.
// Threads: pure.

#pragma once

#include <stdbool.h>

// Rows: constant, name in files and on every interface, the wider kind, and how sure one must be
// without it (percent).
#define KINDS(X)                                                                                   \
	X(NONE, "unknown", NONE, 0)                                                                \
	X(GATEWAY, "gateway", NONE, 0)                                                             \
	X(ROUTER, "router", NONE, 0)                                                               \
	X(ACCESS_POINT, "access-point", NONE, 0)                                                   \
	X(SWITCH, "switch", NONE, 0)                                                               \
	X(COMPUTER, "computer", NONE, 0)                                                           \
	X(LAPTOP, "laptop", COMPUTER, 30)                                                          \
	X(SERVER, "server", COMPUTER, 50)                                                          \
	X(NAS, "nas", NONE, 0)                                                                     \
	X(PHONE, "phone", NONE, 0)                                                                 \
	X(TABLET, "tablet", NONE, 0)                                                               \
	X(WATCH, "watch", NONE, 0)                                                                 \
	X(E_READER, "e-reader", NONE, 0)                                                           \
	X(TELEPHONE, "telephone", NONE, 0)                                                         \
	X(TELEVISION, "television", NONE, 0)                                                       \
	X(STREAMING_BOX, "streaming-box", NONE, 0)                                                 \
	X(GAME_CONSOLE, "game-console", NONE, 0)                                                   \
	X(SPEAKER, "speaker", NONE, 0)                                                             \
	X(DISPLAY, "smart-display", SPEAKER, 60)                                                   \
	X(PRINTER, "printer", NONE, 0)                                                             \
	X(CAMERA, "camera", NONE, 0)                                                               \
	X(DOORBELL, "doorbell", CAMERA, 60)                                                        \
	X(LIGHT, "light", NONE, 0)                                                                 \
	X(PLUG, "plug", NONE, 0)                                                                   \
	X(THERMOSTAT, "thermostat", NONE, 0)                                                       \
	X(SENSOR, "sensor", NONE, 0)                                                               \
	X(LOCK, "lock", NONE, 0)                                                                   \
	X(ALARM, "alarm", NONE, 0)                                                                 \
	X(BLIND, "blind", NONE, 0)                                                                 \
	X(HUB, "hub", NONE, 0)                                                                     \
	X(VACUUM, "vacuum", NONE, 0)                                                               \
	X(APPLIANCE, "appliance", NONE, 0)                                                         \
	X(ENERGY, "energy", NONE, 0)                                                               \
	X(CAR_CHARGER, "car-charger", ENERGY, 60)                                                  \
	X(CAR, "car", NONE, 0)

enum kind {
#define X(id, ...) KIND_##id,
	KINDS(X)
#undef X
	KIND_COUNT
};

const char *kind_name(enum kind k); // "unknown" outside the list
enum kind kind_within(enum kind k); // KIND_NONE: in none
unsigned int kind_own(enum kind k);
// A kind that a device can be: never "unknown" nor "gateway", which is this machine.
bool kind_parse(const char *name, enum kind *ret);
// "camera, computer, …": what kind_parse takes.
const char *kind_list(void);
