// SPDX-License-Identifier: BSD-3-Clause
// `spin-dataplane analyze`: captures through the real stages, and what was found on stdout.
//
// Shape:   argv[0] is "analyze".
// Errors:  returns the exit code: 0 done, 1 failed (or a capture was cut short: what could be read
//          is printed), 2 usage, or a capture that cannot be analyzed together with the others.

#pragma once

int analyze_main(int argc, char **argv);
