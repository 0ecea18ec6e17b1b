// SPDX-License-Identifier: BSD-3-Clause
// The rules that touch what is open, as sentences, each with its end.

import type { Subject } from "../api/act.ts";
import { now } from "../live/clock.ts";
import { touches } from "../live/precedence.ts";
import { rules } from "../live/store.ts";
import { remove } from "../shell/actions.ts";
import { Icon } from "../shell/icons.tsx";
import { ruleSaid } from "../text/said.ts";
import { ago } from "../text/format.ts";
import { t } from "../text/t.ts";

export function TouchingRules({ subject }: { subject: Subject }) {
  const touching = [...rules.value.values()].filter((rule) =>
    touches(rule, subject),
  );
  return (
    <section class="panel">
      <h3>
        {t("drawer.rules")} <span class="count">{touching.length}</span>
      </h3>
      {touching.length === 0 && <p class="note">{t("drawer.rules.none")}</p>}
      <ul class="rule-lines">
        {touching.map((rule) => (
          <li key={rule.id} class={`rule-${rule.action}`}>
            <Icon
              name={
                rule.action === "block"
                  ? "blocked"
                  : rule.action === "allow"
                    ? "allowed"
                    : "ignored"
              }
            />
            <span>
              {ruleSaid(rule)}
              <span class="quiet">
                {" · "}
                {rule.in_force
                  ? ago(rule.created, now.value)
                  : t("rule.pending")}
              </span>
            </span>
            <button
              type="button"
              class="mini"
              aria-label={t("action.of", {
                action: t("action.remove"),
                name: ruleSaid(rule),
              })}
              onClick={() => void remove(rule)}
            >
              {t("action.remove")}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
