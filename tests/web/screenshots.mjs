// SPDX-License-Identifier: BSD-3-Clause
// Takes the README's pictures of today's build into web/screenshots/: the demo's home, one destination blocked.
//
// Usage: npm --prefix tests/web run screenshots

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { desktop, drawer, launch, openPage, press } from "./browser.mjs";
import { Gateway, until } from "./gateway.mjs";
import { shrink } from "./png.mjs";
import { busiest } from "./see.mjs";

const folder = join(
  dirname(fileURLToPath(import.meta.url)),
  "../../web/screenshots",
);
const ALIVE_MS = 120_000;

const gateway = new Gateway();
let browser;
try {
  await mkdir(folder, { recursive: true });
  await gateway.start();
  browser = await launch();
  const { edges } = await until(
    "a home with new and older connections",
    async () => {
      const graph = await gateway.graph();
      return (
        graph.edges.some((edge) => edge.state === "older") &&
        graph.edges.length > 30 &&
        graph
      );
    },
    ALIVE_MS,
  );
  const { device } = busiest(edges);
  const tracker = (await gateway.get("destinations")).items.find((one) =>
    /^ad/.test(one.name),
  ) ?? { id: edges[0].destination };
  await gateway.send("POST", `destinations/${tracker.id}:block`);
  await shoot("monitor-light", { viewport: desktop, colorScheme: "light" });
  await shoot(
    "device-dark",
    { viewport: desktop, colorScheme: "dark" },
    async (page) => {
      await press(page, device);
      await drawer(page)
        .getByRole("option")
        .first()
        .waitFor({ state: "attached" });
    },
  );
  await shoot(
    "table-light",
    { viewport: desktop, colorScheme: "light" },
    (page) => page.getByRole("button", { name: "Table", exact: true }).click(),
  );
  await shoot("phone-dark", {
    viewport: { width: 360, height: 740 },
    colorScheme: "dark",
  });
} finally {
  await browser?.close();
  await gateway.stop();
}

async function shoot(name, options, prepare = async () => {}) {
  const page = await openPage(browser, gateway, options);
  await page.getByRole("button", { name: "Hide", exact: true }).click();
  await page.locator(".tone-blocked").first().waitFor({ state: "attached" });
  await prepare(page);
  // Two frames: the picture has come to rest.
  await page.evaluate(
    () =>
      new Promise((rest) =>
        requestAnimationFrame(() => requestAnimationFrame(rest)),
      ),
  );
  await writeFile(join(folder, `${name}.png`), shrink(await page.screenshot()));
  await page.context().close();
  console.log(`screenshots: took ${name}.png`);
}
