// SPDX-License-Identifier: BSD-3-Clause
// A device in a line: its picture and its name, which leads to its page; and how much it talks beside the others.

import type { Device } from "../api/types.ts";
import { deviceIcon, Icon } from "../shell/icons.tsx";
import { formatRoute, to } from "../shell/route.ts";
import { rate as words } from "../text/format.ts";

export function DeviceLink({ device }: { device: Device }) {
  return (
    <a class="device-link" href={formatRoute(to("device", device.id))}>
      <Icon
        name={deviceIcon(
          device.side,
          device.kind.value,
          device.name,
          device.vendor,
        )}
      />
      <span>{device.name}</span>
    </a>
  );
}

export function RateBar({ rate, most }: { rate: number; most: number }) {
  const share = most > 0 ? Math.max(0.02, rate / most) : 0;
  return (
    <span class="rate-bar">
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect width={share * 100} height="6" rx="3" />
      </svg>
      <span class="number">{words(rate)}</span>
    </span>
  );
}
