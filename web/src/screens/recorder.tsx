// SPDX-License-Identifier: BSD-3-Clause
// The flight recorder: what it remembers, and what it has of a device kept as a recording; where it is off, the key that
// switches it on.

import { useSignal } from "@preact/signals";
import { request } from "../api/http.ts";
import type { FullHealth } from "../api/system-types.ts";
import type { Id } from "../api/types.ts";
import { DeviceOptions } from "../kit/device-options.tsx";
import { useResource } from "../kit/resource.ts";
import { formatRoute, route, to } from "../shell/route.ts";
import { bytes } from "../text/format.ts";
import { t } from "../text/t.ts";
import { attempt } from "./access-do.ts";

const useRecorder = () =>
  useResource<FullHealth>("health").state.value.data?.flight_recorder;

export function Recorder({ reload }: { reload: () => void }) {
  const has = useRecorder();
  const device = useSignal(route.value.more["device"] ?? "");
  if (has === undefined) return null;
  return (
    <section aria-labelledby="recorder">
      <h2 id="recorder">{t("recorder.title")}</h2>
      {has === null ? (
        <Off />
      ) : (
        <>
          <p class="quiet">
            {t("recorder.has", {
              packets: has.packets,
              n: has.devices,
              most: has.devices_max,
              bytes: bytes(has.bytes),
            })}
          </p>
          <div class="ask">
            <select
              class="choice"
              aria-label={t("flows.device")}
              onChange={(event) => {
                device.value = event.currentTarget.value;
              }}
            >
              <option value="">–</option>
              <DeviceOptions chosen={device.value} />
            </select>
            <Keep device={device.value} after={reload} />
          </div>
        </>
      )}
    </section>
  );
}

// On a device's own page.
export function RecorderOf({ device }: { device: Id }) {
  const has = useRecorder();
  if (has === undefined) return null;
  return has === null ? (
    <Off />
  ) : (
    <Keep device={device} after={() => (location.hash = formatRoute(to("captures")))} />
  );
}

function Keep({ device, after }: { device: Id; after: () => void }) {
  return (
    <button
      type="button"
      class="plain"
      disabled={device === ""}
      onClick={() =>
        void attempt(
          () => request("POST", `devices/${device}:freeze`),
          t("recorder.kept"),
          after,
        )
      }
    >
      {t("recorder.keep")}
    </button>
  );
}

function Off() {
  return (
    <p class="quiet">
      {t("recorder.off")}{" "}
      <a href={formatRoute({ ...to("settings"), more: { q: "flight_recorder" } })}>
        <code>flight_recorder.on</code>
      </a>
    </p>
  );
}
