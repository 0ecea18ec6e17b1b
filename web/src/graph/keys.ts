// SPDX-License-Identifier: BSD-3-Clause
// The letters of the graph and its table: each acts on what the keyboard stands on, or on all that is picked.
//
// Shape: one table, of which the panel of all keys is made.

import { mayAct } from "../access/provider.ts";
import type { Subject, Verb } from "../api/act.ts";
import { pauseAll, performAll } from "../shell/act-many.ts";
import { destinations, devices, graph } from "../live/store.ts";
import { go, openSubject, parseSubject, subjectKey, to } from "../shell/route.ts";
import type { Key } from "../text/t.ts";
import { pick, picked, picking, unpick } from "./pick.ts";

export interface Target {
  subjects: readonly Subject[];
  blocked: boolean;
  allowed: boolean;
  ignored: boolean;
}

type Letter = "b" | "a" | "i" | "p" | "r" | "w" | "x";

export const letters: Record<Letter, Key> = {
  b: "keys.block",
  a: "keys.allow",
  i: "keys.ignore",
  p: "keys.pause",
  r: "keys.rename",
  w: "keys.why",
  x: "keys.pick",
};

export function isLetter(key: string): key is Letter {
  return Object.hasOwn(letters, key);
}

export function press(letter: Letter, target: Target): void {
  if (!mayAct.peek() && letter !== "w" && letter !== "x") return;
  switch (letter) {
    case "b":
      return act(target, target.blocked ? "unblock" : "block");
    case "a":
      return act(target, target.allowed ? "unallow" : "allow");
    case "i":
      return act(target, target.ignored ? "unignore" : "ignore");
    case "p":
      return void pauseAll(target.subjects);
    case "r":
      return rename(target);
    case "w":
      return why(target);
    case "x":
      return pick(target.subjects);
  }
}

// Returns whether there was anything to leave.
export function escape(): boolean {
  if (picked.peek().size === 0 && !picking.peek()) return false;
  unpick();
  return true;
}

function act({ subjects }: Target, verb: Verb): void {
  void performAll(subjects, verb);
}

function rename({ subjects }: Target): void {
  const only = subjects.length === 1 ? subjects[0] : undefined;
  if (only !== undefined && only.kind !== "pair") openSubject(only, true);
}

function why({ subjects }: Target): void {
  const first = subjects[0];
  if (first === undefined) return;
  const more: Record<string, string> = {};
  if (first.kind !== "destination") more["device"] = first.device;
  if (first.kind !== "device")
    more["to"] = destinations.peek().get(first.destination)?.name ?? "";
  go({ ...to("why"), more });
}

// All that is picked; it counts as blocked only where all of it is.
export function pickedTarget(): Target {
  const subjects = [...picked.peek()]
    .map(parseSubject)
    .filter((subject) => subject !== null);
  const flags = subjects.map(flagsOf);
  const all = (flag: keyof Flags) => flags.every((one) => one[flag]);
  return {
    subjects,
    blocked: all("blocked"),
    allowed: all("allowed"),
    ignored: all("ignored"),
  };
}

type Flags = Omit<Target, "subjects">;

function flagsOf(subject: Subject): Flags {
  const key = subjectKey(subject);
  const found =
    devices.value.get(key) ??
    destinations.value.get(key) ??
    graph.value?.edges.find((edge) => edge.id === key);
  return found ?? { blocked: false, allowed: false, ignored: false };
}
