// SPDX-License-Identifier: BSD-3-Clause
// One action on several things: one after the other, told in one message, with one way back for all of it.

import { act, pauseOrResume, type How, type Subject, type Verb } from "../api/act.ts";
import type { Answer } from "../api/http.ts";
import type { ActionAnswer, Id, Undo } from "../api/types.ts";
import { devices, refreshGraph } from "../live/store.ts";
import { explain } from "../text/explain.ts";
import { t, type Key } from "../text/t.ts";
import { HOUR, offerOutlasting, pause, perform, proofText, resume, revert } from "./actions.ts";
import { toast } from "./toasts.ts";
import { withWord } from "./word.ts";

export async function performAll(
  subjects: readonly Subject[],
  verb: Verb,
): Promise<void> {
  const only = subjects.length === 1 ? subjects[0] : undefined;
  if (only !== undefined) return void (await perform(only, verb));
  const done = await each(subjects, verb, (one, how) => act(one, verb, how));
  if (verb === "block" && done > 0) offerOutlasting(subjects.slice(0, done));
}

const pausedUntil = (id: Id) => devices.value.get(id)?.paused_until;

const some = (subjects: readonly Subject[]) =>
  subjects.filter((one) => one.kind === "device");

// Whether all that are devices wait already: one that goes on is paused first.
export function arePaused(subjects: readonly Subject[]): boolean {
  return some(subjects).every(({ device }) => pausedUntil(device));
}

// Those that are devices: for an hour, or on again.
export async function pauseAll(subjects: readonly Subject[]): Promise<void> {
  const end = arePaused(subjects) ? null : HOUR;
  const left = some(subjects).filter(({ device }) => end === null || !pausedUntil(device));
  const only = left.length === 1 ? left[0] : undefined;
  if (only !== undefined)
    return void (await (end === null ? resume(only) : pause(only, end)));
  await each(left, end === null ? "resume" : "pause", ({ device }, how) =>
    pauseOrResume(device, end, how),
  );
}

// Returns how many of them it was done to.
async function each<S extends Subject>(
  subjects: readonly S[],
  verb: Verb | "pause" | "resume",
  ask: (subject: S, how: How) => Promise<Answer<ActionAnswer>>,
): Promise<number> {
  const steps: Undo[] = [];
  let done = 0;
  let detail = "";
  let refused = "";
  try {
    for (const subject of subjects) {
      const answer = await withWord((how) => ask(subject, how));
      if (answer === null) break;
      done++;
      detail = proofText(answer);
      if (answer.body.undo) steps.unshift(answer.body.undo);
    }
  } catch (error) {
    const { what, hint } = explain(error);
    refused = `${t("proof.refused")} ${what} ${hint}`;
  }
  if (done > 0 || refused !== "")
    toast({
      tone: refused === "" ? "done" : "refused",
      text: t(`did.many.${verb}` as Key, { n: done }),
      detail: refused === "" ? detail : refused,
      undo: steps.length > 0 ? () => void revert(null, steps) : null,
    });
  refreshGraph();
  return done;
}
