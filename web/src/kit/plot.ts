// SPDX-License-Identifier: BSD-3-Clause
// Draws a chart with uPlot: the only file that knows it, loaded when the first chart is seen.
//
// Shape: colours are asked of the style sheet at every drawing, so a change of theme is one redraw.

import uPlot from "uplot";
import { stack, tick, unitWords, type Series, type Unit } from "./chart-model.ts";

export interface Picture {
  times: readonly number[];
  series: readonly Series[];
  stacked: boolean;
  unit: Unit;
  // The point under the pointer, or null.
  looked: (index: number | null) => void;
}

const TICK_GAP = 72;
const VALUE_WIDTH = 64;

// A picture in `holder` as wide and as high as it is, until it is ended. Returns the end of it.
export function draw(holder: HTMLElement, picture: Picture): () => void {
  const colour = (name: string) => () =>
    getComputedStyle(holder).getPropertyValue(`--${name}`).trim();
  const { series, times, stacked } = picture;
  const seconds = times.map((time) => time / 1000);
  const lines = stacked ? stack(series) : series.map((one) => [...one.values]);
  const order = series.map((one, i) => ({ one, line: lines[i] ?? [] }));
  // The highest sum first: the lower ones cover its foot.
  if (stacked) order.reverse();
  const plot = new uPlot(
    {
      width: Math.max(holder.clientWidth, 1),
      height: Math.max(holder.clientHeight, 1),
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: { y: { range: (_, __, max) => uPlot.rangeNum(0, max || 1, 0.1, true) } },
      axes: [axisOfTimes(colour), axisOfValues(colour, picture.unit)],
      series: [
        {},
        ...order.map(({ one }) => ({
          stroke: colour(`${one.tone}-line`),
          width: 1.5,
          points: { show: false },
          ...(stacked ? { fill: colour(`${one.tone}-fill`) } : {}),
        })),
      ],
      hooks: { setCursor: [(u) => picture.looked(u.cursor.idx ?? null)] },
    },
    [seconds, ...order.map(({ line }) => line)] as uPlot.AlignedData,
    holder,
  );
  const sized = new ResizeObserver(() => {
    const { clientWidth: width, clientHeight: height } = holder;
    if (width > 0 && height > 0 && (width !== plot.width || height !== plot.height))
      plot.setSize({ width, height });
  });
  sized.observe(holder);
  const themed = new MutationObserver(() => plot.redraw(false));
  themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => {
    sized.disconnect();
    themed.disconnect();
    plot.destroy();
  };
}

type Colour = (name: string) => () => string;

function axis(colour: Colour): uPlot.Axis {
  return {
    stroke: colour("ink-quiet"),
    font: "11px system-ui, sans-serif",
    grid: { stroke: colour("line"), width: 1 },
    ticks: { show: false },
  };
}

function axisOfTimes(colour: Colour): uPlot.Axis {
  return {
    ...axis(colour),
    size: 26,
    space: TICK_GAP,
    values: (_, splits, __, ___, step) =>
      splits.map((second) => tick(second * 1000, step * 1000)),
  };
}

function axisOfValues(colour: Colour, unit: Unit): uPlot.Axis {
  return {
    ...axis(colour),
    size: VALUE_WIDTH,
    space: 32,
    values: (_, splits) => splits.map((value) => unitWords[unit](value)),
  };
}
