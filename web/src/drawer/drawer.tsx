// SPDX-License-Identifier: BSD-3-Clause
// The drawer: what is known of a device, a destination or a pair, and what can be done about it.

import { useEffect, useRef } from "preact/hooks";
import type { Subject } from "../api/act.ts";
import type {
  Destination,
  Device,
  GraphEdge,
  GraphNode,
} from "../api/types.ts";
import { nodeLook } from "../graph/look.ts";
import { Mark } from "../graph/node.tsx";
import { now } from "../live/clock.ts";
import { destinations, devices, graph, world } from "../live/store.ts";
import { DrawerFrame } from "../shell/drawer-frame.tsx";
import { deviceIcon } from "../shell/icons.tsx";
import { openSubject, renaming, route, subjectKey } from "../shell/route.ts";
import { ago, rate } from "../text/format.ts";
import { known, t } from "../text/t.ts";
import { ActionButtons, ProofLine } from "./actions.tsx";
import { DestinationFacts, DeviceFacts, PairFacts } from "./facts.tsx";
import { Away, Leads, StateChips } from "./head.tsx";
import { Partners } from "./partners.tsx";
import { Pause } from "./pause.tsx";
import { ProfileChoice } from "./profile.tsx";
import { TouchingRules } from "./rules.tsx";
import { SameDevice } from "./same.tsx";
import { useTalk } from "./talk.ts";
import { Traffic } from "./traffic.tsx";

export function Screen() {
  const subject = route.value.open;
  const heading = useRef<HTMLHeadingElement>(null);
  const key = subject === null ? "" : subjectKey(subject);
  useEffect(() => {
    if (renaming.peek() === null)
      heading.current?.focus({ preventScroll: true });
  }, [key]);
  if (subject === null) return null;
  return (
    <DrawerFrame id={key}>
      <Content subject={subject} heading={heading} />
    </DrawerFrame>
  );
}

type Heading = { heading: { current: HTMLHeadingElement | null } };

function Content({ subject, heading }: { subject: Subject } & Heading) {
  const device =
    subject.kind === "destination"
      ? undefined
      : devices.value.get(subject.device);
  const destination =
    subject.kind === "device"
      ? undefined
      : destinations.value.get(subject.destination);
  if (subject.kind !== "destination" && device === undefined)
    return <Unknown heading={heading} />;
  if (subject.kind !== "device" && destination === undefined)
    return <Unknown heading={heading} />;
  if (subject.kind === "device")
    return (
      <DeviceContent device={device!} subject={subject} heading={heading} />
    );
  if (subject.kind === "destination") {
    return (
      <DestinationContent
        destination={destination!}
        subject={subject}
        heading={heading}
      />
    );
  }
  return (
    <PairContent
      device={device!}
      destination={destination!}
      subject={subject}
      heading={heading}
    />
  );
}

function Unknown({ heading }: Heading) {
  const loading = !world.value.ready;
  return (
    <div class="empty">
      <h2 id="drawer-title" tabIndex={-1} ref={heading}>
        {loading ? t("banner.connecting") : t("drawer.unknown.title")}
      </h2>
      {!loading && <p>{t("drawer.unknown.text")}</p>}
    </div>
  );
}

function DeviceContent({
  device,
  subject,
  heading,
}: { device: Device; subject: Subject } & Heading) {
  const node = nodeOf(device.id);
  const tone = device.blocked ? "blocked" : "device";
  const icon = device.blocked
    ? "blocked"
    : deviceIcon(
        device.side,
        device.kind.value,
        device.name,
        device.hostname,
        device.vendor,
      );
  const talking = device.rate_in + device.rate_out;
  const state = device.blocked
    ? t("state.blocked")
    : talking >= 1
      ? `${t("state.recent")}, ${rate(talking)}`
      : device.online
        ? t("state.online")
        : t("state.offline");
  return (
    <>
      <header class="drawer-head">
        <Mark shape="square" tone={tone} icon={icon} size={44} />
        <div>
          <h2 id="drawer-title" tabIndex={-1} ref={heading}>
            {device.name}
          </h2>
          <p class="quiet">
            {[
              device.vendor,
              device.kind.value === "unknown"
                ? t("kind.device")
                : known("sort", device.kind.value),
            ]
              .filter(Boolean)
              .join(" · ")}
          </p>
          <StateChips
            tone={tone}
            word={state}
            allowed={device.allowed}
            ignored={device.ignored}
          />
          <Leads device={device} />
        </div>
      </header>
      <ActionButtons
        subject={subject}
        flags={device}
        name={device.name}
        renamable
      />
      <Pause device={device} />
      <ProofLine subject={subject} />
      {node === undefined && (
        <Away last={device.last_seen} ignored={device.ignored} />
      )}
      <ProfileChoice device={device} />
      <SameDevice device={device} />
      <Partners subject={subject} />
      <Traffic subject={subject} />
      <DeviceFacts device={device} />
      <TouchingRules subject={subject} />
    </>
  );
}

function DestinationContent({
  destination,
  subject,
  heading,
}: { destination: Destination; subject: Subject } & Heading) {
  const node = nodeOf(destination.id);
  const look = nodeLook(node ?? stand(destination));
  return (
    <>
      <header class="drawer-head">
        <Mark shape={look.shape} tone={look.tone} icon={look.icon} size={44} />
        <div>
          <h2 id="drawer-title" tabIndex={-1} ref={heading}>
            {destination.name}
          </h2>
          <p class="quiet">
            {destination.user_name !== null && destination.names[0]
              ? `${destination.names[0]} · `
              : ""}
            {t("kind.destination")}
          </p>
          <StateChips
            tone={look.tone}
            word={
              look.tone === "older"
                ? ago(destination.last_seen, now.value)
                : look.word
            }
            allowed={destination.allowed}
            ignored={destination.ignored}
          />
          <Leads destination={destination} />
        </div>
      </header>
      <ActionButtons
        subject={subject}
        flags={destination}
        name={destination.name}
        renamable
      />
      <ProofLine subject={subject} />
      {node === undefined && (
        <Away
          last={destination.last_seen}
          ignored={destination.ignored}
          multicast={destination.multicast}
        />
      )}
      <Partners subject={subject} />
      <Traffic subject={subject} />
      <DestinationFacts destination={destination} />
      <TouchingRules subject={subject} />
    </>
  );
}

function PairContent(
  props: {
    device: Device;
    destination: Destination;
    subject: Subject;
  } & Heading,
) {
  const { device, destination, subject, heading } = props;
  const edge = useTalk().find(
    (other) =>
      other.device === device.id && other.destination === destination.id,
  );
  const name = t("drawer.pair", {
    device: device.name,
    destination: destination.name,
  });
  const flags = edge ?? pairFlags(subject);
  const tone = flags.blocked ? "blocked" : (edge?.state ?? "older");
  const word =
    tone === "older" ? ago(edge?.last_seen, now.value) : t(`state.${tone}`);
  return (
    <>
      <header class="drawer-head pair">
        <div>
          <h2 id="drawer-title" tabIndex={-1} ref={heading}>
            {name}
          </h2>
          <StateChips
            tone={tone}
            word={word}
            allowed={flags.allowed}
            ignored={flags.ignored}
          />
          <Leads device={device} destination={destination} />
        </div>
      </header>
      <div class="pair-ends">
        <PairEnd
          subject={{ kind: "device", device: device.id }}
          name={device.name}
        />
        <PairEnd
          subject={{ kind: "destination", destination: destination.id }}
          name={destination.name}
        />
      </div>
      <ActionButtons subject={subject} flags={flags} name={name} />
      <ProofLine subject={subject} />
      <Traffic subject={subject} />
      <PairFacts edge={edge} />
      <TouchingRules subject={subject} />
    </>
  );
}

function PairEnd({ subject, name }: { subject: Subject; name: string }) {
  return (
    <button
      type="button"
      class="link-button"
      onClick={() => openSubject(subject)}
    >
      {t("table.open", { name })}
    </button>
  );
}

// A pair that is silent has no edge; its flags are in the rules.
function pairFlags(
  subject: Subject,
): Pick<GraphEdge, "blocked" | "allowed" | "ignored"> {
  const flags = { blocked: false, allowed: false, ignored: false };
  if (subject.kind !== "pair") return flags;
  for (const rule of world.value.rules.values()) {
    if (
      rule.subject.id !== subject.device ||
      rule.object.id !== subject.destination
    )
      continue;
    if (rule.action === "block") flags.blocked = true;
    if (rule.action === "allow") flags.allowed = true;
    if (rule.action === "ignore") flags.ignored = true;
  }
  return flags;
}

function nodeOf(id: string): GraphNode | undefined {
  return graph.value?.nodes.find((node) => node.id === id);
}

// A destination that left the graph still looks like one.
export function stand(destination: Destination): GraphNode {
  return {
    id: destination.id,
    kind: "destination",
    name: destination.name,
    state: destination.blocked
      ? "blocked"
      : destination.dns_only
        ? "dns"
        : "older",
    blocked: destination.blocked,
    allowed: destination.allowed,
    ignored: destination.ignored,
    last_seen: destination.last_seen,
    bytes: destination.bytes_in + destination.bytes_out,
    rate: 0,
  };
}
