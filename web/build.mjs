// SPDX-License-Identifier: BSD-3-Clause
// Builds the GUI into dist/: the first picture's script and style, and the scripts of what is opened later and of each
// language; each named by its content and compressed beforehand, so that a browser may keep them for ever and the
// gateway never compresses anything.
//
// Errors: exits 1 when a budget is exceeded, so that growth is a decision.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { fold } from "./fold.mjs";
import { writeNumbers, numberKeys } from "./keys.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
// Bytes, compressed: script and style of the first load, and of everything that one browser can load. A browser speaks
// one language: of those there are, the largest counts, not their sum. Help is documentation, and is counted by itself.
const FIRST_BUDGET = 60_000;
const WHOLE_BUDGET = 120_000;
const HELP_BUDGET = 6_000;
// The language that a script speaks, by the name of its file: src/text/nl-screens.ts, help/nl/all.ts.
const LANGUAGE = /^(?:src\/text|help)\/(en|nl|de)(?=[-./])/;

const options = {
  absWorkingDir: here,
  bundle: true,
  format: "esm",
  target: "es2022",
  loader: { ".md": "text" },
  alias: { "d3-timer": "./src/graph/no-timer.ts", "d3-dispatch": "./src/graph/no-timer.ts" },
  legalComments: "none",
  logLevel: "warning",
  minify: true,
  write: false,
};

// Children as arguments rather than a property with a name: 1 % smaller, compressed. As tsconfig.json has it for tsc,
// esbuild is told to read nothing there. JSX is what it then wants in scope.
const JSX = 'import { Fragment, h } from "preact";';
const jsx = {
  jsx: "transform",
  jsxFactory: "h",
  jsxFragment: "Fragment",
  tsconfigRaw: { compilerOptions: { target: "es2022", verbatimModuleSyntax: true } },
};

async function compile(entry, extra = {}) {
  const result = await build({
    ...options,
    entryPoints: [entry],
    outdir: "dist",
    ...extra,
  });
  return Buffer.from(result.outputFiles[0].contents);
}

// The catalogues: where keys are defined. All else only writes them.
const BOOK = /\/text\/(?:en|nl|de)[^/]*\.ts$/;
const FIRST_AND_LATER = ["en", "en-screens"];

async function readBook(path) {
  const script = (await compile(path)).toString("base64");
  return Object.entries(await import(`data:text/javascript;base64,${script}`))[0];
}

async function readScripts() {
  const names = await readdir(join(here, "src"), { recursive: true });
  const scripts = names.filter((name) => /\.tsx?$/.test(name) && !BOOK.test(`/${name}`)).sort();
  return Promise.all(scripts.map((name) => readFile(join(here, "src", name), "utf8")));
}

const shortKeys = {
  name: "short-keys",
  async setup({ onLoad }) {
    const english = await Promise.all(FIRST_AND_LATER.map((book) => readBook(`src/text/${book}.ts`)));
    const keys = english.flatMap(([, book]) => Object.keys(book));
    const numbers = numberKeys(keys, await readScripts());
    onLoad({ filter: /\/text\/(en|nl|de)(-screens)?\.ts$/ }, async ({ path }) => {
      const [name, book] = await readBook(path);
      return { contents: `export const ${name} = ${JSON.stringify(fold(book, numbers))};` };
    });
    onLoad({ filter: /\/src\/.*\.tsx?$/ }, async ({ path }) => ({
      contents: (path.endsWith("x") ? JSX : "") + writeNumbers(await readFile(path, "utf8"), numbers),
      loader: path.endsWith("x") ? "tsx" : "ts",
    }));
  },
};

// The scripts, and the paths of those that the first picture needs: the entry and what it imports at once.
async function compileScripts() {
  const result = await build({
    ...options,
    entryPoints: { app: "src/main.tsx" },
    outdir: "dist/assets",
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    splitting: true,
    ...jsx,
    plugins: [shortKeys],
    metafile: true,
  });
  const { outputs } = result.metafile;
  // Of the entry itself only the import of the script that the screens share is left: the page asks for that at once.
  const stub = Object.keys(outputs).find((path) => outputs[path].entryPoint === "src/main.tsx");
  const entry = outputs[stub].imports[0].path;
  const files = result.outputFiles.filter(({ path }) => relative(here, path) !== stub);
  await Promise.all(
    files.map(async (file) =>
      write(relative(dist, file.path), await shorten(Buffer.from(file.contents))),
    ),
  );
  const first = new Set([entry]);
  for (const path of first)
    for (const { path: next, kind } of outputs[path].imports)
      if (kind === "import-statement") first.add(next);
  const asset = (path) => `assets/${basename(path)}`;
  const [spoken, help] = [{}, {}];
  for (const [path, { entryPoint = "" }] of Object.entries(outputs)) {
    const language = LANGUAGE.exec(entryPoint)?.[1];
    if (language === undefined) continue;
    const book = entryPoint.startsWith("help/") ? help : spoken;
    (book[language] ??= new Map()).set(entryPoint, asset(path));
  }
  return { entry: asset(entry), first: [...first].map(asset), spoken, help };
}

async function emit(name, bytes) {
  const dot = name.lastIndexOf(".");
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const path = `assets/${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
  await write(path, bytes);
  return path;
}

const sizes = new Map();

// What makes the files smaller than they need be: a machine without it builds all the same, and has that much to spare.
const lacking = new Set();

// What esbuild leaves, terser takes: 3 % of what is compressed.
async function shorten(bytes) {
  const terser = await import("terser").catch(() => null);
  if (terser === null) {
    lacking.add("terser (npm ci)");
    return bytes;
  }
  const { code } = await terser.minify(bytes.toString(), {
    module: true,
    ecma: 2020,
    // Nobody changes what the language itself has: String(x) and x + "" are one, and the shorter stays.
    compress: {
      passes: 3,
      pure_getters: true,
      unsafe: true,
      unsafe_arrows: true,
      unsafe_comps: true,
      lhs_constants: false,
    },
  });
  return Buffer.from(code);
}

// Zopfli finds what gzip gives up on: the same format, 4 % smaller.
const MUCH = { encoding: "buffer", maxBuffer: 1 << 24 };
const zopfli = (file) => promisify(execFile)("zopfli", ["-c", file], MUCH);

async function compress(path, bytes) {
  try {
    return (await zopfli(join(dist, path))).stdout;
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    lacking.add("zopfli (Debian's package)");
    return gzipSync(bytes, { level: 9 });
  }
}

async function write(path, bytes) {
  await writeFile(join(dist, path), bytes);
  const small = await compress(path, bytes);
  sizes.set(path, small.length);
  await writeFile(join(dist, `${path}.gz`), small);
}

const sum = (paths) => paths.reduce((all, path) => all + sizes.get(path), 0);

await rm(dist, { recursive: true, force: true });
await mkdir(join(dist, "assets"), { recursive: true });

const scripts = await compileScripts();
const sentences = Object.fromEntries(
  Object.entries(scripts.spoken).map(([language, parts]) => [
    language,
    parts.get(`src/text/${language}.ts`),
  ]),
);
const made = {
  script: scripts.entry,
  early: await emit(
    "early.js",
    await compile("src/early.ts", {
      format: "iife",
      define: { SENTENCES: JSON.stringify(sentences) },
    }),
  ),
  style: await emit("app.css", await compile("src/style/app.css")),
  icon: await emit("icon.svg", await readFile(join(here, "src/icon.svg"))),
};

// Only a system that installs the GUI asks for its pictures: they are no part of what a page loads.
for (const size of [192, 512]) {
  const picture = await readFile(join(here, `src/icons/icon-${size}.png`));
  made[`icon${size}`] = await emit(`icon${size}.png`, picture);
  sizes.delete(made[`icon${size}`]);
}
const withPaths = async (file) =>
  Object.entries(made).reduce(
    (text, [name, path]) => text.replaceAll(`{{${name}}}`, path),
    await readFile(join(here, "src", file), "utf8"),
  );
made.manifest = await emit(
  "manifest.webmanifest",
  Buffer.from(await withPaths("manifest.webmanifest")),
);
await write("index.html", Buffer.from(await withPaths("index.html")));

const bytesOf = (book) =>
  Object.values(book).map((parts) => sum([...parts.values()]));
const texts = [scripts.spoken, scripts.help].flatMap(bytesOf);
const help = Math.max(...bytesOf(scripts.help));
const first =
  sum([...scripts.first, made.early, made.style]) +
  Math.max(...Object.values(sentences).map((path) => sizes.get(path)));
const whole =
  sum([...sizes.keys()]) -
  texts.reduce((all, one) => all + one, 0) +
  Math.max(...bytesOf(scripts.spoken));
console.log(
  `web: first load ${first} bytes compressed (at most ${FIRST_BUDGET}), all ${whole} (at most ${WHOLE_BUDGET}), ` +
    `help ${help} (at most ${HELP_BUDGET})`,
);
for (const one of lacking) console.log(`web: it would be smaller with ${one}`);
const spare = 1.05 ** lacking.size;
if (first > FIRST_BUDGET * spare || whole > WHOLE_BUDGET * spare || help > HELP_BUDGET * spare) {
  console.error("web: the GUI is over its budget");
  process.exit(1);
}
