// SPDX-License-Identifier: BSD-3-Clause
// What a device does: how much over time, with whom by name, organisation or country, by which services, at what hours.

import type { HistoryItem } from "../api/page-types.ts";
import type { Device } from "../api/types.ts";
import { About } from "../kit/about.tsx";
import { DataTable, type Column } from "../kit/data-table.tsx";
import { countryName, DestinationLink } from "../kit/destination.tsx";
import { Load } from "../kit/load.tsx";
import { now } from "../live/clock.ts";
import { destinations } from "../live/store.ts";
import { keep, route } from "../shell/route.ts";
import { ago, bytes } from "../text/format.ts";
import { t } from "../text/t.ts";
import { PairButtons } from "./device-pair.tsx";
import { Course, USUAL } from "./history-course.tsx";
import { Hours } from "./history-hours.tsx";
import { moved, sumsBy, windowOf, windows, type Sum } from "./history-model.ts";
import { usePast } from "./history-use.tsx";

const bys = ["name", "organisation", "country"] as const;
type By = (typeof bys)[number];

export function DeviceTalk({ device }: { device: Device }) {
  const base = `devices/${device.id}/history`;
  return (
    <>
      <Course
        query={`${base}?group=none`}
        more={{ device: device.id, by: "destination" }}
      />
      <TalksTo device={device} base={base} />
      <Services base={base} />
      <Hours query={`${base}?group=none`} />
    </>
  );
}

function seconds(): number {
  return windows[windowOf(route.value.more["w"], USUAL)];
}

function TalksTo({ device, base }: { device: Device; base: string }) {
  const { state, reload } = usePast(
    `${base}?group=destination&limit=500`,
    seconds(),
  );
  const by = bys.find((one) => one === route.value.more["by"]) ?? "name";
  return (
    <section aria-labelledby="talks">
      <div class="section-head">
        <h2 id="talks">{t("drawer.partners.device")}</h2>
        <div class="segments" role="group" aria-label={t("page.by")}>
          {bys.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === by}
              onClick={() => keep({ by: one })}
            >
              {t(`page.by.${one}`)}
            </button>
          ))}
        </div>
      </div>
      <Load from={state} reload={reload}>
        {(past) => {
          const groups = past.items.filter(isGroup);
          const rows = sumsBy(
            past.items.filter((item) => !isGroup(item)),
            keyFor(by),
          );
          const group = groups.reduce((sum, item) => sum + moved(item), 0);
          return rows.length === 0 ? (
            <p class="note">{t("past.nothing")}</p>
          ) : (
            <>
              <DataTable
                key={by}
                caption={t("drawer.partners.device")}
                columns={columnsFor(device, by)}
                rows={rows}
                id={(row) => row.key}
                first={{ key: "total", up: false }}
                most={25}
                save={`${device.id}-${by}`}
              />
              {groups.length > 0 && (
                <p class="quiet">
                  {t("page.groups", { n: groups.length, bytes: bytes(group) })}
                </p>
              )}
              {past.rest.items > 0 && (
                <p class="quiet">
                  {t("past.rest", { n: past.rest.items, bytes: bytes(moved(past.rest)) })}
                </p>
              )}
            </>
          );
        }}
      </Load>
    </section>
  );
}

// To all devices at once: nobody that it talks with.
function isGroup({ destination }: HistoryItem): boolean {
  const id = destination?.id;
  return id ? destinations.value.get(id)?.multicast === true : false;
}

function keyFor(by: By): (item: HistoryItem) => string {
  return ({ destination }) => {
    const { id = null, kind = "other", name = null } = destination ?? {};
    if (by === "name") return id ?? name ?? t("past.others");
    const is = id === null ? undefined : destinations.value.get(id);
    if (by === "organisation")
      return kind === "organisation"
        ? (name ?? t("past.unknown"))
        : (is?.organisation ??
            is?.network?.name ??
            (is?.local ? t("dests.home") : t("past.unknown")));
    if (is?.local) return t("dests.home");
    const code = kind === "country" ? name : (is?.country ?? null);
    return code === null ? t("past.unknown") : countryName(code);
  };
}

function columnsFor(device: Device, by: By): Column<Sum>[] {
  const label = (sum: Sum) =>
    sum.items[0]?.destination?.name ?? t("past.others");
  const where = (sum: Sum) => {
    const id = sum.items[0]?.destination?.id;
    const is = id ? destinations.value.get(id) : undefined;
    return is?.organisation ?? is?.network?.name ?? null;
  };
  const named: Column<Sum> = {
    key: "name",
    title: "page.by.name",
    by: label,
    cell: (sum) => {
      const id = sum.items[0]?.destination?.id;
      return (
        <>
          {id ? <DestinationLink id={id} name={label(sum)} /> : label(sum)}
          <span class="quiet below-name">{where(sum)}</span>
        </>
      );
    },
  };
  const grouped: Column<Sum> = {
    key: "name",
    title: `page.by.${by}`,
    by: (sum) => sum.key,
    cell: (sum) => (
      <>
        <strong>{sum.key}</strong>
        <span class="quiet below-name">
          {sum.items.slice(0, 4).map((i) => i.destination?.name ?? "").join(", ")}
          {sum.items.length > 4 && ` ${t("fact.more", { n: sum.items.length - 4 })}`}
        </span>
      </>
    ),
  };
  return [
    by === "name" ? named : grouped,
    {
      key: "sent",
      title: "fact.sent",
      number: true,
      by: (sum) => sum.bytes_out,
      cell: (sum) => bytes(sum.bytes_out),
    },
    {
      key: "received",
      title: "fact.received",
      number: true,
      by: (sum) => sum.bytes_in,
      cell: (sum) => bytes(sum.bytes_in),
    },
    {
      key: "total",
      title: "devices.total",
      number: true,
      by: moved,
      cell: (sum) => bytes(moved(sum)),
    },
    {
      key: "seen",
      title: "fact.last_seen",
      number: true,
      by: (sum) => sum.last_seen,
      cell: (sum) => ago(sum.last_seen, now.value),
    },
    ...(by === "name"
      ? [
          {
            key: "do",
            title: "table.actions" as const,
            cell: (sum: Sum) => {
              const id = sum.items[0]?.destination?.id;
              return id ? (
                <PairButtons
                  device={device.id}
                  destination={id}
                  name={label(sum)}
                />
              ) : null;
            },
          },
        ]
      : []),
  ];
}

function Services({ base }: { base: string }) {
  const { state, reload } = usePast(`${base}?group=service&limit=12`, seconds());
  return (
    <section aria-labelledby="services">
      <h2 id="services">{t("fact.services")}</h2>
      <Load from={state} reload={reload}>
        {({ items, rest }) => {
          const sums = sumsBy(items, (one) => one.service ?? t("past.others"));
          const most = Math.max(1, ...sums.map(moved));
          return sums.length === 0 ? (
            <p class="note">{t("past.nothing")}</p>
          ) : (
            <ul class="talkers services card">
              {sums.map((sum) => (
                <Bar
                  key={sum.key}
                  label={sum.key}
                  share={moved(sum) / most}
                  value={bytes(moved(sum))}
                />
              ))}
              {rest.items > 0 && (
                <Bar
                  label={t("past.others")}
                  share={moved(rest) / most}
                  value={bytes(moved(rest))}
                />
              )}
            </ul>
          );
        }}
      </Load>
    </section>
  );
}

function Bar({ label, share, value }: { label: string; share: number; value: string }) {
  return (
    <li>
      <span>
        <About sort="service" thing={label} />
      </span>
      <span class="rate-bar">
        <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
          <rect width={Math.max(0.5, Math.min(1, share) * 100)} height="6" />
        </svg>
        <span class="number">{value}</span>
      </span>
    </li>
  );
}
