// SPDX-License-Identifier: BSD-3-Clause
// Acting: block, allow, ignore, rename and profile, by mouse and by keyboard, each with its way back.

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { button, drawer, node, openPage, press } from "./browser.mjs";
import { until } from "./gateway.mjs";
import { busiest, done } from "./see.mjs";

const IN_FORCE = /In force after [\d.,]+ ms \(generation \d+\)/;

export function tests(world) {
  const { gateway } = world;
  const device = (id) => gateway.get(`devices/${id}`);
  const tone = (page, id, name) =>
    page.locator(`[id="node-${id}"].tone-${name}`).waitFor();

  describe("acting", () => {
    beforeEach(() => gateway.clear());

    test("block a device with the mouse: in force, red, listed, undone", async () => {
      const page = await openPage(world.browser, gateway);
      const { device: id } = busiest((await gateway.graph()).edges);
      const { name } = await device(id);
      await press(page, id);
      await button(drawer(page), "Block").click();
      await drawer(page).getByText(IN_FORCE).waitFor();
      assert.equal((await device(id)).blocked, true);
      await tone(page, id, "blocked");
      await page
        .locator(`.sign.tone-blocked[data-hit^="${id}~"]`)
        .first()
        .waitFor({ state: "attached" });
      await page.getByRole("link", { name: /Blocked/ }).click();
      await page
        .getByText(`${name} is blocked`, { exact: true })
        .first()
        .waitFor();
      await button(page.locator(".toasts"), "Undo").click();
      await page.getByText("Nothing is blocked").waitFor();
      assert.equal((await device(id)).blocked, false);
      await done(page);
    });

    test("the same with the keyboard alone, there and back", async () => {
      const page = await openPage(world.browser, gateway);
      await tabTo(page, (active) => active.startsWith("node-"));
      await page.keyboard.press("Home");
      await page.keyboard.press("ArrowDown");
      const id = (await activeId(page)).slice(5);
      const { name } = await device(id);
      await page.keyboard.press("Enter");
      await drawer(page).getByRole("heading", { name }).waitFor();
      await tabTo(page, (_, text) => text === "Block");
      await page.keyboard.press("Enter");
      await drawer(page).getByText(IN_FORCE).waitFor();
      await tone(page, id, "blocked");
      await page.keyboard.press("Escape");
      await until(
        "the focus is back on the node",
        async () => (await activeId(page)) === `node-${id}`,
      );
      await page.keyboard.press("b");
      await tone(page, id, "device");
      assert.equal((await device(id)).blocked, false);
      await page.keyboard.press("ArrowRight");
      assert.match(
        await activeId(page),
        /^node-dst_/,
        "the arrow goes over the line",
      );
      await done(page);
    });

    test("a block is removed in its list, by keyboard", async () => {
      const { device: id } = busiest((await gateway.graph()).edges);
      await gateway.send("POST", `devices/${id}:block`);
      const page = await openPage(world.browser, gateway);
      await page.getByRole("link", { name: /Blocked/ }).focus();
      await page.keyboard.press("Enter");
      await tabTo(page, (_, text) => text.startsWith("Remove"));
      await page.keyboard.press("Enter");
      await page.getByText("Nothing is blocked").waitFor();
      assert.equal((await device(id)).blocked, false);
      await done(page);
    });

    test("block and unblock one destination, and one pair of the list of partners", async () => {
      const page = await openPage(world.browser, gateway);
      const {
        device: id,
        destination,
        id: pair,
      } = busiest((await gateway.graph()).edges);
      await press(page, destination);
      await button(drawer(page), "Block").click();
      await drawer(page).getByText(IN_FORCE).waitFor();
      await tone(page, destination, "blocked");
      await button(drawer(page), "Unblock").click();
      await until(
        "it is unblocked",
        async () => !(await gateway.get(`destinations/${destination}`)).blocked,
      );
      const { name } = await device(id);
      // What the picture still shows of the block before must not be taken for the next one.
      await page
        .locator(`.sign.tone-blocked[data-hit="${pair}"]`)
        .waitFor({ state: "detached" });
      await button(drawer(page), `Block ${name}`).click();
      await page
        .locator(`.sign.tone-blocked[data-hit="${pair}"]`)
        .waitFor({ state: "attached" });
      const rules = (await gateway.get("rules")).items;
      assert.deepEqual(
        rules.map((rule) => [rule.action, rule.subject.id, rule.object.id]),
        [["block", id, destination]],
      );
      await button(drawer(page), `Unblock ${name}`).click();
      await page
        .locator(`.sign.tone-blocked[data-hit="${pair}"]`)
        .waitFor({ state: "detached" });
      assert.equal((await gateway.get("rules")).items.length, 0);
      await done(page);
    });

    test("rename, with markup in the name: shown as text, and back to what was learned", async () => {
      const page = await openPage(world.browser, gateway);
      const { device: id } = busiest((await gateway.graph()).edges);
      const { name: learned } = await device(id);
      const hostile = `<img src=x onerror="document.title='taken'">`;
      await press(page, id);
      await button(drawer(page), "Rename").click();
      await drawer(page).getByLabel("Name", { exact: true }).fill(hostile);
      await page.keyboard.press("Enter");
      await drawer(page).getByRole("heading", { name: hostile }).waitFor();
      await until(
        "the graph has the name",
        async () =>
          (await node(page, id).locator("title").textContent()) === hostile,
      );
      assert.equal(await page.locator("img").count(), 0);
      await button(drawer(page), "Rename").click();
      await drawer(page)
        .getByLabel("Name", { exact: true })
        .fill("x".repeat(65));
      await drawer(page)
        .getByText("A name has at most 64 characters.")
        .waitFor();
      for (const turned of ["\u202eknab", "\u2066knab"]) {
        await drawer(page).getByLabel("Name", { exact: true }).fill(turned);
        await drawer(page)
          .getByText("A name cannot contain line breaks or control characters.")
          .waitFor();
      }
      await drawer(page).getByLabel("Name", { exact: true }).fill("");
      await button(drawer(page), "Save").click();
      await drawer(page).getByRole("heading", { name: learned }).waitFor();
      assert.equal(await page.title(), "SPIN Traffic Monitor");
      await done(page);
    });

    test("ignore hides, the switch shows, the list brings back", async () => {
      const page = await openPage(world.browser, gateway);
      const { destination } = busiest((await gateway.graph()).edges);
      await press(page, destination);
      await button(drawer(page), "Ignore").click();
      await node(page, destination).waitFor({ state: "detached" });
      await page.keyboard.press("Escape");
      await page.getByRole("switch", { name: "Show ignored" }).click();
      await node(page, destination).waitFor();
      await page.getByRole("link", { name: /Ignored/ }).click();
      await page.getByRole("button", { name: /^Remove/ }).click();
      await page.getByText("Nothing is ignored").waitFor();
      assert.equal(
        (await gateway.get(`destinations/${destination}`)).ignored,
        false,
      );
      await done(page);
    });

    test("blocking a device says what stays allowed, and blocks that too when asked", async () => {
      const page = await openPage(world.browser, gateway);
      const { device: id, destination } = busiest(
        (await gateway.graph()).edges,
      );
      await gateway.send(
        "POST",
        `devices/${id}/destinations/${destination}:allow`,
      );
      await press(page, id);
      await drawer(page).getByText("may reach").waitFor();
      await button(drawer(page), "Block").click();
      await page
        .getByText("1 allowed destination stays reachable: block it too?")
        .waitFor();
      await button(page.locator(".toasts"), "Block these too").click();
      await page
        .getByText("1 allow rule removed: the block now holds there too")
        .waitFor();
      const rules = (await gateway.get("rules")).items;
      assert.deepEqual(
        rules.map((rule) => rule.action),
        ["block"],
      );
      await done(page);
    });

    test("what can cut people off is asked about, tried, shown after a reload and taken back", async () => {
      const dns = (await gateway.graph()).edges.find((edge) =>
        edge.services.includes("dns"),
      ).destination;
      const blocked = async () =>
        (await gateway.get(`destinations/${dns}`)).blocked;
      const page = await openPage(world.browser, gateway);
      await page.goto(`${gateway.url}#/monitor?open=${dns}`);
      const word = page.locator("dialog.word");
      const press = (name) => button(word, name).click();
      await button(drawer(page).first(), "Block").click();
      await word.getByText("answers the home's DNS questions").waitFor();
      await press("Cancel");
      await word.waitFor({ state: "detached" });
      assert.equal(await blocked(), false);
      await button(drawer(page), "Block").click();
      await press("Try it for 90 seconds");
      await page.getByText(/It goes back in \d+ seconds/).waitFor();
      assert.equal(await blocked(), true);
      await page.reload();
      await page.getByText(/It goes back in \d+ seconds/).waitFor();
      await button(page, "Take it back").click();
      await page
        .getByText(/It goes back in \d+ seconds/)
        .waitFor({ state: "detached" });
      assert.equal(await blocked(), false);
      await done(page);
    });

    test("a device follows another profile, and goes back with Undo", async () => {
      const page = await openPage(world.browser, gateway);
      const { device: id } = busiest((await gateway.graph()).edges);
      const { profile } = await device(id);
      await press(page, id);
      await drawer(page)
        .getByRole("option", { name: "block-all" })
        .waitFor({ state: "attached" });
      await drawer(page).getByLabel("Profile").selectOption("block-all");
      await drawer(page).getByText(IN_FORCE).waitFor();
      assert.equal((await device(id)).profile, "block-all");
      await button(page.locator(".toasts"), "Undo").click();
      await until(
        "the old profile",
        async () => (await device(id)).profile === profile,
      );
      await done(page);
    });
  });
}

function activeId(page) {
  return page.evaluate(() => document.activeElement?.id ?? "");
}

// Presses Tab until the focus is where it should be; a keyboard user gets there in a bounded number of steps.
async function tabTo(page, isThere) {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press("Tab");
    const [id, text] = await page.evaluate(() => {
      const active = document.activeElement;
      return [active?.id ?? "", active?.textContent?.trim() ?? ""];
    });
    if (isThere(id, text)) return;
  }
  assert.fail("Tab does not lead there");
}
