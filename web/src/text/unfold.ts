// SPDX-License-Identifier: BSD-3-Clause
// A catalogue that ../../fold.mjs made one text of when building; as it is written it goes through. Pure.

import type { Entry } from "./t.ts";

export function unfold(book: unknown): Record<string, Entry> {
  if (typeof book !== "string") return book as Record<string, Entry>;
  const [head = "", ...entries] = book.split("~");
  const [first, ...keys] = head.split(" ");
  let key = "";
  return Object.fromEntries(
    entries.map((entry, i) => {
      const rest = keys[i];
      if (rest !== undefined) key = key.slice(0, rest.charCodeAt(0) - 65) + rest.slice(1);
      const [one = "", other] = entry.split("^");
      return [
        rest === undefined ? Number(first) + i : key,
        other === undefined ? one : { one, other },
      ];
    }),
  );
}
