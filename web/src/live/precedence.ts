// SPDX-License-Identifier: BSD-3-Clause
// Which allow rules would outlast a block. Allow goes before block whoever wrote it, so a person who blocks must be
// told what stays reachable.
//
// Source: DESIGN section 4, "What a rule means".

import type { Subject } from "../api/act.ts";
import type { Id, Rule } from "../api/types.ts";

export function outlasting(rules: Iterable<Rule>, blocked: Subject): Rule[] {
  return [...rules].filter(
    (rule) => rule.action === "allow" && overlaps(rule, blocked),
  );
}

// Both sides of a rule must meet the blocked subject; "everyone" and "everything" meet all.
function overlaps(rule: Rule, blocked: Subject): boolean {
  const device = blocked.kind === "destination" ? null : blocked.device;
  const destination = blocked.kind === "device" ? null : blocked.destination;
  return (
    meets(rule.subject.kind === "everyone" ? null : rule.subject.id, device) &&
    meets(
      rule.object.kind === "everything" ? null : rule.object.id,
      destination,
    )
  );
}

function meets(a: Id | null, b: Id | null): boolean {
  return a === null || b === null || a === b;
}

export function touches(rule: Rule, subject: Subject): boolean {
  switch (subject.kind) {
    case "device":
      return rule.subject.id === subject.device;
    case "destination":
      return rule.object.id === subject.destination;
    case "pair":
      return (
        (rule.subject.id === subject.device &&
          rule.object.id === subject.destination) ||
        (rule.subject.id === subject.device &&
          rule.object.kind === "everything") ||
        (rule.object.id === subject.destination &&
          rule.subject.kind === "everyone")
      );
  }
}

export function ruleSubject(rule: Rule): Subject | null {
  const device = rule.subject.kind === "device" ? rule.subject.id : null;
  const destination =
    rule.object.kind === "destination" ? rule.object.id : null;
  if (device !== null && destination !== null)
    return { kind: "pair", device, destination };
  if (device !== null) return { kind: "device", device };
  if (destination !== null) return { kind: "destination", destination };
  return null;
}
