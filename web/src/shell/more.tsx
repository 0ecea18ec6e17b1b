// SPDX-License-Identifier: BSD-3-Clause
// Every screen that has no place in a phone's bar, and the theme.

import { mayOpen } from "../access/provider.ts";
import { logOut, mayLeave, who } from "../access/session.ts";
import { t } from "../text/t.ts";
import { Icon } from "./icons.tsx";
import { LanguageChoice } from "./language.tsx";
import { nextTheme, theme } from "./prefs.ts";
import { Count, items } from "./rail.tsx";
import { formatRoute, to } from "./route.ts";

export function More() {
  const rest = items.filter(
    ({ screen, first }) => first !== true && mayOpen(screen),
  );
  return (
    <div class="page">
      <h1>{t("nav.more")}</h1>
      <ul class="more-list card">
        {rest.map(({ screen, icon, counts }) => (
          <li key={screen}>
            <a href={formatRoute(to(screen))}>
              <Icon name={icon} />
              <span>{t(`nav.${screen}`)}</span>
              {counts !== undefined && <Count of={counts} />}
            </a>
          </li>
        ))}
        <li>
          <button type="button" onClick={nextTheme}>
            <Icon name={theme.value} />
            <span>
              {t("theme.toggle", { theme: t(`theme.${theme.value}`) })}
            </span>
          </button>
        </li>
        <li class="more-language">
          <Icon name="speech" />
          <LanguageChoice />
        </li>
        {who.value !== null && mayLeave.value && (
          <li>
            <button type="button" onClick={() => void logOut()}>
              <Icon name="leave" />
              <span>{t("gate.logout.of", { name: who.value.name })}</span>
            </button>
          </li>
        )}
      </ul>
    </div>
  );
}
