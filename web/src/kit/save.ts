// SPDX-License-Identifier: BSD-3-Clause
// A table as a file: what is on the screen, in its order, all of its rows.
//
// Source: RFC 4180 (CSV); OWASP "CSV Injection" for the apostrophe.

export type Cell = string | number | null | undefined;

export function csv(rows: readonly (readonly Cell[])[]): string {
  const cell = (value: Cell) =>
    typeof value === "number"
      ? String(value)
      : `"${(value ?? "").replace(/^(?=[=+\-@\t\r])/, "'").replaceAll('"', '""')}"`;
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

export function saveCsv(name: string, rows: readonly (readonly Cell[])[]): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([csv(rows)], { type: "text/csv" }));
  link.download = `${name}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
