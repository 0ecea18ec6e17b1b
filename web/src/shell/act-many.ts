// SPDX-License-Identifier: BSD-3-Clause
// One action on several things: one after the other, told in one message, with one way back for all of it.

import { act, type Subject, type Verb } from "../api/act.ts";
import type { Undo } from "../api/types.ts";
import { refreshGraph } from "../live/store.ts";
import { explain } from "../text/explain.ts";
import { t, type Key } from "../text/t.ts";
import { offerOutlasting, perform, proofText, revert } from "./actions.ts";
import { toast } from "./toasts.ts";
import { withWord } from "./word.ts";

export async function performAll(
  subjects: readonly Subject[],
  verb: Verb,
): Promise<void> {
  const only = subjects.length === 1 ? subjects[0] : undefined;
  if (only !== undefined) return void (await perform(only, verb));
  const steps: Undo[] = [];
  let done = 0;
  let detail = "";
  let refused = "";
  try {
    for (const subject of subjects) {
      const answer = await withWord((how) => act(subject, verb, how));
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
  if (verb === "block" && done > 0) offerOutlasting(subjects.slice(0, done));
}
