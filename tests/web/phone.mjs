// SPDX-License-Identifier: BSD-3-Clause
// A phone under a finger: nothing is out of reach, out of sight or under another thing when it is wanted.

import assert from "node:assert/strict";
import { test } from "node:test";
import { button, openPage, phone } from "./browser.mjs";
import { visit } from "./everywhere.mjs";
import { done } from "./see.mjs";

const touch = { viewport: phone, hasTouch: true, isMobile: true };
const scrolled = (page) => page.evaluate(() => document.getElementById("main").scrollTop);
const down = (page) => page.evaluate(() => document.getElementById("main").scrollTo(0, 1e6));

export function tests(world) {
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
    await button(page, "End it now").tap();
    await button(page, "Let it in").waitFor();
    await done(page);
  });
}
