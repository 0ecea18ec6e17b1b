// SPDX-License-Identifier: BSD-3-Clause
// What the provider opens and does, as it happens, for the household to see; each deed can be taken back.

import { consent, isProvider } from "../access/provider.ts";
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
  if (isProvider.value || !consent.value?.active) return null;
  return (
    <section aria-labelledby="provider-live">
      <h2 id="provider-live">{t("provider.live")}</h2>
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
