// SPDX-License-Identifier: BSD-3-Clause
// Debian's chromium with a fresh profile; a page that remembers every request and every complaint.

import { chromium } from "playwright-core";
import { until } from "./gateway.mjs";

export async function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-default-apps",
      "--disable-sync",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
}

export const desktop = { width: 1440, height: 900 };
export const phone = { width: 360, height: 720 };

// A page of somebody who is logged in.
export async function openPage(browser, gateway, options = {}) {
  const page = await blankPage(browser, gateway.url, options);
  await page.goto(await gateway.door());
  await page.locator(".node").first().waitFor({ state: "attached" });
  return page;
}

export async function blankPage(browser, url, options = {}) {
  const context = await browser.newContext({
    viewport: desktop,
    colorScheme: "light",
    reducedMotion: "reduce",
    ...options,
  });
  return watch(await context.newPage(), url);
}

export function watch(page, url) {
  page.setDefaultTimeout(15_000);
  page.complaints = [];
  page.foreign = [];
  const origin = new URL(url).origin;
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== origin)
      page.foreign.push(request.url());
  });
  page.on("pageerror", (error) => page.complaints.push(error.message));
  page.on("console", (message) => {
    if (
      message.type() === "error" &&
      !message.text().includes("Failed to load resource")
    )
      page.complaints.push(message.text());
  });
  return page;
}

export const node = (page, id) => page.locator(`[id="node-${id}"]`);
export const drawer = (page) => page.getByRole("dialog");
export const button = (scope, name) =>
  scope.getByRole("button", { name, exact: true });

// Nodes are pressed on their shape, as a person would, not on the middle of shape and label.
export async function press(page, id) {
  // It is drawn anew when what it is changes, perhaps in this very moment.
  await until("a press on a node", async () => {
    await node(page, id).locator(".shape").click({ force: true, timeout: 3000 });
    return true;
  });
}

// A point on the line of an edge, in the page's coordinates. Lines that look alike are one path: its part is known by
// the heights of both ends.
export function pointOnEdge(page, id, at = 0.4) {
  return page.evaluate(
    ([ends, share]) => {
      const places = ends.map((end) => {
        const group = document.querySelector(`.node[data-hit="${end}"]`);
        return group.parentNode.getAttribute("transform").match(/-?[\d.]+/g);
      });
      const isBetween = (part) => {
        const [x1, y1, , , , , x2, y2] = part.match(/-?[\d.]+/g);
        return [
          [x1, y1],
          [x2, y2],
        ].every(
          ([x, y], i) => y === places[i][1] && Math.abs(x - places[i][0]) < 20,
        );
      };
      for (const path of document.querySelectorAll(".edge")) {
        const part = path.getAttribute("d").split(/(?=M)/).find(isBetween);
        if (part === undefined) continue;
        const line = path.cloneNode();
        line.setAttribute("d", part);
        const { x, y } = line
          .getPointAtLength(line.getTotalLength() * share)
          .matrixTransform(path.getScreenCTM());
        return { x, y };
      }
      throw new Error(`no line from ${ends}`);
    },
    [id.split("~"), at],
  );
}
