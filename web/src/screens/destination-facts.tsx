// SPDX-License-Identifier: BSD-3-Clause
// What is known of a destination: names, addresses, whose it is, and which lists name it.

import type { ComponentChildren } from "preact";
import type { Destination } from "../api/types.ts";
import { countryName } from "../kit/destination.tsx";
import { now } from "../live/clock.ts";
import { ago, moment } from "../text/format.ts";
import { t, type Key } from "../text/t.ts";
import { Few } from "./device-few.tsx";

export function DestinationFacts({ of }: { of: Destination }) {
  const { network, lists } = of;
  const number = network?.number ?? null;
  return (
    <section class="panel card" aria-labelledby="known">
      <h2 id="known">{t("drawer.known")}</h2>
      <dl class="facts">
        <Row term="fact.names">
          {of.names.length > 0 && <Few items={of.names} />}
        </Row>
        <Row term="fact.addresses">
          {of.addresses.length > 0 && (
            <Few items={of.addresses.map((one) => <code key={one}>{one}</code>)} />
          )}
        </Row>
        <Row term="dests.organisation">{of.organisation}</Row>
        <Row term="dests.network">
          {network !== null && (
            <>
              {network.name} {number !== null && <code>AS{number}</code>}
            </>
          )}
        </Row>
        <Row term="dests.country">
          {of.local
            ? t("dests.home")
            : of.country !== null && countryName(of.country)}
        </Row>
        <Row term="fact.first_seen">{moment(of.first_seen)}</Row>
        <Row term="fact.last_seen">{ago(of.last_seen, now.value)}</Row>
        <Row term="dests.lists">
          {lists !== undefined &&
            (lists.length === 0
              ? t("dests.lists.none")
              : lists.map(({ name, action, named }) => (
                  <div key={name}>
                    <strong>{name}</strong> {t(`dests.list.${action}`)}
                    <span class="quiet below-name">{named.join(", ")}</span>
                  </div>
                )))}
        </Row>
      </dl>
    </section>
  );
}

// What nobody knows has no row.
export function Row({
  term,
  children,
}: {
  term: Key;
  children: ComponentChildren;
}) {
  if (!children) return null;
  return (
    <div>
      <dt>{t(term)}</dt>
      <dd>{children}</dd>
    </div>
  );
}
