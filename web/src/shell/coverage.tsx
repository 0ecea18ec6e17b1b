// SPDX-License-Identifier: BSD-3-Clause
// The coverage badge: whether all is seen, else how much is not; a press says what, and why.

import { signal } from "@preact/signals";
import { lazy } from "../kit/lazy.tsx";
import { gaps } from "../live/coverage.ts";
import { dataplane, devices, health, world } from "../live/store.ts";
import { t } from "../text/t.ts";
import { Icon } from "./icons.tsx";

const Panel = lazy("coverage", ({ children }) => (
  <div class="coverage-wait card">{children}</div>
));

export const coverageOpen = signal(false);

export const current = () =>
  gaps(
    health.value,
    dataplane.value,
    devices.value.values(),
    world.value.lost,
  );

export function Coverage() {
  if (health.value === null) return null;
  const n = current().length;
  const text = n > 0 ? t("coverage.some", { n }) : t("coverage.all");
  return (
    <>
      <button
        type="button"
        class={n > 0 ? "coverage lost" : "coverage"}
        aria-haspopup="dialog"
        aria-label={text}
        onClick={() => {
          coverageOpen.value = true;
        }}
      >
        <Icon name={n > 0 ? "ignored" : "eye"} />
        <span class="wide">{text}</span>
        {n > 0 && <span class="narrow">{n}</span>}
      </button>
      {coverageOpen.value && <Panel />}
    </>
  );
}
