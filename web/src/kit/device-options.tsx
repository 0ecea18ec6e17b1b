// SPDX-License-Identifier: BSD-3-Clause
// The devices as what a <select> offers, by name.

import type { Id } from "../api/types.ts";
import { devices } from "../live/store.ts";

// `home`: those of the home alone, without the gateway itself.
export function DeviceOptions({ chosen, home = false }: { chosen?: Id; home?: boolean }) {
  return (
    <>
      {[...devices.value.values()]
        .filter((one) => !home || one.side === "lan")
        .sort((a, b) => a.name.localeCompare(b.name))
        .map(({ id, name }) => (
          <option key={id} value={id} selected={id === chosen}>
            {name}
          </option>
        ))}
    </>
  );
}
