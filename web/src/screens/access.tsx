// SPDX-License-Identifier: BSD-3-Clause
// Access: who may come in, from where they are in now, what the provider may see, and who did what.

import { request } from "../api/http.ts";
import { Load } from "../kit/load.tsx";
import { Page } from "../kit/page.tsx";
import { useResource } from "../kit/resource.ts";
import { now } from "../live/clock.ts";
import { who } from "../access/session.ts";
import { Icon } from "../shell/icons.tsx";
import { ago, moment } from "../text/format.ts";
import { t } from "../text/t.ts";
import { attempt } from "./access-do.ts";
import { AuditTrail } from "./access-audit.tsx";
import { HelpCard } from "./access-help.tsx";
import { ProviderCard } from "./access-provider.tsx";
import { TokensCard } from "./access-tokens.tsx";
import { UsersCard } from "./access-users.tsx";

export interface Session {
  id: string;
  user: string | null;
  current: boolean;
  created: string | null;
  last_used: string | null;
  source: string;
  agent: string;
}

export function Screen() {
  const admin = who.value?.role === "admin";
  return (
    <Page lead={t("access.lead")}>
      <ProviderCard />
      <HelpCard />
      <Sessions />
      {admin && <UsersCard />}
      {admin && <TokensCard />}
      <AuditTrail />
    </Page>
  );
}

function Sessions() {
  const { state, reload } = useResource<{ items: Session[] }>("sessions");
  return (
    <section aria-labelledby="access-sessions">
      <h2 id="access-sessions">{t("access.sessions")}</h2>
      <Load from={state} reload={reload}>
        {({ items }) => (
          <ul class="rule-cards card">
            {items.map((one) => (
              <li key={one.id}>
                <span class="rule-icon">
                  <Icon name={/Mobile|Android|iPhone/.test(one.agent) ? "phone" : "laptop"} />
                </span>
                <span class="rule-text">
                  <span>
                    {one.user ?? t("access.nobody")}{" "}
                    {one.current && <span class="chip tone-recent">{t("access.this")}</span>}
                  </span>
                  <span class="quiet" title={one.agent}>
                    {t("access.from", { source: one.source })} ·{" "}
                    {one.last_used !== null && ago(one.last_used, now.value)}
                    {one.created !== null && <> · {t("access.since", { time: moment(one.created) })}</>}
                  </span>
                </span>
                {!one.current && (
                  <button
                    type="button"
                    class="plain"
                    aria-label={t("action.of", {
                      action: t("gate.logout"),
                      name: `${one.user ?? ""} ${one.source}`,
                    })}
                    onClick={() =>
                      void attempt(
                        () => request("DELETE", `sessions/${one.id}`),
                        t("access.ended"),
                        reload,
                      )
                    }
                  >
                    {t("gate.logout")}
                  </button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Load>
    </section>
  );
}
