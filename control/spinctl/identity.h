// SPDX-License-Identifier: BSD-3-Clause
// How a device's identity is printed.

#pragma once

#include "control/http/json_read.h"

// A member of a device that needs more than a line; false: it is an ordinary one.
bool identity_print(const struct json_doc *d, unsigned int member);
// "camera", or "camera?" when it is no more than likely.
const char *identity_kind_word(const struct json_doc *d, unsigned int device, char ret[40]);
