// SPDX-License-Identifier: BSD-3-Clause
// A rule while it is being written, as the fields of a form; and the body that the gateway takes. Pure.

export const actions = ["block", "allow", "limit"] as const;
export const objects = [
  "any",
  "domain",
  "address",
  "country",
  "list",
  "local",
  "gateway",
] as const;
export const spans = ["always", "evening", "night", "school", "own"] as const;

export interface Draft {
  action: (typeof actions)[number];
  // "everyone", "profile NAME" or a device's id.
  who: string;
  object: (typeof objects)[number];
  what: string;
  service: string;
  span: (typeof spans)[number];
  schedule: string;
  minutes: string;
  up: string;
  down: string;
}

export const emptyDraft: Draft = {
  action: "block",
  who: "everyone",
  object: "domain",
  what: "",
  service: "",
  span: "always",
  schedule: "",
  minutes: "",
  up: "",
  down: "",
};

const SCHEDULES = {
  always: null,
  evening: "daily 18:00-22:00",
  night: "daily 22:00-06:00",
  school: "mon-fri 08:00-15:00",
} as const;

export function needsWhat(draft: Draft): boolean {
  return ["domain", "address", "country", "list"].includes(draft.object);
}

export function ruleOf(draft: Draft, now: number): Record<string, unknown> {
  const schedule =
    draft.span === "own" ? draft.schedule.trim() : SCHEDULES[draft.span];
  const minutes = Number(draft.minutes);
  return {
    action: draft.action,
    subject: subjectOf(draft.who),
    object: objectOf(draft),
    ...(draft.service.trim() !== "" && { service: serviceOf(draft.service) }),
    ...(schedule && { schedule }),
    ...(minutes > 0 && {
      until: new Date(now + minutes * 60_000).toISOString(),
    }),
    ...(draft.action === "limit" && { limit: limitOf(draft) }),
  };
}

function subjectOf(who: string): Record<string, unknown> {
  if (who === "everyone") return { everyone: true };
  const [kind, name] = who.split(" ");
  return kind === "profile" ? { profile: name } : { device: who };
}

function objectOf({ object, what }: Draft): Record<string, unknown> {
  const text = what.trim();
  if (object === "any" || object === "local" || object === "gateway")
    return { [object]: true };
  if (object === "address" && text.includes("/")) return { prefix: text };
  if (object === "domain" && text.startsWith("*."))
    return { suffix: text.slice(2) };
  return { [object]: object === "country" ? text.toUpperCase() : text };
}

// "https", "tcp", "tcp/443" or "udp/5000-5100".
function serviceOf(text: string): Record<string, unknown> {
  const [protocol = "", ports] = text.trim().toLowerCase().split("/");
  if (ports !== undefined) return { protocol, ports };
  return ["tcp", "udp", "icmp"].includes(protocol)
    ? { protocol }
    : { name: protocol };
}

// Written in Mbit/s, said in bit/s.
function limitOf({ up, down }: Draft): Record<string, unknown> {
  return {
    ...(Number(up) > 0 && { up_bps: Math.round(Number(up) * 1e6) }),
    ...(Number(down) > 0 && { down_bps: Math.round(Number(down) * 1e6) }),
  };
}
