// SPDX-License-Identifier: BSD-3-Clause
// Between the files of control/tls/.  Nobody else includes this.

#pragma once

#include "control/tls/household.h"

#include <openssl/x509.h>

// "what: why OpenSSL refused"; returns -EINVAL.
int household_fault(char ret_error[HOUSEHOLD_ERROR], const char *what);
// A pass phrase callback that gives none.
int household_no_phrase(char *buffer, int size, int writing, void *context);
X509 *household_make_ca(EVP_PKEY *key); // NULL: out of memory
