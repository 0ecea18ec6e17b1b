// SPDX-License-Identifier: BSD-3-Clause
// Choosing the language. The page is loaded anew in it, at the same place: the address holds what is on the screen.

import { keepLanguage, languages, type Language } from "../text/language.ts";
import { language, t } from "../text/t.ts";

export function LanguageChoice() {
  return (
    <select
      class="language"
      aria-label={t("language.label")}
      title={t("language.label")}
      value={language}
      onChange={(event) => {
        keepLanguage(event.currentTarget.value as Language);
        location.reload();
      }}
    >
      {Object.entries(languages).map(([code, name]) => (
        <option key={code} value={code} lang={code}>
          {name}
        </option>
      ))}
    </select>
  );
}
