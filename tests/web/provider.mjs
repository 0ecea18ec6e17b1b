// SPDX-License-Identifier: BSD-3-Clause
// Two browsers: the provider's, who sees what it may with names masked, and the household's, who watches it live and
// can take back what it did; each can undo the other.

import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, violations } from "./access.mjs";
import { blankPage, button, drawer, openPage } from "./browser.mjs";
import { until } from "./gateway.mjs";
import { done } from "./see.mjs";

const HELPDESK = {
  name: "helpdesk",
  password: "a few words are easy",
  role: "provider",
};

export function tests(world) {
  const { gateway } = world;

  test("the provider sees its own few screens, masked; the household watches, takes back, and ends it", async () => {
    await gateway.clear();
    await gateway.send("POST", "provider:end", {});
    await gateway.send("POST", "users", HELPDESK);
    const home = await openPage(world.browser, gateway);
    await home.goto(`${gateway.url}#/home`);
    const theirs = await blankPage(world.browser, gateway.url, {
      bypassCSP: true,
    });
    await theirs.goto(await gateway.door(HELPDESK.name));
    await theirs
      .getByRole("heading", { name: "does not let its provider in now" })
      .waitFor();
    await theirs.evaluate(axe);
    assert.deepEqual(await violations(theirs), []);
    await gateway.send("POST", "provider:grant", {
      rights: ["devices", "flows", "act"],
      minutes: 5,
    });
    await theirs.getByText("You look into this home as its provider").waitFor();
    await home.getByText("Your provider is let in until").waitFor();
    assert.deepEqual(
      await theirs.locator(".rail a:visible").allInnerTexts(),
      ["Home", "Devices", "Alerts", "Why?", "Help"],
    );
    // What forgot its name is called by its maker and the end of its MAC.
    const laptop = (await gateway.get("devices?limit=500")).items.find((one) =>
      one.vendor?.startsWith("Intel"),
    );
    await gateway.send("POST", `devices/${laptop.id}:erase`);
    const { items } = await gateway.get("devices?limit=500");
    const tv = items.find((one) => one.kind.value === "television");
    for (const screen of ["home", "alerts", "why", "devices", `device/${tv.id}`]) {
      await theirs.goto(`${gateway.url}#/${screen}`);
      await theirs.getByRole("heading", { level: 1 }).waitFor();
      assert.deepEqual(await violations(theirs), [], screen);
      const text = await theirs.locator("body").innerText();
      for (const { name, mac } of items)
        for (const word of [name, mac, mac.slice(9)])
          assert.ok(!text.includes(word), word);
    }
    // No other screen is there, also by its address.
    await theirs.goto(`${gateway.url}#/access`);
    await theirs.getByRole("heading", { level: 1, name: "Home" }).waitFor();
    await theirs.goto(`${gateway.url}#/devices?open=${tv.id}`);
    const live = home.getByRole("region", { name: "What your provider does" });
    await live.getByText(`looked at · ${tv.name}`).first().waitFor();
    await button(drawer(theirs), "Block").click();
    await button(drawer(theirs), "Unblock").waitFor();
    const row = live.getByRole("listitem").filter({ hasText: "blocked" });
    await row.getByRole("button", { name: /^Undo/ }).click();
    await button(drawer(theirs), "Block").waitFor();
    assert.deepEqual((await gateway.get("rules")).items, []);
    // The other way round: what the household did, the provider takes back.
    await gateway.send("POST", `devices/${tv.id}:block`);
    await button(drawer(theirs), "Unblock").click();
    await until(
      "no block",
      async () => (await gateway.get("rules")).items.length === 0,
    );
    await home.getByRole("button", { name: "End it now" }).first().click();
    await theirs
      .getByRole("heading", { name: "does not let its provider in now" })
      .waitFor();
    await home.getByText("Your provider is let in until").waitFor({ state: "detached" });
    await gateway.send("DELETE", `users/${HELPDESK.name}`);
    await theirs.context().close();
    await done(home);
  });
}
