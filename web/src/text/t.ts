// SPDX-License-Identifier: BSD-3-Clause
// Text by key, in the chosen language: arguments put in, plurals by the language's own rule.
//
// Shape: a language is two catalogues with the keys of English: what the first picture needs, and what screens need
// that are loaded when they are opened. The chosen language holds until the page is loaded anew.

import { en } from "./en.ts";
import type { enScreens } from "./en-screens.ts";

export type Key = keyof typeof en | keyof typeof enScreens;
export type Args = Record<string, string | number>;
export type Entry = string | { readonly one: string; readonly other: string };
export type Catalogue<K extends string> = Record<K, Entry>;

export const languages = { en: "English" };
export type Language = keyof typeof languages;

let catalogue: Partial<Record<string, Entry>> = { ...en };
let plurals = new Intl.PluralRules("en");
let numbers = new Intl.NumberFormat("en");
export let language: Language = "en";

export function isLanguage(name: string): name is Language {
  return name in languages;
}

// The first of those the person reads that there is.
export function pickLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const name = tag.toLowerCase().split("-")[0] ?? "";
    if (isLanguage(name)) return name;
  }
  return "en";
}

const firsts = {
  en: async () => en,
};

const screens = {
  en: async () => (await import("./en-screens.ts")).enScreens,
};

export async function speak(chosen: Language): Promise<void> {
  const first = await firsts[chosen]();
  language = chosen;
  plurals = new Intl.PluralRules(chosen);
  numbers = new Intl.NumberFormat(chosen);
  catalogue = { ...catalogue, ...first };
  if (typeof document !== "undefined") document.documentElement.lang = chosen;
}

export async function speakOfScreens(): Promise<void> {
  catalogue = { ...catalogue, ...(await screens[language]()) };
}

export function t(key: Key, args: Args = {}): string {
  const entry = catalogue[key] ?? key;
  const text =
    typeof entry === "string"
      ? entry
      : plurals.select(Number(args["n"])) === "one"
        ? entry.one
        : entry.other;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = args[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? numbers.format(value) : value;
  });
}

// For words that the server sends: the key when the catalogue knows it, else the word itself.
export function known(prefix: string, word: string): string {
  const key = `${prefix}.${word}`;
  return key in catalogue ? t(key as Key) : word;
}
