// SPDX-License-Identifier: BSD-3-Clause
// The browser's side of bench/web.py: measures the GUI at the address it is given and writes a line for each figure.
//
// paint:  from the navigation to the first content on the screen, nothing in the cache; the median of ROUNDS.
// share:  processor time of the page's main thread in WATCH_MS, the Monitor open with everything live.
// frame:  the same for one tick of the solver, of which arranging anew takes TICKS, and one frame of a dragged device,
//         the median of STEPS; what moves the mouse and reads the clock is in it, and said for a frame without a drag.
// memory: what the page holds more after an hour's updates, both times without what could be given back.

import { createInterface } from "node:readline";
import { blankPage, button, launch } from "../tests/web/browser.mjs";

const ROUNDS = 5;
const WATCH_MS = 20_000;
const NODES = 250;
// Of d3-force from alpha 1 to its least, as web/src/graph/layout.ts lets it run.
const TICKS = 300;
const STEPS = 60;
const MIB = 2 ** 20;

const door = process.argv[2];
const url = door.slice(0, door.indexOf("#"));
const orders = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (what, value) => console.log(what, value);
const quantile = (all, q) => [...all].sort((a, b) => a - b)[Math.floor(all.length * q)];
const median = (all) => quantile(all, 0.5);

const browser = await launch();
const page = await blankPage(browser, url, { reducedMotion: "no-preference" });
const cdp = await page.context().newCDPSession(page);
await page.goto(door);
await page.locator(".node").first().waitFor({ state: "attached" });

await cdp.send("Network.setCacheDisabled", { cacheDisabled: true });
const paints = [];
for (let round = 0; round < ROUNDS; round++) {
  await page.goto("about:blank");
  await page.goto(`${url}#/monitor`);
  await page.locator(".node").first().waitFor({ state: "attached" });
  paints.push(
    await page.evaluate(
      () =>
        performance.getEntriesByName("first-contentful-paint")[0].startTime,
    ),
  );
}
say("paint", median(paints));

await page.waitForFunction(
  (n) => document.querySelectorAll(".node").length >= n,
  NODES,
);
// Lines that look alike are parts of one path.
const lines = () =>
  page
    .locator(".edge")
    .evaluateAll((paths) => paths.map((path) => path.getAttribute("d").split("M").length - 1).reduce((a, b) => a + b));
say("note", `${await page.locator(".node").count()} nodes, ${await lines()} lines`);
await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
const cpu = async () => {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
};
const began = { cpu: await cpu(), at: performance.now() };
await new Promise((end) => setTimeout(end, WATCH_MS));
say(
  "share",
  ((await cpu()) - began.cpu) / (performance.now() - began.at) * 100,
);

// Runs something and tells the processor time that it took, until its last frame is drawn.
async function costs(act) {
  const before = await cpu();
  await act();
  await page.evaluate(() => new Promise((end) => requestAnimationFrame(() => requestAnimationFrame(end))));
  return (await cpu()) - before;
}
const solving = [];
for (let round = 0; round < ROUNDS; round++)
  solving.push(await costs(() => button(page, "Arrange anew").click()));
// The processor time of each frame while the mouse moves on, from (x, y).
async function frames(x, y) {
  const all = [];
  for (let step = 1; step <= STEPS; step++) {
    const before = await cpu();
    await page.mouse.move(x + 3 * step, y + 40 * Math.sin(step / 9));
    await page.evaluate(() => new Promise((next) => requestAnimationFrame(next)));
    all.push((await cpu()) - before);
  }
  return all;
}
const busiest = page.locator('.node[data-hit^="dev_"] .shape').first();
const { x, y, width, height } = await busiest.boundingBox();
const idle = await frames(x, 50);
await page.mouse.move(x + width / 2, y + height / 2);
await page.mouse.down();
const drawn = await frames(x, y);
await page.mouse.up();
const [tick, draw, late] = [median(solving) / TICKS, median(drawn), quantile(drawn, 0.95)];
say(
  "note",
  `a tick takes ${tick.toFixed(2)} ms, a drawn frame ${draw.toFixed(2)} ms (95th percentile ${late.toFixed(2)}), ` +
    `one without a drag ${median(idle).toFixed(2)} ms, arranging anew ${median(solving).toFixed(0)} ms`,
);
say("frame", tick + draw);
say("late", tick + late);

const held = async () => {
  await cdp.send("HeapProfiler.collectGarbage");
  return (await cdp.send("Runtime.getHeapUsage")).usedSize / MIB;
};
const before = await held();
say("hurry", "an hour of updates");
await orders.next();
await page.evaluate(() => new Promise((next) => requestAnimationFrame(next)));
const after = await held();
say("note", `the page holds ${after.toFixed(1)} MiB after the hour, ${before.toFixed(1)} before`);
say("memory", after - before);
await browser.close();
process.exit(0);
