// SPDX-License-Identifier: BSD-3-Clause
// The adapters that run, told what happens.
//
// Threads: the core thread.
// Errors:  one that cannot start is tried again and shown; none stops control.

#pragma once

#include "control/export/adapter.h"

struct config_set;
struct exports;

struct exports *exports_new(struct core *c);
void exports_start(struct exports *e); // those that are switched on
void exports_free(struct exports *e);
// The configuration has other values of these keys.
void exports_reload(struct exports *e, const struct config_set *changed);

// Telling.  NULL for `e` is nobody to tell.
void exports_flow(struct exports *e, const struct flow *f, enum export_flow what);
void exports_name(struct exports *e, const struct wire_name *w, const char *names);
void exports_alert(struct exports *e, const struct state_alert *a);
void exports_event(struct exports *e, const struct export_event *event);
void exports_flush(struct exports *e);
void exports_second(struct exports *e);
void exports_provider(struct exports *e);

// The number of an adapter, or -ENOENT.
int exports_find(const char *name);
size_t exports_count(void);
const struct export_adapter *exports_adapter(size_t i);
// Of one that runs; NULL: it does not.
void *exports_self(const struct exports *e, const struct export_adapter *a);
void exports_status(const struct exports *e, size_t i, struct export_status *ret);
void exports_view(const struct exports *e, size_t i, struct json *j); // the schema Integration
// What left the gateway, and to whom: rows of history/inventory.h.
void exports_inventory(const struct exports *e, struct json *j);
// As the adapter's test; -ENOTCONN: it does not run, -ENOSYS: there is nothing to try.
int exports_test(struct exports *e, size_t i, export_done done, void *context);
