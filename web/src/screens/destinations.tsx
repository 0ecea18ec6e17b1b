// SPDX-License-Identifier: BSD-3-Clause
// Destinations: everybody that the home talked to, found by any word of it.

import type { Destination } from "../api/types.ts";
import { DataTable, type Column } from "../kit/data-table.tsx";
import { countryName, DestinationLink } from "../kit/destination.tsx";
import { Filter } from "../kit/filter.tsx";
import { Empty } from "../kit/load.tsx";
import { Page } from "../kit/page.tsx";
import { now } from "../live/clock.ts";
import { destinations, world } from "../live/store.ts";
import { keep, route } from "../shell/route.ts";
import { ago, bytes, count } from "../text/format.ts";
import { t } from "../text/t.ts";

const AT_FIRST = 100;

// A column that nobody has anything for is left out.
interface Maybe extends Column<Destination> {
  maybe?: (d: Destination) => boolean;
}

const columns: Maybe[] = [
  {
    key: "name",
    title: "rename.label",
    by: (d) => d.name,
    cell: (d) => <DestinationLink id={d.id} name={d.name} />,
  },
  {
    key: "organisation",
    title: "dests.organisation",
    by: organisation,
    cell: organisation,
    maybe: (d) => organisation(d) !== null,
  },
  {
    key: "country",
    title: "dests.country",
    by: country,
    cell: country,
    maybe: (d) => d.country !== null,
  },
  {
    key: "state",
    title: "devices.state",
    save: (d) =>
      d.blocked ? "blocked" : d.allowed ? "allowed" : d.ignored ? "ignored" : "",
    cell: (d) => <Badges of={d} />,
  },
  {
    key: "devices",
    title: "nav.devices",
    number: true,
    by: (d) => d.devices.length,
    cell: (d) => count(d.devices.length),
  },
  {
    key: "sent",
    title: "fact.sent",
    number: true,
    by: (d) => d.bytes_out,
    cell: (d) => bytes(d.bytes_out),
  },
  {
    key: "received",
    title: "fact.received",
    number: true,
    by: (d) => d.bytes_in,
    cell: (d) => bytes(d.bytes_in),
  },
  {
    key: "seen",
    title: "fact.last_seen",
    number: true,
    by: (d) => (d.last_seen === null ? null : Date.parse(d.last_seen)),
    save: (d) => d.last_seen,
    cell: (d) => ago(d.last_seen, now.value),
  },
];

export function Screen() {
  const { q = "", show = "" } = route.value.more;
  const all = [...destinations.value.values()].filter((d) => !d.multicast);
  const rows = all.filter((d) => isShown(d, show) && matches(d, q));
  return (
    <Page
      wide
      lead={t("dests.lead", { n: all.length })}
      tools={
        <>
          <select
            class="choice"
            aria-label={t("dests.show")}
            value={show}
            onChange={(event) => keep({ show: event.currentTarget.value })}
          >
            {shows.map((one) => (
              <option key={one} value={one} selected={one === show}>
                {t(`dests.show.${one === "" ? "all" : one}`)}
              </option>
            ))}
          </select>
          <Filter
            label={t("dests.find")}
            value={q}
            change={(text) => keep({ q: text })}
          />
        </>
      }
    >
      {!world.value.ready ? (
        <p class="note">{t("screen.loading")}</p>
      ) : rows.length === 0 ? (
        <Empty
          icon="search"
          title={t(all.length === 0 ? "dests.empty" : "dests.nothing")}
          text={t(all.length === 0 ? "dests.empty.text" : "devices.nothing.text")}
        />
      ) : (
        <DataTable
          caption={t("nav.destinations")}
          columns={columns.filter(({ maybe }) => maybe === undefined || rows.some(maybe))}
          rows={rows}
          id={(d) => d.id}
          first={{ key: "received", up: false }}
          most={AT_FIRST}
          save="destinations"
        />
      )}
    </Page>
  );
}

const shows = ["", "outside", "home", "blocked", "dns"] as const;

function isShown(d: Destination, show: string): boolean {
  if (show === "outside") return !d.local;
  if (show === "home") return d.local;
  if (show === "blocked") return d.blocked;
  return show !== "dns" || d.dns_only;
}

function organisation(d: Destination): string | null {
  return d.organisation ?? d.network?.name ?? null;
}

function country(d: Destination): string | null {
  return d.local
    ? t("dests.home")
    : d.country === null
      ? null
      : countryName(d.country);
}

export function Badges({ of }: { of: Destination }) {
  return (
    <span class="chips">
      {of.blocked && (
        <span class="chip tone-blocked">{t("state.blocked")}</span>
      )}
      {of.allowed && (
        <span class="chip tone-recent">{t("state.allowed")}</span>
      )}
      {of.ignored && <span class="chip">{t("state.ignored")}</span>}
      {of.dns_only && <span class="chip tone-dns">{t("state.dns")}</span>}
    </span>
  );
}

export function matches(d: Destination, query: string): boolean {
  const text = [
    d.name,
    ...d.names,
    ...d.addresses,
    organisation(d),
    d.network?.number,
    d.country,
    country(d),
  ]
    .join(" ")
    .toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
