// SPDX-License-Identifier: BSD-3-Clause
// Integrations: how each does, switched on and off by its own settings, and tested.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { axe, violations } from "./access.mjs";
import { blankPage, button } from "./browser.mjs";
import { until } from "./gateway.mjs";
import { done } from "./see.mjs";

const PASSWORD = "a word for this file alone";

export function tests(world) {
  const { gateway } = world;

  describe("integrations", () => {
    test("MQTT is switched on, says that no broker is there, and goes off by Undo", async () => {
      await gateway.send("POST", "users", {
        name: "joiner",
        password: PASSWORD,
        role: "admin",
      });
      const page = await blankPage(world.browser, gateway.url, { bypassCSP: true });
      await page.goto(`${gateway.url}#/integrations`);
      await page.getByLabel("Name", { exact: true }).fill("joiner");
      await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
      await button(page, "Log in").click();
      await page.locator(".page h1").waitFor();
      await page.evaluate(axe);
      const items = (await gateway.get("integrations")).items;
      const row = (name) =>
        page.locator(".rule-cards > li").filter({
          has: page.getByText(items.find((one) => one.name === name).title, {
            exact: true,
          }),
        });
      for (const { name } of items) await row(name).waitFor();
      await row("prometheus").locator("summary").click();
      await row("prometheus").getByText("scrape_configs:").waitFor();
      const mqtt = row("mqtt");
      await mqtt.getByText("off", { exact: true }).waitFor();
      await mqtt.locator("summary").click();
      await mqtt.locator('[id="set-mqtt.host"]').fill("127.0.0.1");
      await mqtt.locator('[id="set-mqtt.port"]').fill("9");
      await mqtt.locator('[id="set-mqtt.username"]').fill("gateway");
      await mqtt.locator('[id="set-mqtt.password"]').fill("quiet");
      await mqtt.locator('[id="set-mqtt.enabled"]').check();
      await mqtt.locator(".diff-new").getByText("host: ").waitFor();
      assert.ok(!(await mqtt.locator(".diff").innerText()).includes("quiet"));
      assert.deepEqual(await violations(page), []);
      await button(mqtt, "Apply 5 changes").click();
      await mqtt.getByText(/does not work|connecting/).waitFor();
      const { state } = await gateway.get("integrations/mqtt");
      assert.ok(["failed", "connecting"].includes(state), state);
      await page.locator(".toasts").getByRole("button", { name: "Undo" }).last().click();
      await mqtt.getByText("off", { exact: true }).waitFor();
      await until("off", async () =>
        !(await gateway.get("integrations/mqtt")).enabled);
      assert.deepEqual(await violations(page), []);
      await gateway.send("DELETE", "users/joiner");
      await done(page);
    });
  });
}
