// SPDX-License-Identifier: BSD-3-Clause
// Without the internet for a while: an hour or until morning, and back by itself; for good is a block.

import { mayAct } from "../access/provider.ts";
import type { Device } from "../api/types.ts";
import { pause, resume, type PauseEnd } from "../shell/actions.ts";
import { Icon } from "../shell/icons.tsx";
import { moment } from "../text/format.ts";
import { t } from "../text/t.ts";

const ends: { end: PauseEnd; key: "page.pause.hour" | "page.pause.morning" }[] =
  [
    { end: { minutes: 60 }, key: "page.pause.hour" },
    { end: { until: "morning" }, key: "page.pause.morning" },
  ];

export function Pause({ device }: { device: Device }) {
  if (!mayAct.value) return null;
  const subject = { kind: "device", device: device.id } as const;
  if (device.paused_until)
    return (
      <p class="pause">
        <span>{t("page.paused", { time: moment(device.paused_until) })}</span>
        <button
          type="button"
          class="plain"
          onClick={() => void resume(subject)}
        >
          <Icon name="play" />
          {t("page.resume")}
        </button>
      </p>
    );
  return (
    <div class="pause" role="group" aria-label={t("page.pause")}>
      <span>
        <Icon name="pause" /> {t("page.pause")}
      </span>
      {ends.map(({ end, key }) => (
        <button
          key={key}
          type="button"
          class="plain"
          onClick={() => void pause(subject, end)}
        >
          {t(key)}
        </button>
      ))}
    </div>
  );
}
