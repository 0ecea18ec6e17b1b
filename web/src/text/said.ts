// SPDX-License-Identifier: BSD-3-Clause
// A rule as the stream and the audit trail tell of it, in English to everybody, said anew in the reader's language from
// its parts.

import type { Rule } from "../api/types.ts";
import { ruleSentence } from "./explain.ts";
import { count, moment } from "./format.ts";
import { language, sentence, t, type Key } from "./t.ts";

interface Parts {
  service?: { name?: string; protocol?: string; ports?: string } | null;
  schedule?: { days: string[]; from: string; to: string } | null;
  limit?: Partial<Record<"up_bps" | "down_bps" | "new_flows_per_s", number>> | null;
}

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
// A Monday.
const MONDAY = Date.UTC(2024, 0, 1, 12);

// English, and what this page does not know by its parts, stays the gateway's own sentence.
export function ruleSaid(rule: Rule): string {
  const plain = ruleSentence(rule);
  if (language === "en" || plain !== rule.sentence) return plain;
  const { subject, object } = rule;
  const parts = rule as Parts;
  const nobody = rule.action === "block" && subject.kind === "everyone";
  const key = nobody ? "said.nobody" : `said.${rule.action}`;
  if (sentence(key) === undefined) return plain;
  const at = (subject as { address?: string | null }).address;
  const who = named(`said.who.${subject.kind}`, subject.name) + (at ? ` (${at})` : "");
  const value = (object as { value?: string | null }).value ?? object.name;
  const core = t(key as Key, {
    who,
    object: named(`said.to.${object.kind}`, value),
    limit: limitSaid(parts.limit),
  });
  const { service } = parts;
  const way = rule.direction === "in" || rule.direction === "out";
  return [
    core,
    service && t("said.service", { service: service.name ?? `${service.protocol} ${service.ports ?? ""}`.trim() }),
    way && t(`said.${rule.direction}` as Key),
    parts.schedule && scheduleSaid(parts.schedule),
    rule.until && t("said.until", { time: moment(rule.until) }),
    rule.enabled === false && t("said.off"),
  ]
    .filter(Boolean)
    .join(", ");
}

interface Thing {
  id: string;
  name: string;
}

// As the trail keeps one, by ids, with the names that things had then; null: it keeps something else.
export function keptRule(sentence: string, kept: unknown, things: readonly Thing[]): Rule | null {
  const { subject, object } = (kept ?? {}) as { subject?: object; object?: object };
  if (!subject || !object) return null;
  const end = (one: object) => {
    const [[key, value] = ["", ""]] = Object.entries(one);
    const kind = { any: "everything", node: "destination" }[key] ?? key;
    const name = things.find(({ id }) => id === value)?.name ?? String(value);
    return { ...one, kind, id: kind === "device" || kind === "destination" ? String(value) : null, name };
  };
  return { ...(kept as Rule), subject: end(subject), object: end(object), sentence };
}

function named(key: string, name: string): string {
  return sentence(key) === undefined ? name : t(key as Key, { name });
}

function limitSaid(limit: Parts["limit"]): string {
  const { up_bps: up, down_bps: down, new_flows_per_s: flows } = limit ?? {};
  return [
    up && `↑ ${count(up / 1e6)} Mbit/s`,
    down && `↓ ${count(down / 1e6)} Mbit/s`,
    flows && t("said.flows", { n: flows }),
  ]
    .filter(Boolean)
    .join(", ");
}

function scheduleSaid({ days, from, to }: NonNullable<Parts["schedule"]>): string {
  const format = new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" });
  const short = days.map((day) => format.format(MONDAY + DAYS.indexOf(day) * 86_400_000));
  return `${days.length === 7 ? "" : `${short.join(" ")} `}${from}–${to}`;
}
