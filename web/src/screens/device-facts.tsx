// SPDX-License-Identifier: BSD-3-Clause
// What is known of a device: each fact with who says so, how sure that is, and when it was last heard.

import type { ComponentChildren } from "preact";
import type { Fact } from "../api/page-types.ts";
import type { Device } from "../api/types.ts";
import { About } from "../kit/about.tsx";
import { now } from "../live/clock.ts";
import { ago, moment } from "../text/format.ts";
import { known, t, type Key } from "../text/t.ts";
import { Few } from "./device-few.tsx";

// `told`: the same with its evidence in the reader's language; the stream says it in English to everybody.
export function DeviceFacts({
  device,
  told,
  facts,
}: {
  device: Device;
  told: Device;
  facts: readonly Fact[];
}) {
  const { kind, behind } = device;
  return (
    <section class="panel card" aria-labelledby="known">
      <h2 id="known">{t("drawer.known")}</h2>
      <dl class="facts">
        <Row term={t("rename.label")}>
          <Said value={device.name} source={device.name_source} />
        </Row>
        {kind.value !== "unknown" && (
          <Row term={t("fact.kind")}>
            <Said
              value={
                <About
                  sort="kind"
                  thing={kind.value}
                  name={known("sort", kind.value)}
                />
              }
              source={kind.source ?? ""}
              sure={kind.source === "rules" ? kind.confidence : null}
            />
            <Few class="few quiet" most={2} items={told.kind.evidence} />
          </Row>
        )}
        {behind !== null && (
          <Row term={t("fact.behind")}>
            {t(`fact.behind.${behind.what}`, { n: behind.devices })}
            <Few class="few quiet" most={2} items={(told.behind ?? behind).evidence} />
          </Row>
        )}
        {device.vendor !== null && (
          <Row term={t("fact.vendor")}>
            <Said value={device.vendor} source="vendor" />
          </Row>
        )}
        <Row term={t("fact.mac")}>
          <code>{device.mac}</code>
          {device.randomized_mac && (
            <span class="quiet below-name">{t("fact.random")}</span>
          )}
        </Row>
        <Row term={t("fact.addresses")}>
          <Few
            items={device.addresses.map((a) => (
              <Said
                key={a.address}
                value={<code>{a.address}</code>}
                source={a.source}
                sure={a.confidence}
                seen={a.last_seen}
              />
            ))}
          />
        </Row>
        {(device.encrypted_dns || device.vpn) && (
          <Row term={t("fact.hidden")}>
            {t(device.vpn ? "fact.vpn" : "fact.encrypted_dns")}
          </Row>
        )}
        <Row term={t("fact.first_seen")}>{moment(device.first_seen)}</Row>
        <Row term={t("fact.last_seen")}>{ago(device.last_seen, now.value)}</Row>
        {groups(facts).map(([fact, all]) => (
          <Row key={fact} term={known("known", fact)}>
            <Few
              most={3}
              items={all.map((one) => (
                <Said
                  key={`${one.value} ${one.source}`}
                  value={one.value}
                  source={one.source}
                  sure={one.confidence}
                  seen={one.last_seen}
                />
              ))}
            />
          </Row>
        ))}
      </dl>
    </section>
  );
}

function groups(facts: readonly Fact[]): [string, Fact[]][] {
  const found = new Map<string, Fact[]>();
  for (const fact of facts)
    found.set(fact.fact, [...(found.get(fact.fact) ?? []), fact]);
  return [...found];
}

function Row({ term, children }: { term: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Said({
  value,
  source,
  sure = null,
  seen = null,
}: {
  value: ComponentChildren;
  source: string;
  sure?: number | null;
  seen?: string | null;
}) {
  const words = [
    known("source", source),
    sure === null ? "" : t("fact.sure" as Key, { n: sure }),
    seen === null ? "" : ago(seen, now.value),
  ];
  return (
    <>
      {value}
      <span class="quiet below-name">{words.filter(Boolean).join(" · ")}</span>
    </>
  );
}
