// SPDX-License-Identifier: BSD-3-Clause
// The flight recorder: what switches it on is named while it is off; on, what it has of a device becomes a recording.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openScreen, violations } from "./access.mjs";
import { button, phone } from "./browser.mjs";
import { until } from "./gateway.mjs";
import { done } from "./see.mjs";

export function tests(world) {
  const { gateway } = world;
  const open = (hash, options) => openScreen(world, hash, options);
  // It is read when control starts; the demo starts it again.
  const switched = async (on) => {
    await gateway.send("PATCH", "config", { flight_recorder: on ? { on } : null });
    await gateway.kill("spin-control");
    await until("control is back, with what it was told", async () => {
      const { dataplane, flight_recorder: has } = await gateway.get("health");
      return dataplane.connected && (on ? has?.devices > 0 : has === null);
    }, 60_000);
  };
  const recorded = async () =>
    (await gateway.get("captures")).items.filter((one) => one.kind === "recorder");

  describe("recorder", () => {
    test("off, it says which key switches it on, and leads there", async () => {
      const page = await open("captures", { viewport: phone });
      const link = page.getByRole("link", { name: "flight_recorder.on" });
      await link.waitFor();
      assert.deepEqual(await violations(page), []);
      await link.click();
      await page.getByText("flight_recorder.on", { exact: true }).first().waitFor();
      const [{ id }] = (await gateway.get("devices")).items;
      await page.goto(`${gateway.url}#/device/${id}`);
      await link.waitFor();
      await done(page);
    });

    test("on, what it has of a device is kept from Capture and from the device's page", async (t) => {
      if (!gateway.own) return t.skip("another gateway");
      await switched(true);
      const { flight_recorder: has } = await gateway.get("health");
      const tv = (await gateway.get("devices?limit=500")).items.find(
        (one) => one.kind.value === "television",
      );
      // Its memory began anew: refused until the television sends.
      await until("it has something of the television", () =>
        gateway.send("POST", `devices/${tv.id}:freeze`),
      );
      const page = await open("captures");
      const section = page.locator("section", { has: page.locator("#recorder") });
      await section.getByText(`room for ${has.devices_max}`).waitFor();
      const keep = button(section, "Keep what the flight recorder has");
      assert.ok(await keep.isDisabled());
      await section.getByLabel("Device").selectOption(tv.id);
      assert.deepEqual(await violations(page), []);
      const ofTv = async () => (await recorded()).filter((one) => one.device === tv.id).length;
      const before = await ofTv();
      await keep.click();
      await until("it is kept", async () => (await ofTv()) > before);
      await page.locator(".rule-cards li").filter({ hasText: "from the flight recorder" }).filter({ hasText: tv.name }).first().waitFor();
      await page.goto(`${gateway.url}#/device/${tv.id}`);
      await button(page, "Keep what the flight recorder has").click();
      await page.getByRole("heading", { level: 1, name: "Capture" }).waitFor();
      assert.ok((await ofTv()) > before + 1);
      for (const { id } of await recorded()) await gateway.send("DELETE", `captures/${id}`);
      await done(page);
      await switched(false);
    });
  });
}
