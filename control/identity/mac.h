// SPDX-License-Identifier: BSD-3-Clause
// What a MAC address tells by itself.
//
// Threads: pure.
// Source:  IEEE 802c-2017 (the locally administered bit).

#pragma once

#include <stdbool.h>
#include <stdint.h>

// Made up by the device, as phones do for each network: locally administered, and not from a range
// that somebody gives out by rule.
bool mac_is_random(const uint8_t mac[6]);
