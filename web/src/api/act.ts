// SPDX-License-Identifier: BSD-3-Clause
// The four things a person can do to a node or a pair, and the way back from each.

import { request, type Answer } from "./http.ts";
import type { ActionAnswer, Id, RuleAction, Undo } from "./types.ts";

export type Verb = RuleAction | "unblock" | "unallow" | "unignore";

export type Subject =
  | { kind: "device"; device: Id }
  | { kind: "destination"; destination: Id }
  | { kind: "pair"; device: Id; destination: Id };

// For what can cut people off: not at all without their word, for good, or back by itself unless it is kept.
export type How = "" | "?confirm=true" | `?confirm_within=${number}`;

export function subjectPath(subject: Subject): string {
  switch (subject.kind) {
    case "device":
      return `/api/v1/devices/${subject.device}`;
    case "destination":
      return `/api/v1/destinations/${subject.destination}`;
    case "pair":
      return `/api/v1/devices/${subject.device}/destinations/${subject.destination}`;
  }
}

export function act(
  subject: Subject,
  verb: Verb,
  how: How,
): Promise<Answer<ActionAnswer>> {
  return request("POST", `${subjectPath(subject)}:${verb}${how}`);
}

export function patch(
  subject: Subject,
  body: { name?: string | null; profile?: string },
  how: How,
): Promise<Answer<ActionAnswer>> {
  // Names of destinations touch no rule, so that route takes no word.
  const word = subject.kind === "device" ? how : "";
  return request("PATCH", `${subjectPath(subject)}${word}`, body);
}

// Null: it may go on at once.
export function pauseOrResume(
  device: Id,
  end: { minutes: number } | { until: string } | null,
  how: How,
): Promise<Answer<ActionAnswer>> {
  const verb = end === null ? "resume" : "pause";
  return request("POST", `/api/v1/devices/${device}:${verb}${how}`, end ?? {});
}

// Another is this same device, or one that was joined is none of it.
export function joinOrPart(
  device: Id,
  body: { with: Id } | { mac: string },
  how: How,
): Promise<Answer<ActionAnswer>> {
  const verb = "with" in body ? "join" : "part";
  return request("POST", `/api/v1/devices/${device}:${verb}${how}`, body);
}

export function addRule(
  rule: unknown,
  how: How,
): Promise<Answer<ActionAnswer>> {
  return request("POST", `/api/v1/rules${how}`, rule);
}

export function removeRule(id: Id, how: How): Promise<Answer<ActionAnswer>> {
  return request("DELETE", `/api/v1/rules/${id}${how}`);
}

// A text is put back only over the version that the change made.
export function undo(
  step: Undo,
  how: How,
  version?: string,
): Promise<Answer<ActionAnswer>> {
  const match = step.method === "PUT" ? version : undefined;
  return request(step.method, `${step.path}${how}`, step.body, match);
}

// What waits for a word: kept for good, or taken back at once.
export function keepChange(change: Id): Promise<Answer<unknown>> {
  return request("POST", `/api/v1/changes/${change}:confirm`);
}

export function takeBackChange(change: Id): Promise<Answer<ActionAnswer>> {
  return request("POST", `/api/v1/changes/${change}:undo?confirm=true`);
}

export function opposite(action: RuleAction): Verb {
  return `un${action}`;
}
