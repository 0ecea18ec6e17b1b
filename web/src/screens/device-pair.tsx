// SPDX-License-Identifier: BSD-3-Clause
// Block and allow for one device and one destination, in a row of a table.

import { mayAct } from "../access/provider.ts";
import { opposite } from "../api/act.ts";
import type { Id } from "../api/types.ts";
import { rules } from "../live/store.ts";
import { perform } from "../shell/actions.ts";
import { Icon } from "../shell/icons.tsx";
import { t, type Key } from "../text/t.ts";

export function PairButtons({
  device,
  destination,
  name,
}: {
  device: Id;
  destination: Id;
  name: string;
}) {
  const mine = [...rules.value.values()].filter(
    (rule) => rule.subject.id === device && rule.object.id === destination,
  );
  if (!mayAct.value) return null;
  return (
    <span class="mini-actions">
      {(["block", "allow"] as const).map((action) => {
        const on = mine.some((rule) => rule.action === action);
        const verb = on ? opposite(action) : action;
        const label = t("action.of", { action: t(`action.${verb}` as Key), name });
        return (
          <button
            key={action}
            type="button"
            class={`icon-button${on ? ` on-${action}` : ""}`}
            aria-label={label}
            title={label}
            onClick={() =>
              void perform({ kind: "pair", device, destination }, verb)
            }
          >
            <Icon name={on ? "undo" : action === "block" ? "blocked" : "allowed"} />
          </button>
        );
      })}
    </span>
  );
}
