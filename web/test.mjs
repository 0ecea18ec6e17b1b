// SPDX-License-Identifier: BSD-3-Clause
// Compiles test/*.test.ts, each behind test/english.ts, with the same compiler as the GUI and runs them with node's own
// runner.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = mkdtempSync(join(tmpdir(), "spin-web-test-"));
const tests = readdirSync(join(here, "test")).filter((name) =>
  name.endsWith(".test.ts"),
);

try {
  const entries = tests.map((name) => {
    const entry = join(out, name);
    const parts = ["english.ts", name].map((part) => join(here, "test", part));
    writeFileSync(entry, parts.map((part) => `import ${JSON.stringify(part)};\n`).join(""));
    return entry;
  });
  await build({
    absWorkingDir: here,
    entryPoints: entries,
    outdir: out,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node18",
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".md": "text" },
    logLevel: "warning",
  });
  const files = tests.map((name) => join(out, name.replace(/\.ts$/, ".mjs")));
  const run = spawnSync(
    process.execPath,
    ["--test", "--test-reporter=tap", ...files],
    {
      cwd: here,
      stdio: "inherit",
    },
  );
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
