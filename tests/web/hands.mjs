// SPDX-License-Identifier: BSD-3-Clause
// Nothing is lost or moves under a hand or the keyboard: the focus is always somewhere sensible, rows stay where they
// are reached for, and what comes later pushes nothing away.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { blankPage, button, openPage } from "./browser.mjs";
import { until } from "./gateway.mjs";
import { busiest, done } from "./see.mjs";

const focused = (page) =>
  page.evaluate(() => {
    const at = document.activeElement;
    return at.id || at.getAttribute("aria-label") || at.textContent.trim();
  });

export function tests(world) {
  const { gateway } = world;
  const isFocused = (page, what) =>
    until(`the focus on ${what}`, async () => (await focused(page)) === what);

  describe("the keyboard's place", () => {
    test("a screen that the rail opens has it, and so has one that a link opens", async () => {
      const page = await openPage(world.browser, gateway);
      const rail = page.getByRole("navigation").getByRole("link", { name: "Devices", exact: true });
      await rail.focus();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { level: 1, name: "Devices" }).waitFor();
      await isFocused(page, "main");
      await page.locator(".device-link").first().focus();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { level: 2, name: "Talks to" }).waitFor();
      await isFocused(page, "main");
      const ring = () => page.locator("main").evaluate((main) => getComputedStyle(main).outlineStyle);
      assert.equal(await ring(), "solid", "and it is seen");
      await done(page);
    });

    test("a row that goes gives it to the next, and a key that is held takes one row", async () => {
      await gateway.clear();
      const ids = (await gateway.get("devices?limit=500")).items.slice(0, 3).map(({ id }) => id);
      for (const id of ids) await gateway.send("POST", `devices/${id}:block`);
      const page = await openPage(world.browser, gateway);
      await page.goto(`${gateway.url}#/blocked`);
      const removes = page.getByRole("button", { name: /^Remove/ });
      await until("three rows", async () => (await removes.count()) === 3);
      await removes.first().focus();
      await page.keyboard.down("Enter");
      await until("two rows", async () => (await removes.count()) === 2);
      await until("a place", async () => (await focused(page)).startsWith("open-rule_"));
      assert.ok(await page.evaluate(() => document.querySelector("main li").contains(document.activeElement)));
      await removes.first().focus();
      await page.evaluate(() => addEventListener("click", () => (window.pressed = true)));
      await page.keyboard.down("Enter");
      await page.keyboard.up("Enter");
      assert.equal(await page.evaluate(() => window.pressed), undefined, "a held key presses nothing");
      await gateway.clear();
      await done(page);
    });

    test("a button that becomes another has it still, and a closed question gives it back", async () => {
      await gateway.clear();
      const page = await openPage(world.browser, gateway);
      await page.goto(`${gateway.url}#/access`);
      await button(page, "Let it in").focus();
      await page.keyboard.press("Enter");
      await isFocused(page, "End it now");
      await page.keyboard.press("Enter");
      await button(page, "Let it in").waitFor();
      assert.notEqual(await page.evaluate(() => document.activeElement.tagName), "BODY");
      const dns = (await gateway.graph()).edges.find((edge) => edge.services.includes("dns"));
      await page.goto(`${gateway.url}#/destination/${dns.destination}`);
      await button(page.locator(".do"), "Block").focus();
      await page.keyboard.press("Enter");
      await button(page, "Cancel").focus();
      await page.keyboard.press("Enter");
      await isFocused(page, "Block");
      await done(page);
    });
  });

  test("rows of the Monitor's table stay under a hand, and are sorted when it leaves", async () => {
    const page = await openPage(world.browser, gateway);
    const { destination } = busiest((await gateway.graph()).edges);
    let rate = 0;
    await page.route("**/graph?**", async (route) => {
      const response = await route.fetch();
      const graph = await response.json();
      for (const node of graph.nodes) if (node.id === destination) node.rate = rate;
      await route.fulfill({ response, json: graph });
    });
    await button(page, "Table").click();
    await page.getByRole("button", { name: /^Destinations/ }).click();
    const rows = page.locator(".table-view tbody tr");
    const mine = page.locator(`tr[data-id="${destination}"]`);
    const order = () => rows.evaluateAll((all) => all.map((row) => row.dataset.id));
    await until("it is silent", async () => (await mine.locator(".col-rate").innerText()) === "–");
    await rows.first().locator(".col-seen").hover();
    const first = (await order())[0];
    rate = 5e9;
    await mine.locator(".col-rate").filter({ hasText: /[45].*GB\/s/ }).waitFor();
    assert.equal((await order())[0], first);
    await page.mouse.move(0, 0);
    await until("it is first", async () => (await order())[0] === destination);
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await done(page);
  });

  test("whom a device talks to stays in its order under a hand", async () => {
    const page = await openPage(world.browser, gateway);
    const { edges } = await gateway.graph();
    const { device } = busiest(edges);
    let turned = false;
    await page.route("**/graph?**", async (route) => {
      const response = await route.fetch();
      const graph = await response.json();
      for (const edge of turned ? graph.edges : []) edge.rate = 1e9 - edge.rate;
      await route.fulfill({ response, json: graph });
    });
    await page.goto(`${gateway.url}#/monitor?open=${device}`);
    const partners = page.locator(".drawer .partners li");
    const names = async () => (await partners.locator(".partner-name").allInnerTexts()).map((text) => text.split(",")[0]);
    await partners.nth(1).hover();
    const before = await names();
    turned = true;
    await partners.filter({ hasText: "GB/s" }).or(partners.filter({ hasText: "MB/s" })).first().waitFor();
    assert.deepEqual((await names()).slice(0, before.length), before);
    await page.mouse.move(0, 0);
    await until("another order", async () => (await names()).join() !== before.join());
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await done(page);
  });

  test("Home keeps the room of its first card", async () => {
    const page = await openPage(world.browser, gateway);
    let go;
    const gone = new Promise((resolve) => (go = resolve));
    await page.route("**/summary?**", async (route) => {
      await gone;
      await route.continue();
    });
    await page.goto(`${gateway.url}#/home`);
    const card = page.locator(".home-say");
    await card.getByText("Loading").waitFor();
    const { height } = await card.boundingBox();
    go();
    await card.locator(".figures").waitFor();
    assert.ok(Math.abs((await card.boundingBox()).height - height) < 1);
    await done(page);
  });

  test("the line below does not move while its figures come", async () => {
    const page = await blankPage(world.browser, gateway.url);
    await page.addInitScript(() => {
      window.moved = [];
      new PerformanceObserver((list) => {
        for (const { sources } of list.getEntries())
          for (const { node } of sources)
            if (node?.parentElement?.closest(".status")) window.moved.push(node.outerHTML ?? node.data);
      }).observe({ type: "layout-shift", buffered: true });
    });
    await page.goto(await gateway.door());
    const line = page.locator(".status");
    await line.waitFor();
    const height = (await line.boundingBox()).height;
    await line.getByText(/\d.*B\/s/).first().waitFor();
    await line.getByRole("button").waitFor();
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    assert.deepEqual(await page.evaluate(() => window.moved), []);
    assert.equal((await line.boundingBox()).height, height);
    await done(page);
  });

  test("a name of 64 wide letters covers nothing and pushes nothing away", async () => {
    const { id } = (await gateway.get("devices?limit=500")).items.find(({ kind }) => kind.value === "television");
    const wide = "W".repeat(64);
    await gateway.send("PATCH", `devices/${id}`, { name: wide });
    const page = await openPage(world.browser, gateway, { viewport: { width: 768, height: 1024 } });
    for (const screen of ["home", `device/${id}`, "monitor?view=table"]) {
      await page.goto(`${gateway.url}#/${screen}`);
      await page.locator(`main :text("${wide}"):visible`).first().waitFor();
      const out = await page.locator("main").evaluate((main) =>
        [...main.querySelectorAll("a, h1, span, td, .row-title")]
          .filter((one) => one.textContent.includes("WWWW") && !one.closest("svg"))
          .filter((one) => one.getBoundingClientRect().right > innerWidth)
          .map((one) => one.outerHTML.slice(0, 80)),
      );
      assert.deepEqual(out, [], screen);
    }
    await page.goto(`${gateway.url}#/monitor?open=${id}`);
    await page.locator(".drawer").getByText(wide).first().waitFor();
    await page.locator(".legend").waitFor({ state: "hidden" });
    await gateway.send("PATCH", `devices/${id}`, { name: null });
    await done(page);
  });
}
