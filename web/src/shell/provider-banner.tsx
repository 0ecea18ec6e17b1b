// SPDX-License-Identifier: BSD-3-Clause
// That somebody from outside looks in: for the household with the way to end it, for the provider with what it may do.

import { request } from "../api/http.ts";
import { consent, isProvider, refreshConsent } from "../access/provider.ts";
import { logOut } from "../access/session.ts";
import { explain } from "../text/explain.ts";
import { moment } from "../text/format.ts";
import { t, type Key } from "../text/t.ts";
import { Icon } from "./icons.tsx";
import { formatRoute, route, to } from "./route.ts";
import { toast } from "./toasts.ts";

export function ProviderBanner() {
  const now = consent.value;
  if (now === null || !now.active) return null;
  const time = moment(now.until ?? "");
  if (isProvider.value)
    return (
      <p class="banner banner-note">
        <Icon name="eye" />
        <span>
          {t("provider.you", { time })} {t(`provider.you.${now.names}`)}{" "}
          {t("provider.you.may")}{" "}
          {now.rights.map((right) => t(`provider.right.${right}` as Key)).join(" · ")}
        </span>
      </p>
    );
  // Access says it too, with the same end.
  if (route.value.screen === "access") return null;
  return (
    <p class="banner banner-note">
      <Icon name="eye" />
      <span>
        {t("provider.in", { time })}{" "}
        <a href={formatRoute(to("home"))}>{t("provider.watch")}</a>
      </span>
      <button type="button" class="plain" onClick={() => void end()}>
        {t("provider.end")}
      </button>
    </p>
  );
}

async function end(): Promise<void> {
  try {
    await request("POST", "provider:end");
    await refreshConsent();
    toast({ tone: "done", text: t("provider.ended"), detail: "", undo: null });
  } catch (error) {
    const { what, hint } = explain(error);
    toast({ tone: "refused", text: what, detail: hint, undo: null });
  }
}

// What stands in place of the home while nobody lets the provider in.
export function NotLetIn() {
  return (
    <main class="gate">
      <h1>{t("provider.out")}</h1>
      <p>{t("provider.out.text")}</p>
      <button type="button" class="plain" onClick={() => void logOut()}>
        {t("gate.logout")}
      </button>
    </main>
  );
}
