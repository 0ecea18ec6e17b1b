// SPDX-License-Identifier: BSD-3-Clause
// A chart over time: lines, or areas upon each other; its words beside it and its numbers in a table below it.
//
//   <Chart label={t("…")} unit="rate" stacked times={ms} series={[{ label, tone: "recent", values }]} />
//
// Shape: its height is that of `.chart-plot`; a screen may set another by its class. `times` and `series` that are the
// same arrays as before are not drawn again: make them with useMemo from what was answered.

import { signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { t } from "../text/t.ts";
import {
  pointTime,
  spanOf,
  summary,
  unitWords,
  type Series,
  type Unit,
} from "./chart-model.ts";
import { draw } from "./plot.ts";

export interface ChartProps {
  label: string;
  unit: Unit;
  times: readonly number[];
  series: readonly Series[];
  stacked?: boolean;
  class?: string;
}

export function Chart(props: ChartProps) {
  const { label, unit, times, series, stacked = false } = props;
  const holder = useRef<HTMLDivElement>(null);
  const at = useMemo(() => signal<number | null>(null), []);
  useEffect(() => {
    if (holder.current === null) return undefined;
    at.value = null;
    const looked = (index: number | null) => {
      at.value = index;
    };
    return draw(holder.current, { times, series, stacked, unit, looked });
  }, [times, series, stacked, unit]);
  return (
    <figure class={`chart ${props.class ?? ""}`}>
      <Legend {...props} at={at.value} />
      <div
        class="chart-plot"
        ref={holder}
        role="img"
        aria-label={summary(label, times, series, stacked, unit)}
      />
      <Twin {...props} />
    </figure>
  );
}

// Which colour is what, and how much it was: under the pointer, else at the end.
function Legend({ unit, times, series, at }: ChartProps & { at: number | null }) {
  const index = at ?? times.length - 1;
  const time = times[index];
  return (
    <figcaption class="chart-legend" aria-hidden="true">
      {series.map(({ label, tone, values }) => (
        <span key={label} class={`tone-${tone}`}>
          <i />
          {label} <b>{words(unit, values[index])}</b>
        </span>
      ))}
      <span class="quiet">
        {time === undefined ? "" : pointTime(time, spanOf(times))}
      </span>
    </figcaption>
  );
}

function Twin({ label, unit, times, series }: ChartProps) {
  const open = useMemo(() => signal(false), []);
  return (
    <details
      class="chart-twin"
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary>{t("chart.table")}</summary>
      {open.value && (
        <div class="table-scroll card" tabIndex={0} role="group" aria-label={label}>
          <table class="data">
            <thead>
              <tr>
                <th scope="col">{t("chart.time")}</th>
                {series.map((one) => (
                  <th key={one.label} scope="col" class="number">
                    {one.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {times.map((time, i) => (
                <tr key={time}>
                  <td data-title={t("chart.time")}>
                    {pointTime(time, spanOf(times))}
                  </td>
                  {series.map(({ label: title, values }) => (
                    <td key={title} class="number" data-title={title}>
                      {words(unit, values[i])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}

function words(unit: Unit, value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : unitWords[unit](value);
}
