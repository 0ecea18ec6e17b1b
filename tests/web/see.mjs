// SPDX-License-Identifier: BSD-3-Clause
// Seeing: the graph, its table, the drawer, and that the picture keeps still.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  button,
  drawer,
  node,
  openPage,
  phone,
  pointOnEdge,
  press,
} from "./browser.mjs";
import { until } from "./gateway.mjs";

const MAC = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i;

export function tests(world) {
  test("the graph shows devices with names left and domains right", async () => {
    const page = await openPage(world.browser, world.gateway);
    const { nodes } = await world.gateway.graph();
    const devices = nodes.filter((one) => one.kind === "device");
    assert.ok(
      devices.filter((one) => !MAC.test(one.name)).length >= 8,
      `named: ${devices.map((one) => one.name)}`,
    );
    assert.ok(
      nodes.filter(
        (one) => one.kind === "destination" && /[a-z]\.[a-z]+$/.test(one.name),
      ).length >= 5,
    );
    for (const device of devices.slice(0, 8))
      await node(page, device.id).waitFor();
    const edge = await page.evaluate(() => {
      const middle = (kind) =>
        [...document.querySelectorAll(kind)].map(
          (g) => g.getBoundingClientRect().x,
        );
      return [
        Math.max(...middle(".node .shape[rx]")),
        Math.min(...middle(".node circle.shape")),
      ];
    });
    assert.ok(
      edge[0] < edge[1],
      "every device stands left of every destination",
    );
    await page.getByText(/\d+ devices · \d+ talking now/).waitFor();
    await done(page);
  });

  test("the demo says that it is a pretend home and names three things to try", async (t) => {
    if (!world.gateway.own) return t.skip("another gateway");
    const page = await openPage(world.browser, world.gateway);
    await page.locator(".demo-try li").first().waitFor();
    assert.equal(await page.locator(".demo-try li").count(), 3);
    await button(page, "Hide").click();
    await page.reload();
    await page.locator(".node").first().waitFor();
    assert.equal(
      await page.locator(".demo").count(),
      0,
      "put away, it stays away",
    );
    await done(page);
  });

  test("the drawer shows what is known of a device, a destination and a pair", async () => {
    const page = await openPage(world.browser, world.gateway);
    const { edges } = await world.gateway.graph();
    const { device, destination, id } = busiest(edges);
    const known = await world.gateway.get(`devices/${device}`);
    await press(page, device);
    await drawer(page).getByRole("heading", { name: known.name }).waitFor();
    await drawer(page).getByText(known.mac).waitFor();
    if (known.addresses.length > 0)
      await drawer(page)
        .getByText(known.addresses[0].address, { exact: true })
        .waitFor();
    await page.keyboard.press("Escape");
    await drawer(page).waitFor({ state: "detached" });
    await press(page, destination);
    await drawer(page).getByText("Devices that talk to it").waitFor();
    await drawer(page)
      .getByRole("button", { name: new RegExp(`^${escape(known.name)}\\b`) })
      .click();
    await drawer(page).getByText(`${known.name} → `).first().waitFor();
    assert.match(page.url(), new RegExp(`open=${id}`));
    await done(page);
  });

  test("a line opens its pair", async () => {
    const page = await openPage(world.browser, world.gateway);
    const { edges } = await world.gateway.graph();
    const opened = await until(
      "a line that no other crosses at that point",
      async () => {
        for (const edge of edges) {
          for (const share of [0.2, 0.4, 0.6, 0.8]) {
            const { x, y } = await pointOnEdge(page, edge.id, share);
            await page.mouse.move(x, y);
            if ((await over(page)) !== edge.id) continue;
            await page.mouse.move(x, y + 2);
            if ((await over(page)) !== edge.id) continue;
            await page.mouse.click(x, y + 2);
            return edge;
          }
        }
        return null;
      },
    );
    await drawer(page).getByText("→").first().waitFor();
    assert.match(page.url(), new RegExp(opened.id));
    await done(page);
  });

  test("the picture keeps still while traffic goes on", async () => {
    const page = await openPage(world.browser, world.gateway);
    await button(page, "Lock the view").click();
    const before = await places(page);
    let answers = 0;
    page.on("response", (response) => {
      if (response.url().includes("/graph?")) answers++;
    });
    await until("three new graphs", () => answers >= 3);
    const after = await places(page);
    for (const [id, place] of Object.entries(before))
      if (id in after) assert.equal(after[id], place, id);
    await done(page);
  });

  test("Escape gives a dragged node its place back, and does nothing else", async () => {
    const page = await openPage(world.browser, world.gateway);
    const { device, destination } = busiest((await world.gateway.graph()).edges);
    await page.goto(`${world.gateway.url}#/monitor?open=${destination}`);
    await drawer(page).getByRole("heading", { level: 2 }).waitFor();
    const before = await places(page);
    const box = await node(page, device).locator(".shape").boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + 150, box.y + 90, { steps: 5 });
    await page.locator("path.held").waitFor({ state: "attached" });
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("path.held").count(), 0);
    await page.mouse.move(box.x + 190, box.y + 120, { steps: 3 });
    await page.mouse.up();
    const after = await places(page);
    for (const [id, place] of Object.entries(before))
      if (id in after) assert.equal(after[id], place, id);
    assert.equal(await drawer(page).count(), 1, "the drawer is another Escape");
    await page.keyboard.press("Escape");
    await drawer(page).waitFor({ state: "detached" });
    await done(page);
  });

  test("drag moves one node, wheel zooms, and what is dragged stays", async () => {
    const page = await openPage(world.browser, world.gateway);
    const { edges } = await world.gateway.graph();
    const { device } = busiest(edges);
    const before = await places(page);
    const box = await node(page, device).locator(".shape").boundingBox();
    const { x, y, width, height } = await page.locator(".graph").boundingBox();
    const middle = { x: x + width / 2, y: y + height / 2 };
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(middle.x, middle.y, { steps: 5 });
    const point = (text) => text.match(/-?[\d.]+/g).slice(0, 2).map(Number);
    const held = page.locator("path.held");
    const [handX, handY] = point(await held.getAttribute("d"));
    await page.mouse.up();
    assert.equal(await held.count(), 0, "and nothing is in a hand any more");
    const [leftX, leftY] = point((await places(page))[device]);
    assert.ok(Math.hypot(leftX - handX, leftY - handY) < 1, "it is left where the hand was");
    const after = await places(page);
    assert.notEqual(after[device], before[device]);
    for (const [id, place] of Object.entries(before))
      if (id !== device && id in after) assert.equal(after[id], place, id);
    assert.equal(await drawer(page).count(), 0, "a drag is not a press");
    const camera = () => page.locator(".graph g").first().getAttribute("transform");
    const was = await camera();
    // In the middle, for a device may stand at the rim, and outside of it a wheel turns the page.
    await page.mouse.move(middle.x + 40, middle.y + 40);
    // A busy chromium now and then swallows a wheel turn; a person turns again.
    await until("another zoom", async () => {
      await page.mouse.wheel(0, -300);
      return (await camera()) !== was;
    });
    await button(page, "View locked: unlock").waitFor();
    await done(page);
  });

  test("the table has the same nodes, sorts, filters and opens", async () => {
    const page = await openPage(world.browser, world.gateway);
    await button(page, "Table").click();
    const { nodes } = await world.gateway.graph();
    const device = nodes.find((one) => one.kind === "device");
    await page.locator(`tr[data-id="${device.id}"]`).waitFor();
    await button(
      page.getByRole("columnheader", { name: "Name" }),
      "Name",
    ).click();
    const names = await page.locator("tbody .row-title").allTextContents();
    assert.deepEqual(
      names,
      [...names].sort((a, b) =>
        a.localeCompare(b, undefined, { numeric: true }),
      ),
    );
    await page.getByRole("searchbox").fill(device.name);
    await until("only what was asked for", async () => {
      const rows = await page.locator("tbody tr").allTextContents();
      return (
        rows.length > 0 &&
        rows.every((row) =>
          row.toLowerCase().includes(device.name.toLowerCase()),
        )
      );
    });
    await page.getByRole("searchbox").fill("no such thing");
    await page.getByText("Nothing here is called “no such thing”.").waitFor();
    await page.getByRole("searchbox").fill("");
    await button(
      page.locator(`tr[data-id="${device.id}"]`),
      `Rename ${device.name}`,
    ).click();
    await drawer(page).getByLabel("Name", { exact: true }).waitFor();
    await done(page);
  });

  test("at phone width everything is there: bar below, sheet, no sideways scrolling", async () => {
    const page = await openPage(world.browser, world.gateway, {
      viewport: phone,
      hasTouch: true,
      isMobile: true,
    });
    const rail = await page.getByRole("navigation").boundingBox();
    assert.ok(
      rail.y > phone.height - 100 && rail.width === phone.width,
      JSON.stringify(rail),
    );
    const id = await page.evaluate(
      () =>
        [...document.querySelectorAll('.node[data-hit^="dev_"]')].find((g) => {
          const { y } = g.getBoundingClientRect();
          return y > 200 && y < 440; // above the time, and so under a finger
        })?.dataset.hit,
    );
    await node(page, id).locator(".shape").tap({ force: true });
    await drawer(page).waitFor();
    const sheet = await drawer(page).boundingBox();
    assert.ok(
      sheet.width === phone.width && sheet.y + sheet.height >= phone.height - 1,
      JSON.stringify(sheet),
    );
    await button(drawer(page), "Block").waitFor();
    assert.deepEqual(
      (await world.gateway.get("rules")).items,
      [],
      "the finger that opened the sheet pressed nothing in it",
    );
    await button(drawer(page), "Close").tap();
    const zoom = () =>
      page
        .locator(".graph g")
        .first()
        .evaluate((g) => g.transform.baseVal.consolidate().matrix.a);
    const was = await zoom();
    await pinch(page);
    assert.ok((await zoom()) > was * 1.5, "two fingers zoom");
    await button(page, "Fit everything in view").tap();
    await dragWithASecondFinger(page, id);
    await button(page, "Fit everything in view").tap();
    for (const view of ["Table", "Graph"]) {
      await button(page, view).tap();
      const width = await page.evaluate(
        () => document.documentElement.scrollWidth,
      );
      assert.equal(width, phone.width, view);
    }
    await done(page);
  });
}

// Two fingers that part, as the browser gets them from a touch screen.
async function pinch(page) {
  const touch = await page.context().newCDPSession(page);
  const fingers = (apart) => [
    { x: 180 - apart, y: 320, id: 1 },
    { x: 180 + apart, y: 320, id: 2 },
  ];
  const send = (type, touchPoints) =>
    touch.send("Input.dispatchTouchEvent", { type, touchPoints });
  await send("touchStart", fingers(40));
  for (const apart of [60, 80, 100, 120])
    await send("touchMove", fingers(apart));
  await send("touchEnd", []);
}

// The second finger ends the drag: it moves the picture, and the node goes with that alone.
async function dragWithASecondFinger(page, id) {
  const touch = await page.context().newCDPSession(page);
  const send = (type, ...touchPoints) =>
    touch.send("Input.dispatchTouchEvent", { type, touchPoints });
  const held = page.locator("path.held");
  const box = await node(page, id).locator(".shape").boundingBox();
  const first = { x: box.x + box.width / 2, y: box.y + box.height / 2, id: 1 };
  const second = { x: first.x + 90, y: 300, id: 2 };
  await send("touchStart", first);
  await send("touchMove", { ...first, x: first.x + 20 });
  await held.waitFor({ state: "attached" });
  await send("touchStart", { ...first, x: first.x + 20 }, second);
  await held.waitFor({ state: "detached" });
  await send("touchEnd");
}

export function busiest(edges) {
  return [...edges].sort(
    (a, b) =>
      b.rate - a.rate || b.bytes_in - a.bytes_in || a.id.localeCompare(b.id),
  )[0];
}

// What the hand is over.
const over = (page) => page.locator(".graph").getAttribute("data-over");

export async function done(page) {
  assert.deepEqual(page.foreign, [], "no other host is asked for anything");
  assert.deepEqual(
    page.complaints,
    [],
    "the browser has nothing to complain of",
  );
  await page.context().close();
}

export async function places(page) {
  return page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll(".node")].map((g) => [
        g.dataset.hit,
        g.parentNode.getAttribute("transform"),
      ]),
    ),
  );
}

function escape(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
