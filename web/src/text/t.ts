// SPDX-License-Identifier: BSD-3-Clause
// Text by key, in the chosen language: arguments put in, plurals by the language's own rule.

import { en } from "./en.ts";

export type Key = keyof typeof en;
export type Args = Record<string, string | number>;

const catalogue: Record<
  Key,
  string | { readonly one: string; readonly other: string }
> = en;

export const language = "en";

const plurals = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(language);

export function t(key: Key, args: Args = {}): string {
  const entry = catalogue[key];
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
