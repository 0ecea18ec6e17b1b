// SPDX-License-Identifier: BSD-3-Clause
// Languages: the browser's own is spoken at once, a chosen one is kept, and only one is fetched.

import assert from "node:assert/strict";
import { test } from "node:test";
import { blankPage, openPage, phone } from "./browser.mjs";

const spoken = (page) =>
  page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .map(({ name }) => /\/(en|nl|de)(?:-[a-z]+)?-[A-Z0-9]{8}\.js/.exec(name)?.[1])
      .filter(Boolean),
  );

export function tests(world) {
  test("a Dutch browser reads Dutch, and fetches no other language", async () => {
    const page = await openPage(world.browser, world.gateway, { locale: "nl-BE" });
    assert.equal(await page.locator("html").getAttribute("lang"), "nl");
    await page.getByRole("link", { name: "Apparaten" }).click();
    await page.getByRole("heading", { name: "Apparaten" }).waitFor();
    assert.deepEqual([...new Set(await spoken(page))], ["nl"]);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });

  test("a chosen language comes at the same place, and is kept", async () => {
    const page = await openPage(world.browser, world.gateway, { viewport: phone });
    await page.evaluate(() => (location.hash = "#/more"));
    const main = page.locator("main");
    await main.getByLabel("Language").selectOption("Deutsch");
    await page.getByRole("heading", { name: "Mehr" }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "de");
    await page.reload();
    await page.getByRole("heading", { name: "Mehr" }).waitFor();
    assert.equal(await main.getByLabel("Sprache").inputValue(), "de");
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });

  test("the language can be chosen before anybody is let in", async () => {
    const page = await blankPage(world.browser, world.gateway.url);
    await page.goto(world.gateway.url);
    await page.getByLabel("Language").selectOption("Nederlands");
    await page.getByRole("button", { name: "Inloggen" }).waitFor();
    await page.context().close();
  });
}
