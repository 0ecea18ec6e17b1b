// SPDX-License-Identifier: BSD-3-Clause
// A screen's head: its title, one sentence about it, and its tools. Without a title of its own it has the name by which
// one goes there.

import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { route } from "../shell/route.ts";
import { t } from "../text/t.ts";
import { Titled } from "./help-link.tsx";

export function Page({
  title = t(`nav.${route.value.screen}`),
  lead,
  tools,
  wide = false,
  children,
}: {
  title?: string;
  lead?: ComponentChildren;
  tools?: ComponentChildren;
  wide?: boolean;
  children: ComponentChildren;
}) {
  useEffect(() => {
    const before = document.title;
    document.title = `${title} · SPIN`;
    return () => {
      document.title = before;
    };
  }, [title]);
  return (
    <div class={wide ? "page page-wide" : "page"}>
      <header class="page-head">
        <div>
          <Titled title={title} />
          {lead !== undefined && <p class="lead">{lead}</p>}
        </div>
        {tools !== undefined && <div class="bar-tools">{tools}</div>}
      </header>
      {children}
    </div>
  );
}
