// SPDX-License-Identifier: BSD-3-Clause
// A new user's first five minutes, from the first page on, by what stands on the screen alone: who talks most, who
// scans, whom the television talked to, a tracker blocked, a thing that does not work, a recording, the provider.
//
// The presses are counted and told: when they grow, something became harder to find.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { button, openPage } from "./browser.mjs";
import { until } from "./gateway.mjs";
import { done } from "./see.mjs";

const PCAPNG = 0x0a0d0d0a;
const TRACKER = "smarttv-metrics.example";

export function tests(world) {
  const { gateway } = world;

  test("the first five minutes, without a manual", async () => {
    await gateway.clear();
    await gateway.send("POST", "provider:end", {});
    const { items } = await gateway.get("devices?limit=500");
    const kind = (name) => items.find((one) => one.kind.value === name);
    const [tv, scanner] = [kind("television"), kind("plug")];
    const page = await openPage(world.browser, gateway);
    const began = performance.now();
    let presses = 0;
    const press = async (where) => {
      presses++;
      await where.click();
    };
    const rail = (name) =>
      press(page.getByRole("navigation").getByRole("link", { name, exact: true }));

    // Who talks most: the first name on Home.
    await rail("Home");
    const most = page.locator(".talkers .device-link").first();
    await until("the television first", async () => (await most.innerText()) === tv.name);

    // Who scans: an alert says so, as long as nobody read it.
    const scans = "notifications?message_key=scanning";
    await until("the scan is told", async () => (await gateway.get(scans)).items.length > 0, 60_000);
    await rail("Alerts");
    if ((await gateway.get(`${scans}&unread=true`)).items.length > 0)
      await page.getByText(`${scanner.name} tries port`).first().waitFor();
    // And of the devices in the Monitor's table it is the one that talks to most.
    await rail("Monitor");
    await press(button(page, "Table"));
    await press(page.getByRole("button", { name: /^Devices/ }));
    await press(page.getByRole("columnheader", { name: "Talks to" }).getByRole("button"));
    const first = page.locator("tbody .row-title").first();
    await until("the scanner first", async () => (await first.innerText()) === scanner.name);

    // Whom the television talked to in the last hour.
    await rail("Devices");
    await press(page.locator("main").getByRole("link", { name: tv.name, exact: true }));
    const row = page.locator("table.data tbody tr").filter({ hasText: TRACKER });
    await row.first().waitFor({ timeout: 60_000 });

    // One tracker, for this device and then for all.
    await press(row.first().getByRole("button", { name: `Block ${TRACKER}` }));
    await row.first().getByRole("button", { name: `Unblock ${TRACKER}` }).waitFor();
    await press(row.first().getByRole("link", { name: TRACKER }));
    await page.getByRole("heading", { level: 1, name: TRACKER }).waitFor();
    await press(button(page.locator("main").first(), "Block").first());
    await until("two blocks", async () => (await gateway.get("rules")).items.length === 2);

    // Something does not work: why, and ten minutes of it.
    await rail("Why?");
    await page.getByLabel("Device", { exact: true }).selectOption(tv.id);
    await page.getByLabel("Whom it wants to reach").fill(TRACKER);
    presses += 2;
    await press(button(page, "Why?"));
    await page.getByText("It is stopped").waitFor();
    await press(button(page, "Allow for ten minutes"));
    await page.getByText("It passes").waitFor();

    // A recording, downloaded and readable.
    await rail("Capture");
    await page.getByLabel("Whose traffic").selectOption(tv.id);
    presses++;
    await press(button(page, "Begin"));
    await until("packets", async () => (await gateway.get("captures")).items[0]?.packets > 0);
    await press(button(page, `Stop ${tv.name}`));
    const link = page.locator(".rule-cards li").getByRole("link").first();
    const [file] = await Promise.all([page.waitForEvent("download"), press(link)]);
    const frames = await readFile(await file.path());
    assert.equal(frames.readUInt32LE(0), PCAPNG);
    assert.ok(frames.length > 200, `${frames.length} bytes`);

    // The provider in, and out.
    await rail("Access");
    await press(button(page, "Let it in"));
    await page.getByRole("region", { name: "Your access provider" }).getByText("Names and addresses: hidden.").waitFor();
    assert.equal((await gateway.get("provider")).active, true);
    await press(button(page, "End it now"));
    await button(page, "Let it in").waitFor();
    assert.equal((await gateway.get("provider")).active, false);

    const seconds = Math.round((performance.now() - began) / 1000);
    console.log(`# the story: ${presses} presses, ${seconds} s`);
    assert.ok(presses <= 30, `${presses} presses`);
    const [{ id }] = (await gateway.get("captures")).items;
    await gateway.send("DELETE", `captures/${id}`);
    await gateway.clear();
    await done(page);
  });
}
