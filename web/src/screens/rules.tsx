// SPDX-License-Identifier: BSD-3-Clause
// Rules: each as a sentence with what it hit, switched on and off or taken away; and a new one.

import { request } from "../api/http.ts";
import type { ActionAnswer, Page as Answer, Rule } from "../api/types.ts";
import { Empty, Load } from "../kit/load.tsx";
import { Page } from "../kit/page.tsx";
import { useResource } from "../kit/resource.ts";
import { now } from "../live/clock.ts";
import { remove, run } from "../shell/actions.ts";
import { Icon, type IconName } from "../shell/icons.tsx";
import { ago, moment } from "../text/format.ts";
import { ruleSaid } from "../text/said.ts";
import { t } from "../text/t.ts";
import { RuleForm } from "./rule-form.tsx";

export function Screen() {
  const { state, reload } = useResource<Answer<Rule>>("rules?limit=500", [
    "rule",
    "stats",
  ]);
  return (
    <Page lead={t("rules.lead")}>
      <RuleForm />
      <Load from={state} reload={reload}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty
              icon="rename"
              title={t("rules.none")}
              text={t("rules.none.text")}
            />
          ) : (
            <ul class="rule-cards card">
              {[...items]
                .sort((a, b) => b.created.localeCompare(a.created))
                .map((rule) => (
                  <Row key={rule.id} rule={rule} />
                ))}
            </ul>
          )
        }
      </Load>
    </Page>
  );
}

const icons: Record<string, IconName> = {
  block: "blocked",
  allow: "allowed",
  ignore: "ignored",
  limit: "meter",
  pause: "older",
};

function Row({ rule }: { rule: Rule }) {
  const sentence = ruleSaid(rule);
  const enabled = rule.enabled ?? true;
  const said = [
    t("rules.hits", { n: rule.hits ?? 0 }),
    rule.last_hit ? t("rules.last", { time: ago(rule.last_hit, now.value) }) : "",
    t("rules.by", { author: rule.author ?? "", time: ago(rule.created, now.value) }),
    rule.until ? t("rules.until", { time: moment(rule.until) }) : "",
    rule.in_force || rule.action === "ignore" ? "" : t("rule.pending"),
  ];
  return (
    <li class={enabled ? "" : "off"}>
      <span class={`rule-icon rule-${rule.action}`}>
        <Icon name={icons[rule.action] ?? "rename"} />
      </span>
      <span class="rule-text">
        <span>{sentence}</span>
        <span class="quiet">{said.filter((one) => one !== "").join(" · ")}</span>
        {rule.note && <span class="problem">{rule.note}</span>}
      </span>
      {(rule.action as string) !== "pause" && (
        <button
          type="button"
          class="switch"
          role="switch"
          aria-checked={enabled}
          aria-label={t("rules.holds", { sentence })}
          onClick={() => void enable(rule, !enabled)}
        >
          <span class="switch-track" aria-hidden="true" />
        </button>
      )}
      <button
        type="button"
        class="plain"
        aria-label={t("action.of", {
          action: t("action.remove"),
          name: sentence,
        })}
        onClick={() => void remove(rule)}
      >
        <Icon name="remove" />
        <span>{t("action.remove")}</span>
      </button>
    </li>
  );
}

function enable(rule: Rule, enabled: boolean): Promise<boolean> {
  return run(
    null,
    (how) =>
      request<ActionAnswer>("PATCH", `/api/v1/rules/${rule.id}${how}`, {
        enabled,
      }),
    t(enabled ? "rules.on" : "rules.off", { sentence: ruleSaid(rule) }),
  );
}
