// SPDX-License-Identifier: BSD-3-Clause
// Who at home talks to a destination, how much, and since when; each with its own block and allow.

import { useMemo } from "preact/hooks";
import type { Past } from "../api/page-types.ts";
import type { Destination, Device, Id } from "../api/types.ts";
import { DataTable, type Column } from "../kit/data-table.tsx";
import { DeviceLink } from "../kit/device.tsx";
import { useResource } from "../kit/resource.ts";
import { now } from "../live/clock.ts";
import { devices } from "../live/store.ts";
import { ago, bytes, day } from "../text/format.ts";
import { t } from "../text/t.ts";
import { PairButtons } from "./device-pair.tsx";
import { Course } from "./history-course.tsx";
import { pastPath } from "./history-use.tsx";
import { moved } from "./history-model.ts";

// As far back as the history goes, a day a point.
const ALL_S = 400 * 86_400;

interface Row {
  device: Device;
  sent: number;
  received: number;
  since: string | null;
  seen: string | null;
}

export function DestinationTalk({ destination }: { destination: Destination }) {
  const { id, domain, addresses } = destination;
  const path = useMemo(
    () =>
      pastPath(`history?destination=${id}&group=device&series=32&step=86400`, ALL_S, null),
    [id],
  );
  const { state } = useResource<Past>(path);
  const rows = rowsOf(destination, state.value.data);
  return (
    <>
      <Course
        query={`history?destination=${id}&group=none`}
        more={{ destination: domain ?? addresses[0] ?? id, by: "device" }}
      />
      <section aria-labelledby="who">
        <h2 id="who">{t("drawer.partners.destination")}</h2>
        {rows.length === 0 ? (
          <p class="note">{t("dests.nobody")}</p>
        ) : (
          <DataTable
            caption={t("drawer.partners.destination")}
            columns={columnsFor(id)}
            rows={rows}
            id={(row) => row.device.id}
            first={{ key: "total", up: false }}
            most={50}
            save={`${id}-devices`}
          />
        )}
      </section>
    </>
  );
}

function rowsOf(destination: Destination, past: Past | null): Row[] {
  const items = new Map(past?.items.map((item) => [item.device?.id, item]));
  const ids = new Set<Id>(destination.devices);
  for (const id of items.keys()) if (id) ids.add(id);
  return [...ids].flatMap((id) => {
    const device = devices.value.get(id);
    if (device === undefined) return [];
    const item = items.get(id);
    const began = item?.series?.bytes_out.findIndex(
      (out, i) => out + (item.series?.bytes_in[i] ?? 0) > 0,
    );
    return [
      {
        device,
        sent: item?.bytes_out ?? 0,
        received: item?.bytes_in ?? 0,
        since: past?.points[began ?? -1]?.time ?? null,
        seen: item?.last_seen ?? null,
      },
    ];
  });
}

function columnsFor(destination: Id): Column<Row>[] {
  return [
    {
      key: "name",
      title: "flows.device",
      by: (r) => r.device.name,
      cell: (r) => <DeviceLink device={r.device} />,
    },
    {
      key: "since",
      title: "dests.since",
      by: (r) => r.since,
      cell: (r) => (r.since === null ? "" : day(r.since)),
    },
    {
      key: "total",
      title: "devices.total",
      number: true,
      by: (r) => moved({ bytes_out: r.sent, bytes_in: r.received }),
      cell: (r) => (
        <span title={`${t("fact.sent")} ${bytes(r.sent)}, ${t("fact.received")} ${bytes(r.received)}`}>
          {bytes(r.sent + r.received)}
        </span>
      ),
    },
    {
      key: "seen",
      title: "fact.last_seen",
      number: true,
      by: (r) => r.seen,
      cell: (r) => (r.seen === null ? "" : ago(r.seen, now.value)),
    },
    {
      key: "do",
      title: "table.actions",
      cell: (r) => (
        <PairButtons
          device={r.device.id}
          destination={destination}
          name={r.device.name}
        />
      ),
    },
  ];
}
