// SPDX-License-Identifier: BSD-3-Clause
// The list of adapters; GET /integrations shows them in this order.

#pragma once

#include "control/export/adapter.h"

#define ADAPTERS(X)                                                                                \
	X(prometheus)                                                                              \
	X(eve)                                                                                     \
	X(ipfix)                                                                                   \
	X(mqtt)                                                                                    \
	X(provider_mqtt)                                                                           \
	X(spin_compat)                                                                             \
	X(ubus)

#define X(name) extern const struct export_adapter adapter_##name;
ADAPTERS(X)
#undef X
