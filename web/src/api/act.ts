// SPDX-License-Identifier: BSD-3-Clause
// The four things a person can do to a node or a pair, and the way back from each.

import { request, type Answer } from "./http.ts";
import type { ActionAnswer, Id, RuleAction, Undo } from "./types.ts";

export type Verb = RuleAction | "unblock" | "unallow" | "unignore";

export type Subject =
  | { kind: "device"; device: Id }
  | { kind: "destination"; destination: Id }
  | { kind: "pair"; device: Id; destination: Id };

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
): Promise<Answer<ActionAnswer>> {
  return request("POST", `${subjectPath(subject)}:${verb}`);
}

export function patch(
  subject: Subject,
  body: { name?: string | null; profile?: string },
): Promise<Answer<ActionAnswer>> {
  return request("PATCH", subjectPath(subject), body);
}

// Another is this same device, or one that was joined is none of it.
export function joinOrPart(
  device: Id,
  body: { with: Id } | { mac: string },
): Promise<Answer<ActionAnswer>> {
  const verb = "with" in body ? "join" : "part";
  return request("POST", `/api/v1/devices/${device}:${verb}`, body);
}

export function removeRule(id: Id): Promise<Answer<ActionAnswer>> {
  return request("DELETE", `/api/v1/rules/${id}`);
}

export function undo(step: Undo): Promise<Answer<ActionAnswer>> {
  return request(step.method, step.path, step.body);
}

export function opposite(action: RuleAction): Verb {
  return `un${action}`;
}
