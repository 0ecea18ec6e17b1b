// SPDX-License-Identifier: BSD-3-Clause
// Draws a chart as SVG; the style sheet colours it, so a change of theme is none of its business.

import { stack, tick, timeTicks, unitWords, valueTicks, type Series, type Unit } from "./chart-model.ts";

export interface Picture {
  times: readonly number[];
  series: readonly Series[];
  stacked: boolean;
  unit: Unit;
  // The point under the pointer, or null.
  looked: (index: number | null) => void;
}

const TICK_GAP = 72;
const VALUE_GAP = 32;
// Room for the words of both axes, and for half a line above and half a time beside the picture.
const LETTER = 6.4;
const BELOW = 26;
const EDGE = 8;

type Line = readonly (number | null)[];

// A picture in `holder` as wide and as high as it is, until it is ended. Returns the end of it.
export function draw(holder: HTMLElement, picture: Picture): () => void {
  const svg = element("svg", { class: "plot", "aria-hidden": "true" });
  const mark = element("path", { class: "plot-at" });
  holder.append(svg);
  let across = (_: number): number => 0;
  const paint = () => {
    const { clientWidth: width, clientHeight: height } = holder;
    if (width > 0 && height > 0) across = paintAll(svg, mark, picture, width, height);
  };
  const look = ({ clientX }: PointerEvent) => {
    const at = nearest(picture.times.map(across), clientX - svg.getBoundingClientRect().x);
    if (at !== null) mark.setAttribute("d", `M${across(picture.times[at] ?? 0)} ${EDGE}V${holder.clientHeight - BELOW}`);
    picture.looked(at);
  };
  const leave = () => {
    mark.removeAttribute("d");
    picture.looked(null);
  };
  const sized = new ResizeObserver(paint);
  sized.observe(holder);
  holder.addEventListener("pointermove", look);
  holder.addEventListener("pointerdown", look);
  holder.addEventListener("pointerleave", leave);
  paint();
  return () => {
    sized.disconnect();
    holder.removeEventListener("pointermove", look);
    holder.removeEventListener("pointerdown", look);
    holder.removeEventListener("pointerleave", leave);
    svg.remove();
  };
}

// Returns where a time stands.
function paintAll(
  svg: SVGElement,
  mark: SVGElement,
  { times, series, stacked, unit }: Picture,
  width: number,
  height: number,
): (time: number) => number {
  const lines: Line[] = stacked ? stack(series) : series.map((one) => one.values);
  const from = times[0] ?? 0;
  const span = Math.max(1, (times.at(-1) ?? 0) - from);
  const top = Math.max(0, ...lines.flat().map((value) => value ?? 0));
  const values = valueTicks(top, Math.max(1, (height - BELOW) / VALUE_GAP));
  const most = Math.max(top * 1.1, values.at(-1) ?? 0) || 1;
  const floor = height - BELOW;
  const words = values.map(unitWords[unit]);
  const left = 2 * EDGE + LETTER * Math.max(...words.map((one) => one.length));
  const x = (time: number) => round(left + ((time - from) / span) * (width - left - EDGE));
  const y = (value: number) => round(floor - (value / most) * (floor - EDGE));
  const { step, ticks } = timeTicks(from, from + span, (width - left) / TICK_GAP);
  const grid = [
    ...values.map((value) => `M${left} ${y(value)}H${width - EDGE}`),
    ...ticks.map((time) => `M${x(time)} ${EDGE}V${floor}`),
  ];
  const courses = series.map(({ tone }, i) => ({ tone, line: lines[i] ?? [] }));
  // The highest sum first: the lower ones cover its foot.
  if (stacked) courses.reverse();
  // On paper it is as wide as that is.
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.replaceChildren(
    element("path", { class: "plot-grid", d: grid.join("") }),
    ...values.map((value, i) => label(words[i] ?? "", left - EDGE, y(value) + 4, "end")),
    ...ticks
      .filter((time) => x(time) + (LETTER / 2) * tick(time, step).length < width)
      .map((time) => label(tick(time, step), x(time), height - EDGE, "middle")),
    ...courses.flatMap(({ tone, line }) => {
      const d = course(line, (i) => x(times[i] ?? 0), y);
      const edge = element("path", { class: `plot-line tone-${tone}`, d });
      if (!stacked || d === "") return [edge];
      const foot = `L${x(times.at(-1) ?? 0)} ${floor}L${x(from)} ${floor}Z`;
      return [element("path", { class: `plot-area tone-${tone}`, d: d + foot }), edge];
    }),
    mark,
  );
  return x;
}

// Where nothing is known the line is broken.
function course(line: Line, x: (i: number) => number, y: (value: number) => number): string {
  let pen = "M";
  return line
    .map((value, i) => {
      const part = value === null ? "" : `${pen}${x(i)} ${y(value)}`;
      pen = value === null ? "M" : "L";
      return part;
    })
    .join("");
}

function nearest(places: readonly number[], at: number): number | null {
  let best: number | null = null;
  places.forEach((place, i) => {
    if (best === null || Math.abs(place - at) < Math.abs((places[best] ?? 0) - at)) best = i;
  });
  return best;
}

function label(text: string, x: number, y: number, anchor: string): SVGElement {
  const made = element("text", { x: String(x), y: String(y), "text-anchor": anchor });
  made.textContent = text;
  return made;
}

function element(name: string, attributes: Record<string, string>): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function round(place: number): number {
  return Math.round(place * 10) / 10;
}
