// SPDX-License-Identifier: BSD-3-Clause
// Pause everything: no device reaches the internet for an hour; back by itself, or at once.

import { mayAct } from "../access/provider.ts";
import { addRule } from "../api/act.ts";
import type { Rule } from "../api/types.ts";
import { serverNow } from "../live/clock.ts";
import { rules } from "../live/store.ts";
import { remove, run } from "../shell/actions.ts";
import { moment } from "../text/format.ts";
import { t } from "../text/t.ts";

const HOUR_MS = 3_600_000;

function isPause(rule: Rule): boolean {
  return (
    rule.action === "block" &&
    rule.subject.kind === "everyone" &&
    rule.object.kind === "everything" &&
    Boolean(rule.until) &&
    rule.enabled !== false
  );
}

export function PauseAll() {
  if (!mayAct.value) return null;
  const pause = [...rules.value.values()].find(isPause);
  if (pause !== undefined)
    return (
      <p class="home-pause">
        <strong>{t("home.paused", { time: moment(pause.until ?? "") })}</strong>
        <button type="button" class="primary" onClick={() => void remove(pause)}>
          {t("home.resume")}
        </button>
      </p>
    );
  return (
    <p class="home-pause">
      <button type="button" class="plain" onClick={() => void pauseAll()}>
        {t("home.pause")}
      </button>
    </p>
  );
}

function pauseAll(): Promise<boolean> {
  const rule = {
    action: "block",
    subject: { everyone: true },
    object: { any: true },
    until: new Date(serverNow() + HOUR_MS).toISOString(),
  };
  return run(null, (how) => addRule(rule, how), t("home.pause.done"));
}
