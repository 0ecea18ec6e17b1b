// SPDX-License-Identifier: BSD-3-Clause
// The way between screens: a rail at the left, a bar at the bottom of a phone.

import { mayOpen } from "../access/provider.ts";
import { logOut, mayLeave, who } from "../access/session.ts";
import { rules } from "../live/store.ts";
import type { RuleAction } from "../api/types.ts";
import { t } from "../text/t.ts";
import { Icon, type IconName } from "./icons.tsx";
import { LanguageChoice } from "./language.tsx";
import { nextTheme, theme } from "./prefs.ts";
import { formatRoute, go, route, to, type Screen } from "./route.ts";

// The places of a phone's bar are few: what has none there stands on the screen More.
export const items: {
  screen: Screen;
  icon: IconName;
  counts?: RuleAction;
  first?: true;
}[] = [
  { screen: "home", icon: "home", first: true },
  { screen: "monitor", icon: "monitor", first: true },
  { screen: "devices", icon: "chip", first: true },
  { screen: "alerts", icon: "warn", first: true },
  { screen: "destinations", icon: "globe" },
  { screen: "history", icon: "older" },
  { screen: "flows", icon: "recent" },
  { screen: "why", icon: "dns" },
  { screen: "rules", icon: "rename" },
  { screen: "profiles", icon: "tidy" },
  { screen: "lists", icon: "table" },
  { screen: "blocked", icon: "blocked", counts: "block" },
  { screen: "allowed", icon: "allowed", counts: "allow" },
  { screen: "ignored", icon: "ignored", counts: "ignore" },
  { screen: "captures", icon: "disk" },
  { screen: "access", icon: "lock" },
  { screen: "privacy", icon: "eye" },
  { screen: "health", icon: "meter" },
  { screen: "integrations", icon: "plug" },
  { screen: "settings", icon: "settings" },
  { screen: "help", icon: "help" },
  { screen: "more", icon: "table", first: true },
];

// A page about one thing belongs to the list of such things.
const within: Partial<Record<Screen, Screen>> = {
  device: "devices",
  destination: "destinations",
};

function classOf(screen: Screen, first: boolean): string {
  if (screen === "more") return "rail-item rail-more";
  return first ? "rail-item" : "rail-item rail-second";
}

export function Rail() {
  const chosen = theme.value;
  const here = within[route.value.screen] ?? route.value.screen;
  // On a phone the others are found under More.
  const apart = !items.some(({ screen, first }) => screen === here && first);
  return (
    <nav class="rail" aria-label={t("nav.label")}>
      <span class="brand" aria-hidden="true">
        SPIN
      </span>
      {items.filter(({ screen }) => mayOpen(screen)).map(({ screen, icon, counts, first = false }) => (
        <a
          key={screen}
          href={formatRoute(to(screen))}
          class={classOf(screen, first)}
          aria-current={here === screen || (apart && screen === "more") ? "page" : undefined}
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
        class="rail-item rail-second theme"
        aria-label={t("theme.toggle", { theme: t(`theme.${chosen}`) })}
        title={t("theme.toggle", { theme: t(`theme.${chosen}`) })}
        onClick={nextTheme}
      >
        <Icon name={chosen} />
        <span>{t("theme.short")}</span>
      </button>
      <LanguageChoice />
      {who.value !== null && mayLeave.value && (
        <button
          type="button"
          class="rail-item rail-second"
          aria-label={t("gate.logout.of", { name: who.value.name })}
          title={t("gate.logout.of", { name: who.value.name })}
          onClick={() => void logOut()}
        >
          <Icon name="leave" />
          <span>{t("gate.logout")}</span>
        </button>
      )}
    </nav>
  );
}

export function Count({ of }: { of: RuleAction }) {
  const n = [...rules.value.values()].filter(
    (rule) => rule.action === of,
  ).length;
  return n === 0 ? null : <span class={`rail-count rule-${of}`}>{n}</span>;
}
