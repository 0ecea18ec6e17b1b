// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import { deScreens } from "../src/text/de-screens.ts";
import { de } from "../src/text/de.ts";
import { enScreens } from "../src/text/en-screens.ts";
import { en } from "../src/text/en.ts";
import { ago, bytes, count, moment, rate } from "../src/text/format.ts";
import { languages, pickLanguage } from "../src/text/language.ts";
import { nlScreens } from "../src/text/nl-screens.ts";
import { nl } from "../src/text/nl.ts";
import { known, speak, speakOfScreens, t, type Entry } from "../src/text/t.ts";

type Book = Record<string, Entry>;
const english: Book = { ...en, ...enScreens };
const others: Record<string, Book> = {
  nl: { ...nl, ...nlScreens },
  de: { ...de, ...deScreens },
};

const forms = (entry: Entry) =>
  typeof entry === "string" ? [entry] : [entry.one, entry.other];

const places = (text: string) =>
  [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join(" ");

test("no key stands in two catalogues of a language, and none is empty", () => {
  assert.deepEqual(
    Object.keys(en).filter((key) => key in enScreens),
    [],
  );
  for (const book of [english, ...Object.values(others)])
    for (const [key, entry] of Object.entries(book))
      for (const form of forms(entry)) assert.notEqual(form.trim(), "", key);
});

test("every language that can be chosen has a book, and English besides", () => {
  assert.deepEqual(
    Object.keys(languages).sort(),
    ["en", ...Object.keys(others)].sort(),
  );
});

for (const [language, book] of Object.entries(others)) {
  test(`${language} has the keys of English, and no other`, () => {
    assert.deepEqual(
      {
        missing: Object.keys(english).filter((key) => !(key in book)),
        extra: Object.keys(book).filter((key) => !(key in english)),
      },
      { missing: [], extra: [] },
    );
  });

  test(`${language} puts in the arguments of English`, () => {
    const wrong = Object.entries(english).flatMap(([key, entry]) => {
      const theirs = book[key] ?? "";
      if (typeof theirs !== typeof entry) return [`${key}: plural or not`];
      const [one, other] = [forms(entry), forms(theirs)];
      return one.flatMap((form, i) =>
        places(form) === places(other[i] ?? "")
          ? []
          : [`${key}: ${places(form)} but ${places(other[i] ?? "")}`],
      );
    });
    assert.deepEqual(wrong, []);
  });
}

test("the language is the first of the person's own that there is", () => {
  assert.equal(pickLanguage(["fr-BE", "nl-BE", "en-GB"]), "nl");
  assert.equal(pickLanguage(["de-AT"]), "de");
  assert.equal(pickLanguage(["fr", "toString"]), "en");
  assert.equal(pickLanguage([]), "en");
});

test("numbers, plurals, bytes and times are as the language writes them", async () => {
  const now = Date.parse("2026-11-22T18:00:00Z");
  const ten = "2026-11-22T17:50:00Z";
  try {
    await speak("nl");
    await speakOfScreens();
    assert.equal(t("summary.devices", { n: 1 }), "1 apparaat");
    assert.equal(t("summary.devices", { n: 1234 }), "1.234 apparaten");
    assert.equal(count(1234567), "1.234.567");
    assert.equal(bytes(1234), "1,2 kB");
    assert.match(ago(ten, now), /^10 min.* geleden$/);
    assert.match(moment(ten), /22 nov/);
    assert.equal(t("why.ask"), "Waarom?");
    assert.equal(known("sort", "plug"), "stekker of schakelaar");
    await speak("de");
    assert.equal(t("summary.devices", { n: 0 }), "0 Geräte");
    assert.match(rate(1_500_000), /^1,5 MB\/s$/);
    assert.match(ago(ten, now), /^vor 10 Min\./);
    assert.match(moment(ten), /22\.11\.2026/);
  } finally {
    await speak("en");
  }
});
