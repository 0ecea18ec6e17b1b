// SPDX-License-Identifier: BSD-3-Clause
// That somebody from outside looks in: for the household with the way to end it, for the provider with what it may do.

import { request } from "../api/http.ts";
import { consent, insiders, isHelpdesk, isProvider, refreshConsent, type Consent } from "../access/provider.ts";
import { logOut } from "../access/session.ts";
import { moment } from "../text/format.ts";
import { t, type Key } from "../text/t.ts";
import { Icon } from "./icons.tsx";
import { formatRoute, route, to } from "./route.ts";
import { refuse, toast } from "./toasts.ts";

export function ProviderBanner() {
  const now = consent.value;
  if (now === null) return null;
  if (isProvider.value) return <You may={now} />;
  // Access says it too, with the same end.
  if (route.value.screen === "access") return null;
  return (
    <>
      {now.active && <LetIn whom="provider" until={now.until} />}
      {insiders.value.map(({ id, until }) => (
        <LetIn key={id} whom="desk" until={until} id={id} />
      ))}
    </>
  );
}

function You({ may }: { may: Consent }) {
  const time = moment(may.until ?? "");
  if (!may.active) return null;
  return (
    <p class="banner banner-note">
      <Icon name="eye" />
      <span>
        {t(isHelpdesk.value ? "desk.you" : "provider.you", { time })}{" "}
        {t(`provider.you.${may.names}`)} {t("provider.may")}{" "}
        {may.rights.map((right) => t(`provider.right.${right}` as Key)).join(" · ")}
      </span>
    </p>
  );
}

function LetIn({ whom, until, id }: { whom: "provider" | "desk"; until: string | null; id?: string }) {
  return (
    <p class="banner banner-note">
      <Icon name="eye" />
      <span>
        {t(`${whom}.in`, { time: moment(until ?? "") })}{" "}
        <a href={formatRoute(to("home"))}>{t("provider.watch")}</a>
      </span>
      <button type="button" class="plain" onClick={() => void letOut(id)}>
        {t("provider.end")}
      </button>
    </p>
  );
}

// The helpdesk of this id; without one, the provider.
export async function letOut(id?: string): Promise<void> {
  try {
    await (id === undefined
      ? request("POST", "provider:end")
      : request("DELETE", `help-codes/${id}`));
    await refreshConsent();
    const text = t(id === undefined ? "provider.ended" : "desk.ended");
    toast({ tone: "done", text });
  } catch (error) {
    refuse(error);
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
