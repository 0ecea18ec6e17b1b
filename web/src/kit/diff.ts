// SPDX-License-Identifier: BSD-3-Clause
// What differs between two texts, line by line: the longest common subsequence, and what is around it left out. Pure.
//
// Shape: the table of the search has at most CELLS cells; of texts that differ more the middle is said to be new whole.

export interface DiffLine {
  kind: "same" | "gone" | "new";
  text: string;
}

// A run of lines to show, and how many equal ones were left out before it.
export interface Hunk {
  skipped: number;
  lines: DiffLine[];
}

const CELLS = 1_000_000;
const AROUND = 2;

const linesOf = (text: string) =>
  text === "" ? [] : text.replace(/\n$/, "").split("\n");

export function diffLines(before: string, after: string): DiffLine[] {
  const a = linesOf(before);
  const b = linesOf(after);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (
    tail < Math.min(a.length, b.length) - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  )
    tail++;
  const as = (kind: DiffLine["kind"]) => (text: string) => ({ kind, text });
  return [
    ...a.slice(0, head).map(as("same")),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map(as("same")),
  ];
}

function middle(a: string[], b: string[]): DiffLine[] {
  const gone = (text: string): DiffLine => ({ kind: "gone", text });
  const fresh = (text: string): DiffLine => ({ kind: "new", text });
  const width = b.length + 1;
  if ((a.length + 1) * width > CELLS) return [...a.map(gone), ...b.map(fresh)];
  // common[i * width + j]: how many lines the rest of a from i and of b from j share.
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] =
        a[i] === b[j]
          ? at(i + 1, j + 1) + 1
          : Math.max(at(i + 1, j), at(i, j + 1));
  const out: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const [x, y] = [a[i], b[j]];
    if (x !== undefined && x === y) {
      out.push({ kind: "same", text: x });
      i++;
      j++;
    } else if (x !== undefined && (y === undefined || at(i + 1, j) >= at(i, j + 1))) {
      out.push(gone(x));
      i++;
    } else {
      out.push(fresh(y ?? ""));
      j++;
    }
  }
  return out;
}

export function hunks(lines: readonly DiffLine[], around = AROUND): Hunk[] {
  const shown = lines.map((_, i) =>
    lines
      .slice(Math.max(0, i - around), i + around + 1)
      .some(({ kind }) => kind !== "same"),
  );
  const out: Hunk[] = [];
  let skipped = 0;
  lines.forEach((line, i) => {
    if (!shown[i]) {
      skipped++;
      return;
    }
    if (i === 0 || !shown[i - 1]) {
      out.push({ skipped, lines: [] });
      skipped = 0;
    }
    out[out.length - 1]?.lines.push(line);
  });
  return out;
}
