// SPDX-License-Identifier: BSD-3-Clause
// What the person here may do at all: what they may not is not offered. The gateway decides in any case.

import { computed } from "@preact/signals";
import { who } from "../access/session.ts";

export const isAdmin = computed(() => who.value?.role === "admin");
export const mayAct = computed(
  () => isAdmin.value || who.value?.role === "user",
);
