// SPDX-License-Identifier: BSD-3-Clause
// Text that must fit: measured with the page's own font, cut at the end with an ellipsis.

const FAMILY =
  '"Inter", "Segoe UI", system-ui, -apple-system, "Noto Sans", "Helvetica Neue", Arial, sans-serif';
const KEPT = 2000;

let context: CanvasRenderingContext2D | null | undefined;
const widths = new Map<string, number>();

export const NAME_FONT = `550 13px ${FAMILY}`;
export const NOTE_FONT = `400 11px ${FAMILY}`;

export function textWidth(text: string, font: string): number {
  const key = `${font}|${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    if (context === undefined)
      context = document.createElement("canvas").getContext("2d");
    if (context) {
      context.font = font;
      width = context.measureText(text).width;
    } else {
      width = text.length * 7;
    }
    if (widths.size > KEPT) widths.clear();
    widths.set(key, width);
  }
  return width;
}

export function cut(text: string, font: string, width: number): string {
  if (textWidth(text, font) <= width) return text;
  const letters = [...text];
  let low = 0;
  let high = letters.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (textWidth(`${letters.slice(0, middle).join("")}…`, font) <= width)
      low = middle;
    else high = middle - 1;
  }
  return `${letters.slice(0, low).join("").trimEnd()}…`;
}
