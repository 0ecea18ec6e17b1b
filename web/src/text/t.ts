// SPDX-License-Identifier: BSD-3-Clause
// Text by key, in the chosen language: arguments put in, plurals by the language's own rule.
//
// Shape: a language is two catalogues with the keys of English: what the first picture needs, and what screens need
// that are loaded when they are opened. A browser fetches those of one language. It holds until the page is loaded
// anew.

import { signal } from "@preact/signals";
import type { en } from "./en.ts";
import type { enScreens } from "./en-screens.ts";
import type { Language } from "./language.ts";
import { unfold } from "./unfold.ts";

export type Key = keyof typeof en | keyof typeof enScreens;
export type Args = Record<string, string | number>;
export type Entry = string | { readonly one: string; readonly other: string };
export type Catalogue<K extends string> = Record<K, Entry>;

const firsts = {
  en: async () => (await import("./en.ts")).en,
  nl: async () => (await import("./nl.ts")).nl,
  de: async () => (await import("./de.ts")).de,
};

const screens = {
  en: async () => (await import("./en-screens.ts")).enScreens,
  nl: async () => (await import("./nl-screens.ts")).nlScreens,
  de: async () => (await import("./de-screens.ts")).deScreens,
};

let catalogue: Partial<Record<string, Entry>> = {};
let plurals = new Intl.PluralRules("en");
let numbers = new Intl.NumberFormat("en");
export let language: Language = "en";

export async function speak(chosen: Language): Promise<void> {
  catalogue = { ...unfold(await firsts[chosen]()) };
  language = chosen;
  plurals = new Intl.PluralRules(chosen);
  numbers = new Intl.NumberFormat(chosen);
  if (typeof document !== "undefined") document.documentElement.lang = chosen;
}

// Whether the sentences of screens are there.
export const screensSpoken = signal(false);

export async function speakOfScreens(): Promise<void> {
  Object.assign(catalogue, unfold(await screens[language]()));
  screensSpoken.value = true;
}

// One that may not be there, with its arguments still to be put in.
export function sentence(key: string): string | undefined {
  const entry = Object.hasOwn(catalogue, key) ? catalogue[key] : undefined;
  return typeof entry === "string" ? entry : entry?.other;
}

export function t(key: Key, args: Args = {}): string {
  const entry = catalogue[key] ?? key;
  const text =
    typeof entry === "string"
      ? entry
      : plurals.select(Number(args["n"])) === "one"
        ? entry.one
        : entry.other;
  return fill(text, args);
}

export function fill(text: string, args: Args): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = args[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? numbers.format(value) : value;
  });
}

// For words that the server sends: the key when the catalogue knows it, else the word itself.
export function known(
  prefix: string,
  word: string,
  other = (unknown: string) => unknown,
): string {
  const key = `${prefix}.${word}`;
  return Object.hasOwn(catalogue, key) ? t(key as Key) : other(word);
}
