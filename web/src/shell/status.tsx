// SPDX-License-Identifier: BSD-3-Clause
// The line below: is this live, how much flows, which policy is in force, is all seen. Nothing of it moves when a part
// comes later: all begins at once.

import { link, world } from "../live/store.ts";
import { rate } from "../text/format.ts";
import { t } from "../text/t.ts";
import { Coverage } from "./coverage.tsx";
import { Icon } from "./icons.tsx";

export function Status() {
  const { stats, devices, generation } = world.value;
  const state = link.value;
  return (
    <footer class="status" aria-label={t("status.label")}>
      <span class={`pulse pulse-${state}`}>
        <span class="dot" aria-hidden="true" />
        {t(`status.is.${state}`)}
      </span>
      {state !== "connecting" && (
        <>
          <span class="rates">
            <span title={t("status.out")}>
              <Icon name="up" />
              <span class="unseen">{t("status.out")}</span> {stats ? rate(stats.rate_out) : "–"}
            </span>
            <span title={t("status.in")}>
              <Icon name="down" />
              <span class="unseen">{t("status.in")}</span> {stats ? rate(stats.rate_in) : "–"}
            </span>
          </span>
          <span class="wide">{t("summary.devices", { n: devices.size })}</span>
          <span class="wide" title={t("status.generation.help")}>
            {t("status.generation", { n: String(generation) })}
          </span>
          <Coverage />
        </>
      )}
    </footer>
  );
}
