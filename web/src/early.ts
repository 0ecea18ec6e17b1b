// SPDX-License-Identifier: BSD-3-Clause
// What must stand before the first paint: the theme, so that a dark page never flashes white, and the language, whose
// sentences are asked for while the script is still on its way.

import { chosenLanguage, type Language } from "./text/language.ts";

// Put in by build.mjs: where each language's first sentences are.
declare const SENTENCES: Record<Language, string>;

let theme = "";
try {
  theme = localStorage.getItem("spin.theme") ?? "";
} catch {
  // Storage is switched off: the system's own preference holds.
}
if (theme !== "light" && theme !== "dark") {
  theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}
const page = document.documentElement;
page.dataset.theme = theme;

page.lang = chosenLanguage();
const ask = document.createElement("link");
ask.rel = "modulepreload";
ask.href = SENTENCES[page.lang as Language];
document.head.append(ask);
