// SPDX-License-Identifier: BSD-3-Clause
// Up and down over a window that is chosen: the chart of a device's and of a destination's page.

import { useMemo } from "preact/hooks";
import type { Past } from "../api/page-types.ts";
import { seriesOf } from "../drawer/traffic.tsx";
import { Chart } from "../kit/chart.tsx";
import { Load } from "../kit/load.tsx";
import { serverNow } from "../live/clock.ts";
import { formatRoute, route, to } from "../shell/route.ts";
import { bytes, count } from "../text/format.ts";
import { t } from "../text/t.ts";
import { windowOf, windows } from "./history-model.ts";
import { usePast, Windows } from "./history-use.tsx";

export const USUAL = "1h";

export function Course({ query, more }: { query: string; more?: Record<string, string> }) {
  const chosen = windowOf(route.value.more["w"], USUAL);
  const { state, reload } = usePast(query, windows[chosen]);
  return (
    <section aria-labelledby="course">
      <div class="section-head">
        <h2 id="course">{t("past.traffic")}</h2>
        <Windows chosen={chosen} />
      </div>
      <Load from={state} reload={reload}>
        {(past) => (
          <div class="card chart-card">
            <Both past={past} />
            <dl class="figures">
              <Figure term={t("fact.sent")}>{bytes(past.total.bytes_out)}</Figure>
              <Figure term={t("fact.received")}>
                {bytes(past.total.bytes_in)}
              </Figure>
              <Figure term={t("past.dropped")}>{count(past.total.dropped)}</Figure>
            </dl>
            {more !== undefined && (
              <a
                class="more"
                href={formatRoute({ ...to("history"), more: { ...more, w: chosen } })}
              >
                {t("past.more")}
              </a>
            )}
          </div>
        )}
      </Load>
    </section>
  );
}

function Figure({ term, children }: { term: string; children: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Both({ past }: { past: Past }) {
  const { times, series } = useMemo(() => seriesOf(past, serverNow()), [past]);
  return (
    <Chart
      label={t("past.traffic")}
      unit="rate"
      stacked
      times={times}
      series={series}
    />
  );
}
