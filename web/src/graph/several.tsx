// SPDX-License-Identifier: BSD-3-Clause
// What is picked, by name, and what can be done to all of it at once.

import { mayAct } from "../access/provider.ts";
import { opposite, type Subject } from "../api/act.ts";
import type { RuleAction } from "../api/types.ts";
import { subjectName } from "../shell/actions.ts";
import { arePaused, pauseAll, performAll } from "../shell/act-many.ts";
import { Icon, type IconName } from "../shell/icons.tsx";
import { openSubject, subjectKey } from "../shell/route.ts";
import { t } from "../text/t.ts";
import { pickedTarget } from "./keys.ts";
import { pick, picked, picking, unpick } from "./pick.ts";

const NAMED = 6;

const buttons: {
  action: RuleAction;
  flag: "blocked" | "allowed" | "ignored";
  icon: IconName;
}[] = [
  { action: "block", flag: "blocked", icon: "blocked" },
  { action: "allow", flag: "allowed", icon: "allowed" },
  { action: "ignore", flag: "ignored", icon: "ignored" },
];

export function Screen() {
  if (picked.value.size === 0 && !picking.value) return null;
  const target = pickedTarget();
  const { subjects } = target;
  const paused = arePaused(subjects);
  return (
    <section class="several" aria-label={t("pick.label")}>
      <h2>
        {subjects.length === 0
          ? t("pick.none")
          : t("pick.count", { n: subjects.length })}
      </h2>
      <ul>
        {subjects.slice(0, NAMED).map((subject) => (
          <Name key={subjectKey(subject)} subject={subject} />
        ))}
        {subjects.length > NAMED && (
          <li class="quiet">{t("fact.more", { n: subjects.length - NAMED })}</li>
        )}
      </ul>
      <div class="several-do">
        {subjects.length > 0 &&
          mayAct.value &&
          buttons.map(({ action, flag, icon }) => {
            const verb = target[flag] ? opposite(action) : action;
            return (
              <button
                key={action}
                type="button"
                class={`plain action-${action}`}
                onClick={() => void performAll(subjects, verb)}
              >
                <Icon name={target[flag] ? "undo" : icon} />
                {t(`action.${verb}`)}
              </button>
            );
          })}
        {mayAct.value && subjects.some((one) => one.kind === "device") && (
          <button
            type="button"
            class="plain"
            onClick={() => void pauseAll(subjects)}
          >
            <Icon name={paused ? "play" : "pause"} />
            {t(paused ? "pause.resume" : "pause.hour")}
          </button>
        )}
        <button type="button" class="link-button" onClick={unpick}>
          {t("pick.clear")}
        </button>
      </div>
    </section>
  );
}

function Name({ subject }: { subject: Subject }) {
  const name = subjectName(subject);
  return (
    <li>
      <button
        type="button"
        class="link-button"
        onClick={() => openSubject(subject)}
      >
        {name}
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={t("pick.out", { name })}
        title={t("pick.out", { name })}
        onClick={() => pick([subject])}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}
