// SPDX-License-Identifier: BSD-3-Clause
// On paper a screen is dark on white, whole, and without what is there to be pressed; and on a phone every word of it
// is whole, in each language.

import assert from "node:assert/strict";
import { test } from "node:test";
import { desktop, drawer, openPage, phone } from "./browser.mjs";
import { everywhere, visit } from "./everywhere.mjs";
import { busiest, done } from "./see.mjs";

// Names of addresses and machines are cut with "…", and marked so; all else has its room.
function cut() {
  const found = [];
  for (const one of document.querySelectorAll("button, label, select, h1, h2, h3, .chip, .choice")) {
    const { width, height } = one.getBoundingClientRect();
    if (width === 0 || one.closest(".unseen, .segments")) continue;
    const look = getComputedStyle(one);
    if (one.tagName === "SELECT" && height < parseFloat(look.fontSize) * 1.3 + parseFloat(look.paddingBlockStart) * 2)
      found.push(`low: ${one.value}`);
    if (one.matches(".action"))
      for (const part of one.innerText.split(/\s+/)) {
        const pen = document.createElement("canvas").getContext("2d");
        pen.font = look.font;
        if (pen.measureText(part).width > one.clientWidth) found.push(`broken: ${part}`);
      }
    const whole = one.tagName === "SELECT" || look.display === "inline" || look.textOverflow === "ellipsis";
    if (!whole && one.scrollWidth > one.clientWidth + 1 && !one.querySelector(".unseen, .row-title"))
      found.push(`wide: ${one.innerText}`);
  }
  return found;
}

export function tests(world) {
  for (const locale of ["en", "nl", "de"])
    test(`every word has its room on a phone: ${locale}`, async () => {
      const page = await openPage(world.browser, world.gateway, { viewport: phone, locale });
      for (const screen of everywhere(busiest((await world.gateway.graph()).edges))) {
        await visit(page, screen);
        assert.deepEqual(await page.evaluate(cut), [], screen);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), phone.width, screen);
      }
      await page.setViewportSize(desktop);
      await drawer(page).waitFor({ state: "detached" });
      await visit(page, `monitor?open=${busiest((await world.gateway.graph()).edges).device}`);
      assert.deepEqual(await page.evaluate(cut), []);
      await done(page);
    });

  test("twice as large on a small screen the picture is still one", async () => {
    const page = await openPage(world.browser, world.gateway, { viewport: { width: 720, height: 450 } });
    const { height } = await page.locator(".stage").boundingBox();
    assert.ok(height > 180, `${height} high`);
    await page.locator(".brush-tools").scrollIntoViewIfNeeded();
    await page.locator(".brush-tools button").first().click();
    await done(page);
  });

  test("on paper every screen is whole, on white, without the rail, of a dark one too", async () => {
    const page = await openPage(world.browser, world.gateway, { colorScheme: "dark" });
    for (const screen of ["home", "monitor", "monitor?view=table", "settings", "privacy"]) {
      await page.emulateMedia({ media: "screen" });
      await visit(page, screen);
      await page.emulateMedia({ media: "print" });
      const seen = await page.evaluate(() => {
        const main = document.querySelector("main");
        const [r, g, b] = getComputedStyle(document.body).color.match(/\d+/g).map(Number);
        return {
          rail: document.querySelector(".rail").offsetHeight,
          cut: Math.max(0, main.scrollHeight - main.clientHeight),
          dark: r + g + b < 200,
        };
      });
      assert.deepEqual(seen, { rail: 0, cut: 0, dark: true }, screen);
    }
    await done(page);
  });
}
