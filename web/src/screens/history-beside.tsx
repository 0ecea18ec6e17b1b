// SPDX-License-Identifier: BSD-3-Clause
// Two windows beside each other: their courses in one chart, and what changed most.

import { useMemo } from "preact/hooks";
import type { HistoryItem, Past } from "../api/page-types.ts";
import { seriesOf } from "../drawer/traffic.tsx";
import { Chart } from "../kit/chart.tsx";
import { DataTable, type Column } from "../kit/data-table.tsx";
import { Load } from "../kit/load.tsx";
import { serverNow } from "../live/clock.ts";
import { bytes, moment } from "../text/format.ts";
import { t } from "../text/t.ts";
import { compare, moved, type Compared } from "./history-model.ts";
import { Named } from "./history-movers.tsx";
import { usePast } from "./history-use.tsx";
import { queryOf, type HistoryView, type Namer } from "./history-view.ts";

type Props = { past: Past; view: HistoryView; namer: Namer };

export function Beside(props: Props) {
  const { past, view } = props;
  const { state, reload } = usePast(
    queryOf(view, `&limit=500&step=${past.step}`),
    view.seconds,
    (view.beside ?? 0) + view.seconds * 1000,
  );
  return (
    <section aria-labelledby="beside">
      <h2 id="beside">{t("past.beside")}</h2>
      <Load from={state} reload={reload}>
        {(then) => <Both {...props} then={then} />}
      </Load>
    </section>
  );
}

function Both({ past, view, namer, then }: Props & { then: Past }) {
  const { times } = useMemo(() => seriesOf(past, serverNow()), [past]);
  const here = t("past.here", { time: moment(past.from) });
  const there = t("past.here", { time: moment(then.from) });
  const series = useMemo(
    () => [
      {
        label: here,
        tone: "recent" as const,
        values: past.points
          .slice(0, times.length)
          .map((p) => moved(p) / past.step),
      },
      {
        label: there,
        tone: "plum" as const,
        values: times.map((_, i) => {
          const point = then.points[i];
          return point === undefined ? null : moved(point) / then.step;
        }),
      },
    ],
    [past, then, times],
  );
  const items = useMemo(
    () => new Map<string, HistoryItem[]>([...past.items, ...then.items].map((i) => [namer(i), [i]])),
    [past, then, namer],
  );
  return (
    <>
      <div class="card chart-card">
        <p>
          {t("past.against", {
            now: bytes(moved(past.total)),
            then: bytes(moved(then.total)),
          })}
        </p>
        {(then.oldest ?? then.to) >= then.to && (
          <p class="quiet">
            {t("past.oldest", { time: moment(then.oldest ?? then.to) })}
          </p>
        )}
        <Chart
          label={t("past.beside")}
          unit="rate"
          times={times}
          series={series}
        />
      </div>
      <DataTable
        key={view.by}
        caption={t("past.beside")}
        columns={columnsFor(items)}
        rows={compare(past.items, then.items, namer)}
        id={(row) => row.key}
        first={{ key: "change", up: false }}
        most={20}
        save={`history-${view.by}-beside`}
      />
    </>
  );
}

function columnsFor(items: ReadonlyMap<string, HistoryItem[]>): Column<Compared>[] {
  return [
    {
      key: "name",
      title: "rename.label",
      by: (row) => row.key,
      cell: (row) => <Named items={items.get(row.key) ?? []} name={row.key} />,
    },
    {
      key: "now",
      title: "past.now",
      number: true,
      by: (row) => row.now,
      cell: (row) => bytes(row.now),
    },
    {
      key: "then",
      title: "past.then",
      number: true,
      by: (row) => row.then,
      cell: (row) => bytes(row.then),
    },
    {
      key: "change",
      title: "past.change",
      number: true,
      by: (row) => Math.abs(row.now - row.then),
      save: (row) => row.now - row.then,
      cell: (row) => (
        <span class={`chip tone-${row.now >= row.then ? "dns" : "recent"}`}>
          {row.then === 0
            ? t("past.new")
            : row.now === 0
              ? t("past.gone")
              : `${row.now >= row.then ? "+" : "−"}${bytes(Math.abs(row.now - row.then))}`}
        </span>
      ),
    },
  ];
}
