// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../src/api/http.ts";
import {
  formatRoute,
  parseRoute,
  parseSubject,
  type Route,
} from "../src/shell/route.ts";
import { explain } from "../src/text/explain.ts";
import { ago, bytes, confirmed, rate } from "../src/text/format.ts";
import { known, t } from "../src/text/t.ts";

test("bytes and rates are short and have a unit", () => {
  assert.equal(bytes(0), "0 B");
  assert.equal(bytes(999), "999 B");
  assert.equal(bytes(1234), "1.2 kB");
  assert.equal(bytes(45_600_000), "46 MB");
  assert.equal(rate(1500), "1.5 kB/s");
  assert.equal(confirmed(3240), "3.2 ms");
  assert.equal(confirmed(12_345), "12 ms");
});

test("times are said from now", () => {
  const now = Date.parse("2026-11-22T18:00:00Z");
  assert.equal(ago("2026-11-22T17:59:40Z", now), "now");
  assert.equal(ago("2026-11-22T17:59:15Z", now), "45s ago");
  assert.equal(ago("2026-11-22T17:50:00Z", now), "10m ago");
  assert.equal(ago(null, now), "never");
  assert.equal(
    ago("2026-11-22T18:00:09Z", now),
    "now",
    "a clock that is ahead is not a mystery",
  );
});

test("plurals, arguments, and words the catalogue does not know", () => {
  assert.equal(t("summary.devices", { n: 1 }), "1 device");
  assert.equal(t("summary.devices", { n: 1234 }), "1,234 devices");
  assert.equal(t("did.block", { name: "<b>{n}</b>" }), "<b>{n}</b> is blocked");
  assert.equal(known("source", "dhcp"), "DHCP, from the device");
  assert.equal(known("source", "oracle"), "oracle");
});

test("a refusal is said in the gateway's words, a silence in ours", () => {
  const refused = new ApiError(
    404,
    "unknown_device",
    "Unknown device",
    "There is no such device.",
    "List them first.",
  );
  assert.deepEqual(explain(refused), {
    what: "There is no such device.",
    hint: "List them first.",
  });
  assert.deepEqual(
    explain(new ApiError(400, "bad_value", "", "/name: it is only spaces.", "Send one JSON object.")),
    { what: "name: it is only spaces.", hint: "" },
  );
  assert.equal(
    explain(new ApiError(0, "unreachable", "", "", "")).what,
    "The gateway does not answer.",
  );
  assert.equal(
    explain(new ApiError(500, "", "", "", "")).what,
    "Something went wrong (500).",
  );
});

const plain: Route = {
  screen: "monitor",
  id: null,
  view: "graph",
  open: null,
  more: {},
};

const routes: [string, Route][] = [
  ["#/monitor", plain],
  [
    "#/monitor?view=table&open=dev_a1",
    { ...plain, view: "table", open: { kind: "device", device: "dev_a1" } },
  ],
  [
    "#/blocked?open=dev_a1~dst_b2",
    {
      ...plain,
      screen: "blocked",
      open: { kind: "pair", device: "dev_a1", destination: "dst_b2" },
    },
  ],
  [
    "#/help?open=dst_b2",
    {
      ...plain,
      screen: "help",
      open: { kind: "destination", destination: "dst_b2" },
    },
  ],
  [
    "#/help/a%2Fb?verdict=drop",
    { ...plain, screen: "help", id: "a/b", more: { verdict: "drop" } },
  ],
];

for (const [text, route] of routes) {
  test(`the address ${text} is the screen, both ways`, () => {
    assert.deepEqual(parseRoute(text), route);
    assert.equal(formatRoute(route), text);
  });
}

test("an address that means nothing is the monitor", () => {
  for (const text of [
    "",
    "#",
    "#/nowhere?view=x&open=../../etc",
    "#monitor?open=dev_",
  ]) {
    assert.deepEqual(
      parseRoute(text),
      plain,
      text,
    );
  }
  assert.equal(parseSubject("dst_a~dev_b"), null);
});
