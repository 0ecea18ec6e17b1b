// SPDX-License-Identifier: BSD-3-Clause
// Blocked, Allowed, Ignored: every such rule with its end. A silent node leaves the graph, its block stays here.

import type { RuleAction, Rule } from "../api/types.ts";
import { Titled } from "../kit/help-link.tsx";
import { now } from "../live/clock.ts";
import { ruleSubject } from "../live/precedence.ts";
import { rules, world } from "../live/store.ts";
import { remove } from "../shell/actions.ts";
import { Icon } from "../shell/icons.tsx";
import { openSubject } from "../shell/route.ts";
import { ago, moment } from "../text/format.ts";
import { ruleSaid } from "../text/said.ts";
import { t } from "../text/t.ts";

// What each list is called, as a screen and as a picture.
const names = {
  block: "blocked",
  allow: "allowed",
  ignore: "ignored",
} as const;

export function RuleList({ action }: { action: RuleAction }) {
  const list = [...rules.value.values()]
    .filter((rule) => rule.action === action)
    .sort((a, b) => b.created.localeCompare(a.created));
  return (
    <div class="page">
      <Titled title={t(`nav.${names[action]}`)} />
      <p class="lead">{t(`list.${action}.text`)}</p>
      {!world.value.ready ? (
        <p class="note">{t("list.loading")}</p>
      ) : list.length === 0 ? (
        <div class="empty card">
          <Icon name={names[action]} class="big" />
          <h2>{t(`list.${action}.empty.title`)}</h2>
          <p>{t(`list.${action}.empty.text`)}</p>
        </div>
      ) : (
        <ul class="rule-cards card">
          {list.map((rule) => (
            <RuleRow key={rule.id} rule={rule} />
          ))}
        </ul>
      )}
    </div>
  );
}

function RuleRow({ rule }: { rule: Rule }) {
  const subject = ruleSubject(rule);
  const sentence = ruleSaid(rule);
  return (
    <li>
      <span class={`rule-icon rule-${rule.action}`}>
        <Icon name={names[rule.action]} />
      </span>
      <span class="rule-text">
        {subject === null ? (
          <span>{sentence}</span>
        ) : (
          <button
            type="button"
            id={`open-${rule.id}`}
            class="link-button"
            onClick={() => openSubject(subject)}
          >
            {sentence}
          </button>
        )}
        <span class="quiet" title={moment(rule.created)}>
          {rule.in_force || rule.action === "ignore"
            ? t("rule.since", { time: ago(rule.created, now.value) })
            : t("rule.pending")}
        </span>
      </span>
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
