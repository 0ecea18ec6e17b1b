// SPDX-License-Identifier: BSD-3-Clause
// What happened to one thing, newest first: what people did, what was alerted, what became known; with the way back.

import { request } from "../api/http.ts";
import type { AuditEntry, Fact } from "../api/page-types.ts";
import type { ActionAnswer, Device, NoticePage, Page } from "../api/types.ts";
import { useResource } from "../kit/resource.ts";
import { now } from "../live/clock.ts";
import { run } from "../shell/actions.ts";
import { Icon, type IconName } from "../shell/icons.tsx";
import { noticeWords } from "../text/about.ts";
import { ago, moment } from "../text/format.ts";
import { known, t } from "../text/t.ts";
import { objectSaid, words } from "./access-audit.tsx";
import { Few } from "./device-few.tsx";

export interface Event {
  time: string;
  icon: IconName;
  text: string;
  by: string;
  undo?: AuditEntry;
}

const ASKED = 50;
const SHOWN = 12;

export function Trail({ id, device }: { id: string; device?: Device }) {
  const audit = useResource<Page<AuditEntry>>(`audit?object=${id}&limit=${ASKED}`, [
    "audit",
  ]);
  const notices = useResource<NoticePage>(
    device === undefined ? null : `notifications?device=${id}&limit=${ASKED}`,
    ["notification"],
  );
  const events = [
    ...(audit.state.value.data?.items ?? []).map(ofAudit),
    ...(notices.state.value.data?.items ?? []).map((notice) => ({
      time: notice.time,
      icon: "warn" as const,
      text: noticeWords(notice).what,
      by: t("trail.alert"),
    })),
    ...(device === undefined ? [] : learned(device, device.facts ?? [])),
  ].sort((a, b) => b.time.localeCompare(a.time));
  return (
    <section aria-labelledby="trail">
      <h2 id="trail">{t("trail.title")}</h2>
      {events.length === 0 ? (
        <p class="note">{t("trail.none")}</p>
      ) : (
        <Few
          class="trail rule-cards card"
          most={SHOWN}
          items={events.map((event) => (
            <Line key={event.time + event.text} event={event} again={audit.reload} />
          ))}
        />
      )}
    </section>
  );
}

function Line({ event, again }: { event: Event; again: () => void }) {
  const { time, icon, text, by, undo } = event;
  return (
    <>
      <Icon name={icon} />
      <span class="rule-text">
        <span>{text}</span>
        <span class="quiet">
          <time dateTime={time} title={moment(time)}>
            {ago(time, now.value)}
          </time>
          {by !== "" && ` · ${by}`}
        </span>
      </span>
      {undo !== undefined && (
        <button
          type="button"
          class="mini"
          aria-label={t("action.of", { action: t("action.undo"), name: text })}
          onClick={() =>
            void run(
              null,
              (how) => request<ActionAnswer>("POST", `audit/${undo.id}:undo${how}`),
              t("did.undo"),
            ).then(again)
          }
        >
          {t("action.undo")}
        </button>
      )}
    </>
  );
}

function ofAudit(entry: AuditEntry): Event {
  const refused = entry.outcome === "refused";
  const text = refused
    ? t("access.refused", { reason: words(entry.reason ?? "") })
    : "";
  return {
    time: entry.time,
    icon: refused ? "close" : "rename",
    text: [whatOf(entry), text].filter(Boolean).join(" · "),
    by: entry.who,
    ...(entry.change !== null && !refused && { undo: entry }),
  };
}

// A rule is told by its sentence, an edit by what was and what is.
function whatOf(entry: AuditEntry): string {
  const { operation, objects, before, after } = entry;
  const about = objects.find(({ id }) => id.startsWith("rule_"));
  if (about !== undefined) {
    const rule = objectSaid(about, entry);
    return after === null ? t("trail.ended", { rule }) : rule;
  }
  if (operation !== "editDevice" && operation !== "editDestination")
    return spoken(operation);
  const say = (value: unknown) =>
    value === null || value === undefined
      ? "–"
      : typeof value === "object"
        ? JSON.stringify(value)
        : String(value);
  return Object.keys(after ?? {})
    .map((key) =>
      t("trail.edited", {
        what: known("trail.field", key),
        before: say(before?.[key]),
        after: say(after?.[key]),
      }),
    )
    .join(", ");
}

function spoken(operation: string): string {
  const told = known("trail.op", operation);
  return told === operation ? words(operation) : told;
}

// What it said of itself, when it said so first; and that it came.
function learned(device: Device, facts: readonly Fact[]): Event[] {
  const came = { time: device.first_seen, icon: "plus" as const, text: t("trail.came"), by: "" };
  return [
    came,
    ...facts
      .filter(({ fact }) => !["dhcp_options", "uses", "asks", "serves"].includes(fact))
      .map(({ fact, value, source, first_seen }) => ({
        time: first_seen,
        icon: "eye" as const,
        text: t("trail.fact", { what: known("known", fact), value }),
        by: known("source", source),
      })),
  ];
}
