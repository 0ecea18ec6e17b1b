// SPDX-License-Identifier: BSD-3-Clause
// Staying right: control is killed and comes back, the dataplane goes, and the page says so and heals.

import assert from "node:assert/strict";
import { test } from "node:test";
import { node, openPage } from "./browser.mjs";
import { until } from "./gateway.mjs";
import { busiest, done } from "./see.mjs";

export function tests(world) {
  const { gateway } = world;

  test("a change made elsewhere is seen here at once", async () => {
    const page = await openPage(world.browser, gateway);
    const { device } = busiest((await gateway.graph()).edges);
    await gateway.send("POST", `devices/${device}:block`);
    await page
      .locator(`[id="node-${device}"].tone-blocked`)
      .waitFor({ timeout: 3000 });
    await gateway.send("POST", `devices/${device}:unblock`);
    await page
      .locator(`[id="node-${device}"].tone-device`)
      .waitFor({ timeout: 3000 });
    await done(page);
  });

  test("control is killed: the page says so, reconnects, and shows the same names and blocks", async (t) => {
    if (!gateway.own) return t.skip("another gateway");
    const page = await openPage(world.browser, gateway);
    const { device } = busiest((await gateway.graph()).edges);
    await gateway.send("PATCH", `devices/${device}`, {
      name: "Grandfather's radio",
    });
    await gateway.send("POST", `devices/${device}:block`);
    await page.locator(`[id="node-${device}"].tone-blocked`).waitFor();
    await gateway.kill("spin-control");
    await page.locator(".banners").getByText("The connection to the gateway is gone.").waitFor();
    await page.locator(".pulse-live").waitFor({ timeout: 40_000 });
    await page
      .locator(".banners")
      .getByText("The connection to the gateway is gone.")
      .waitFor({ state: "detached" });
    await page.locator(`[id="node-${device}"].tone-blocked`).waitFor();
    assert.equal(
      await node(page, device).locator("title").textContent(),
      "Grandfather's radio",
    );
    await page.getByRole("link", { name: /Blocked/ }).click();
    await page.getByText("Grandfather's radio is blocked").waitFor();
    await gateway.clear();
    await gateway.send("PATCH", `devices/${device}`, { name: null });
    assert.deepEqual(page.foreign, []);
    await page.context().close();
  });

  test("the dataplane is killed: the page says so within two seconds, and when it is back", async (t) => {
    if (!gateway.own) return t.skip("another gateway");
    const page = await openPage(world.browser, gateway);
    await gateway.kill("spin-dataplane");
    await page
      .locator(".banners")
      .getByText("The dataplane does not answer")
      .waitFor({ timeout: 2000 });
    await page
      .locator(".banners")
      .getByText("The dataplane does not answer")
      .waitFor({ state: "detached", timeout: 40_000 });
    await until("traffic again", async () =>
      (await gateway.graph()).edges.some((edge) => edge.state === "recent"),
    );
    await done(page);
  });
}
