// SPDX-License-Identifier: BSD-3-Clause
// cmocka wants these headers before its own, in this order.

#pragma once

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on
