// SPDX-License-Identifier: BSD-3-Clause
// The Traffic Monitor over time: charts, windows, what was, and several at once.

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawer, openPage } from "./browser.mjs";
import { until } from "./gateway.mjs";
import { busiest, done } from "./see.mjs";

export function tests(world) {
  test("the drawer draws the traffic of the last hour, and has its numbers as a table", async () => {
    const page = await openPage(world.browser, world.gateway);
    const { device } = busiest((await world.gateway.graph()).edges);
    await until("a written history", async () => {
      const { total } = await world.gateway.get(`history?device=${device}`);
      return total.bytes_in > 0;
    });
    await page.goto(`${world.gateway.url}#/monitor?open=${device}`);
    const picture = drawer(page).getByRole("img", { name: /most at .*B\/s/ });
    await picture.locator("canvas").waitFor();
    await drawer(page).getByText("The numbers").click();
    await drawer(page).getByRole("cell", { name: /[1-9].*B\/s/ }).first().waitFor();
    const colours = () => picture.locator("canvas").evaluate(painted);
    const light = await colours();
    assert.ok(light.length > 3, `something is drawn: ${light.length} colours`);
    await page.emulateMedia({ colorScheme: "dark" });
    await page.waitForFunction(
      () => document.documentElement.dataset.theme === "dark",
    );
    const dark = await colours();
    assert.notDeepEqual(dark.slice(0, 3), light.slice(0, 3), "drawn anew in the dark");
    await drawer(page).getByRole("button", { name: "Month", exact: true }).click();
    await picture.locator("canvas").waitFor();
    await done(page);
  });
}

// In the page: the colours of a canvas, most painted first.
function painted(canvas) {
  const { data } = canvas
    .getContext("2d")
    .getImageData(0, 0, canvas.width, canvas.height);
  const counts = new Map();
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] !== 255) continue;
    const key = data.slice(i, i + 3).join(" ");
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([key]) => key);
}
