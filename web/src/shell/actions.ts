// SPDX-License-Identifier: BSD-3-Clause
// What happens after a button: ask the gateway, say when it is in force, offer the way back.

import { signal } from "@preact/signals";
import {
  act,
  joinOrPart,
  type How,
  patch,
  removeRule,
  undo as takeBack,
  opposite,
  pauseOrResume,
  type Subject,
  type Verb,
} from "../api/act.ts";
import type { Answer } from "../api/http.ts";
import type { ActionAnswer, Device, Id, Rule, Undo } from "../api/types.ts";
import { outlasting, ruleSubject } from "../live/precedence.ts";
import {
  dataplane,
  devices,
  destinations,
  refreshGraph,
  rules,
} from "../live/store.ts";
import { explain } from "../text/explain.ts";
import { ruleSaid } from "../text/said.ts";
import { confirmed } from "../text/format.ts";
import { t, type Key } from "../text/t.ts";
import { subjectKey } from "./route.ts";
import { withWord } from "./word.ts";
import { refuse, toast } from "./toasts.ts";

export type Proof = {
  state: "asking" | "done" | "refused";
  text: string;
  hint: string;
};

// The last answer for each subject, shown beside its buttons.
export const proofs = signal<ReadonlyMap<string, Proof>>(new Map());

export function subjectName(subject: Subject): string {
  const device =
    subject.kind === "destination"
      ? null
      : (devices.peek().get(subject.device)?.name ?? subject.device);
  const destination =
    subject.kind === "device"
      ? null
      : (destinations.peek().get(subject.destination)?.name ??
        subject.destination);
  if (device !== null && destination !== null)
    return t("drawer.pair", { device, destination });
  return device ?? destination ?? "";
}

export async function perform(subject: Subject, verb: Verb): Promise<boolean> {
  const said = t(`did.${verb}` as Key, { name: subjectName(subject) });
  const done = await run(subject, (how) => act(subject, verb, how), said);
  if (done && verb === "block") offerOutlasting([subject]);
  return done;
}

type DeviceSubject = Extract<Subject, { kind: "device" }>;
export type PauseEnd = { minutes: number } | { until: "morning" };

// Without the network for a while, and back by itself.
export function pause(
  subject: DeviceSubject,
  end: PauseEnd,
): Promise<boolean> {
  return run(
    subject,
    (how) => pauseOrResume(subject.device, end, how),
    t("did.pause", { name: subjectName(subject) }),
  );
}

export const HOUR: PauseEnd = { minutes: 60 };

export function pauseHour(subject: DeviceSubject): Promise<boolean> {
  return pause(subject, HOUR);
}

export function resume(subject: DeviceSubject): Promise<boolean> {
  return run(
    subject,
    (how) => pauseOrResume(subject.device, null, how),
    t("did.resume", { name: subjectName(subject) }),
  );
}

export function rename(subject: Subject, name: string): Promise<boolean> {
  const said = name === "" ? t("did.unname") : t("did.rename", { name });
  return run(
    subject,
    (how) => patch(subject, { name: name === "" ? null : name }, how),
    said,
  );
}

export function assignProfile(
  subject: Subject,
  profile: string,
): Promise<boolean> {
  const said = t("did.profile", { name: subjectName(subject), profile });
  return run(subject, (how) => patch(subject, { profile }, how), said);
}

export function join(device: Device, other: Id, name: string) {
  return run(
    { kind: "device", device: device.id },
    (how) => joinOrPart(device.id, { with: other }, how),
    t("did.join", { name, device: device.name }),
  );
}

export function part(device: Device, mac: string) {
  return run(
    { kind: "device", device: device.id },
    (how) => joinOrPart(device.id, { mac }, how),
    t("did.part", { mac, device: device.name }),
  );
}

export function remove(rule: Rule): Promise<boolean> {
  const subject = ruleSubject(rule);
  const said = t(`did.${opposite(rule.action)}` as Key, {
    name: subject === null ? ruleSaid(rule) : subjectName(subject),
  });
  return run(subject, (how) => removeRule(rule.id, how), said);
}

// Any change: asked with a word where it needs one, said, and with its way back.
export async function run(
  subject: Subject | null,
  ask: (how: How) => Promise<Answer<ActionAnswer>>,
  said: string,
): Promise<boolean> {
  setProof(subject, { state: "asking", text: t("proof.asking"), hint: "" });
  try {
    const answer = await withWord(ask);
    if (answer === null) {
      dropProof(subject);
      return false;
    }
    const text = proofText(answer);
    setProof(subject, { state: "done", text, hint: "" });
    const back = answer.body.undo;
    toast({
      tone: "done",
      text: said,
      detail: text,
      undo: back ? () => void revert(subject, [back], answer.etag) : null,
    });
    refreshGraph();
    return true;
  } catch (error) {
    const { what, hint } = explain(error);
    setProof(subject, { state: "refused", text: what, hint });
    refuse(error, t("proof.refused"));
    return false;
  }
}

export async function revert(
  subject: Subject | null,
  steps: Undo[],
  version?: string,
): Promise<void> {
  try {
    let text = "";
    for (const step of steps) {
      const answer = await withWord((how) =>
        takeBack(step, how, version),
      );
      if (answer === null) return;
      text = proofText(answer);
    }
    setProof(subject, {
      state: "done",
      text: `${t("did.undo")}. ${text}`,
      hint: "",
    });
    toast({ tone: "done", text: t("did.undo"), detail: text });
  } catch (error) {
    refuse(error, t("proof.refused"));
  }
  refreshGraph();
}

export function proofText({ status, body }: Answer<ActionAnswer>): string {
  if (status === 202) return t("proof.saved");
  if (body.confirmed_us === undefined && dataplane.peek()?.connected === false)
    return t("proof.saved");
  if (!body.confirmed_us)
    return t("proof.generation", { generation: body.generation });
  return t("proof.inforce", {
    time: confirmed(body.confirmed_us),
    generation: body.generation,
  });
}

function dropProof(subject: Subject | null): void {
  if (subject === null) return;
  const left = new Map(proofs.peek());
  left.delete(subjectKey(subject));
  proofs.value = left;
}

function setProof(subject: Subject | null, proof: Proof): void {
  if (subject === null) return;
  proofs.value = new Map(proofs.peek()).set(subjectKey(subject), proof);
}

// Allow goes before block: say what stays open, and offer to end those rules as well.
export function offerOutlasting(subjects: readonly Subject[]): void {
  const still = [
    ...new Set(subjects.flatMap((one) => outlasting(rules.peek().values(), one))),
  ];
  if (still.length === 0) return;
  const only = subjects.length === 1 ? subjects[0]! : null;
  const question: Key =
    only?.kind === "device" &&
    still.every((rule) => rule.object.kind === "destination")
      ? "outlast.pairs"
      : only?.kind === "destination" &&
          still.every((rule) => rule.subject.kind === "device")
        ? "outlast.devices"
        : "outlast.rules";
  toast({
    tone: "question",
    text: t(question, { n: still.length }),
    detail: still.map(ruleSaid).join(" · "),
    choice: {
      yes: t("outlast.yes"),
      no: t("outlast.no"),
      act: () => void endRules(only, still),
    },
  });
}

async function endRules(subject: Subject | null, ended: Rule[]): Promise<void> {
  const steps: Undo[] = [];
  try {
    let text = "";
    for (const rule of ended) {
      const answer = await withWord((how) => removeRule(rule.id, how));
      if (answer === null) break;
      text = proofText(answer);
      if (answer.body.undo) steps.unshift(answer.body.undo);
    }
    setProof(subject, { state: "done", text, hint: "" });
    toast({
      tone: "done",
      text: t("did.also", { n: ended.length }),
      detail: text,
      undo: steps.length > 0 ? () => void revert(subject, steps) : null,
    });
  } catch (error) {
    refuse(error, t("proof.refused"));
  }
  refreshGraph();
}
