// SPDX-License-Identifier: BSD-3-Clause
// All that is known of one conversation: both its ends, what was decided and by which rule, what it moved; to be taken
// to other tools.

import { mayAct } from "../access/provider.ts";
import { request } from "../api/http.ts";
import type { Explanation, Flow, Id } from "../api/types.ts";
import { About } from "../kit/about.tsx";
import { copyText } from "../kit/copy.tsx";
import { useResource } from "../kit/resource.ts";
import { Icon } from "../shell/icons.tsx";
import { formatRoute, to, type Screen } from "../shell/route.ts";
import { explain } from "../text/explain.ts";
import { bytes, lasted, moment } from "../text/format.ts";
import { known, t } from "../text/t.ts";
import { attempt } from "./access-do.ts";
import { Row } from "./destination-facts.tsx";
import { askOf, filterOf, talkOfFlow, type End, type Moved, type Talk } from "./flow-talk.ts";

// `talk`: as the list had it; one that goes on is asked again when something moved.
export function FlowDetails({ id, talk }: { id: Id; talk?: Talk }) {
  const watch = talk?.ended === true ? [] : (["flow"] as const);
  const { data, error } = useResource<Flow>(`flows/${id}`, watch).state.value;
  const shown = data === null ? talk : talkOfFlow(data);
  if (shown !== undefined) return <Known talk={shown} held={data !== null} />;
  return error === null ? null : <p class="note">{explain(error).what}</p>;
}

function Known({ talk, held }: { talk: Talk; held: boolean }) {
  const { community_id: community, names, first_seen, last_seen } = talk;
  const filter = filterOf(talk);
  const device = talk.device ?? "";
  const copyEve = async () => {
    // As it was written: numbers of 64 bits would not survive being read here.
    const line = await attempt(() => request("GET", `flows/${talk.id}/eve`), "");
    if (line !== null) await copyText(line.text);
  };
  return (
    <>
      <dl class="facts flow-facts">
        <Row term="flows.device">
          <Whose end={talk.near} screen="device" id={talk.device} />
        </Row>
        <Row term="past.with">
          <Whose end={talk.far} screen="destination" id={talk.destination} />
          {names.slice(1).map((name) => (
            <span key={name} class="quiet below-name">
              {name}
            </span>
          ))}
        </Row>
        <Row term="flows.verdict">
          <Verdict talk={talk} />
          {device !== "" && <Decided talk={talk} />}
        </Row>
        <Row term="fact.sent">{movedSaid(talk.sent)}</Row>
        <Row term="fact.received">{movedSaid(talk.received)}</Row>
        <Row term="fact.first_seen">
          {moment(first_seen)}
          <span class="quiet below-name">
            {t("flows.began", { name: (talk.inward ? talk.far : talk.near).name })}
          </span>
        </Row>
        <Row term="flows.lasted">{lasted(Date.parse(last_seen) - Date.parse(first_seen))}</Row>
        <Row term="flows.community">
          {community !== null && (
            <>
              <code>{community}</code>{" "}
              <button type="button" class="link-button" onClick={() => void copyText(community)}>
                {t("copy.do")}
              </button>
            </>
          )}
        </Row>
      </dl>
      <p class="below">
        {device !== "" && (
          <Elsewhere to="why" more={{ device, to: names[0] ?? talk.far.address ?? talk.far.name }} />
        )}
        {mayAct.value && filter !== "" && <Elsewhere to="captures" more={{ device, filter }} />}
        {held && (
          <button type="button" class="plain" onClick={() => void copyEve()}>
            {t("flows.eve")}
          </button>
        )}
      </p>
    </>
  );
}

function Elsewhere(props: { to: "why" | "captures"; more: Record<string, string> }) {
  return (
    <a class="plain button" href={formatRoute({ ...to(props.to), more: props.more })}>
      {t(props.to === "why" ? "nav.why" : "flows.record")}
    </a>
  );
}

function Whose({ end, screen, id }: { end: End; screen: Screen; id: Id | null }) {
  const { name, address, port, mac } = end;
  const at = port === null ? address : `${address ?? ""} ${port}`;
  return (
    <>
      {id === null ? name : <a class="device-link" href={formatRoute(to(screen, id))}>{name}</a>}
      <span class="quiet below-name">{[at === name ? "" : at, mac].filter(Boolean).join(" · ")}</span>
    </>
  );
}

// The rule in words, where it would be decided alike now: what decided then is not kept.
function Decided({ talk }: { talk: Talk }) {
  const answer = useResource<Explanation>(askOf(talk), ["rule"]).state.value.data;
  if (answer?.reason !== talk.reason) return null;
  const step = answer.steps.find(({ decides }) => decides);
  return step === undefined ? null : (
    <span class="quiet below-name">{step.text}</span>
  );
}

function movedSaid({ packets, bytes: all }: Moved): string {
  return `${t("fact.packets", { n: packets })} · ${bytes(all)}`;
}

export function Verdict({ talk: { verdict, reason } }: { talk: Talk }) {
  const stopped = verdict === "drop";
  return (
    <span class={`chip tone-${stopped ? "blocked" : "recent"}`}>
      <Icon name={stopped ? "blocked" : "allowed"} />
      {stopped ? (
        <About sort="reason" thing={reason} name={known("reason", reason)} />
      ) : (
        t("flows.passed")
      )}
    </span>
  );
}
