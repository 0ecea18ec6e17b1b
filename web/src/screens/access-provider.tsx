// SPDX-License-Identifier: BSD-3-Clause
// The access provider: let in by the household, for a time, to what it names; ended with one button.

import { useSignal } from "@preact/signals";
import { request } from "../api/http.ts";
import { Load } from "../kit/load.tsx";
import { useResource } from "../kit/resource.ts";
import { Icon } from "../shell/icons.tsx";
import { moment } from "../text/format.ts";
import { t, type Key } from "../text/t.ts";
import { who } from "../access/session.ts";
import { attempt } from "./access-do.ts";
import { Proposals } from "./access-proposals.tsx";

interface Provider {
  active: boolean;
  rights: string[];
  names: "masked" | "shown";
  until: string | null;
  granted_by: string | null;
  purpose: string | null;
}

const rights = ["devices", "flows", "act", "capture", "statistics"] as const;

export function ProviderCard() {
  const { state, reload } = useResource<Provider>("provider", [
    "provider",
    "audit",
  ]);
  return (
    <section aria-labelledby="access-provider">
      <h2 id="access-provider">{t("access.provider")}</h2>
      <Load from={state} reload={reload}>
        {(provider) =>
          provider.active ? (
            <Active provider={provider} reload={reload} />
          ) : (
            <Grant reload={reload} />
          )
        }
      </Load>
      <Proposals />
    </section>
  );
}

function Active({
  provider,
  reload,
}: {
  provider: Provider;
  reload: () => void;
}) {
  return (
    <div class="verdict card tone-dns">
      <Icon name="eye" class="big" />
      <div>
        <h3>{t("access.provider.in")}</h3>
        <p>
          {t("access.provider.until", {
            time: moment(provider.until ?? ""),
            name: provider.granted_by ?? "",
          })}{" "}
          {t(`access.names.${provider.names}`)}
        </p>
        <ul class="chips">
          {provider.rights.map((right) => (
            <li key={right} class="chip">
              {t(`access.right.${right}` as Key)}
            </li>
          ))}
        </ul>
        {provider.purpose !== null && <p class="quiet">{provider.purpose}</p>}
      </div>
      <button
        type="button"
        class="primary"
        onClick={() =>
          void attempt(
            () => request("POST", "provider:end"),
            t("access.provider.ended"),
            reload,
          )
        }
      >
        {t("access.provider.end")}
      </button>
    </div>
  );
}

function Grant({ reload }: { reload: () => void }) {
  const chosen = useSignal<readonly string[]>(["devices"]);
  if (who.value?.role !== "admin")
    return <p class="note">{t("access.provider.out")}</p>;
  const toggle = (right: string) => {
    const all = chosen.peek();
    chosen.value = all.includes(right)
      ? all.filter((one) => one !== right)
      : [...all, right];
  };
  return (
    <form
      class="rule-form card"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        const purpose = String(form.get("purpose")).trim();
        void attempt(
          () =>
            request("POST", "provider:grant", {
              rights: chosen.peek(),
              names: form.get("names"),
              minutes: Number(form.get("minutes")),
              ...(purpose !== "" && { purpose }),
            }),
          t("access.provider.granted"),
          reload,
        );
      }}
    >
      <p>{t("access.provider.out")}</p>
      <fieldset class="rights">
        <legend>{t("access.provider.may")}</legend>
        {rights.map((right) => (
          <label key={right}>
            <input
              type="checkbox"
              checked={chosen.value.includes(right)}
              onChange={() => toggle(right)}
            />
            {t(`access.right.${right}`)}
          </label>
        ))}
      </fieldset>
      <div class="sentence">
        <div class="field">
          <label for="grant-names">{t("access.provider.names")}</label>
          <select id="grant-names" name="names">
            <option value="masked">{t("access.names.masked")}</option>
            <option value="shown">{t("access.names.shown")}</option>
          </select>
        </div>
        <div class="field">
          <label for="grant-minutes">{t("access.provider.time")}</label>
          <select id="grant-minutes" name="minutes">
            <option value="60">{t("access.hours", { n: 1 })}</option>
            <option value="240">{t("access.hours", { n: 4 })}</option>
            <option value="1440">{t("access.hours", { n: 24 })}</option>
          </select>
        </div>
        <div class="field">
          <label for="grant-purpose">{t("access.provider.purpose")}</label>
          <input id="grant-purpose" name="purpose" maxLength={200} />
        </div>
      </div>
      <div class="word-answers">
        <button
          type="submit"
          class="primary"
          disabled={chosen.value.length === 0}
        >
          {t("access.provider.let")}
        </button>
      </div>
    </form>
  );
}
