// SPDX-License-Identifier: BSD-3-Clause
// What the page says by itself: what is read out, what is not seen; and what a system is told that installs it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, violations } from "./access.mjs";
import { button, openPage, press } from "./browser.mjs";
import { busiest, done } from "./see.mjs";

export function tests(world) {
  const { gateway } = world;

  test("what was done is read out, from one place alone", async () => {
    await gateway.clear();
    const page = await openPage(world.browser, gateway);
    const { device } = busiest((await gateway.graph()).edges);
    await press(page, device);
    await button(page.getByRole("dialog"), "Block").click();
    await page
      .locator("#live-region")
      .getByText(/is blocked.* In force after/)
      .waitFor();
    assert.equal(await page.locator('[role="status"], [aria-live]').count(), 1);
    await gateway.clear();
    await done(page);
  });

  test("the badge tells what is not seen, with the devices that hide", async () => {
    const page = await openPage(world.browser, gateway, { bypassCSP: true });
    await page.locator(".coverage").click();
    const panel = page.getByRole("dialog", { name: "What is not seen" });
    await panel.waitFor();
    const { items } = await gateway.get("devices?limit=500");
    const hiding = items.filter((one) => one.encrypted_dns);
    assert.equal(
      await panel.getByText(/which names (it asks|they ask) for/).count(),
      hiding.length > 0 ? 1 : 0,
    );
    for (const one of hiding) await panel.getByText(one.name).waitFor();
    await page.evaluate(axe);
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
    await done(page);
  });

  test("an attack that was reported says what was found, and is contained and released", async () => {
    await gateway.clear();
    const consent = (word) =>
      gateway.send("PATCH", "config", { incidents: { consent: word } }, { "If-Match": "*" });
    await consent("ask");
    const { id, target } = await gateway.send("POST", "incidents", {
      "ietf-dots-signal-channel:mitigation-scope": { scope: [{ "target-prefix": ["198.18.66.0/24"] }] },
      evidence: "It tries every door",
    });
    const page = await openPage(world.browser, gateway, { bypassCSP: true });
    await page.goto(`${gateway.url}#/alerts`);
    const list = page.getByRole("region", { name: "Attacks your provider reported" });
    const row = list.getByRole("listitem").filter({ hasText: "It tries every door" });
    await row.getByText("waits for you").waitFor();
    await row.getByText(/one device here took part, with \d+ connections/).waitFor();
    await button(row, "ESP-5D0113").waitFor();
    await page.evaluate(axe);
    assert.deepEqual(await violations(page), []);
    await row.getByRole("button", { name: /^Keep it from the target/ }).click();
    await row.getByText(/kept from it until/).waitFor();
    assert.ok((await gateway.get("rules")).items.length > 0);
    await button(page.locator(".toasts"), "Undo").click();
    await row.getByText("released").waitFor();
    assert.deepEqual((await gateway.get("rules")).items, []);
    await button(page.locator(".toasts"), "Undo").click();
    await row.getByText("contained", { exact: true }).waitFor();
    await row.getByRole("button", { name: /^Let it go on/ }).click();
    await row.getByText("released").waitFor();
    await row.getByRole("button", { name: /^Keep it from the target/ }).click();
    await row.getByText("contained", { exact: true }).waitFor();
    const withdraw = row.getByRole("button", { name: /^Withdraw it/ });
    await withdraw.click();
    const toasts = page.locator(".toasts");
    await toasts.getByText(`Withdraw what was reported about ${target}?`).waitFor();
    await button(toasts, "Cancel").click();
    assert.equal((await gateway.get(`incidents/${id}`)).state, "contained");
    await withdraw.click();
    await button(toasts, "Withdraw it").click();
    await row.getByText("withdrawn", { exact: true }).waitFor();
    assert.deepEqual((await gateway.get("rules")).items, []);
    assert.equal(await row.getByRole("button", { name: /target/ }).count(), 0);
    const said = toasts.locator(".toast").filter({ hasText: "Nothing is done about" });
    await said.waitFor();
    assert.equal(await button(said, "Undo").count(), 0);
    assert.ok(target.includes("198.18.66.0/24"));
    await consent("off");
    await done(page);
  });

  test("the keys are written down, and a question mark leads there", async () => {
    const page = await openPage(world.browser, gateway);
    await page.keyboard.press("?");
    await page.getByRole("heading", { name: "With the keyboard" }).waitFor();
    await page.getByText("Pause for an hour, or resume").waitFor();
    await done(page);
  });

  test("a slash goes to the search, Enter from there to what was found; in a text it is a slash", async () => {
    const page = await openPage(world.browser, gateway);
    const { nodes } = await gateway.graph();
    const { id, name } = nodes.find((one) => one.name === "adgrid.example");
    await page.keyboard.press("/");
    await page.keyboard.type(name);
    await page.locator(".node.dim").first().waitFor({ state: "attached" });
    await page.keyboard.press("Enter");
    await page.locator(`[id="node-${id}"]:focus`).waitFor({ state: "attached" });
    await page.goto(`${gateway.url}#/settings`);
    const text = page.locator("main textarea").first();
    await text.fill("");
    await text.press("/");
    assert.equal(await text.inputValue(), "/");
    await done(page);
  });

  test("what was found can be named where it is welcomed", async () => {
    const { items } = await gateway.get("devices?limit=500");
    const printer = items.find((one) => one.kind.value === "printer");
    const page = await openPage(world.browser, gateway);
    await page.goto(`${gateway.url}#/welcome`);
    const field = page.getByLabel(`Rename ${printer.name}`, { exact: true });
    await field.fill("Grandmother's printer");
    await field.press("Tab");
    await page.getByText("Renamed to Grandmother's printer").first().waitFor();
    const { name } = await gateway.get(`devices/${printer.id}`);
    assert.equal(name, "Grandmother's printer");
    await gateway.send("PATCH", `devices/${printer.id}`, { name: null });
    await done(page);
  });

  test("Home pauses the internet for everyone, says so, and resumes", async () => {
    await gateway.clear();
    const page = await openPage(world.browser, gateway);
    await page.goto(`${gateway.url}#/home`);
    await button(page, "Pause the internet for an hour").click();
    await button(page.locator("dialog.word"), "Do it for good").click();
    await page.getByText(/The internet is paused for everyone until/).waitFor();
    const [rule] = (await gateway.get("rules")).items;
    assert.equal(rule.subject.kind, "everyone");
    assert.ok(Date.parse(rule.until) - Date.now() < 3_601_000, rule.until);
    await button(page, "Resume now").click();
    await button(page, "Pause the internet for an hour").waitFor();
    assert.deepEqual((await gateway.get("rules")).items, []);
    await page.getByRole("heading", { name: "The last day" }).waitFor();
    await done(page);
  });

  test("it can be installed: a manifest with pictures, each of its own type", async () => {
    const page = await openPage(world.browser, gateway);
    const cdp = await page.context().newCDPSession(page);
    const { errors, url, data } = await cdp.send("Page.getAppManifest");
    assert.deepEqual(errors, []);
    const { icons } = JSON.parse(data);
    for (const { src, type } of [
      { src: url, type: "application/manifest+json" },
      ...icons,
    ]) {
      const answer = await fetch(new URL(src, url));
      assert.equal(answer.headers.get("content-type"), type, src);
      assert.ok((await answer.arrayBuffer()).byteLength > 0);
    }
    const problems = await cdp.send("Page.getInstallabilityErrors");
    // A fresh profile cannot install; nothing else may stand in the way.
    assert.deepEqual(
      problems.installabilityErrors
        .map(({ errorId }) => errorId)
        .filter((id) => id !== "in-incognito"),
      [],
    );
    await done(page);
  });
}
