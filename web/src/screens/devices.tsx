// SPDX-License-Identifier: BSD-3-Clause
// Devices: everything at home, found by any word of it.

import { useMemo } from "preact/hooks";
import { isProvider } from "../access/provider.ts";
import type { Device, Id, NoticePage } from "../api/types.ts";
import { DataTable, type Column } from "../kit/data-table.tsx";
import { DeviceLink } from "../kit/device.tsx";
import { Empty } from "../kit/load.tsx";
import { Page } from "../kit/page.tsx";
import { Filter } from "../kit/filter.tsx";
import { useResource } from "../kit/resource.ts";
import { now } from "../live/clock.ts";
import { devices, world } from "../live/store.ts";
import { keep, route } from "../shell/route.ts";
import { ago, bytes, rate } from "../text/format.ts";
import { known, t } from "../text/t.ts";

const columnsWith = (open: Open): Column<Device>[] => [
  {
    key: "name",
    title: "rename.label",
    by: (d) => d.name,
    cell: (d) => <DeviceLink device={d} />,
  },
  {
    key: "kind",
    title: "fact.kind",
    by: (d) => kind(d) || null,
    cell: kind,
  },
  {
    key: "vendor",
    title: "fact.vendor",
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
    save: (d) => badgesOf(d, open).map(([text]) => text).join(", "),
    cell: (d) => <Badges device={d} open={open} />,
  },
  {
    key: "profile",
    title: "profile.label",
    by: (d) => d.profile,
    cell: (d) => <span class="once">{d.profile}</span>,
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
    title: "past.now",
    number: true,
    by: (d) => d.rate_out + d.rate_in,
    cell: (d) => rate(d.rate_out + d.rate_in),
  },
  {
    key: "seen",
    title: "fact.last_seen",
    number: true,
    by: (d) => Date.parse(d.last_seen),
    cell: (d) => ago(d.last_seen, now.value),
  },
];

export function Screen() {
  const query = route.value.more["q"] ?? "";
  const open = useOpen();
  const all = [...devices.value.values()];
  const rows = all.filter((device) => matches(device, query));
  return (
    <Page
      wide
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
        <p class="note">{t("screen.loading")}</p>
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
          caption={t("nav.devices")}
          columns={columnsWith(open)}
          rows={rows}
          id={(d) => d.id}
          first={{ key: "rate", up: false }}
          save="devices"
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

// What is open about each: that it is new, or something else to look at.
type Open = ReadonlyMap<Id, "new" | "look">;

export function useOpen(): Open {
  const { items } = useResource<NoticePage>(
    isProvider.value ? null : "notifications?outcome=open&limit=500",
    ["notification"],
  ).state.value.data ?? { items: [] };
  return useMemo(() => {
    const open = new Map<Id, "new" | "look">();
    for (const { device, severity, message_key } of items)
      if (device !== null && (severity !== "info" || message_key.startsWith("new_device")))
        open.set(device, severity !== "info" || open.get(device) === "look" ? "look" : "new");
    return open;
  }, [items]);
}

// Each as its words and its tone.
function badgesOf(device: Device, open: Open): [string, string][] {
  const { id, blocked, allowed, ignored, online } = device;
  const mark = open.get(id);
  const all: [boolean, string, string][] = [
    [mark !== undefined, t(mark === "look" ? "devices.look" : "past.new"), mark === "look" ? "dns" : "device"],
    [blocked, t("state.blocked"), "blocked"],
    [allowed, t("state.allowed"), "recent"],
    [ignored, t("state.ignored"), ""],
    [device.randomized_mac, t("devices.private"), ""],
    [device.encrypted_dns, t("devices.resolver"), "dns"],
    [device.vpn, t("devices.vpn"), "dns"],
    [true, t(online ? "state.online" : "state.offline"), online ? "recent" : "older"],
  ];
  return all.flatMap(([is, text, tone]) => (is ? [[text, tone]] : []));
}

export function Badges({ device, open }: { device: Device; open: Open }) {
  return (
    <span class="chips">
      {badgesOf(device, open).map(([text, tone]) => (
        <span key={text} class={`chip tone-${tone}`}>
          {text}
        </span>
      ))}
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
