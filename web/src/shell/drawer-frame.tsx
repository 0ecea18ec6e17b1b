// SPDX-License-Identifier: BSD-3-Clause
// The drawer's place beside the screen: a dialog that Escape and its cross close, whatever is in it.

import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../text/t.ts";
import { Icon } from "./icons.tsx";
import { closeSubject } from "./route.ts";

export function DrawerFrame({
  id,
  children,
}: {
  // Of the thing shown: another thing begins at its top.
  id?: string;
  children: ComponentChildren;
}) {
  // A button that was pressed and went away, as in a message, leaves the keyboard nowhere.
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if (event.target === document.body) onKey(event);
    };
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  }, []);
  return (
    <section
      class="drawer"
      role="dialog"
      aria-label={id === undefined ? t("drawer.known") : undefined}
      aria-labelledby={id === undefined ? undefined : "drawer-title"}
      onKeyDown={onKey}
    >
      <button
        type="button"
        class="icon-button drawer-close"
        aria-label={t("action.close")}
        onClick={closeSubject}
      >
        <Icon name="close" />
      </button>
      <div class="drawer-body" key={id}>
        {children}
      </div>
    </section>
  );
}

function onKey(event: KeyboardEvent): void {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  event.stopPropagation();
  closeSubject();
}
