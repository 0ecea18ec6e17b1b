// SPDX-License-Identifier: BSD-3-Clause
// Everything that has a name has three sentences in every language: the names are read where they are given.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { about, alertText, noticeWords, type Sort } from "../src/text/about.ts";
import { enLive } from "../src/text/en-live.ts";
import { enThings } from "../src/text/en-things.ts";
import { enWords } from "../src/text/en-words.ts";
import { languages, type Language } from "../src/text/language.ts";
import { speak, speakOfScreens } from "../src/text/t.ts";

const root = join(process.cwd(), "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

// The second of each row of a list of C: X(CONSTANT, "name", …).
function rows(path: string, list: string): string[] {
  const [, text = ""] = read(path).split(`#define ${list}(X)`);
  const body = text.slice(0, text.search(/[^\\]\n/));
  return [...body.matchAll(/\bX\(\w+,[\s\\]*"([^"]+)"/g)].map(([, name = ""]) => name);
}

function services(): string[] {
  const text = read("control/service.c");
  const named = [...text.matchAll(/\{(?:IPPROTO_\w+|\d+),(?: \d+,)? "([a-z0-9-]+)"\}/g)];
  const also = [...text.matchAll(/\{"([a-z]+)", IPPROTO_\w+, \d+\}/g)];
  return [...named, ...also].map(([, name = ""]) => name);
}

const kinds = "control/notify/kind.h";
const things: Record<Sort, string[]> = {
  reason: rows("platform/wire_types.h", "REASONS"),
  alert: [
    ...rows("platform/wire_types.h", "ALERTS"),
    ...["HOME", "OWN", "ALERT"].flatMap((of) => rows(kinds, `NOTIFY_${of}_KINDS`)),
  ],
  kind: rows("control/identity/kind.h", "KINDS"),
  service: services(),
  profile: readdirSync(join(root, "control/profiles"))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => name.replace(".yaml", "")),
};

async function use(language: Language): Promise<void> {
  await speak(language);
  await speakOfScreens();
}

test("the lists are read", () => {
  for (const [sort, name] of [
    ["reason", "device_paused"],
    ["alert", "outside_router"],
    ["alert", "new_device"],
    ["alert", "test"],
    ["kind", "car"],
    ["service", "wireguard"],
    ["service", "udplite"],
    ["service", "ping"],
    ["profile", "television"],
  ] as const)
    assert.ok(things[sort].includes(name), `${sort} ${name}`);
});

for (const language of Object.keys(languages) as Language[]) {
  test(`${language}: every reason, alert, kind, service and profile has three sentences`, async () => {
    await use(language);
    const missing = Object.entries(things).flatMap(([sort, names]) =>
      names.filter((name) => {
        const words = about(sort as Sort, name);
        const all = words === null ? [] : Object.values(words);
        return all.length !== 3 || all.some((one) => !/[.!?}]$/.test(one));
      }).map((name) => `about.${sort}.${name}`),
    );
    await use("en");
    assert.deepEqual(missing, []);
  });
}

test("no sentence is about a thing that is not", () => {
  const known = Object.entries(things).flatMap(([sort, names]) =>
    names.map((name) => `about.${sort}.${name}`),
  );
  const extra = [...Object.keys(enWords), ...Object.keys(enThings)].filter(
    (key) => !key.startsWith("about.family.") && !known.includes(key),
  );
  assert.deepEqual(extra, []);
});

test("every operation that the audit trail can tell has words, and every way in", () => {
  const routes = [...read("control/http/routes.c").matchAll(/\{"(?:POST|PUT|PATCH|DELETE)",\s*V1 "[^"]*",\s*\w+,\s*"(\w+)"/g)];
  const own = [...read("control/audit/audit_change.c").matchAll(/(?:return|\?|:) "(\w+)"/g)];
  const operations = [...routes, ...own].map(([, name = ""]) => name);
  const [, ways = ""] = /char way\[\d+\]; \/\/ (.*)/.exec(read("control/audit/entry.h")) ?? [];
  const keys = [...operations.map((name) => `op.${name}`), ...ways.split(", ").map((way) => `way.${way}`)];
  assert.ok(operations.length > 60 && keys.includes("op.endRule") && keys.includes("way.unix"), keys.join());
  assert.deepEqual(keys.filter((key) => !Object.hasOwn(enLive, key)), []);
});

test("the arguments of an alert are those of its kind", () => {
  const text = read(kinds);
  const wrong = Object.entries(enWords).flatMap(([key, entry]) => {
    const kind = key.replace("about.alert.", "");
    const theirs = new RegExp(`"${kind}",[^"]*"([^"]*)"`).exec(text)?.[1];
    const places = (of: string) => (of.match(/\{\d\}/g) ?? []).sort().join();
    const [what = ""] = entry.split("|");
    return theirs === undefined || theirs === "{0}" || places(theirs) === places(what)
      ? []
      : [`${key}: ${places(theirs)} but ${places(what)}`];
  });
  assert.deepEqual(wrong, []);
});

const notice = {
  message_key: "profile_set",
  message_args: ["TV|{1}", "guest", "anna"],
  text: "TV has the profile guest now, by anna.",
  why: "…",
  advice: "…",
};

test("an alert is said in the reader's language, with its arguments", async () => {
  assert.equal(noticeWords(notice).what, notice.text);
  await use("nl");
  assert.equal(noticeWords(notice).what, "TV|{1} heeft nu het profiel guest, door anna.");
  const own = "The port lan0 …: ethtool -K lan0 gro off";
  const alert = { ...notice, message_key: "oversize_offload", message_args: [own], text: own };
  assert.match(noticeWords(alert).what, /^Een poort levert/);
  assert.equal(noticeWords(alert).own, own);
  assert.equal(noticeWords({ ...notice, message_key: "new_one" }).what, notice.text);
  const timed = { ...notice, message_key: "new_one", text: "Until 2026-11-26T18:00:00Z, that is." };
  assert.match(noticeWords(timed).what, /^Until \S.* 2026,? .*:00, that is\.$/);
  assert.match(alertText({ kind: "ports_swapped", text: own }), /^Huis en internet/);
  assert.equal(alertText({ kind: "learning_ended", text: own }), own);
  const over = { ...notice, message_key: "provider_access_ended", message_args: ["The provider", "its time was over."] };
  assert.equal(noticeWords(over).what, "De provider kan niet meer in deze gateway kijken: de tijd was om.");
  await use("en");
});

test("a port without a name is told by its protocol, a thing without one not at all", () => {
  assert.match(about("service", "tcp/8443")?.what ?? "", /reliable/);
  assert.equal(about("profile", "of-my-own"), null);
  assert.equal(about("kind", "__proto__"), null);
});
