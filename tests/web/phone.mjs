// SPDX-License-Identifier: BSD-3-Clause
// A phone under a finger: nothing is out of reach, out of sight or under another thing when it is wanted.

import assert from "node:assert/strict";
import { test } from "node:test";
import { button, openPage, phone } from "./browser.mjs";
import { everywhere, visit } from "./everywhere.mjs";
import { until } from "./gateway.mjs";
import { busiest, done } from "./see.mjs";

const touch = { viewport: phone, hasTouch: true, isMobile: true };
const scrolled = (page) => page.evaluate(() => document.getElementById("main").scrollTop);
const down = (page) => page.evaluate(() => document.getElementById("main").scrollTo(0, 1e6));

// WCAG 2.5.8: 24 px both ways, but for words within a sentence; a label is a part of what it names.
function small() {
  const found = [];
  for (const one of document.querySelectorAll("button, a[href], input, select, summary")) {
    const { width, height } = (one.closest("label") ?? one).getBoundingClientRect();
    if (width === 0 || one.closest(".unseen, .skip, svg")) continue;
    if (width < 24 || height < 24) found.push(`${one.className} ${one.innerText}: ${width} x ${height}`);
  }
  return found;
}

// What was seen at one place and then, without a hand, at another.
const watchShifts = () => {
  window.moved = [];
  new PerformanceObserver((list) => {
    for (const { sources } of list.getEntries())
      for (const { node, previousRect, currentRect } of sources)
        if (node?.parentElement?.closest("main") && Math.abs(previousRect.y - currentRect.y) > 8)
          window.moved.push(`${node.textContent.slice(0, 40)}: ${previousRect.y} to ${currentRect.y}`);
  }).observe({ type: "layout-shift" });
};

export function tests(world) {
  test("every screen has room for a finger, and sorts under it too", async () => {
    const page = await openPage(world.browser, world.gateway, touch);
    for (const screen of everywhere(busiest((await world.gateway.graph()).edges))) {
      await visit(page, screen);
      assert.deepEqual(await page.evaluate(small), [], screen);
    }
    await visit(page, "flows");
    const name = page.locator(".data .row-title").filter({ hasText: /.{12}/ }).first();
    const line = await page.locator(".data .row-title").first().evaluate((one) => getComputedStyle(one).lineHeight);
    assert.ok((await name.boundingBox()).height < 1.5 * parseFloat(line), "a card has a line for a name");
    await visit(page, "devices");
    await button(page.locator("thead"), "Name").tap();
    await page.locator("th[aria-sort=ascending]").getByText("Name").waitFor();
    await done(page);
  });

  test("what is fetched pushes nothing from under a finger", async () => {
    const page = await openPage(world.browser, world.gateway, touch);
    await page.evaluate(watchShifts);
    for (const screen of ["access", "privacy", "lists", "settings", "integrations", "welcome"]) {
      await visit(page, screen);
      await until(`${screen} is whole`, async () => (await page.locator("main .wait").count()) === 0);
      assert.deepEqual(await page.evaluate(() => window.moved), [], screen);
    }
    await done(page);
  });

  test("each screen begins at its top, and the bar tells where one is", async () => {
    const page = await openPage(world.browser, world.gateway, touch);
    const bar = (name) => page.getByRole("navigation").getByRole("link", { name, exact: true });
    await visit(page, "alerts");
    await down(page);
    assert.ok((await scrolled(page)) > 0);
    await bar("More").tap();
    await page.getByRole("heading", { level: 1, name: "More" }).waitFor();
    assert.equal(await scrolled(page), 0);
    await down(page);
    await page.locator("main").getByRole("link", { name: "Settings", exact: true }).tap();
    await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
    assert.equal(await scrolled(page), 0);
    assert.equal(await bar("More").getAttribute("aria-current"), "page");
    await done(page);
  });

  test("the provider's way out is in sight as soon as it is in", async () => {
    const page = await openPage(world.browser, world.gateway, touch);
    await visit(page, "access");
    await button(page, "Let it in").tap();
    const heading = page.getByRole("heading", { name: "Your access provider" });
    await button(page, "End it now").waitFor();
    await page.waitForFunction(() => document.getElementById("access-provider").getBoundingClientRect().top >= 0);
    assert.ok((await heading.boundingBox()).y < phone.height / 2);
    await button(page, "End it now").click();
    await button(page, "Let it in").waitFor();
    await done(page);
  });

  test("who reads on is not moved when another lets the provider in", async () => {
    const page = await openPage(world.browser, world.gateway, touch);
    await visit(page, "access");
    const trail = page.locator("#access-audit");
    await trail.evaluate((one) => one.scrollIntoView({ block: "start" }));
    const { y } = await trail.boundingBox();
    await world.gateway.send("POST", "provider:grant", { rights: ["devices"], names: "masked", minutes: 5 });
    await button(page.locator("main"), "End it now").waitFor();
    assert.ok(Math.abs((await trail.boundingBox()).y - y) < 2);
    await world.gateway.send("POST", "provider:end");
    await button(page, "Let it in").waitFor();
    await done(page);
  });

  test("messages leave most of a phone free, and their buttons where they were", async () => {
    const page = await openPage(world.browser, world.gateway, { ...touch, locale: "de" });
    await world.gateway.clear();
    const { items } = await world.gateway.get("devices?limit=500");
    const told = page.locator(".toast");
    let undo = null;
    for (const { id } of items.slice(0, 3)) {
      await visit(page, `device/${id}`);
      await button(page.locator(".do"), "Sperren").tap();
      await button(page.locator(".do"), "Entsperren").waitFor();
      if (undo === null) undo = await button(told.first(), "Rückgängig").boundingBox();
      // Its own below, as before: the newer one stands above it.
      else if (id === items[1].id)
        assert.deepEqual(await button(told.first(), "Rückgängig").boundingBox(), undo);
    }
    await until("two are left", async () => (await told.count()) <= 2);
    const { height } = await page.locator(".toasts").boundingBox();
    assert.ok(height < phone.height / 3, `${height} high`);
    await world.gateway.clear();
    await done(page);
  });

  test("what outlasts a block is asked in the reader's words", async () => {
    const page = await openPage(world.browser, world.gateway, { ...touch, locale: "de" });
    await world.gateway.clear();
    const [{ id, name }] = (await world.gateway.get("devices?limit=500")).items;
    await world.gateway.send("POST", "rules", {
      action: "allow",
      subject: { device: id },
      object: { domain: "later.example" },
      until: new Date(Date.now() + 600_000).toISOString(),
    });
    await visit(page, `device/${id}`);
    await button(page.locator(".do"), "Sperren").tap();
    const question = page.locator(".toast-question");
    await question.getByText(`${name} – erlaubt: later.example, bis`).waitFor();
    await button(question, "So lassen").tap();
    await question.waitFor({ state: "detached" });
    await world.gateway.clear();
    await done(page);
  });
}
