// SPDX-License-Identifier: BSD-3-Clause
// A table that a person can sort: by mouse, by keyboard, and said to a screen reader. On a phone each row is a card.

import { signal, type Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { Icon } from "../shell/icons.tsx";
import type { Cell } from "./save.ts";
import { SaveCsv } from "./save-csv.tsx";
import { useStill } from "./still.ts";
import { t, type Key } from "../text/t.ts";

export interface Column<T> {
  key: string;
  title: Key;
  cell: (row: T) => ComponentChildren;
  // What it is sorted by; without it the column cannot be.
  by?: (row: T) => string | number | null;
  // What stands in a file, where that is something else.
  save?: (row: T) => Cell;
  number?: boolean;
}

export interface Order {
  key: string;
  up: boolean;
}

export function DataTable<T>({
  caption,
  columns,
  rows,
  id,
  first,
  tone,
  under,
  most = Infinity,
  save,
}: {
  caption: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  id: (row: T) => string;
  first: Order;
  tone?: (row: T) => string;
  // What is open under a row; false: nothing.
  under?: (row: T) => ComponentChildren | false;
  // So many rows at first; the others follow when somebody asks.
  most?: number;
  // The file that the rows can be saved as: what the columns are sorted by.
  save: string;
}) {
  const shown = useMemo(() => signal(most), [most]);
  const order = useMemo(() => signal(first), []);
  const { list, still: sorted } = useStill<T, HTMLTableSectionElement>(
    sortRows(rows, columns, order.value),
    id,
    order.value.key + order.value.up,
  );
  return (
    <>
      <div class="table-scroll card" tabIndex={0} role="group" aria-label={caption}>
        <table class="data">
          <caption class="unseen">{caption}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <Head key={column.key} column={column} order={order} />
              ))}
            </tr>
          </thead>
          <tbody ref={list}>
            {sorted.slice(0, shown.value).flatMap((row) => [
              <tr key={id(row)} class={tone?.(row)}>
                {columns.map((column) => (
                  <td
                    key={column.key}
                    class={column.number ? "number" : undefined}
                    data-title={t(column.title)}
                  >
                    {column.cell(row)}
                  </td>
                ))}
              </tr>,
              under?.(row) && (
                <tr key={`${id(row)} under`} class="under">
                  <td colSpan={columns.length}>{under(row)}</td>
                </tr>
              ),
            ])}
          </tbody>
        </table>
      </div>
      <p class="below">
        {sorted.length > shown.value && (
          <button
            type="button"
            class="plain"
            onClick={() => {
              shown.value += most;
            }}
          >
            {t("drawer.more", { n: sorted.length - shown.value })}
          </button>
        )}
        <SaveCsv name={save} rows={() => asCells(sorted, columns)} />
      </p>
    </>
  );
}

function asCells<T>(rows: readonly T[], columns: readonly Column<T>[]): Cell[][] {
  const kept = columns.filter(({ by, save }) => (save ?? by) !== undefined);
  return [
    kept.map(({ title }) => t(title)),
    ...rows.map((row) => kept.map(({ by, save }) => (save ?? by)?.(row))),
  ];
}

function Head<T>({
  column,
  order,
}: {
  column: Column<T>;
  order: Signal<Order>;
}) {
  const { key, up } = order.value;
  const mine = key === column.key;
  if (column.by === undefined) return <th scope="col">{t(column.title)}</th>;
  return (
    <th
      scope="col"
      class={column.number ? "number" : undefined}
      aria-sort={mine ? (up ? "ascending" : "descending") : undefined}
    >
      <button
        type="button"
        class="sort"
        onClick={() => {
          order.value = {
            key: column.key,
            up: mine ? !up : column.number !== true,
          };
        }}
      >
        {t(column.title)}
        {mine && <Icon name={up ? "up" : "down"} />}
        {mine && (
          <span class="unseen">
            {t(up ? "table.sorted.ascending" : "table.sorted.descending")}
          </span>
        )}
      </button>
    </th>
  );
}

// Nothing stands last, whichever way it is sorted.
export function sortRows<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  { key, up }: Order,
): T[] {
  const by = columns.find((column) => column.key === key)?.by;
  if (by === undefined) return [...rows];
  const sign = up ? 1 : -1;
  return [...rows].sort((a, b) => {
    const x = by(a);
    const y = by(b);
    if (x === null || y === null)
      return x === y ? 0 : x === null ? 1 : -1;
    if (typeof x === "number" && typeof y === "number") return sign * (x - y);
    return sign * String(x).localeCompare(String(y), undefined, { numeric: true });
  });
}
