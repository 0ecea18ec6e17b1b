// SPDX-License-Identifier: BSD-3-Clause
// A device in a line: its picture and its name, which opens what is known of it; and how much it talks beside the others.

import type { Device } from "../api/types.ts";
import { deviceIcon, Icon } from "../shell/icons.tsx";
import { formatRoute, openSubject, route } from "../shell/route.ts";
import { rate as words } from "../text/format.ts";

export function DeviceLink({ device }: { device: Device }) {
  const open = { kind: "device", device: device.id } as const;
  return (
    <a
      class="device-link"
      id={`open-${device.id}`}
      href={formatRoute({ ...route.value, open })}
      onClick={(event) => {
        event.preventDefault();
        openSubject(open);
      }}
    >
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
