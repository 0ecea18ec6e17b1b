// SPDX-License-Identifier: BSD-3-Clause
// Is a name stopped, and by which list? Asked of the gateway as if a device wanted to reach it.

import { useSignal } from "@preact/signals";
import { get } from "../api/http.ts";
import type { Explanation } from "../api/types.ts";
import { DeviceOptions } from "../kit/device-options.tsx";
import { devices } from "../live/store.ts";
import { formatRoute, to } from "../shell/route.ts";
import { explain, type Explained } from "../text/explain.ts";
import { t } from "../text/t.ts";

export function TryName() {
  const found = useSignal<Explanation | null>(null);
  const wrong = useSignal<Explained | null>(null);
  const ask = async (device: string, name: string) => {
    try {
      const query = new URLSearchParams({ device, to: name });
      found.value = await get<Explanation>(`explain?${query}`);
      wrong.value = null;
    } catch (error) {
      found.value = null;
      wrong.value = explain(error);
    }
  };
  if (devices.value.size === 0) return null;
  return (
    <section aria-labelledby="list-try">
      <h2 id="list-try">{t("lists.try")}</h2>
      <form
        class="ask"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          void ask(String(form.get("device")), String(form.get("to")).trim());
        }}
      >
        <div class="grow">
          <label for="try-name">{t("lists.try.name")}</label>
          <input
            id="try-name"
            name="to"
            required
            maxLength={253}
            placeholder="ads.example.com"
            autocomplete="off"
            spellcheck={false}
          />
        </div>
        <div>
          <label for="try-device">{t("lists.try.device")}</label>
          <select id="try-device" name="device">
            <DeviceOptions home />
          </select>
        </div>
        <button type="submit" class="plain">
          {t("lists.try.do")}
        </button>
      </form>
      <div aria-live="polite">
        {wrong.value !== null && (
          <p class="problem">
            {wrong.value.what} {wrong.value.hint}
          </p>
        )}
        {found.value !== null && <Verdict of={found.value} />}
      </div>
    </section>
  );
}

function Verdict({ of }: { of: Explanation }) {
  const stopped = of.verdict === "drop";
  const why = of.steps.find(({ decides }) => decides) ?? of.steps.at(-1);
  const target = of.to.name ?? of.to.address ?? "";
  return (
    <p class={`card tried tone-${stopped ? "blocked" : "recent"}`}>
      <strong>{t(stopped ? "why.stopped" : "why.passes")}</strong>{" "}
      {why?.text ?? of.text}{" "}
      <a
        href={formatRoute({
          ...to("why"),
          more: { device: of.device.id, to: target },
        })}
      >
        {t("lists.try.why")}
      </a>
    </p>
  );
}
