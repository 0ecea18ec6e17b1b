// SPDX-License-Identifier: BSD-3-Clause
// Helpdesks: a code that lets one in once, shown once; who has one or is in, and the end of it.

import { useSignal } from "@preact/signals";
import { helps, refreshConsent, type Help } from "../access/provider.ts";
import { who } from "../access/session.ts";
import { request } from "../api/http.ts";
import { CopyLine } from "../kit/copy.tsx";
import { Icon } from "../shell/icons.tsx";
import { letOut } from "../shell/provider-banner.tsx";
import { moment } from "../text/format.ts";
import { t, type Key } from "../text/t.ts";
import { attempt } from "./access-do.ts";
import { GrantForm } from "./access-grant.tsx";

export function HelpCard() {
  const code = useSignal<string | null>(null);
  const acts = who.value?.role !== "viewer";
  return (
    <section aria-labelledby="access-help">
      <h2 id="access-help">{t("desk.title")}</h2>
      {helps.value.length > 0 && (
        <ul class="rule-cards card">
          {helps.value.map((help) => (
            <Row key={help.id} help={help} acts={acts} />
          ))}
        </ul>
      )}
      {code.value !== null && helps.value.some(({ used }) => !used) && (
        <div class="card secret" role="status">
          <p>{t("desk.code")}</p>
          <code>{code.value}</code>
          <CopyLine text={`${location.origin}/#code=${code.value}`} />
        </div>
      )}
      {acts && (
        <GrantForm
          name="help"
          text={t("desk.lead")}
          action={t("desk.make")}
          send={(grant) =>
            void attempt(
              () => request<{ code: string }>("POST", "help-codes", grant),
              "",
              () => void refreshConsent(),
            ).then((answer) => {
              code.value = answer?.body.code ?? null;
            })
          }
        />
      )}
    </section>
  );
}

function Row({ help, acts }: { help: Help; acts: boolean }) {
  const { id, used, until, code_until: ends, rights, names, purpose } = help;
  const time = moment((used ? until : ends) ?? "");
  return (
    <li>
      <span class="rule-icon">
        <Icon name="eye" />
      </span>
      <div class="rule-text">
        <span>
          <strong>{t("desk.name")}</strong> {t(used ? "desk.is" : "desk.has", { time })}
        </span>
        <span class="quiet">
          {rights.map((right) => t(`access.right.${right}` as Key)).join(" · ")}
        </span>
        <span class="quiet">
          {t(`access.names.${names}`)} {purpose}
        </span>
      </div>
      {acts && (
        <button type="button" class="plain" onClick={() => void letOut(id)}>
          {t("provider.end")}
        </button>
      )}
    </li>
  );
}
