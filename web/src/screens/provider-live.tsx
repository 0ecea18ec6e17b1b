// SPDX-License-Identifier: BSD-3-Clause
// What the provider or a helpdesk opens and does, as it happens, for the household to see; each deed can be taken back.

import { consent, insiders, isProvider } from "../access/provider.ts";
import { t } from "../text/t.ts";
import { Entries } from "./access-audit.tsx";

const MOST = 8;
// What its page asks by itself to show the rest.
const NOISE = [
  "getSession",
  "getProvider",
  "getOpenapi",
  "listChanges",
  "listProfiles",
  "listSuggestions",
];

export function ProviderLive() {
  const provider = consent.value?.active ?? false;
  if (isProvider.value || (!provider && insiders.value.length === 0)) return null;
  return (
    <section aria-labelledby="provider-live">
      <h2 id="provider-live">{t(provider ? "provider.live" : "desk.live")}</h2>
      <Entries
        query="way=provider&limit=60"
        pick={(items) =>
          items.filter((one) => !NOISE.includes(one.operation)).slice(0, MOST)
        }
        none={t("provider.live.none")}
      />
    </section>
  );
}
