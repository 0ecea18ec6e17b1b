// SPDX-License-Identifier: BSD-3-Clause
// A field that narrows a list as it is written; "/" goes to it.

import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../shell/icons.tsx";
import { t } from "../text/t.ts";

export function Filter({
  label,
  value,
  change,
  enter,
}: {
  label: string;
  value: string;
  change: (text: string) => void;
  // Goes to what was found.
  enter?: () => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      const isWriting = (event.target as Element).matches("input, textarea, select");
      if (event.key !== "/" || isWriting) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  }, []);
  return (
    <label class="find">
      <Icon name="search" />
      <span class="unseen">{label}</span>
      <input
        ref={field}
        type="search"
        placeholder={t("find.placeholder")}
        value={value}
        onInput={(event) => change(event.currentTarget.value.trimStart())}
        onKeyDown={(event) => {
          if (event.key === "Escape") change("");
          if (event.key === "Enter") enter?.();
        }}
      />
    </label>
  );
}
