// SPDX-License-Identifier: BSD-3-Clause
// Every screen there is, from the GUI's own list, and the other faces that some have; and a picture of each, kept in
// the build folder for a person's eyes.

import { mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { drawer } from "./browser.mjs";
import { until } from "./gateway.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const pictures = join(
  process.env.SPIN_BUILD ?? join(root, "build"),
  "screenshots",
);

const source = await readFile(join(root, "web/src/shell/route.ts"), "utf8");
export const screens = [
  .../export const screens = \[([^\]]+)\]/.exec(source)[1].matchAll(/"(\w+)"/g),
].map(([, name]) => name);

// Addresses of all of them, of a home where this device talks to that destination.
export function everywhere({ device, destination, id }) {
  const about = { device, destination };
  return [
    ...screens.map((name) => (name in about ? `${name}/${about[name]}` : name)),
    "monitor?view=table",
    `monitor?open=${device}`,
    `monitor?open=${destination}`,
    `monitor?open=${id}`,
    "history?w=1h&beside=before",
    "profiles/camera",
  ];
}

export async function visit(page, screen) {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/${screen}`);
  if (screen.includes("open=")) await drawer(page).waitFor();
  await page.getByRole("heading", { level: 1 }).waitFor();
  await until(
    `${screen} has loaded`,
    async () =>
      (await page.locator("main .note, main .quiet").getByText("Loading…").count()) === 0,
  );
}

export async function keepPicture(page, folder, screen) {
  const place = join(pictures, folder);
  mkdirSync(place, { recursive: true });
  const name = screen
    .replace(/=(dev|dst)_\w+~dst_\w+/, "=pair")
    .replace(/(dev|dst)_\w+/, (_, kind) => (kind === "dev" ? "device" : "destination"))
    .replace(/[^a-z0-9]+/gi, "-");
  await page.screenshot({ path: join(place, `${name}.png`) });
}
