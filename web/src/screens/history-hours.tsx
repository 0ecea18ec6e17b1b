// SPDX-License-Identifier: BSD-3-Clause
// The hours of the week as a map: the darker, the more was moved in such an hour on average.

import { useMemo } from "preact/hooks";
import type { Past } from "../api/page-types.ts";
import { Load } from "../kit/load.tsx";
import type { Cell } from "../kit/save.ts";
import { SaveCsv } from "../kit/save-csv.tsx";
import { serverNow } from "../live/clock.ts";
import { bytes } from "../text/format.ts";
import { language, t } from "../text/t.ts";
import { busiestHour, hoursOf, shade, windows, type Hour } from "./history-model.ts";
import { usePast } from "./history-use.tsx";

const HOUR_S = 3600;
// Further back there are days alone.
const KEPT_S = windows["31d"];

export function Hours({
  query,
  seconds = windows["7d"],
  until = null,
}: {
  query: string;
  seconds?: number;
  until?: number | null;
}) {
  const past = until === null ? 0 : (serverNow() - until) / 1000;
  const { state, reload } = usePast(
    `${query}&step=${HOUR_S}`,
    Math.min(Math.max(seconds, windows["7d"]), Math.max(HOUR_S, KEPT_S - past)),
    until,
  );
  return (
    <section aria-labelledby="hours">
      <h2 id="hours">{t("past.hours")}</h2>
      {past >= KEPT_S ? (
        <p class="note">{t("past.hours.gone")}</p>
      ) : (
        <Load from={state} reload={reload}>
          {(answer) => <Week past={answer} />}
        </Load>
      )}
    </section>
  );
}

// The first of January 2024 was a Monday.
function dayName(day: number): string {
  return new Intl.DateTimeFormat(language, { weekday: "short" }).format(
    new Date(2024, 0, 1 + day),
  );
}

// Bytes in such an hour on average; an hour of which nothing is kept stays empty.
function asCells(week: readonly Hour[][]): Cell[][] {
  return [
    ["", ...Array(24).keys()],
    ...week.map((hours, day) => [
      dayName(day),
      ...hours.map(({ bytes, times }) => (times === 0 ? "" : Math.round(bytes / times))),
    ]),
  ];
}

function Week({ past }: { past: Past }) {
  const week = useMemo(() => hoursOf(past), [past]);
  const most = busiestHour(week);
  return (
    <div class="card chart-card">
      <table class="hours">
        <caption class="unseen">{t("past.hours")}</caption>
        <thead>
          <tr>
            <td />
            {week[0]?.map((_, hour) => (
              <th key={hour} scope="col">
                <span class={hour % 3 === 0 ? "" : "unseen"}>{hour}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {week.map((hours, day) => (
            <tr key={day}>
              <th scope="row">{dayName(day)}</th>
              {hours.map((hour, i) => {
                const words =
                  hour.times === 0 ? "–" : bytes(hour.bytes / hour.times);
                return (
                  <td
                    key={i}
                    class={`shade-${hour.times === 0 ? "none" : shade(hour, most)}`}
                    title={t("past.hour", { day: dayName(day), hour: i, bytes: words })}
                  >
                    <span class="unseen">{words}</span>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="quiet hours-key">
        {t("past.hours.help", { most: bytes(most) })}
      </p>
      <p class="below">
        <SaveCsv name="history-hours" rows={() => asCells(week)} />
      </p>
    </div>
  );
}
