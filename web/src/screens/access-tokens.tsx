// SPDX-License-Identifier: BSD-3-Clause
// Tokens for programs: the secret is shown once, with the line that uses it.

import { useSignal } from "@preact/signals";
import { base, request } from "../api/http.ts";
import { CopyLine } from "../kit/copy.tsx";
import { Load } from "../kit/load.tsx";
import { useResource } from "../kit/resource.ts";
import { now } from "../live/clock.ts";
import { Icon } from "../shell/icons.tsx";
import { ago, moment } from "../text/format.ts";
import { t } from "../text/t.ts";
import { attempt, roleName } from "./access-do.ts";

interface Token {
  id: string;
  name: string;
  role: string;
  expires: string | null;
  last_used: string | null;
}

const roles = ["viewer", "user", "admin", "metrics", "provider"] as const;

export function TokensCard() {
  const { state, reload } = useResource<{ items: Token[] }>("tokens", [
    "audit",
  ]);
  const secret = useSignal<string | null>(null);
  return (
    <section aria-labelledby="access-tokens">
      <h2 id="access-tokens">{t("access.tokens")}</h2>
      <Load from={state} reload={reload}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="note">{t("access.tokens.none")}</p>
          ) : (
            <ul class="rule-cards card">
              {items.map((one) => (
                <TokenRow key={one.id} token={one} reload={reload} />
              ))}
            </ul>
          )
        }
      </Load>
      {secret.value !== null && (
        <div class="card secret" role="status">
          <p>{t("access.secret")}</p>
          <code>{secret.value}</code>
          <p class="quiet">{t("access.secret.use")}</p>
          <CopyLine
            text={`curl -H "Authorization: Bearer ${secret.value}" ${location.origin}${base}/devices`}
          />
        </div>
      )}
      <NewToken
        made={(one) => {
          secret.value = one;
          reload();
        }}
      />
    </section>
  );
}

function TokenRow({ token, reload }: { token: Token; reload: () => void }) {
  return (
    <li>
      <span class="rule-icon">
        <Icon name="lock" />
      </span>
      <span class="rule-text">
        <span>{token.name}</span>
        <span class="quiet">
          {roleName(token.role)} ·{" "}
          {token.expires === null
            ? t("access.forever")
            : t("rules.until", { time: moment(token.expires) })}{" "}
          ·{" "}
          {token.last_used === null
            ? t("access.never")
            : t("access.used", { time: ago(token.last_used, now.value) })}
        </span>
      </span>
      <button
        type="button"
        class="plain"
        aria-label={t("action.of", {
          action: t("access.revoke"),
          name: token.name,
        })}
        onClick={() =>
          void attempt(
            () => request("DELETE", `tokens/${token.id}`),
            t("access.removed", { name: token.name }),
            reload,
          )
        }
      >
        {t("access.revoke")}
      </button>
    </li>
  );
}

function NewToken({ made }: { made: (secret: string) => void }) {
  return (
    <form
      class="ask"
      onSubmit={(event) => {
        event.preventDefault();
        const form = event.currentTarget;
        const { name, role } = Object.fromEntries(new FormData(form));
        void attempt(
          () => request<{ secret: string }>("POST", "tokens", { name, role }),
          "",
        ).then((answer) => {
          if (answer === null) return;
          form.reset();
          made(answer.body.secret);
        });
      }}
    >
      <div>
        <label for="token-name">{t("access.token.name")}</label>
        <input
          id="token-name"
          name="name"
          required
          maxLength={32}
          pattern="[A-Za-z][A-Za-z0-9._@\-]*"
          title={t("access.token.letters")}
          autocomplete="off"
        />
      </div>
      <div>
        <label for="token-role">{t("access.role")}</label>
        <select id="token-role" name="role">
          {roles.map((role) => (
            <option key={role} value={role}>
              {roleName(role)}
            </option>
          ))}
        </select>
      </div>
      <button type="submit" class="plain">
        {t("access.token.make")}
      </button>
    </form>
  );
}
