// SPDX-License-Identifier: BSD-3-Clause
// The single lines at the top of a profile's YAML that a form can change; all else of the text stays as it is. Pure.
//
// Shape: the gateway reads the text and judges it; here only lines are found. Undefined is a value that stands on
// several lines or in another form: that one is changed in the text itself.

export const tops = ["description", "default", "extends"] as const;
export type Top = (typeof tops)[number];

// At the start of a line, with its value on that line.
const lineOf = (key: Top) => new RegExp(`^${key}:([ \\t].*)?$`, "m");

export function readTop(yaml: string, key: Top): string | null | undefined {
  const match = lineOf(key).exec(yaml);
  if (match === null) return null;
  const value = (match[1] ?? "").trim();
  const after = yaml.slice(match.index + match[0].length + 1);
  if (/^[|>&*!{[]/.test(value) || /^[ \t]+\S/.test(after)) return undefined;
  if (value.startsWith('"')) return quoted(value);
  if (value.startsWith("'"))
    return /^'(?:[^']|'')*'$/.test(value)
      ? value.slice(1, -1).replaceAll("''", "'")
      : undefined;
  return value.replace(/(^|\s)#.*$/, "").trim();
}

function quoted(value: string): string | undefined {
  try {
    return String(JSON.parse(value));
  } catch {
    return undefined;
  }
}

// Null takes the line out.
export function writeTop(yaml: string, key: Top, value: string | null): string {
  const match = lineOf(key).exec(yaml);
  const line = value === null ? "" : `${key}: ${scalar(value)}`;
  if (match !== null) {
    const end = match.index + match[0].length;
    const rest = value === null ? yaml.slice(end).replace(/^\n/, "") : yaml.slice(end);
    return yaml.slice(0, match.index) + line + rest;
  }
  if (value === null) return yaml;
  // Before the first line that is no comment.
  const at = /^(?!#|\s*$)/m.exec(yaml)?.index ?? yaml.length;
  return `${yaml.slice(0, at)}${line}\n${yaml.slice(at)}`;
}

// Words that need no quotes in YAML, else as JSON, which YAML reads.
function scalar(text: string): string {
  const plain =
    /^\p{L}[\p{L}\p{N} ,.;()'-]*$/u.test(text) &&
    !text.endsWith(" ") &&
    !/^(true|false|yes|no|on|off|null|y|n)$/i.test(text);
  return plain ? text : JSON.stringify(text);
}

export function emptyProfile(description: string, base: string): string {
  const text = writeTop("", "description", description);
  return base === ""
    ? `${text}default: allow\n`
    : `${text}extends: ${base}\n`;
}

// "…/camera.yaml:3:5: unknown key": where, and what.
export function placeOf(detail: string): {
  line: number;
  column: number;
  what: string;
} | null {
  const match = /\.yaml:(\d+):(\d+): (.*)$/s.exec(detail);
  return match === null
    ? null
    : {
        line: Number(match[1]),
        column: Number(match[2]),
        what: (match[3] ?? "").replace(/\.+$/, "."),
      };
}

// Where the text's line and column begin, as a number of characters.
export function offsetOf(text: string, line: number, column: number): number {
  const before = text.split("\n").slice(0, line - 1);
  const start = before.reduce((all, one) => all + one.length + 1, 0);
  return Math.min(text.length, start + column - 1);
}
