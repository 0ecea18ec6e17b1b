// SPDX-License-Identifier: BSD-3-Clause
// History: who moved how much when, of a window that is chosen; at which hours; and beside another window.

import { useMemo } from "preact/hooks";
import { base } from "../api/http.ts";
import type { HistoryItem, Past } from "../api/page-types.ts";
import { seriesOf } from "../drawer/traffic.tsx";
import { Chart } from "../kit/chart.tsx";
import type { Series } from "../kit/chart-model.ts";
import { Empty, Load } from "../kit/load.tsx";
import { Page } from "../kit/page.tsx";
import { SaveCsv } from "../kit/save-csv.tsx";
import { now, serverNow } from "../live/clock.ts";
import { devices } from "../live/store.ts";
import { route } from "../shell/route.ts";
import { bytes, moment } from "../text/format.ts";
import { known, t } from "../text/t.ts";
import { Choices } from "./history-choices.tsx";
import { Beside } from "./history-beside.tsx";
import { Hours } from "./history-hours.tsx";
import { layers, moved } from "./history-model.ts";
import { Movers } from "./history-movers.tsx";
import { pastPath, usePast } from "./history-use.tsx";
import { queryOf, viewOf, type By, type HistoryView, type Namer } from "./history-view.ts";

const tones: Series["tone"][] = ["recent", "older", "dns", "plum", "teal", "device"];

export function Screen() {
  const view = viewOf(route.value.more, now.peek());
  const { seconds, until } = view;
  const query = queryOf(view, "&limit=500&series=32");
  const { state, reload } = usePast(query, seconds, until);
  return (
    <Page wide lead={t("past.lead")}>
      <Choices view={view} />
      <Load from={state} reload={reload}>
        {(past) => <Whole past={past} view={view} query={query} />}
      </Load>
      <Hours
        query={queryOf({ ...view, by: "device" }, "").replace("group=device", "group=none")}
        seconds={seconds}
        until={until}
      />
    </Page>
  );
}

export function namerOf(by: By): Namer {
  const device = (item: HistoryItem) =>
    item.device?.id ? devices.value.get(item.device.id) : undefined;
  switch (by) {
    case "device":
      return (item) => device(item)?.name ?? item.device?.name ?? t("past.others");
    case "kind":
      return (item) => {
        const kind = device(item)?.kind.value ?? "unknown";
        return kind === "unknown" ? t("past.unknown") : known("sort", kind);
      };
    case "destination":
      return (item) => item.destination?.name ?? t("past.others");
    case "service":
      return (item) => item.service ?? t("past.others");
  }
}

function Whole({ past, view, query }: { past: Past; view: HistoryView; query: string }) {
  // Devices change every second; what they are called does not.
  const called = [...devices.value.values()]
    .map((one) => `${one.name} ${one.kind.value}`)
    .join();
  const namer = useMemo(() => namerOf(view.by), [view.by, called]);
  if (moved(past.total) === 0)
    return (
      <Empty
        icon="older"
        title={t("past.nothing")}
        text={
          past.oldest === null
            ? t("past.empty")
            : t("past.oldest", { time: moment(past.oldest) })
        }
      />
    );
  return (
    <>
      <Stack past={past} view={view} query={query} namer={namer} />
      {view.beside === null ? (
        <Movers past={past} by={view.by} namer={namer} />
      ) : (
        <Beside past={past} view={view} namer={namer} />
      )}
    </>
  );
}

export function Stack({
  past,
  view,
  query,
  namer,
}: {
  past: Past;
  view: HistoryView;
  query: string;
  namer: Namer;
}) {
  // A span that is not over, or not written yet, is no dip.
  const { times } = useMemo(() => seriesOf(past, serverNow()), [past]);
  const found = useMemo(
    () => layers(past, namer, tones.length - 1, t("past.others")),
    [past, namer],
  );
  const series = useMemo(() => {
    const last = Math.min(past.step, (serverNow() - (times.at(-1) ?? 0)) / 1000);
    return found.map(({ label, values }, i) => ({
      label,
      tone:
        label === t("past.others")
          ? ("device" as const)
          : (tones[i] ?? ("device" as const)),
      values: times.map(
        (_, k) => (values[k] ?? 0) / (k === times.length - 1 ? last : past.step),
      ),
    }));
  }, [past, found, times]);
  const name = `history-${view.by}`;
  const rows = () => [
    [t("chart.time"), ...found.map((one) => one.label)],
    ...times.map((time, i) => [
      new Date(time).toISOString(),
      ...found.map((one) => one.values[i] ?? 0),
    ]),
  ];
  return (
    <section aria-labelledby="stack">
      <h2 id="stack">
        {t("past.moved", { bytes: bytes(moved(past.total)) })}
      </h2>
      <div class="card chart-card">
        <Chart
          class="tall"
          label={t("past.traffic")}
          unit="rate"
          stacked
          times={times}
          series={series}
        />
        <p class="below">
          <SaveCsv name={name} rows={rows} />
          <a
            class="plain button"
            href={`${base}/${pastPath(query, view.seconds, view.until)}`}
            download={`${name}.json`}
          >
            {t("past.json")}
          </a>
        </p>
      </div>
    </section>
  );
}
