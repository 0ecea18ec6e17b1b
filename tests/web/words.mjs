// SPDX-License-Identifier: BSD-3-Clause
// Languages: the browser's own is spoken at once, a chosen one is kept, and only one is fetched. Words that explain
// themselves, by mouse and by keyboard.

import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, violations } from "./access.mjs";
import { blankPage, button, drawer, openPage, phone, press } from "./browser.mjs";

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

  test("the gateway's own sentences are Dutch too: settings, and why a form was refused", async () => {
    const page = await openPage(world.browser, world.gateway, { locale: "nl" });
    await page.evaluate(() => (location.hash = "#/settings"));
    await page.getByText("wat er in het logboek geschreven wordt").waitFor();
    await page.evaluate(() => (location.hash = "#/why"));
    await page.getByLabel("Wie het wil bereiken").fill("geen..naam");
    await button(page, "Waarom?").click();
    await page.getByText("'geen..naam' is geen naam en geen adres.").waitFor();
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

  test("a word explains itself, by keyboard, and Esc closes that alone", async () => {
    const page = await openPage(world.browser, world.gateway, { bypassCSP: true });
    const { nodes } = await world.gateway.graph();
    const { id } = nodes.find((one) => one.kind === "device");
    await press(page, id);
    const mark = button(drawer(page), /What is allow-all\?/);
    await mark.focus();
    await page.keyboard.press("Enter");
    const card = page.getByRole("dialog", { name: "allow-all" });
    await card.getByText("Why care?").waitFor();
    await page.evaluate(axe);
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press("Escape");
    await card.waitFor({ state: "detached" });
    await drawer(page).waitFor();
    assert.equal(await mark.evaluate((one) => one === document.activeElement), true);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });

  test("a service and a reason explain themselves where conversations are listed", async () => {
    const page = await openPage(world.browser, world.gateway, { viewport: phone, locale: "de" });
    await page.evaluate(() => (location.hash = "#/flows"));
    await page.getByTitle("Was ist https?").first().click();
    const card = page.getByRole("dialog", { name: "https" });
    await card.getByText("Fast alle Apps").waitFor();
    const box = await card.boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= phone.width, "on the screen");
    await page.mouse.click(5, 5);
    await card.waitFor({ state: "detached" });
    await page.context().close();
  });

  test("help opens at the text of the screen it is asked from, and all texts are there", async () => {
    const page = await openPage(world.browser, world.gateway, { viewport: phone, locale: "nl", bypassCSP: true });
    const main = page.locator("main");
    await page.getByRole("link", { name: "Hulp bij Verkeersmonitor" }).click();
    await main.getByRole("heading", { name: "Verkeersmonitor" }).waitFor();
    await page.evaluate(() => (location.hash = "#/alerts"));
    await page.getByRole("link", { name: "Hulp bij Meldingen" }).click();
    await main.getByRole("heading", { name: "Meldingen" }).waitFor();
    await main.getByRole("link", { name: "Woorden", exact: true }).click();
    await main.getByText("het telefoonboek").waitFor();
    await page.evaluate(axe);
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });

  test("German fits on a phone: no screen scrolls sideways, no button cuts its words", async () => {
    const page = await openPage(world.browser, world.gateway, { viewport: phone, locale: "de" });
    const { items } = await world.gateway.get("devices");
    await page.evaluate(() => (location.hash = "#/more"));
    const links = page.locator("main .more-list a");
    await links.first().waitFor();
    const screens = await links.evaluateAll((all) => all.map((one) => one.hash));
    for (const hash of ["#/home", "#/devices", "#/alerts", ...screens, `#/device/${items[0].id}`]) {
      await page.evaluate((to) => (location.hash = to), hash);
      await page.locator("main h1").first().waitFor();
      assert.deepEqual(await page.evaluate(tooWide), [], hash);
    }
    await page.context().close();
  });
}

// In the page: what is wider than its place. What scrolls by itself may be.
function tooWide() {
  const main = document.getElementById("main");
  const own = [...main.querySelectorAll("button, h1, h2, a.plain")].filter(
    (one) => one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1,
  );
  return [
    ...(main.scrollWidth > main.clientWidth + 1 ? [`the screen: ${main.scrollWidth}`] : []),
    ...own.map((one) => `${one.tagName} ${one.className}: ${one.textContent.trim().slice(0, 60)}`),
  ];
}
