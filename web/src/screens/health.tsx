// SPDX-License-Identifier: BSD-3-Clause
// Health: what works and what does not, in words, with the figures behind it.

import type { ComponentChildren } from "preact";
import { base } from "../api/http.ts";
import type { FullHealth, Port } from "../api/system-types.ts";
import { who } from "../access/session.ts";
import { DataTable, type Column } from "../kit/data-table.tsx";
import { Load } from "../kit/load.tsx";
import { Page } from "../kit/page.tsx";
import { useResource } from "../kit/resource.ts";
import { Icon } from "../shell/icons.tsx";
import { bytes, count, day, moment } from "../text/format.ts";
import { t, type Key } from "../text/t.ts";
import { checks, type Check } from "./health-model.ts";
import { Machine } from "./health-machine.tsx";
import { Fill, ListAges, StoppedTable, useCounters } from "./health-more.tsx";

export function Screen() {
  const { state, reload } = useResource<FullHealth>("health", [
    "alert",
    "stats",
  ]);
  const counters = useCounters();
  return (
    <Page lead={t("health.lead")}>
      <Load from={state} reload={reload}>
        {(health) => (
          <>
            <Checks list={checks(health)} />
            <section aria-labelledby="health-ports">
              <h2 id="health-ports">{t("health.ports")}</h2>
              <DataTable
                caption={t("health.ports")}
                columns={columns}
                rows={health.dataplane.ports ?? []}
                id={(port) => port.name}
                first={{ key: "name", up: true }}
                save="ports"
              />
            </section>
            <StoppedTable counters={counters} />
            <Figures health={health} counters={counters} />
            <Machine cpu={health.cpu} />
            <ListAges />
            {who.value?.role === "admin" && <Bundle />}
          </>
        )}
      </Load>
    </Page>
  );
}

export function Checks({ list }: { list: readonly Check[] }) {
  return (
    <ul class="rule-cards card">
      {list.map(({ key, ok, mild, said, why }) => (
        <li key={key}>
          <span class={`rule-icon ${ok ? "rule-allow" : mild ? "" : "rule-block"}`}>
            <Icon name={ok ? "allowed" : "warn"} />
          </span>
          <span class="rule-text">
            <span>{said ?? t(`health.${key}.${ok ? "ok" : "bad"}` as Key)}</span>
            {why !== "" && <span class="quiet">{why}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}

const columns: Column<Port>[] = [
  {
    key: "name",
    title: "health.port",
    by: (p) => p.name,
    cell: (p) => <strong>{p.name}</strong>,
  },
  {
    key: "side",
    title: "health.side",
    by: (p) => p.side,
    cell: (p) => t(`health.side.${p.side}`),
  },
  {
    key: "link",
    title: "health.link",
    cell: (p) => (
      <span class={`chip tone-${p.link && p.open ? "recent" : "blocked"}`}>
        {t(!p.open ? "health.closed" : p.link ? "health.up" : "health.down")}
      </span>
    ),
  },
  { key: "driver", title: "health.driver", cell: (p) => p.driver },
  {
    key: "in",
    title: "fact.received",
    number: true,
    by: (p) => p.rx_bytes,
    cell: (p) => bytes(p.rx_bytes),
  },
  {
    key: "out",
    title: "fact.sent",
    number: true,
    by: (p) => p.tx_bytes,
    cell: (p) => bytes(p.tx_bytes),
  },
  {
    key: "missed",
    title: "health.missed",
    number: true,
    by: (p) => p.rx_missed,
    cell: (p) => count(p.rx_missed),
  },
];

function Figures({ health, counters }: { health: FullHealth; counters: string }) {
  const { history, dataplane } = health;
  return (
    <section aria-labelledby="health-figures">
      <h2 id="health-figures">{t("health.figures")}</h2>
      <dl class="figures card pad">
        <Figure term={t("health.version")}>{health.version}</Figure>
        <Figure term={t("health.support")}>{day(health.support.until)}</Figure>
        <Figure term={t("health.since")}>
          {dataplane.since ? moment(dataplane.since) : t("fact.never")}
        </Figure>
        <Figure term={t("health.generation")}>
          {count(health.generation)}
        </Figure>
        <Figure term={t("health.memory")}>
          {t("health.of", {
            now: bytes(history.bytes),
            most: bytes(history.bytes_max),
          })}
        </Figure>
        <Fill counters={counters} />
        <Figure term={t("health.lost")}>{count(health.events_lost ?? 0)}</Figure>
      </dl>
    </section>
  );
}

export function Figure({
  term,
  children,
}: {
  term: string;
  children: ComponentChildren;
}) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Bundle() {
  return (
    <section aria-labelledby="health-bundle">
      <h2 id="health-bundle">{t("health.bundle")}</h2>
      <p>{t("health.bundle.text")}</p>
      <p class="below">
        <a
          class="plain button"
          href={`${base}/support-bundle`}
          download="spin-support.tar.gz"
        >
          {t("health.bundle.get")}
        </a>
      </p>
    </section>
  );
}
