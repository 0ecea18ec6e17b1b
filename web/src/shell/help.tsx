// SPDX-License-Identifier: BSD-3-Clause
// Help: the Markdown under web/help/ as elements. Headings, paragraphs, lists, **strong** and `code`; nothing else.

import type { ComponentChildren } from "preact";
import text from "../../help/en/monitor.md";

export function Help() {
  return <div class="page help">{blocks(text)}</div>;
}

function blocks(source: string): ComponentChildren[] {
  return source
    .trim()
    .split(/\n\s*\n/)
    .map((block, i) => {
      const lines = block.split("\n");
      const first = lines[0] ?? "";
      if (first.startsWith("## ")) return <h2 key={i}>{first.slice(3)}</h2>;
      if (first.startsWith("# ")) return <h1 key={i}>{first.slice(2)}</h1>;
      if (first.startsWith("- ")) return <ul key={i}>{items(lines)}</ul>;
      return <p key={i}>{inline(lines.join(" "))}</p>;
    });
}

function items(lines: string[]): ComponentChildren[] {
  const joined: string[] = [];
  for (const line of lines) {
    if (line.startsWith("- ")) joined.push(line.slice(2));
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
