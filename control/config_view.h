// SPDX-License-Identifier: BSD-3-Clause
// The configuration as the API shows it: values alone, or each key with all that its row knows.
//
// Shape:   what is configured, which is in force but for the keys that wait for a restart.  A
//          secret shows as null.
// Threads: the core thread.

#pragma once

struct config_set;
struct core;
struct json;

void config_view_values(const struct core *c, struct json *j);
void config_view_detailed(const struct core *c, struct json *j);
// An array of the names of these keys.
void config_view_names(const struct config_set *keys, struct json *j);
#define CONFIG_ETAG 24
const char *config_view_etag(const struct core *c, char ret[CONFIG_ETAG]);
