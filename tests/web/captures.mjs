// SPDX-License-Identifier: BSD-3-Clause
// Recordings: begun, piped out with a token of their own, and looked into as files.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { axe, violations } from "./access.mjs";
import { button, openPage, press } from "./browser.mjs";
import { until } from "./gateway.mjs";
import { done } from "./see.mjs";

export function tests(world) {
  const { gateway } = world;

  const open = async (options = {}) => {
    const page = await openPage(world.browser, gateway, {
      bypassCSP: true,
      ...options,
    });
    await page.evaluate(axe);
    await page.goto(`${gateway.url}#/captures`);
    await page.getByRole("heading", { level: 1, name: "Capture" }).waitFor();
    return page;
  };
  const clean = async (page) => assert.deepEqual(await violations(page), []);

  describe("captures", () => {
    test("a line for Wireshark reads a recording that runs, and is void when it ended", async () => {
      const page = await open({ permissions: ["clipboard-read", "clipboard-write"] });
      await page.getByLabel("What to keep").selectOption("whole");
      await button(page, "Begin").click();
      await page.getByRole("button", { name: /^Watch in Wireshark/ }).click();
      const line = await page.locator(".copy-line pre").innerText();
      await button(page, "Copy").click();
      await page.locator(".toasts").getByText("It is copied").waitFor();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), line);
      await clean(page);
      const [, token, address] =
        /^curl -sN -H 'Authorization: Bearer (\S+)' '(\S+)' \| wireshark -k -i -$/.exec(line);
      const headers = { Authorization: `Bearer ${token}` };
      const answer = await fetch(address, { headers });
      const reader = answer.body.getReader();
      const { value } = await reader.read();
      assert.deepEqual([...value.slice(0, 4)], [0x0a, 0x0d, 0x0d, 0x0a]);
      const devices = new URL("api/v1/devices", gateway.url);
      assert.equal((await fetch(devices, { headers })).status, 403);
      await page.getByRole("button", { name: /^Stop/ }).click();
      for (let end = false; !end; ) end = (await reader.read()).done;
      await page.getByRole("button", { name: /^Look into it/ }).waitFor();
      assert.equal((await fetch(address, { headers })).status, 401);
      await done(page);
    });

    test("begun with a double press or a held key, there is one recording", async () => {
      const page = await open();
      const count = async () => (await gateway.get("captures")).items.length;
      for (const begin of [
        () => button(page, "Begin").dblclick(),
        async () => {
          await button(page, "Begin").focus();
          for (let i = 0; i < 3; i++) await page.keyboard.down("Enter");
          await page.keyboard.up("Enter");
        },
      ]) {
        const before = await count();
        await begin();
        const stop = page.getByRole("button", { name: /^Stop/ });
        await stop.first().waitFor();
        assert.equal(await count(), before + 1);
        await stop.click(); // the only one
        await stop.waitFor({ state: "detached" });
      }
      await done(page);
    });

    test("a recording is downloaded, opened as a file, narrowed to a device, and left for live", async () => {
      const page = await open();
      // One that was stopped at once may hold nothing.
      const { items } = await gateway.get("captures");
      const { download: path } = items.find((one) => one.download !== null && one.packets > 0);
      const saving = page.waitForEvent("download");
      await page.locator(`a[href$="${path}"]`).click();
      const download = await saving;
      const file = await download.path();
      await page.getByLabel("A file of this computer").setInputFiles(file);
      await page.getByText("This is a file, not your home now.").waitFor();
      await page.locator(".node").first().waitFor();
      const rows = page.locator("table.data tbody tr");
      await rows.first().waitFor();
      await clean(page);
      const all = await rows.count();
      const [{ id }] = (await gateway.get("analyses")).items;
      const { nodes } = await gateway.get(`analyses/${id}/graph?group=domain`);
      const device = nodes.find((node) => node.kind === "device");
      await press(page, device.id);
      await page.locator(".below").getByText(device.name).waitFor();
      // The newest recording may be of one device alone.
      await until("conversations of it", async () => {
        const count = await rows.count();
        return count > 0 && count <= all;
      });
      // Letters decide nothing here.
      const before = (await gateway.get("rules?limit=500")).items.length;
      await page.keyboard.press("b");
      await button(page, "Show all").click();
      await until("all of them", async () => (await rows.count()) === all);
      assert.equal((await gateway.get("rules?limit=500")).items.length, before);
      assert.equal(await page.getByRole("dialog").count(), 0);
      await page.getByRole("link", { name: "Back to live" }).click();
      await page.locator(".bar").waitFor();
      await gateway.send("DELETE", `analyses/${id}`);
      await done(page);
    });

    test("what is no capture is said to be none", async () => {
      const page = await open();
      await page.getByLabel("A file of this computer").setInputFiles({
        name: "holiday.pcap",
        mimeType: "application/octet-stream",
        buffer: Buffer.from("a picture, perhaps"),
      });
      await page.getByRole("heading", { level: 1, name: "holiday.pcap" }).waitFor();
      await until("it failed", async () =>
        (await gateway.get("analyses")).items.some((one) => one.state === "failed"));
      const { error } = (await gateway.get("analyses")).items.at(-1);
      await page.getByText(error).waitFor();
      await button(page, "Throw it away").click();
      await page.getByRole("heading", { level: 1, name: "Capture" }).waitFor();
      for (const one of (await gateway.get("captures")).items)
        await gateway.send("DELETE", `captures/${one.id}`);
      await done(page);
    });
  });
}
