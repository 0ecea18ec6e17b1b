// SPDX-License-Identifier: BSD-3-Clause
// The way between screens: a rail at the left, a bar at the bottom of a phone.

import { rules } from "../live/store.ts";
import type { RuleAction } from "../api/types.ts";
import { t } from "../text/t.ts";
import { Icon, type IconName } from "./icons.tsx";
import { nextTheme, theme } from "./prefs.ts";
import { formatRoute, go, route, to, type Screen } from "./route.ts";

const items: { screen: Screen; icon: IconName; counts?: RuleAction }[] = [
  { screen: "home", icon: "home" },
  { screen: "monitor", icon: "monitor" },
  { screen: "devices", icon: "chip" },
  { screen: "blocked", icon: "blocked", counts: "block" },
  { screen: "allowed", icon: "allowed", counts: "allow" },
  { screen: "ignored", icon: "ignored", counts: "ignore" },
  { screen: "help", icon: "help" },
];

export function Rail() {
  const chosen = theme.value;
  return (
    <nav class="rail" aria-label={t("nav.label")}>
      <span class="brand" aria-hidden="true">
        SPIN
      </span>
      {items.map(({ screen, icon, counts }) => (
        <a
          key={screen}
          href={formatRoute(to(screen))}
          class="rail-item"
          aria-current={route.value.screen === screen ? "page" : undefined}
          onClick={(event) => {
            event.preventDefault();
            go(to(screen));
          }}
        >
          <Icon name={icon} />
          <span>{t(`nav.${screen}`)}</span>
          {counts !== undefined && <Count of={counts} />}
        </a>
      ))}
      <button
        type="button"
        class="rail-item theme"
        aria-label={t("theme.toggle", { theme: t(`theme.${chosen}`) })}
        title={t("theme.toggle", { theme: t(`theme.${chosen}`) })}
        onClick={nextTheme}
      >
        <Icon name={chosen} />
        <span>{t("theme.short")}</span>
      </button>
    </nav>
  );
}

function Count({ of }: { of: RuleAction }) {
  const n = [...rules.value.values()].filter(
    (rule) => rule.action === of,
  ).length;
  return n === 0 ? null : <span class={`rail-count rule-${of}`}>{n}</span>;
}
