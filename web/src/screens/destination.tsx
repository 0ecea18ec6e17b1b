// SPDX-License-Identifier: BSD-3-Clause
// A destination on a page of its own: who it is, who at home talks to it and since when, and what may be done.

import { mayAct, mayOpen } from "../access/provider.ts";
import type { Destination, Id } from "../api/types.ts";
import { ActionButtons, ProofLine } from "../drawer/actions.tsx";
import { TouchingRules } from "../drawer/rules.tsx";
import { countryName } from "../kit/destination.tsx";
import { Empty } from "../kit/load.tsx";
import { Page } from "../kit/page.tsx";
import { useResource } from "../kit/resource.ts";
import { destinations, world } from "../live/store.ts";
import { formatRoute, route, to, type Route } from "../shell/route.ts";
import { t } from "../text/t.ts";
import { Badges } from "./destinations.tsx";
import { DestinationFacts } from "./destination-facts.tsx";
import { DestinationTalk } from "./destination-talk.tsx";
import { Trail } from "./device-trail.tsx";

export function Screen() {
  const id = route.value.id ?? "";
  const destination = destinations.value.get(id);
  return destination === undefined ? (
    <Unknown />
  ) : (
    <Whole key={id} destination={destination} />
  );
}

export function Unknown() {
  return (
    <Page>
      {world.value.ready ? (
        <Empty
          icon="search"
          title={t("drawer.unknown.title")}
          text={t("drawer.unknown.text")}
        />
      ) : (
        <p class="note">{t("screen.loading")}</p>
      )}
    </Page>
  );
}

// The other screens that tell of it.
export function Elsewhere({ id }: { id: Id }) {
  const device = id.startsWith("dev_");
  const open = device
    ? ({ kind: "device", device: id } as const)
    : ({ kind: "destination", destination: id } as const);
  const links: Route[] = [{ ...to("monitor"), open }];
  if (device)
    for (const screen of ["flows", "why"] as const)
      links.push({ ...to(screen), more: { device: id } });
  return (
    <>
      {links
        .filter(({ screen }) => mayOpen(screen))
        .map((link) => (
          <a key={link.screen} class="plain button" href={formatRoute(link)}>
            {t(`nav.${link.screen}`)}
          </a>
        ))}
    </>
  );
}

function Whole({ destination }: { destination: Destination }) {
  const { id } = destination;
  const subject = { kind: "destination", destination: id } as const;
  const { state } = useResource<Destination>(`destinations/${id}`);
  const { country, network, local, multicast, kind, organisation } = destination;
  const about = [
    t(
      multicast
        ? "fact.multicast"
        : local
          ? "fact.local"
          : kind === "domain"
            ? "fact.domain"
            : "fact.address",
    ),
    destination.user_name === null ? "" : (destination.names[0] ?? ""),
    organisation ?? network?.name,
    country === null ? "" : countryName(country),
  ];
  return (
    <Page
      wide
      title={destination.name}
      lead={about.filter(Boolean).join(" · ")}
      tools={
        <>
          <Badges of={destination} />
          <Elsewhere id={id} />
        </>
      }
    >
      <div class="two">
        <div>
          {multicast ? (
            <p class="note">{t("drawer.multicast")}</p>
          ) : !mayAct.value ? null : (
            <div class="do card">
              <ActionButtons
                subject={subject}
                flags={destination}
                name={destination.name}
                renamable
              />
              <ProofLine subject={subject} />
            </div>
          )}
          <DestinationTalk destination={destination} />
          <Trail id={id} />
        </div>
        <div>
          <DestinationFacts
            of={{ ...destination, ...lists(state.value.data) }}
          />
          <div class="panel card">
            <TouchingRules subject={subject} />
          </div>
        </div>
      </div>
    </Page>
  );
}

function lists(asked: Destination | null): Pick<Destination, "lists"> {
  return asked?.lists === undefined ? {} : { lists: asked.lists };
}
