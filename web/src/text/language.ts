// SPDX-License-Identifier: BSD-3-Clause
// The languages there are, and which of them this person reads: chosen here, else guessed from the browser.

export const languages = { en: "English", nl: "Nederlands", de: "Deutsch" };
export type Language = keyof typeof languages;

const KEPT = "spin.language";

export function isLanguage(name: string): name is Language {
  return Object.hasOwn(languages, name);
}

// The first of those the person reads that there is.
export function pickLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const name = tag.toLowerCase().split("-")[0] ?? "";
    if (isLanguage(name)) return name;
  }
  return "en";
}

export function chosenLanguage(): Language {
  let kept = "";
  try {
    kept = localStorage.getItem(KEPT) ?? "";
  } catch {
    // Storage is switched off: the browser's own languages hold.
  }
  return isLanguage(kept) ? kept : pickLanguage(navigator.languages);
}

export function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(KEPT, language);
  } catch {
    // Nowhere to keep it: the page cannot change its language.
  }
}
