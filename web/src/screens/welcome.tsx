// SPDX-License-Identifier: BSD-3-Clause
// After the first account: what may be remembered, and what the devices are called that were found already.

import { Page } from "../kit/page.tsx";
import { devices } from "../live/store.ts";
import type { Device } from "../api/types.ts";
import { rename } from "../shell/actions.ts";
import { deviceIcon, Icon } from "../shell/icons.tsx";
import { go, to } from "../shell/route.ts";
import { known, t } from "../text/t.ts";
import { Level } from "./privacy.tsx";

export function Screen() {
  const found = [...devices.value.values()]
    .filter(({ side }) => side === "lan")
    .sort((a, b) => a.id.localeCompare(b.id));
  return (
    <Page lead={t("welcome.lead")}>
      <Level />
      <section aria-labelledby="welcome-devices">
        <h2 id="welcome-devices">{t("welcome.devices", { n: found.length })}</h2>
        <p class="lead">{t("welcome.devices.text")}</p>
        {found.length > 0 && (
          <ul class="rule-cards card">
            {found.map((device) => (
              <Found key={device.id} device={device} />
            ))}
          </ul>
        )}
      </section>
      <p class="below">
        <button type="button" class="primary" onClick={() => go(to("home"))}>
          {t("welcome.done")}
        </button>
      </p>
    </Page>
  );
}

function Found({ device }: { device: Device }) {
  const { id, name, kind, side, vendor, name_source: source } = device;
  return (
    <li>
      <Icon name={deviceIcon(side, kind.value, name, vendor)} />
      <span class="rule-text">
        <input
          aria-label={t("action.of", { action: t("action.rename"), name })}
          defaultValue={name}
          maxLength={64}
          onChange={(event) =>
            void rename({ kind: "device", device: id }, event.currentTarget.value.trim())
          }
        />
        <span class="quiet">
          {known("sort", kind.value)} · {t("welcome.from", { source: known("source", source) })}
        </span>
      </span>
    </li>
  );
}
