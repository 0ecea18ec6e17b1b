// SPDX-License-Identifier: BSD-3-Clause
// What needs a person, most urgent first; and who talks most. Pure.

import type { Alert, Device } from "../api/types.ts";
import { alertText } from "../text/about.ts";

const NEW_MS = 24 * 3600 * 1000;
const MOST = 8;

export type Need =
  | { kind: "alert"; key: string; text: string; time: string | undefined }
  | { kind: "joined" | "unknown" | "hides"; key: string; device: Device };

export function needs(
  devices: readonly Device[],
  alerts: readonly Alert[],
  now: number,
): Need[] {
  const shown = devices.filter(
    (device) => device.side === "lan" && !device.ignored,
  );
  const oldest = Math.min(...shown.map((d) => Date.parse(d.first_seen)));
  // On the first day all are new: that is no news.
  const isNew = (device: Device) =>
    now - Date.parse(device.first_seen) < NEW_MS && now - oldest > NEW_MS;
  const seen = new Set<string>();
  return [
    ...alerts.flatMap((alert): Need[] => {
      const key = alert.id ?? alert.text;
      if (seen.has(key)) return [];
      seen.add(key);
      return [{ kind: "alert", key, text: alertText(alert), time: alert.time }];
    }),
    ...shown.filter(isNew).map((device) => need("joined", device)),
    ...shown
      .filter((device) => device.vpn || device.encrypted_dns)
      .map((device) => need("hides", device)),
    ...shown
      .filter((device) => device.kind.value === "unknown" && device.online)
      .map((device) => need("unknown", device)),
  ];
}

function need(kind: "joined" | "unknown" | "hides", device: Device): Need {
  return { kind, key: `${kind} ${device.id}`, device };
}

export function talkers(devices: readonly Device[]): Device[] {
  const rate = (device: Device) => device.rate_out + device.rate_in;
  return devices
    .filter((device) => device.side === "lan" && rate(device) > 0)
    .sort((a, b) => rate(b) - rate(a))
    .slice(0, MOST);
}
