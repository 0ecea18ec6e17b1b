// SPDX-License-Identifier: BSD-3-Clause
// The screens beside the Monitor: what they say is what the gateway says, and what they do is in force.

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { button, openPage, phone } from "./browser.mjs";
import { until } from "./gateway.mjs";
import { done } from "./see.mjs";

export function tests(world) {
  const { gateway } = world;
  const open = async (screen, options) => {
    const page = await openPage(world.browser, gateway, options);
    await page.goto(`${gateway.url}#/${screen}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    return page;
  };

  describe("screens", () => {
    beforeEach(() => gateway.clear());

    test("Home says how many there are and who talks; a name opens what is known", async () => {
      const page = await open("home");
      const { devices } = await gateway.get("summary");
      await page.getByText(`${devices} devices.`).waitFor();
      const first = page.locator(".talkers .device-link").first();
      const name = await first.innerText();
      await first.click();
      await page.getByRole("heading", { level: 1, name }).waitFor();
      await done(page);
    });

    test("Devices: found by a word of the maker, sorted by a press", async () => {
      const page = await open("devices");
      const { items } = await gateway.get("devices?limit=500");
      const rows = page.locator("table.data tbody tr");
      await rows.nth(items.length - 1).waitFor();
      await button(page, "Name").click();
      const names = await rows.locator(".device-link").allInnerTexts();
      assert.deepEqual(
        names,
        [...names].sort((a, b) =>
          a.localeCompare(b, undefined, { numeric: true }),
        ),
      );
      const tv = items.find((one) => /^LG/.test(one.vendor ?? ""));
      await page.getByPlaceholder("Find…").fill("lg electronics");
      await rows.nth(1).waitFor({ state: "detached" });
      assert.deepEqual(await rows.locator(".device-link").allInnerTexts(), [
        tv.name,
      ]);
      await page.reload();
      await page.getByText(tv.name, { exact: true }).waitFor();
      await done(page);
    });

    test("Why?: a block is explained, opened for ten minutes, and taken back", async () => {
      const tv = (await gateway.get("devices?limit=500")).items.find(
        (one) => one.kind.value === "television",
      );
      await gateway.send("POST", "rules", {
        action: "block",
        subject: { everyone: true },
        object: { domain: "adgrid.example" },
      });
      const page = await open("why", { viewport: phone });
      await page.getByLabel("Device", { exact: true }).selectOption(tv.id);
      await page
        .getByLabel("Whom it wants to reach")
        .fill("collect.adgrid.example");
      await button(page, "Why?").click();
      await page.getByText("It is stopped").waitFor();
      await page.locator(".chain .decides").waitFor();
      await button(page, "Allow for ten minutes").click();
      await page.getByText("It passes").waitFor();
      const [rule] = (await gateway.get("rules?action=allow")).items;
      assert.ok(Date.parse(rule.until) - Date.now() < 601_000, rule.until);
      await button(page.locator(".toasts"), "Undo").click();
      await page.getByText("It is stopped").waitFor();
      await done(page);
    });

    test("Alerts: a new device is told, with its reason, and put away", async () => {
      const page = await open("alerts");
      const { items } = await gateway.get("notifications?outcome=open");
      const { text, why } = items[0];
      const card = page.locator(".notice").filter({ hasText: text });
      await card.getByText(why).waitFor();
      await button(card, `Put away ${text}`).click();
      await card.waitFor({ state: "detached" });
      await page.getByLabel("Which").selectOption("dismissed");
      await card.waitFor();
      await done(page);
    });

    test("Rules: written as a sentence, tried first, made, at rest, and gone", async () => {
      const page = await open("rules");
      await page.getByLabel("Which").fill("not a name!");
      await button(page, "Try it on the last ten minutes").click();
      await page.locator(".rule-form .problem").waitFor();
      await page.getByLabel("Which").fill("adgrid.example");
      await button(page, "Try it on the last ten minutes").click();
      await page.getByText(/conversations would have been stopped/).waitFor();
      assert.equal((await gateway.get("rules")).items.length, 0);
      await button(page, "Make the rule").click();
      const row = page.locator(".rule-cards li");
      await row.getByText("adgrid.example is blocked for everyone").waitFor();
      await row.getByRole("switch").click();
      await page.getByText("It rests: adgrid.example").first().waitFor();
      const [rule] = (await gateway.get("rules")).items;
      assert.equal(rule.enabled, false);
      await row.getByRole("button").click();
      await page.getByText("No rule yet").waitFor();
      await done(page);
    });

    test("Access: the provider is let in for an hour and ended; a token's secret is shown once", async () => {
      const page = await open("access");
      const household = page.getByRole("region", { name: "Your access provider" });
      await household.getByLabel("see whom they talk to").check();
      await button(page, "Let it in").click();
      await household.getByText("Names and addresses: hidden.").waitFor();
      const provider = await gateway.get("provider");
      assert.deepEqual(provider.rights, ["devices", "flows"]);
      assert.equal(provider.names, "masked");
      await button(page, "End it now").click();
      await button(page, "Let it in").waitFor();
      assert.equal((await gateway.get("provider")).active, false);
      await page.getByText("let the provider in").first().waitFor();
      await page.getByLabel("Name of the program").fill("reader");
      await button(page, "Make a token").click();
      const secret = await page.locator(".secret code").first().innerText();
      const answer = await fetch(`${gateway.url}api/v1/session`, {
        headers: { Authorization: `Bearer ${secret}` },
      });
      assert.equal((await answer.json()).role, "viewer");
      await button(page, "Revoke reader").click();
      await button(page, "Revoke reader").waitFor({ state: "detached" });
      await done(page);
    });

    test("Health: all is well, the ports are up, and the support file is one press away", async () => {
      const page = await open("health");
      await page.getByText("What you decided is in force.").waitFor();
      const ports = page.locator("table.data tbody tr");
      await ports.filter({ hasText: "internet" }).getByText("up").waitFor();
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name: "Download the file" }).click(),
      ]);
      assert.equal(file.suggestedFilename(), "spin-support.tar.gz");
      assert.equal(await file.failure(), null);
      await done(page);
    });

    test("Capture: headers of one device, stopped, downloaded, removed", async () => {
      const tv = (await gateway.get("devices?limit=500")).items.find(
        (one) => one.kind.value === "television",
      );
      const page = await open("captures");
      await page.getByLabel("Only what matches").fill("no such word");
      await button(page, "Begin").click();
      await page.locator(".toast-refused").waitFor();
      await page.getByLabel("Whose traffic").selectOption(tv.id);
      await page.getByLabel("Only what matches").fill("tcp");
      await button(page, "Begin").click();
      const row = page.locator(".rule-cards li");
      await row.getByText("records now").waitFor();
      await until("packets", async () => {
        const [one] = (await gateway.get("captures")).items;
        return one.packets > 0 && one.headers_only;
      });
      await button(row, `Stop ${tv.name}`).click();
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        row.getByRole("link").click(),
      ]);
      assert.match(file.suggestedFilename(), /^cap_\w+\.pcapng$/);
      assert.equal(await file.failure(), null);
      await button(row, `Remove ${tv.name}`).click();
      await page.getByRole("heading", { name: "Nothing is recorded" }).waitFor();
      await done(page);
    });

    test("Privacy: a level is chosen, and one device's memory is erased after a question", async () => {
      const page = await open("privacy");
      await page.getByRole("radio", { name: /^Names of domains/ }).check();
      await until(
        "level 1",
        async () => (await gateway.get("privacy")).level === 1,
      );
      await page.getByRole("radio", { name: /^Everything/ }).check();
      await until(
        "level 0",
        async () => (await gateway.get("privacy")).level === 0,
      );
      await page.locator("table.data tbody tr").nth(5).waitFor();
      const { items } = await gateway.get("devices?limit=500");
      const laptop = items.find((one) => one.kind.value === "laptop");
      await page
        .getByLabel("Device", { exact: true })
        .selectOption(laptop.id);
      await button(page, "Erase it").click();
      await page.getByText(`Erase all that is remembered of`).waitFor();
      await button(page, "Erase it for good").click();
      await page.getByText(/is erased/).waitFor();
      await done(page);
    });

    test("Flows: what was stopped, of one device", async () => {
      const scanner = (await gateway.get("devices?limit=500")).items.find(
        (one) => one.kind.value === "plug",
      );
      await gateway.send("POST", `devices/${scanner.id}:block`);
      const page = await open(`flows?device=${scanner.id}&verdict=drop`);
      await until("a stopped conversation", async () => {
        await page.reload();
        return page.getByText("device blocked").count();
      });
      assert.equal(await page.getByText("passed", { exact: true }).count(), 1);
      await done(page);
    });
  });
}
