// SPDX-License-Identifier: BSD-3-Clause
// Access: axe finds nothing on any screen, in both themes, at both widths, of which pictures are kept; the theme can be
// chosen.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import { button, desktop, openPage, phone } from "./browser.mjs";
import { everywhere, keepPicture, visit } from "./everywhere.mjs";
import { until } from "./gateway.mjs";
import { busiest, done } from "./see.mjs";

export const axe = await readFile(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

// `rules`: only these, all when there are none.
export async function violations(page, ...rules) {
  const found = await page.evaluate(
    (only) =>
      globalThis.axe.run(document, {
        resultTypes: ["violations"],
        ...(only.length > 0 && { runOnly: only }),
      }),
    rules,
  );
  return found.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map((one) => one.html.slice(0, 160))
        .join(" | ")}`,
  );
}

// A screen in a page of its own, with axe in it.
export async function openScreen({ browser, gateway }, hash, options = {}) {
  const page = await openPage(browser, gateway, { bypassCSP: true, ...options });
  await page.evaluate(axe);
  await page.goto(`${gateway.url}#/${hash}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  return page;
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
        // A theme is other colours on the same elements.
        const rules = colorScheme === "dark" ? ["color-contrast"] : [];
        const hide = button(page, "Hide");
        if (await hide.isVisible()) await hide.click();
        for (const screen of everywhere({ device, destination, id })) {
          await visit(page, screen);
          assert.deepEqual(await violations(page, ...rules), [], screen);
          const wide = await page.evaluate(
            () => document.documentElement.scrollWidth,
          );
          assert.ok(wide <= viewport.width, `${screen} is ${wide} wide`);
          await keepPicture(page, `${colorScheme}-${viewport.width}`, screen);
        }
        await gateway.clear();
        await done(page);
      });
    }
  }

  test("a large screen is filled: Home and Monitor on 3840 by 2160", async () => {
    const page = await openPage(world.browser, world.gateway, {
      viewport: { width: 3840, height: 2160 },
    });
    for (const screen of ["home", "monitor"]) {
      await visit(page, screen);
      await keepPicture(page, "light-3840", screen);
    }
    await done(page);
  });

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
