// SPDX-License-Identifier: BSD-3-Clause
// The Traffic Monitor over time: charts, windows, what was, and several at once.

import assert from "node:assert/strict";
import { test } from "node:test";
import { button, drawer, node, openPage, phone } from "./browser.mjs";
import { until } from "./gateway.mjs";
import { busiest, done, places } from "./see.mjs";

const IN_FORCE = /In force after [\d.,]+ ms \(generation \d+\)/;

// With Ctrl, one after the other.
async function pickEach(page, nodes) {
  const bar = page.getByRole("region", { name: "Several at once" });
  for (const [i, { id }] of nodes.entries()) {
    await node(page, id)
      .locator(".shape")
      .click({ force: true, modifiers: ["Control"] });
    await bar.getByText(`${i + 1} selected`).waitFor();
  }
  return bar;
}

export function tests(world) {
  test("the drawer draws the traffic of the last hour, and has its numbers as a table", async () => {
    const page = await openPage(world.browser, world.gateway);
    const { device } = busiest((await world.gateway.graph()).edges);
    await until("a written history", async () => {
      const { total } = await world.gateway.get(`history?device=${device}`);
      return total.bytes_in > 0;
    });
    await page.goto(`${world.gateway.url}#/monitor?open=${device}`);
    const picture = drawer(page).getByRole("img", { name: /most at .*B\/s/ });
    await picture.locator(".plot-line").first().waitFor({ state: "attached" });
    await drawer(page).getByText("The numbers").click();
    await drawer(page).getByRole("cell", { name: /[1-9].*B\/s/ }).first().waitFor();
    const colours = () =>
      picture
        .locator(".plot-line, .plot-area")
        .evaluateAll((all) => all.map((one) => [getComputedStyle(one).stroke, getComputedStyle(one).fill]));
    const light = await colours();
    assert.equal(light.length, 4, "two areas, each with its line");
    await page.emulateMedia({ colorScheme: "dark" });
    await page.waitForFunction(
      () => document.documentElement.dataset.theme === "dark",
    );
    const dark = await colours();
    assert.notDeepEqual(dark, light, "other colours in the dark");
    await drawer(page).getByRole("button", { name: "Month", exact: true }).click();
    await picture.locator(".plot-line").first().waitFor({ state: "attached" });
    await done(page);
  });

  test("the window, the grouping and a filter stand in the address and survive a reload", async () => {
    const page = await openPage(world.browser, world.gateway);
    const { device } = busiest((await world.gateway.graph()).edges);
    const { name } = await world.gateway.get(`devices/${device}`);
    const asked = (text) =>
      page.waitForResponse((response) => response.url().includes(text));
    const hour = asked("/graph?window=3600&");
    await page.getByLabel("How far back").selectOption("1 hour");
    await hour;
    const hosts = asked("group=host");
    await page.getByLabel("Destinations by").selectOption("by host");
    await hosts;
    await page.locator('.node[data-hit^="hst_"]').first().waitFor();
    await page.getByLabel("Of which device").selectOption(name);
    const onlyIt = () =>
      page.waitForFunction(
        (id) =>
          [...document.querySelectorAll('.node[data-hit^="dev_"]')]
            .map((g) => g.dataset.hit)
            .join() === id,
        device,
      );
    await onlyIt();
    await page.getByText(/^1 device · .* in an hour/).waitFor();
    assert.match(page.url(), /window=3600.*group=host.*device=dev_/);
    await page.reload();
    await onlyIt();
    await button(page, "Table").click();
    await page.locator(`tr[data-id="${device}"]`).waitFor();
    assert.equal(await page.locator('tr[data-id^="dev_"]').count(), 1);
    await button(page, "No filter").click();
    await until("the others are back", async () =>
      (await page.locator('tr[data-id^="dev_"]').count()) > 1,
    );
    await done(page);
  });

  test("the drawer tells of domains, whatever the picture puts together", async () => {
    const page = await openPage(world.browser, world.gateway);
    const { device } = busiest((await world.gateway.graph()).edges);
    const known = await world.gateway.get("destinations?limit=500");
    const names = new Set(known.items.map((one) => one.name));
    await page.goto(`${world.gateway.url}#/monitor?group=host&open=${device}`);
    await page.locator('.node[data-hit^="hst_"]').first().waitFor();
    const partner = drawer(page).locator(".partner-name");
    await drawer(page).getByText(/· .*B\/s · /).first().waitFor();
    for (const text of await partner.allTextContents())
      assert.ok(names.has(text.split(", ")[0]), text);
    await done(page);
  });

  test("a filter takes nodes away and brings them back to where they stood", async () => {
    const page = await openPage(world.browser, world.gateway);
    await button(page, "Lock the view").click();
    const before = await places(page);
    const { device } = busiest((await world.gateway.graph()).edges);
    const { name } = await world.gateway.get(`devices/${device}`);
    await page.getByLabel("Of which device").selectOption(name);
    await until("fewer nodes", async () =>
      Object.keys(await places(page)).length < Object.keys(before).length,
    );
    await page.getByLabel("Of which device").selectOption("All devices");
    await until("all nodes again", async () =>
      Object.keys(await places(page)).length >= Object.keys(before).length,
    );
    const after = await places(page);
    for (const [id, place] of Object.entries(before))
      if (id in after) assert.equal(after[id], place, id);
    await done(page);
  });

  test("several are picked with Ctrl, blocked at once, and given back at once", async () => {
    await world.gateway.clear();
    const page = await openPage(world.browser, world.gateway);
    const two = (await world.gateway.graph()).nodes
      .filter((one) => one.kind === "destination" && /[a-z]\./.test(one.name))
      .slice(0, 2);
    const bar = await pickEach(page, two);
    assert.equal(await drawer(page).count(), 0, "picked, not opened");
    await button(bar, "Block").click();
    await page.getByText("2 are blocked", { exact: true }).waitFor();
    await page.getByText(IN_FORCE).first().waitFor();
    const blocked = async () => {
      const all = await Promise.all(
        two.map(({ id }) => world.gateway.get(`destinations/${id}`)),
      );
      return all.map((one) => one.blocked);
    };
    assert.deepEqual(await blocked(), [true, true]);
    await button(bar, "Unblock").waitFor();
    await button(page.locator(".toasts"), "Undo").click();
    await until("both go again", async () =>
      (await blocked()).every((one) => !one),
    );
    await button(bar, "Clear the selection").click();
    await bar.waitFor({ state: "detached" });
    await done(page);
  });

  test("a pick moves nothing, at the edge of the picture neither", async () => {
    const page = await openPage(world.browser, world.gateway);
    const { id } = (await world.gateway.graph()).nodes.find((one) => one.kind === "device");
    const shape = node(page, id).locator(".shape");
    const middle = async () => {
      const { x, y, width, height } = await shape.boundingBox();
      return { x: x + width / 2, y: y + height / 2 };
    };
    const { x: left, y: top, height } = await page.locator(".graph").boundingBox();
    const { x, y } = await middle();
    await page.mouse.move(left + 8, top + height / 2);
    await page.mouse.down();
    await page.mouse.move(left + 8, top + height / 2 + top + 30 - y, { steps: 4 });
    await page.mouse.up();
    const before = await middle();
    assert.ok(Math.hypot(before.x - x, before.y - top - 30) < 1, "pulled to the edge");
    await page.evaluate(() => {
      window.rooms = new Set();
      const look = () => {
        window.rooms.add(document.querySelector(".stage").clientHeight);
        requestAnimationFrame(look);
      };
      look();
    });
    await pickEach(page, [{ id }]);
    const after = await middle();
    assert.ok(Math.hypot(after.x - before.x, after.y - before.y) < 1, "it stays where it was");
    assert.equal(await page.evaluate(() => window.rooms.size), 1, "the picture keeps its size while the bar is fetched");
    await done(page);
  });

  test("several devices are paused with one message, and go on with one Undo", async () => {
    await world.gateway.clear();
    const page = await openPage(world.browser, world.gateway);
    const two = (await world.gateway.graph()).nodes
      .filter((one) => one.kind === "device")
      .slice(0, 2);
    const paused = async () => {
      const all = await Promise.all(two.map(({ id }) => world.gateway.get(`devices/${id}`)));
      return all.filter((one) => one.paused_until !== null).length;
    };
    const bar = await pickEach(page, two);
    await button(bar, "Pause 1 hour").click();
    await page.getByText("2 are paused for an hour", { exact: true }).waitFor();
    assert.equal(await page.locator(".toast").count(), 1);
    assert.equal(await paused(), 2);
    await button(bar, "Resume").waitFor();
    await button(page.locator(".toasts"), "Undo").click();
    await until("both go on", async () => (await paused()) === 0);
    await button(bar, "Pause 1 hour").waitFor();
    await done(page);
  });

  test("with the keyboard: select along the way, act on all, Escape lets go", async () => {
    await world.gateway.clear();
    const page = await openPage(world.browser, world.gateway);
    const { nodes } = await world.gateway.graph();
    const device = nodes.find((one) => one.kind === "device").id;
    await node(page, device).focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("x");
    await page.keyboard.press("Shift+ArrowDown");
    const bar = page.getByRole("region", { name: "Several at once" });
    await bar.getByText("2 selected").waitFor();
    await page.keyboard.press("i");
    await page.getByText("2 are ignored", { exact: true }).waitFor();
    await button(page.locator(".toasts"), "Undo").click();
    await until("nobody is ignored", async () => {
      const { items } = await world.gateway.get("rules");
      return items.length === 0;
    });
    await node(page, device).focus();
    await page.keyboard.press("Escape");
    await bar.waitFor({ state: "detached" });
    await node(page, device).focus();
    await page.keyboard.press("w");
    await page.getByRole("heading", { name: "Why?" }).waitFor();
    await done(page);
  });

  test("a finger selects in its mode", async () => {
    const page = await openPage(world.browser, world.gateway, {
      viewport: phone,
      hasTouch: true,
      isMobile: true,
    });
    await button(page, "Select").tap();
    const id = await page.evaluate(
      () =>
        [...document.querySelectorAll('.node[data-hit^="dev_"]')].find((g) => {
          const { y } = g.getBoundingClientRect();
          return y > 200 && y < 440; // above the time, and so under a finger
        })?.dataset.hit,
    );
    await node(page, id).locator(".shape").tap({ force: true });
    const bar = page.getByRole("region", { name: "Several at once" });
    await bar.getByText("1 selected").waitFor();
    assert.equal(await drawer(page).count(), 0);
    assert.equal(
      await page.evaluate(() => document.documentElement.scrollWidth),
      phone.width,
    );
    await done(page);
  });

  test("the time under the graph: back by the keyboard and by hand, replay to the present, freeze", async () => {
    await world.gateway.clear();
    const page = await openPage(world.browser, world.gateway);
    const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();
    await until(
      "a minute that is written",
      async () => {
        const path = `graph?from=${ago(85)}&to=${ago(20)}`;
        return (await world.gateway.get(path)).nodes.length >= 5;
      },
      120_000,
    );
    await page.getByLabel("How far back").selectOption("1 minute");
    const strip = page.getByRole("region", { name: "Time", exact: true });
    const slider = strip.getByRole("slider");
    const past = () =>
      page.waitForResponse((response) => /graph\?.*to=/.test(response.url()));
    const asked = past();
    await slider.focus();
    await page.keyboard.press("ArrowLeft");
    const then = await (await asked).json();
    await until("the picture of then", async () => {
      const drawn = Object.keys(await places(page));
      return drawn.length === then.nodes.length;
    });
    assert.match(page.url(), /at=20\d\d-/);
    await strip.getByText(/^From .* to /).waitFor();
    assert.equal(await button(strip, "Live").getAttribute("aria-pressed"), "false");

    await strip.getByLabel("How fast").selectOption("60×");
    await button(strip, "Replay").click();
    await page.waitForFunction(() => !location.hash.includes("at="));
    await button(strip, "Replay").waitFor();
    assert.equal(await button(strip, "Live").getAttribute("aria-pressed"), "true");

    const box = await strip.locator("svg").first().boundingBox();
    // A busy chromium now and then swallows a turn of the mouse; a person drags again.
    await until("a look back", async () => {
      await page.mouse.move(box.x + box.width - 4, box.y + 10);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.7, box.y + 10, { steps: 4 });
      await page.mouse.up();
      return /at=20\d\d-/.test(page.url());
    });
    await button(strip, "Live").click();
    await page.locator(".node").first().waitFor();

    await button(strip, "Freeze").click();
    const before = await places(page);
    const { device } = busiest((await world.gateway.graph()).edges);
    await world.gateway.send("POST", `devices/${device}:block`);
    await page.locator(`[id="node-${device}"].tone-blocked`).waitFor();
    assert.deepEqual(await places(page), before, "it only says how things are now");
    await world.gateway.clear();
    await button(strip, "Live").click();
    await done(page);
  });

  test("a device is paused in the drawer for an hour, says until when, and goes on", async () => {
    await world.gateway.clear();
    const page = await openPage(world.browser, world.gateway);
    const { device } = busiest((await world.gateway.graph()).edges);
    const { name } = await world.gateway.get(`devices/${device}`);
    const paused = async () =>
      (await world.gateway.get(`devices/${device}`)).paused_until !== null;
    await page.goto(`${world.gateway.url}#/monitor?open=${device}`);
    await button(drawer(page), "for an hour").click();
    await drawer(page).getByText(IN_FORCE).waitFor();
    await drawer(page).getByText(/^Paused until /).waitFor();
    assert.equal(await paused(), true);
    await button(page.locator(".toasts"), "Undo").click();
    await button(drawer(page), "until morning").waitFor();
    assert.equal(await paused(), false);
    // The same by one letter, on the node.
    await page.keyboard.press("Escape");
    await node(page, device).focus();
    await page.keyboard.press("p");
    await page.getByText(`${name} is paused`, { exact: true }).waitFor();
    await until("it is paused", paused);
    // The letter goes by what the page knows, which comes with the events.
    await page.keyboard.press("Enter");
    await drawer(page).getByText(/^Paused until /).waitFor();
    await page.keyboard.press("Escape");
    await node(page, device).focus();
    await page.keyboard.press("p");
    await until("it goes on", async () => !(await paused()));
    await drawer(page).waitFor({ state: "detached" });
    await done(page);
  });

  test("what does not fit is folded into one node, which opens", async () => {
    const page = await openPage(world.browser, world.gateway);
    // The gateway itself folds: it is asked for a smaller picture than the page asks for.
    await page.route(/\/graph\?(?!.*limit=)/, (route) =>
      route.continue({ url: `${route.request().url()}&limit=20` }),
    );
    await page.getByLabel("How far back").selectOption("1 hour");
    await node(page, "more").waitFor();
    await node(page, "more").focus();
    await page.keyboard.press("Enter");
    const list = page.getByRole("region", { name: "What does not fit in the picture" });
    const drawn = new Set(Object.keys(await places(page)));
    const whole = await world.gateway.get("graph?window=3600&limit=1000");
    const hidden = whole.nodes.filter((one) => !drawn.has(one.id));
    assert.ok(hidden.length > 0);
    const one = hidden.at(0);
    await list.getByRole("checkbox", { name: `Select ${one.name}` }).check();
    await page.getByText("1 selected").waitFor();
    await button(list, one.name).click();
    await drawer(page).getByRole("heading", { name: one.name }).waitFor();
    await button(list, "Close").click();
    await list.waitFor({ state: "detached" });
    // A search finds it where it is.
    await page.keyboard.press("Escape");
    await page.getByPlaceholder("Find…").fill(one.name);
    await list.getByRole("heading", { name: /not in the picture/ }).waitFor();
    await button(list, one.name).click();
    await drawer(page).getByRole("heading", { name: one.name }).waitFor();
    await page.getByPlaceholder("Find…").fill("");
    await list.waitFor({ state: "detached" });
    await done(page);
  });
}
