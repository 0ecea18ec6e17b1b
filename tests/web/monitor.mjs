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
    await picture.locator(".plot-line").first().waitFor({ state: "attached" });
    await drawer(page).getByText("The numbers").click();
    await drawer(page).getByRole("cell", { name: /[1-9].*B\/s/ }).first().waitFor();
    const colours = () =>
      picture
        .locator(".plot-line, .plot-area")
        .evaluateAll((all) => all.map((one) => [getComputedStyle(one).stroke, getComputedStyle(one).fill]));
    const light = await colours();
    assert.equal(light.length, 4, "two areas, each with its line");
    await page.emulateMedia({ colorScheme: "dark" });
    await page.waitForFunction(
      () => document.documentElement.dataset.theme === "dark",
    );
    const dark = await colours();
    assert.notDeepEqual(dark, light, "other colours in the dark");
    await drawer(page).getByRole("button", { name: "Month", exact: true }).click();
    await picture.locator(".plot-line").first().waitFor({ state: "attached" });
    await done(page);
  });
}
