// SPDX-License-Identifier: BSD-3-Clause
// Many tabs, one stream: counted at the gateway; and a page that slept is right again.

import { test } from "node:test";
import { blankPage, openPage } from "./browser.mjs";
import { until } from "./gateway.mjs";
import { busiest, done } from "./see.mjs";

const TABS = 8;

// More tabs of a browser that is in already.
async function moreTabs(page, gateway, n) {
  const pages = [page];
  while (pages.length < n) {
    const tab = await page.context().newPage();
    tab.setDefaultTimeout(20_000);
    watchStreams(tab);
    await tab.goto(`${gateway.url}#/blocked`);
    await tab.locator(".pulse-live").waitFor();
    pages.push(tab);
  }
  return pages;
}

function watchStreams(page) {
  page.streams = 0;
  page.on("request", (request) => {
    if (request.url().includes("/events")) page.streams++;
  });
  page.on("requestfinished", (request) => {
    if (request.url().includes("/events")) page.streams--;
  });
  page.on("requestfailed", (request) => {
    if (request.url().includes("/events")) page.streams--;
  });
}

async function firstTab(world) {
  const page = await blankPage(world.browser, world.gateway.url);
  watchStreams(page);
  await page.goto(await world.gateway.door());
  await page.locator(".node").first().waitFor({ state: "attached" });
  await page.locator(".pulse-live").waitFor();
  return page;
}

const leaderOf = (pages) =>
  until("one tab that holds the stream", () => {
    const holding = pages.filter((page) => page.streams === 1);
    return holding.length === 1 && holding[0];
  });

export function tests(world) {
  const { gateway } = world;
  const streams = async () => {
    const answer = await fetch(`${gateway.url}metrics`, {
      headers: { Authorization: `Bearer ${gateway.token}` },
    });
    return Number(/^spin_streams (\d+)$/m.exec(await answer.text())[1]);
  };
  const oneStream = (before, what) =>
    until(`one stream ${what}`, async () => (await streams()) === before + 1);
  // A block made elsewhere is seen in each tab.
  const allHear = async (pages) => {
    const { device } = busiest((await gateway.graph()).edges);
    await gateway.send("POST", `devices/${device}:block`);
    await Promise.all(
      pages.map((page) => page.locator(".rail-count").first().waitFor()),
    );
    await gateway.send("POST", `devices/${device}:unblock`);
    await Promise.all(
      pages.map((page) =>
        page.locator(".rail-count").first().waitFor({ state: "detached" }),
      ),
    );
  };

  test("eight tabs have one stream at the gateway, and all hear of a change", async () => {
    await gateway.clear();
    const before = await streams();
    const pages = await moreTabs(await firstTab(world), gateway, TABS);
    await oneStream(before, "for eight tabs");
    await allHear(pages);
    const closed = await leaderOf(pages);
    await closed.close({ runBeforeUnload: true });
    pages.splice(pages.indexOf(closed), 1);
    await leaderOf(pages);
    await oneStream(before, "when the one that held it was closed");
    await allHear(pages);
    const stopped = await leaderOf(pages);
    const rest = pages.filter((page) => page !== stopped);
    const wake = await stop(stopped);
    await leaderOf(rest);
    await allHear(rest);
    await wake();
    await oneStream(before, "when the one that was stopped is awake");
    await allHear(pages);
    // As when the browser saves power; headless it never does so by itself.
    const frozen = await leaderOf(pages);
    await frozen.evaluate(() => document.dispatchEvent(new Event("freeze")));
    const others = pages.filter((page) => page !== frozen);
    await leaderOf(others);
    await oneStream(before, "when the one that held it was frozen");
    await allHear(others);
    await frozen.evaluate(() => document.dispatchEvent(new Event("resume")));
    await allHear(pages);
    await oneStream(before, "when all are awake");
    await pages[0].context().close();
    await until("no stream left", async () => (await streams()) === before);
  });

  test("a page that slept while the gateway began anew is right within two seconds", async (t) => {
    if (!gateway.own) return t.skip("another gateway");
    const page = await openPage(world.browser, gateway);
    const { device } = busiest((await gateway.graph()).edges);
    const wake = await stop(page);
    await gateway.kill("spin-control");
    await until("control again", () =>
      gateway.send("POST", `devices/${device}:block`),
    );
    await wake();
    await page
      .locator(`[id="node-${device}"].tone-blocked`)
      .waitFor({ timeout: 2000 });
    await page.locator(".pulse-live").waitFor({ timeout: 2000 });
    await gateway.clear();
    await page.locator(`[id="node-${device}"].tone-device`).waitFor();
    await done(page);
  });
}

// Not a line of the page's script runs until the answer is called: no timer, no message, no good-bye.
async function stop(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Debugger.enable");
  const stopped = new Promise((resolve) => cdp.once("Debugger.paused", resolve));
  await cdp.send("Debugger.pause");
  await stopped;
  return () => cdp.send("Debugger.resume").then(() => cdp.detach());
}
