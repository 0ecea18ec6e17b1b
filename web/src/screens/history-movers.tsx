// SPDX-License-Identifier: BSD-3-Clause
// Who moved most in a window, each with the way to its page.

import type { HistoryItem, Past } from "../api/page-types.ts";
import { DataTable, type Column } from "../kit/data-table.tsx";
import { DestinationLink } from "../kit/destination.tsx";
import { DeviceLink } from "../kit/device.tsx";
import { now } from "../live/clock.ts";
import { devices } from "../live/store.ts";
import { ago, bytes } from "../text/format.ts";
import { t } from "../text/t.ts";
import { moved, sumsBy, type Sum } from "./history-model.ts";
import type { By, Namer } from "./history-view.ts";

export function Movers({ past, by, namer }: { past: Past; by: By; namer: Namer }) {
  return (
    <section aria-labelledby="movers">
      <h2 id="movers">{t("past.movers")}</h2>
      <DataTable
        key={by}
        caption={t("past.movers")}
        columns={columns}
        rows={sumsBy(past.items, namer)}
        id={(row) => row.key}
        first={{ key: "total", up: false }}
        most={20}
        save={`history-${by}-total`}
      />
      {past.rest.items > 0 && (
        <p class="quiet">
          {t("past.rest", { n: past.rest.items, bytes: bytes(moved(past.rest)) })}
        </p>
      )}
    </section>
  );
}

export function Named({ items, name }: { items: readonly HistoryItem[]; name: string }) {
  const [first] = items;
  const device = first?.device?.id ? devices.value.get(first.device.id) : undefined;
  if (items.length === 1 && device !== undefined && device.name === name)
    return <DeviceLink device={device} />;
  if (first?.destination?.id)
    return <DestinationLink id={first.destination.id} name={name} />;
  return <>{name}</>;
}

const columns: Column<Sum>[] = [
  {
    key: "name",
    title: "rename.label",
    by: (s) => s.key,
    cell: (s) => <Named items={s.items} name={s.key} />,
  },
  {
    key: "sent",
    title: "fact.sent",
    number: true,
    by: (s) => s.bytes_out,
    cell: (s) => bytes(s.bytes_out),
  },
  {
    key: "received",
    title: "fact.received",
    number: true,
    by: (s) => s.bytes_in,
    cell: (s) => bytes(s.bytes_in),
  },
  {
    key: "total",
    title: "devices.total",
    number: true,
    by: moved,
    cell: (s) => bytes(moved(s)),
  },
  {
    key: "seen",
    title: "fact.last_seen",
    number: true,
    by: (s) => s.last_seen,
    cell: (s) => ago(s.last_seen, now.value),
  },
];
