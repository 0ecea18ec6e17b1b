// SPDX-License-Identifier: BSD-3-Clause
// The Markdown under web/help/ as elements. Headings, paragraphs, lists, **strong** and `code`; nothing else.

import type { ComponentChildren } from "preact";

export function Markdown({ text }: { text: string }) {
  return <>{text.trim().split(/\n\s*\n/).map(block)}</>;
}

function block(source: string, i: number): ComponentChildren {
  const lines = source.split("\n");
  const first = lines[0] ?? "";
  if (first.startsWith("# ")) return <h2 key={i}>{first.slice(2)}</h2>;
  if (first.startsWith("## ")) return <h3 key={i}>{first.slice(3)}</h3>;
  if (first.startsWith("- ")) return <ul key={i}>{items(lines, /^- /)}</ul>;
  if (/^\d+\. /.test(first))
    return <ol key={i}>{items(lines, /^\d+\. /)}</ol>;
  return <p key={i}>{inline(lines.join(" "))}</p>;
}

// A line without a mark goes on with the item before.
function items(lines: string[], mark: RegExp): ComponentChildren[] {
  const joined: string[] = [];
  for (const line of lines) {
    if (mark.test(line)) joined.push(line.replace(mark, ""));
    else joined.push(`${joined.pop() ?? ""} ${line.trim()}`);
  }
  return joined.map((line, i) => <li key={i}>{inline(line)}</li>);
}

function inline(line: string): ComponentChildren[] {
  return line.split(/(\*\*[^*]+\*\*|`[^`]+`)/).map((part, i) => {
    if (part.startsWith("**"))
      return <strong key={i}>{part.slice(2, -2)}</strong>;
    if (part.startsWith("`")) return <code key={i}>{part.slice(1, -1)}</code>;
    return part;
  });
}
