// SPDX-License-Identifier: BSD-3-Clause
// What the counters tell besides: what was stopped and why, how full the gateway is; and how old its lists are.

import { DataTable, type Column } from "../kit/data-table.tsx";
import { About } from "../kit/about.tsx";
import { useResource } from "../kit/resource.ts";
import { now } from "../live/clock.ts";
import { formatRoute, to } from "../shell/route.ts";
import { ago, bytes, count } from "../text/format.ts";
import { known, t } from "../text/t.ts";
import { counter, stopped, type Stopped } from "./health-model.ts";
import { Figure } from "./health.tsx";
import type { List } from "./lists-change.ts";

const columns: Column<Stopped>[] = [
  {
    key: "reason",
    title: "flows.verdict",
    by: (s) => known("reason", s.reason),
    cell: (s) => <About sort="reason" thing={s.reason} name={known("reason", s.reason)} />,
  },
  {
    key: "packets",
    title: "health.packets",
    number: true,
    by: (s) => s.packets,
    cell: (s) => count(s.packets),
  },
  {
    key: "bytes",
    title: "health.bytes",
    number: true,
    by: (s) => s.bytes,
    cell: (s) => bytes(s.bytes),
  },
];

export function useCounters(): string {
  return useResource<string>("metrics", ["stats"]).state.value.data ?? "";
}

export function StoppedTable({ counters }: { counters: string }) {
  const rows = stopped(counters);
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="health-stopped">
      <h2 id="health-stopped">{t("health.stopped")}</h2>
      <DataTable
        caption={t("health.stopped")}
        columns={columns}
        rows={rows}
        id={({ reason }) => reason}
        first={{ key: "packets", up: false }}
        save="stopped"
      />
    </section>
  );
}

export function Fill({ counters }: { counters: string }) {
  return (
    <>
      <Figure term={t("health.flows")}>
        {t("health.of", {
          now: count(counter(counters, "spin_flows_active")),
          most: count(counter(counters, "spin_flows_capacity")),
        })}
      </Figure>
      <Figure term={t("health.ram")}>
        {bytes(counter(counters, "process_resident_memory_bytes"))}
      </Figure>
    </>
  );
}

export function ListAges() {
  const { items } = useResource<{ items: List[] }>("lists").state.value.data ?? { items: [] };
  if (items.length === 0) return null;
  return (
    <section aria-labelledby="health-lists">
      <h2 id="health-lists">
        <a class="device-link" href={formatRoute(to("lists"))}>
          <span>{t("nav.lists")}</span>
        </a>
      </h2>
      <dl class="figures card pad">
        {items.map(({ name, fetched, changed, error }) => (
          <Figure key={name} term={name}>
            {ago(fetched ?? changed, now.value)}
            {error !== null && <span class="problem below-name">{t("lists.error", { error })}</span>}
          </Figure>
        ))}
      </dl>
    </section>
  );
}
