// SPDX-License-Identifier: BSD-3-Clause
// The configuration as a table of keys: which are shown, what an edit says, the merge patch, and all of it as YAML. Pure.

export type Value =
  | null
  | string
  | number
  | boolean
  | readonly Value[]
  | { readonly [key: string]: Value };

export interface Setting {
  key: string;
  description: string;
  type: "text" | "path" | "word" | "boolean" | "number" | "duration" | "size" | "list" | "object";
  allowed: readonly string[] | string | null;
  default: Value;
  value: Value;
  modified: boolean;
  source: {
    layer: "default" | "file" | "environment" | "api" | "option";
    where: string | null;
    line: number | null;
  };
  restart_needed: boolean;
  pending: boolean;
  secret: boolean;
  expert: boolean;
  writable: boolean;
}

// By key; null gives the key back to the files.
export type Edits = ReadonlyMap<string, Value>;

export function isShown(
  one: Setting,
  query: string,
  { changed, expert }: { changed: boolean; expert: boolean },
): boolean {
  if (changed && !one.modified && !one.pending) return false;
  if (one.expert && !expert && !one.modified) return false;
  const text = `${one.key} ${one.description}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export const isSame = (a: Value, b: Value) =>
  JSON.stringify(a) === JSON.stringify(b);

// Of texts alone it is edited a line each, else as JSON.
export function isLines({ type, allowed, value, default: given }: Setting): boolean {
  return (
    type === "list" &&
    !String(allowed).startsWith("mappings") &&
    isFlat(value) &&
    isFlat(given)
  );
}

const isFlat = (value: Value) =>
  !Array.isArray(value) || value.every((one) => typeof one === "string");

export function asText(one: Setting, value: Value): string {
  if (value === null) return "";
  if (one.type === "list" && isLines(one)) return (value as string[]).join("\n");
  return typeof value === "object" ? JSON.stringify(value, null, 2) : String(value);
}

// Undefined: it is none, and the words say why.
export function fromText(one: Setting, text: string): Value | undefined {
  const trimmed = text.trim();
  // A text that need not be there is taken away, not made empty.
  if (trimmed === "" && one.default === null) return null;
  if (one.type === "number")
    return /^\d+$/.test(trimmed) ? Number(trimmed) : undefined;
  if (one.type === "list" && isLines(one))
    return text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  if (one.type !== "list" && one.type !== "object") return trimmed;
  if (trimmed === "") return null;
  try {
    return JSON.parse(trimmed) as Value;
  } catch {
    return undefined;
  }
}

type Tree = { [key: string]: Value | Tree };

// "a.b" is a mapping in a mapping.
function put(tree: Tree, key: string, value: Value): void {
  const [outer = "", inner] = key.split(".");
  if (inner === undefined) tree[outer] = value;
  else tree[outer] = { ...(tree[outer] as Tree | undefined), [inner]: value };
}

export function patchOf(edits: Edits): Tree {
  const tree: Tree = {};
  for (const [key, value] of edits) put(tree, key, value);
  return tree;
}

// What takes the patch back: what the API was told before, or nothing.
export function backOf(edits: Edits, settings: readonly Setting[]): Edits {
  return new Map(
    [...edits.keys()].map((key) => {
      const was = settings.find((one) => one.key === key);
      return [key, was?.source.layer === "api" ? was.value : null];
    }),
  );
}

// What is not the default, as it would stand in spin.yaml.
export function yamlOf(settings: readonly Setting[], edits: Edits = new Map()): string {
  const tree: Tree = {};
  for (const one of settings) {
    const edit = edits.get(one.key);
    const value = edit === undefined ? one.value : edit;
    // Given back to the files it is what they say, which is not known here when the API said otherwise.
    if (edit === null || isSame(value, one.default)) continue;
    if (!one.secret) put(tree, one.key, value);
    else if (edit !== undefined) put(tree, one.key, "…");
  }
  return toYaml(tree as Value);
}

export const toYaml = (value: Value) => write(value, "");

function write(value: Value, indent: string): string {
  if (Array.isArray(value))
    return value.map((one) => item(`${indent}-`, one, indent)).join("");
  if (value !== null && typeof value === "object")
    return Object.entries(value as Tree)
      .map(([key, one]) => item(`${indent}${key}:`, one as Value, indent))
      .join("");
  return "";
}

function item(head: string, value: Value, indent: string): string {
  if (value === null || typeof value !== "object") return `${head} ${scalar(value)}\n`;
  if (Object.keys(value).length === 0)
    return `${head} ${Array.isArray(value) ? "[]" : "{}"}\n`;
  const inner = `${indent}  `;
  const body = write(value, inner);
  // A mapping in a list begins on its dash's line.
  if (head.endsWith("-") && !Array.isArray(value))
    return `${head} ${body.slice(inner.length)}`;
  return `${head}\n${body}`;
}

function scalar(value: Value): string {
  if (typeof value !== "string") return String(value);
  const plain =
    /^[A-Za-z/][A-Za-z0-9 _./-]*$/.test(value) &&
    !value.endsWith(" ") &&
    !/^(true|false|yes|no|on|off|null|y|n)$/i.test(value);
  return plain || /^\d+[A-Za-z]$/.test(value) ? value : JSON.stringify(value);
}
