// SPDX-License-Identifier: BSD-3-Clause
// Two browsers: the provider's, who sees what it may with names masked, and the household's, who watches it live and
// can take back what it did; each can undo the other.

import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, violations } from "./access.mjs";
import { blankPage, button, drawer, openPage } from "./browser.mjs";
import { until } from "./gateway.mjs";
import { done } from "./see.mjs";

const PROVIDER = {
  name: "north-net",
  password: "a few words are easy",
  role: "provider",
};

export function tests(world) {
  const { gateway } = world;

  test("the provider sees its own few screens, masked; the household watches, takes back, and ends it", async () => {
    await gateway.clear();
    await gateway.send("POST", "provider:end", {});
    await gateway.send("POST", "users", PROVIDER);
    const home = await openPage(world.browser, gateway);
    await home.goto(`${gateway.url}#/home`);
    const theirs = await blankPage(world.browser, gateway.url, {
      bypassCSP: true,
    });
    await theirs.goto(await gateway.door(PROVIDER.name));
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
    await gateway.send("DELETE", `users/${PROVIDER.name}`);
    await theirs.context().close();
    await done(home);
  });

  test("a helpdesk comes in with its code alone, acts, is watched, and leaves for good", async () => {
    await gateway.clear();
    const home = await openPage(world.browser, gateway);
    await home.goto(`${gateway.url}#/access`);
    const card = home.getByRole("region", { name: "Help from a helpdesk" });
    await card.getByLabel("block, allow and pause").check();
    await button(card, "Make a code").click();
    const code = await card.locator(".secret code").innerText();
    await home.evaluate(axe);
    assert.deepEqual(await violations(home), []);
    const theirs = await blankPage(world.browser, gateway.url, { bypassCSP: true });
    await theirs.goto(gateway.url);
    await button(theirs, "I have a code").click();
    await theirs.evaluate(axe);
    assert.deepEqual(await violations(theirs), []);
    const enter = async (given) => {
      await theirs.getByLabel("Code", { exact: true }).fill(given);
      await button(theirs, "Log in").click();
    };
    await enter("0000-0000-0000");
    await theirs.getByRole("alert").getByText("is wrong").waitFor();
    await enter(code.toUpperCase());
    await theirs.getByText("You look into this home as its helpdesk").waitFor();
    await theirs.reload(); // its cookie holds
    await theirs.getByText("You look into this home as its helpdesk").waitFor();
    assert.deepEqual(
      await theirs.locator(".rail a:visible").allInnerTexts(),
      ["Home", "Devices", "Alerts", "Why?", "Help"],
    );
    await card.getByText("is let in until").waitFor();
    const { items } = await gateway.get("devices?limit=500");
    const tv = items.find((one) => one.kind.value === "television");
    await theirs.goto(`${gateway.url}#/devices?open=${tv.id}`);
    await home.goto(`${gateway.url}#/home`);
    const live = home.getByRole("region", { name: "What your helpdesk does" });
    await live.getByText(`looked at · ${tv.name}`).first().waitFor();
    await button(drawer(theirs), "Block").click();
    await button(drawer(theirs), "Unblock").waitFor();
    assert.ok(!(await theirs.locator("body").innerText()).includes(tv.name));
    const row = live.getByRole("listitem").filter({ hasText: /helpdesk · blocked/ });
    await row.getByRole("button", { name: /^Undo/ }).click();
    await button(drawer(theirs), "Block").waitFor();
    await home.getByText("A helpdesk is let in until").waitFor();
    await button(theirs, "Log out helpdesk").click();
    await theirs.getByRole("heading", { name: "Log in to your SPIN gateway" }).waitFor();
    await home.getByText("A helpdesk is let in until").waitFor({ state: "detached" });
    // The next one is sent a link, and is shown out.
    const { code: other } = await gateway.send("POST", "help-codes", { rights: ["devices"] });
    await theirs.goto(`${gateway.url}#code=${other}`);
    await theirs.getByText("You look into this home as its helpdesk").waitFor();
    await home.getByRole("button", { name: "End it now" }).click();
    await theirs.getByRole("dialog", { name: "Your session has ended" }).waitFor();
    await theirs.context().close();
    await done(home);
  });
}
