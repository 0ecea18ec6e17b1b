// SPDX-License-Identifier: BSD-3-Clause
// The access provider: let in by the household, for a time, to what it names; ended with one button.

import { useEffect, useRef } from "preact/hooks";
import { request } from "../api/http.ts";
import { Load } from "../kit/load.tsx";
import { useResource } from "../kit/resource.ts";
import { Icon } from "../shell/icons.tsx";
import { moment } from "../text/format.ts";
import { t } from "../text/t.ts";
import { who } from "../access/session.ts";
import { attempt } from "./access-do.ts";
import { GrantForm, Rights } from "./access-grant.tsx";
import { Proposals } from "./access-proposals.tsx";

interface Provider {
  active: boolean;
  rights: string[];
  names: "masked" | "shown";
  until: string | null;
  granted_by: string | null;
  purpose: string | null;
}

export function ProviderCard() {
  const { state, reload } = useResource<Provider>("provider", [
    "provider",
    "audit",
  ]);
  const active = state.value.data?.active;
  const here = useRef(false);
  // The form is a screen high on a phone, and what takes its place is not: it would be out of sight above. For whoever
  // pressed, that is; who reads on while another lets it in is not moved.
  useEffect(() => {
    if (here.current)
      document.getElementById("access-provider")?.scrollIntoView({ block: "nearest" });
    here.current = false;
  }, [active]);
  return (
    <section aria-labelledby="access-provider">
      <h2 id="access-provider">{t("access.provider")}</h2>
      <Load from={state} reload={reload}>
        {(provider) =>
          provider.active ? (
            <Active provider={provider} reload={reload} />
          ) : (
            <Grant
              done={() => {
                here.current = true;
                reload();
              }}
            />
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
          {t("access.provider.names")}: {t(`access.names.${provider.names}`)}.
        </p>
        <Rights of={provider.rights} />
        {provider.purpose !== null && <p class="quiet">{provider.purpose}</p>}
      </div>
      <button
        type="button"
        class="primary"
        onClick={() =>
          void attempt(
            () => request("POST", "provider:end"),
            t("provider.ended"),
            reload,
          )
        }
      >
        {t("provider.end")}
      </button>
    </div>
  );
}

function Grant({ done }: { done: () => void }) {
  if (who.value?.role !== "admin")
    return <p class="note">{t("access.provider.out")}</p>;
  return (
    <GrantForm
      name="provider"
      text={t("access.provider.out")}
      action={t("access.provider.let")}
      send={(body) =>
        void attempt(
          () => request("POST", "provider:grant", body),
          t("access.provider.in"),
          done,
        )
      }
    />
  );
}
