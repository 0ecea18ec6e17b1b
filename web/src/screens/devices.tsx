// SPDX-License-Identifier: BSD-3-Clause
// Devices: everything at home, found by any word of it.

import type { Device } from "../api/types.ts";
import { DataTable, type Column } from "../kit/data-table.tsx";
import { DeviceLink } from "../kit/device.tsx";
import { Empty } from "../kit/load.tsx";
import { Page } from "../kit/page.tsx";
import { Filter } from "../kit/filter.tsx";
import { now } from "../live/clock.ts";
import { devices, world } from "../live/store.ts";
import { keep, route } from "../shell/route.ts";
import { ago, bytes, rate } from "../text/format.ts";
import { known, t } from "../text/t.ts";

const columns: Column<Device>[] = [
  {
    key: "name",
    title: "devices.name",
    by: (d) => d.name,
    cell: (d) => <DeviceLink device={d} />,
  },
  {
    key: "kind",
    title: "devices.kind",
    by: (d) => kind(d) || null,
    cell: kind,
  },
  {
    key: "vendor",
    title: "devices.vendor",
    by: (d) => d.vendor,
    cell: (d) => d.vendor,
  },
  {
    key: "address",
    title: "devices.address",
    by: (d) => d.addresses[0]?.address ?? null,
    cell: (d) => <code>{d.addresses[0]?.address ?? d.mac}</code>,
  },
  {
    key: "state",
    title: "devices.state",
    cell: (d) => <Badges device={d} />,
  },
  {
    key: "profile",
    title: "devices.profile",
    by: (d) => d.profile,
    cell: (d) => d.profile,
  },
  {
    key: "total",
    title: "devices.total",
    number: true,
    by: (d) => d.bytes_out + d.bytes_in,
    cell: (d) => bytes(d.bytes_out + d.bytes_in),
  },
  {
    key: "rate",
    title: "devices.rate",
    number: true,
    by: (d) => d.rate_out + d.rate_in,
    cell: (d) => rate(d.rate_out + d.rate_in),
  },
  {
    key: "seen",
    title: "devices.seen",
    number: true,
    by: (d) => Date.parse(d.last_seen),
    cell: (d) => ago(d.last_seen, now.value),
  },
];

export function Screen() {
  const query = route.value.more["q"] ?? "";
  const all = [...devices.value.values()];
  const rows = all.filter((device) => matches(device, query));
  return (
    <Page
      wide
      title={t("devices.title")}
      lead={t("devices.lead", { n: all.length })}
      tools={
        <Filter
          label={t("devices.find")}
          value={query}
          change={(q) => keep({ q })}
        />
      }
    >
      {!world.value.ready ? (
        <p class="note">{t("load.loading")}</p>
      ) : rows.length === 0 ? (
        <Empty
          icon="search"
          title={t(all.length === 0 ? "devices.empty" : "devices.nothing")}
          text={t(
            all.length === 0 ? "devices.empty.text" : "devices.nothing.text",
          )}
        />
      ) : (
        <DataTable
          caption={t("devices.title")}
          columns={columns}
          rows={rows}
          id={(d) => d.id}
          first={{ key: "rate", up: false }}
        />
      )}
    </Page>
  );
}

function kind(device: Device): string {
  return device.kind.value === "unknown"
    ? ""
    : known("sort", device.kind.value);
}

export function Badges({ device }: { device: Device }) {
  return (
    <span class="chips">
      {device.blocked && (
        <span class="chip tone-blocked">{t("state.blocked")}</span>
      )}
      {device.allowed && (
        <span class="chip tone-recent">{t("state.allowed")}</span>
      )}
      {device.ignored && <span class="chip">{t("state.ignored")}</span>}
      {device.randomized_mac && (
        <span class="chip">{t("devices.private")}</span>
      )}
      {device.encrypted_dns && (
        <span class="chip tone-dns">{t("devices.resolver")}</span>
      )}
      {device.vpn && <span class="chip tone-dns">{t("devices.vpn")}</span>}
      <span class={`chip tone-${device.online ? "recent" : "older"}`}>
        {t(device.online ? "state.online" : "state.offline")}
      </span>
    </span>
  );
}

export function matches(device: Device, query: string): boolean {
  const words = [
    device.name,
    device.hostname,
    device.vendor,
    device.mac,
    device.kind.value,
    kind(device),
    device.profile,
    ...device.addresses.map((a) => a.address),
  ];
  const text = words.join(" ").toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
