// SPDX-License-Identifier: BSD-3-Clause
// Who a node talks to, each with its own block and allow: the pair is acted on from here.

import { useState } from "preact/hooks";
import type { Subject } from "../api/act.ts";
import type { GraphEdge, Id } from "../api/types.ts";
import { edgeTone } from "../graph/look.ts";
import { Mark } from "../graph/node.tsx";
import { useStill } from "../kit/still.ts";
import { now } from "../live/clock.ts";
import { destinations, devices, rules } from "../live/store.ts";
import { perform } from "../shell/actions.ts";
import { Icon, type IconName } from "../shell/icons.tsx";
import { openSubject } from "../shell/route.ts";
import { ago, bytes, rate } from "../text/format.ts";
import { t, type Key } from "../text/t.ts";
import { useTalk } from "./talk.ts";

const FEW = 12;

interface Partner {
  device: Id;
  destination: Id;
  name: string;
  edge: GraphEdge | undefined;
  blocked: boolean;
  tone: string;
  note: string;
}

export function Partners({ subject }: { subject: Subject }) {
  const [all, setAll] = useState(false);
  const talk = useTalk();
  const { list, still: partners } = useStill<Partner, HTMLUListElement>(
    subject.kind === "pair" ? [] : partnersOf(subject, talk),
    keyOf,
  );
  if (subject.kind === "pair") return null;
  const shown = all ? partners : partners.slice(0, FEW);
  return (
    <section class="panel">
      <h3>
        {t(`drawer.partners.${subject.kind}`)}{" "}
        <span class="count">{partners.length}</span>
      </h3>
      {partners.length === 0 && <p class="note">{t("drawer.partners.none")}</p>}
      <ul class="partners" ref={list}>
        {shown.map((partner) => (
          <PartnerRow
            key={keyOf(partner)}
            partner={partner}
            of={subject.kind}
          />
        ))}
      </ul>
      {shown.length < partners.length && (
        <button type="button" class="link-button" onClick={() => setAll(true)}>
          {t("drawer.more", { n: partners.length - shown.length })}
        </button>
      )}
    </section>
  );
}

function keyOf({ device, destination }: Partner): string {
  return `${device}~${destination}`;
}

function PartnerRow({
  partner,
  of,
}: {
  partner: Partner;
  of: "device" | "destination";
}) {
  const { device, destination, name, blocked, tone, note } = partner;
  const pair: Subject = { kind: "pair", device, destination };
  const verb = blocked ? "unblock" : "block";
  const look: Record<
    string,
    ["circle" | "octagon" | "diamond" | "square", IconName]
  > = {
    recent: ["circle", "recent"],
    older: ["circle", "older"],
    blocked: ["octagon", "blocked"],
    dns: ["diamond", "dns"],
  };
  const [shape, icon] = look[tone] ?? ["circle", "older"];
  return (
    <li>
      <button type="button" class="partner" onClick={() => openSubject(pair)}>
        <Mark
          shape={
            of === "device" ? shape : tone === "blocked" ? "octagon" : "circle"
          }
          tone={tone}
          icon={icon}
          size={24}
        />
        <span class="partner-text">
          <span class="partner-name">
            {name}
            <span class="unseen">, {t(`state.${tone}` as Key)}, </span>
          </span>
          <span class="quiet">{note}</span>
        </span>
      </button>
      <button
        type="button"
        class={`mini${blocked ? " on" : ""}`}
        aria-label={t("action.of", { action: t(`action.${verb}`), name })}
        title={t(`action.${verb}`)}
        onClick={() => void perform(pair, verb)}
      >
        <Icon name={blocked ? "undo" : "blocked"} />
        <span>{t(`action.${verb}`)}</span>
      </button>
    </li>
  );
}

// Those of the last ten minutes by rate and time, then those known from before.
function partnersOf(
  subject: Exclude<Subject, { kind: "pair" }>,
  talk: readonly GraphEdge[],
): Partner[] {
  const here = subject.kind === "device" ? subject.device : subject.destination;
  const edges = talk.filter((edge) => edge[subject.kind] === here);
  const other = (edge: GraphEdge) =>
    subject.kind === "device" ? edge.destination : edge.device;
  const seen = new Set(edges.map(other));
  const live = [...edges]
    .sort(
      (a, b) =>
        b.rate - a.rate || (b.last_seen ?? "").localeCompare(a.last_seen ?? ""),
    )
    .map((edge) => ({
      ...pairIds(subject, other(edge)),
      name: nameOf(subject.kind, other(edge)),
      edge,
      blocked: edge.blocked,
      tone: edgeTone(edge),
      note: noteOf(edge),
    }));
  return [...live, ...earlier(subject, seen)];
}

function earlier(
  subject: Exclude<Subject, { kind: "pair" }>,
  seen: ReadonlySet<Id>,
): Partner[] {
  const ids =
    subject.kind === "device"
      ? [...destinations.value.values()]
          .filter((d) => !d.multicast && d.devices.includes(subject.device))
          .map((d) => d.id)
      : (destinations.value.get(subject.destination)?.devices ?? []);
  return ids
    .filter((id) => !seen.has(id))
    .map((id) => {
      const ids = pairIds(subject, id);
      const blocked = [...rules.value.values()].some(
        (rule) =>
          rule.action === "block" &&
          rule.subject.id === ids.device &&
          rule.object.id === ids.destination,
      );
      return {
        ...ids,
        name: nameOf(subject.kind, id),
        edge: undefined,
        blocked,
        tone: blocked ? "blocked" : "older",
        note: t("drawer.earlier"),
      };
    });
}

function pairIds(
  subject: Exclude<Subject, { kind: "pair" }>,
  other: Id,
): { device: Id; destination: Id } {
  return subject.kind === "device"
    ? { device: subject.device, destination: other }
    : { device: other, destination: subject.destination };
}

function nameOf(kind: "device" | "destination", other: Id): string {
  return (
    (kind === "device"
      ? destinations.value.get(other)?.name
      : devices.value.get(other)?.name) ?? other
  );
}

function noteOf(edge: GraphEdge): string {
  const services = edge.services.slice(0, 2).join(", ");
  const when =
    edge.state === "dns"
      ? t("state.dns")
      : edge.rate >= 1
        ? rate(edge.rate)
        : ago(edge.last_seen, now.value);
  const amount = edge.bytes_in + edge.bytes_out;
  return [services, when, amount > 0 ? bytes(amount) : ""]
    .filter(Boolean)
    .join(" · ");
}
