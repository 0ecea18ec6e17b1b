// SPDX-License-Identifier: BSD-3-Clause
// A list that starts short: a television knows hundreds of names.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { t } from "../text/t.ts";

export function Few({
  items,
  most = 6,
  class: extra = "few",
}: {
  items: readonly ComponentChildren[];
  most?: number;
  class?: string;
}) {
  const [all, setAll] = useState(false);
  const left = all ? 0 : Math.max(0, items.length - most);
  return (
    <ul class={extra}>
      {items.slice(0, items.length - left).map((item, i) => (
        <li key={i}>{item}</li>
      ))}
      {left > 0 && (
        <li>
          <button type="button" class="link-button" onClick={() => setAll(true)}>
            {t("drawer.more", { n: left })}
          </button>
        </li>
      )}
    </ul>
  );
}
