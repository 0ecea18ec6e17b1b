// SPDX-License-Identifier: BSD-3-Clause
// Facts as a list of term and description, each with where it comes from.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { isProvider } from "../access/provider.ts";
import type { Destination, Device, GraphEdge } from "../api/types.ts";
import { About } from "../kit/about.tsx";
import { useResource } from "../kit/resource.ts";
import { now } from "../live/clock.ts";
import { ago, bytes, moment, rate } from "../text/format.ts";
import { known, t, type Key } from "../text/t.ts";

const FEW = 6;

export function DeviceFacts({ device }: { device: Device }) {
  // The stream says evidence in English to everybody. Each look of a provider's is told to the household.
  const path = isProvider.value ? null : `devices/${device.id}`;
  const { kind, behind } = useResource<Device>(path).state.value.data ?? device;
  return (
    <Facts>
      {device.kind.value !== "unknown" && (
        <Fact term="fact.kind">
          <About
            sort="kind"
            thing={device.kind.value}
            name={known("sort", device.kind.value)}
          />{" "}
          <Source of={device.kind.source ?? ""} />
          {device.kind.source === "rules" && (
            <span class="quiet">
              {" "}
              {t("fact.sure", { n: device.kind.confidence })}
            </span>
          )}
          {kind.evidence.length > 0 && <Few items={kind.evidence} />}
        </Fact>
      )}
      {device.behind !== null && (
        <Fact term="fact.behind">
          {t(`fact.behind.${device.behind.what}`, {
            n: device.behind.devices,
          })}
          <Few items={(behind ?? device.behind).evidence} />
        </Fact>
      )}
      <Fact term="fact.name_source">{known("source", device.name_source)}</Fact>
      {device.hostname !== null && (
        <Fact term="fact.hostname">
          {device.hostname}{" "}
          {device.hostname_source && <Source of={device.hostname_source} />}
        </Fact>
      )}
      {device.vendor !== null && (
        <Fact term="fact.vendor">{device.vendor}</Fact>
      )}
      <Fact term="fact.mac">
        <code>{device.mac}</code>{" "}
        {device.randomized_mac && (
          <span class="quiet">({t("fact.random")})</span>
        )}
      </Fact>
      {device.joined.length > 0 && (
        <Fact term="fact.joined">
          <Few
            items={device.joined.map((station) => (
              <>
                <code>{station.mac}</code> {station.hostname}
              </>
            ))}
          />
        </Fact>
      )}
      {device.encrypted_dns && (
        <Fact term="fact.hidden">{t("fact.encrypted_dns")}</Fact>
      )}
      {device.vpn && <Fact term="fact.hidden">{t("fact.vpn")}</Fact>}
      {device.addresses.length > 0 && (
        <Fact term="fact.addresses">
          <Few
            items={device.addresses.map((a) => (
              <>
                <code>{a.address}</code> <Source of={a.source} />
              </>
            ))}
          />
        </Fact>
      )}
      <Seen first={device.first_seen} last={device.last_seen} />
      <Traffic of={device} rates={device} />
    </Facts>
  );
}

export function DestinationFacts({
  destination,
}: {
  destination: Destination;
}) {
  const kind: Key = destination.multicast
    ? "fact.multicast"
    : destination.local
      ? "fact.local"
      : destination.kind === "domain"
        ? "fact.domain"
        : "fact.address";
  return (
    <Facts>
      <Fact term="fact.kind">{t(kind)}</Fact>
      {destination.names.length > 0 && (
        <Fact term="fact.names">
          <Few items={destination.names} />
        </Fact>
      )}
      {destination.addresses.length > 0 && (
        <Fact term="fact.addresses">
          <Few
            items={destination.addresses.map((address) => (
              <code>{address}</code>
            ))}
          />
        </Fact>
      )}
      <Seen first={destination.first_seen} last={destination.last_seen} />
      <Traffic of={destination} />
    </Facts>
  );
}

export function PairFacts({ edge }: { edge: GraphEdge | undefined }) {
  if (edge === undefined)
    return <p class="note">{t("drawer.partners.none")}</p>;
  return (
    <Facts>
      {edge.services.length > 0 && (
        <Fact term="fact.services">
          {edge.services.map((service, i) => (
            <>
              {i > 0 && ", "}
              <About sort="service" thing={service} />
            </>
          ))}
        </Fact>
      )}
      <Fact term="fact.last_seen">{ago(edge.last_seen, now.value)}</Fact>
      <Fact term="fact.sent">{bytes(edge.bytes_out)}</Fact>
      <Fact term="fact.received">{bytes(edge.bytes_in)}</Fact>
      {edge.rate >= 1 && <Fact term="table.column.rate">{rate(edge.rate)}</Fact>}
    </Facts>
  );
}

function Facts({ children }: { children: ComponentChildren }) {
  return (
    <section class="panel">
      <h3>{t("drawer.known")}</h3>
      <dl class="facts">{children}</dl>
    </section>
  );
}

function Fact({ term, children }: { term: Key; children: ComponentChildren }) {
  return (
    <div>
      <dt>{t(term)}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Source({ of }: { of: string }) {
  return <span class="quiet">({known("source", of)})</span>;
}

function Seen({ first, last }: { first: string; last: string | null }) {
  return (
    <>
      <Fact term="fact.first_seen">{moment(first)}</Fact>
      <Fact term="fact.last_seen">
        {last === null ? (
          t("fact.never")
        ) : (
          <span title={moment(last)}>{ago(last, now.value)}</span>
        )}
      </Fact>
    </>
  );
}

type Counted = Pick<
  Device,
  "bytes_out" | "bytes_in" | "packets_out" | "packets_in" | "dropped"
>;

function Traffic({
  of,
  rates,
}: {
  of: Counted;
  rates?: Pick<Device, "rate_out" | "rate_in">;
}) {
  const line = (amount: number, packets: number, speed: number | undefined) => (
    <>
      {t("fact.since", {
        bytes: bytes(amount),
        packets: t("fact.packets", { n: packets }),
      })}
      {speed !== undefined && speed >= 1 && (
        <span class="quiet"> · {rate(speed)}</span>
      )}
    </>
  );
  return (
    <>
      <Fact term="fact.sent">
        {line(of.bytes_out, of.packets_out, rates?.rate_out)}
      </Fact>
      <Fact term="fact.received">
        {line(of.bytes_in, of.packets_in, rates?.rate_in)}
      </Fact>
      {of.dropped > 0 && (
        <Fact term="fact.dropped">{t("fact.packets", { n: of.dropped })}</Fact>
      )}
    </>
  );
}

// Long lists start short: a television knows hundreds of names.
function Few({ items }: { items: ComponentChildren[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? items : items.slice(0, FEW);
  return (
    <ul class="few">
      {shown.map((item, i) => (
        <li key={i}>{item}</li>
      ))}
      {shown.length < items.length && (
        <li>
          <button
            type="button"
            class="link-button"
            onClick={() => setAll(true)}
          >
            {t("drawer.more", { n: items.length - shown.length })}
          </button>
        </li>
      )}
    </ul>
  );
}
