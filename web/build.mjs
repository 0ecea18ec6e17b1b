// SPDX-License-Identifier: BSD-3-Clause
// Builds the GUI into dist/: one script, one style sheet, each named by its content and compressed
// beforehand, so that a browser may keep them for ever and the gateway never compresses anything.
//
// Errors: exits 1 when the script is larger than its budget (SCRIPT_BUDGET), so that growth is a decision.

import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const SCRIPT_BUDGET = 60_000;

const options = {
  absWorkingDir: here,
  bundle: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".md": "text" },
  legalComments: "none",
  logLevel: "warning",
};

async function compile(entry, extra = {}) {
  const result = await build({
    ...options,
    entryPoints: [entry],
    minify: true,
    write: false,
    outdir: "dist",
    ...extra,
  });
  return Buffer.from(result.outputFiles[0].contents);
}

async function emit(name, bytes) {
  const dot = name.lastIndexOf(".");
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const path = `assets/${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
  await write(path, bytes);
  return path;
}

async function write(path, bytes) {
  await writeFile(join(dist, path), bytes);
  await writeFile(join(dist, `${path}.gz`), gzipSync(bytes, { level: 9 }));
}

await rm(dist, { recursive: true, force: true });
await mkdir(join(dist, "assets"), { recursive: true });

const script = await compile("src/main.tsx");
const made = {
  script: await emit("app.js", script),
  theme: await emit(
    "theme.js",
    await compile("src/theme-early.ts", { format: "iife" }),
  ),
  style: await emit("app.css", await compile("src/style/app.css")),
  icon: await emit("icon.svg", await readFile(join(here, "src/icon.svg"))),
};

let page = await readFile(join(here, "src/index.html"), "utf8");
for (const [name, path] of Object.entries(made)) {
  page = page.replaceAll(`{{${name}}}`, path);
}
await write("index.html", Buffer.from(page));

const size = gzipSync(script, { level: 9 }).length;
console.log(
  `web: built ${made.script}, ${size} bytes compressed (at most ${SCRIPT_BUDGET})`,
);
if (size > SCRIPT_BUDGET) {
  console.error(
    `web: the script is ${size - SCRIPT_BUDGET} bytes over its budget`,
  );
  process.exit(1);
}
