// SPDX-License-Identifier: BSD-3-Clause
// Access: axe finds nothing on any screen, in both themes, at both widths; the theme can be chosen.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import { button, desktop, drawer, openPage, phone } from "./browser.mjs";
import { until } from "./gateway.mjs";
import { busiest, done } from "./see.mjs";

export const axe = await readFile(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

export async function violations(page) {
  const found = await page.evaluate(() =>
    globalThis.axe.run(document, { resultTypes: ["violations"] }),
  );
  return found.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map((one) => one.html.slice(0, 160))
        .join(" | ")}`,
  );
}

export function tests(world) {
  for (const colorScheme of ["light", "dark"]) {
    for (const viewport of [desktop, phone]) {
      test(`axe finds nothing: ${colorScheme}, ${viewport.width} wide`, async () => {
        const { gateway } = world;
        const { device, destination, id } = busiest(
          (await gateway.graph()).edges,
        );
        await gateway.send(
          "POST",
          `devices/${device}/destinations/${destination}:block`,
        );
        await gateway.send("POST", `destinations/${destination}:allow`);
        const page = await openPage(world.browser, gateway, {
          viewport,
          colorScheme,
          bypassCSP: true,
        });
        await page.evaluate(axe);
        const screens = [
          "home",
          "privacy",
          "captures",
          "health",
          "access",
          "rules",
          "profiles",
          "profiles/camera",
          "lists",
          "settings",
          "integrations",
          "alerts",
          "flows",
          "why",
          "more",
          "devices",
          "destinations",
          "history?w=1h&beside=before",
          `device/${device}`,
          `destination/${destination}`,
          "monitor",
          "monitor?view=table",
          `monitor?open=${device}`,
          `monitor?open=${destination}`,
          `monitor?open=${id}`,
          "blocked",
          "ignored",
          "help",
        ];
        for (const screen of screens) {
          await page.evaluate((hash) => {
            location.hash = hash;
          }, `#/${screen}`);
          if (screen.includes("open=")) await drawer(page).waitFor();
          else await page.getByRole("heading", { level: 1 }).waitFor();
          assert.deepEqual(await violations(page), [], screen);
        }
        await gateway.clear();
        await done(page);
      });
    }
  }

  test("the theme follows the system, or the person, also after a reload", async () => {
    const page = await openPage(world.browser, world.gateway, {
      colorScheme: "dark",
    });
    const background = () =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await background();
    await page.emulateMedia({ colorScheme: "light" });
    await until(
      "another background",
      async () => (await background()) !== dark,
    );
    await button(page, "Theme: as the system").click();
    await button(page, "Theme: light").click();
    await until(
      "the dark background",
      async () => (await background()) === dark,
    );
    await page.reload();
    await page.locator(".node").first().waitFor();
    assert.equal(await background(), dark);
    await done(page);
  });
}
