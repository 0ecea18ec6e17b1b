// SPDX-License-Identifier: BSD-3-Clause
// Which others are likely this same device, and why; saying so, and taking it back.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get } from "../api/http.ts";
import type { Device, Id, Page, Suggestion } from "../api/types.ts";
import { join, part } from "../shell/actions.ts";
import { t } from "../text/t.ts";

const found = signal<{ of: Id; items: readonly Suggestion[] }>({
  of: "",
  items: [],
});

async function load(of: Id): Promise<void> {
  try {
    const page = await get<Page<Suggestion>>(`devices/${of}/suggestions`);
    found.value = { of, items: page.items };
  } catch {
    found.value = { of, items: [] }; // a guess less: nothing that anyone waits for
  }
}

export function SameDevice({ device }: { device: Device }) {
  const parts = device.joined.length;
  useEffect(() => void load(device.id), [device.id, parts]);
  const items = found.value.of === device.id ? found.value.items : [];
  if (items.length === 0 && parts === 0) return null;
  return (
    <section class="panel">
      <h3>{t("same.title")}</h3>
      <ul class="rule-lines">
        {device.joined.map((station) => (
          <li key={station.id}>
            <span>
              <code>{station.mac}</code>{" "}
              <span class="quiet">{station.hostname}</span>
            </span>
            <button
              type="button"
              class="mini"
              onClick={() => void part(device, station.mac)}
            >
              {t("same.part")}
            </button>
          </li>
        ))}
        {items.map((item) => (
          <li key={item.with}>
            <span>
              {t("same.likely", { name: item.name, n: item.confidence })}
              <span class="quiet"> {item.evidence.join(" ")}</span>
            </span>
            <button
              type="button"
              class="mini"
              onClick={() => void join(device, item.with, item.name)}
            >
              {t("same.join")}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
