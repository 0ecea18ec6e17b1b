// SPDX-License-Identifier: BSD-3-Clause
// Draws the icons of the installed GUI from web/src/icon.svg into web/src/icons/: to the rim, for a system cuts its own
// shape out of them.
//
// Usage: npm --prefix tests/web run icons

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "./browser.mjs";
import { shrink } from "./png.mjs";

const source = join(dirname(fileURLToPath(import.meta.url)), "../../web/src");
const svg = (await readFile(join(source, "icon.svg"), "utf8"))
  .replace(' rx="8"', "")
  // What is cut off at most is a tenth at each side.
  .replace('viewBox="0 0 32 32"', 'viewBox="-2 -2 36 36"')
  .replace('width="32" height="32"', 'x="-2" y="-2" width="36" height="36"');
const browser = await launch();
await mkdir(join(source, "icons"), { recursive: true });
for (const size of [192, 512]) {
  const page = await browser.newPage({
    viewport: { width: size, height: size },
  });
  await page.setContent(
    `<style>body{margin:0}svg{display:block;width:${size}px}</style>${svg}`,
  );
  const png = shrink(await page.screenshot());
  await writeFile(join(source, `icons/icon-${size}.png`), png);
  console.log(`icons: icon-${size}.png, ${png.length} bytes`);
}
await browser.close();
