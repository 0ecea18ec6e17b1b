// SPDX-License-Identifier: BSD-3-Clause
// The accounts: who has one, with which role; a new one, another role, and the end of one.

import { request } from "../api/http.ts";
import { Load } from "../kit/load.tsx";
import { useResource } from "../kit/resource.ts";
import { now } from "../live/clock.ts";
import { Icon } from "../shell/icons.tsx";
import { ago } from "../text/format.ts";
import { t } from "../text/t.ts";
import { attempt, roleName } from "./access-do.ts";

interface User {
  id: string;
  name: string;
  role: string;
  disabled: boolean;
  totp: boolean;
  last_used: string | null;
}

const roles = ["viewer", "user", "admin"] as const;

export function UsersCard() {
  const { state, reload } = useResource<{ items: User[] }>("users", ["audit"]);
  return (
    <section aria-labelledby="access-users">
      <h2 id="access-users">{t("access.users")}</h2>
      <Load from={state} reload={reload}>
        {({ items }) => (
          <ul class="rule-cards card">
            {items.map((one) => (
              <UserRow key={one.id} user={one} reload={reload} />
            ))}
          </ul>
        )}
      </Load>
      <NewUser reload={reload} />
    </section>
  );
}

function UserRow({ user, reload }: { user: User; reload: () => void }) {
  return (
    <li class={user.disabled ? "off" : ""}>
      <span class="rule-icon">
        <Icon name="watch" />
      </span>
      <span class="rule-text">
        <span>{user.name}</span>
        <span class="quiet">
          {user.last_used === null
            ? t("access.never")
            : t("access.used", { time: ago(user.last_used, now.value) })}
          {user.totp && <> · {t("access.totp")}</>}
        </span>
      </span>
      <select
        class="small-select"
        aria-label={t("access.role.of", { name: user.name })}
        value={user.role}
        onChange={(event) =>
          void attempt(
            () =>
              request("PATCH", `users/${user.id}`, {
                role: event.currentTarget.value,
              }),
            t("access.changed", { name: user.name }),
            reload,
          ).then(reload)
        }
      >
        {[...new Set([...roles, user.role])].map((role) => (
          <option key={role} value={role} selected={role === user.role}>
            {roleName(role)}
          </option>
        ))}
      </select>
      <button
        type="button"
        class="plain"
        aria-label={t("action.of", {
          action: t("action.remove"),
          name: user.name,
        })}
        onClick={() =>
          void attempt(
            () => request("DELETE", `users/${user.id}`),
            t("access.removed", { name: user.name }),
            reload,
          )
        }
      >
        <Icon name="remove" />
        <span>{t("action.remove")}</span>
      </button>
    </li>
  );
}

function NewUser({ reload }: { reload: () => void }) {
  return (
    <form
      class="ask"
      onSubmit={(event) => {
        event.preventDefault();
        const form = event.currentTarget;
        const body = Object.fromEntries(new FormData(form));
        void attempt(
          () => request("POST", "users", body),
          t("access.made", { name: String(body["name"]) }),
          () => {
            form.reset();
            reload();
          },
        );
      }}
    >
      <div>
        <label for="user-name">{t("rename.label")}</label>
        <input
          id="user-name"
          name="name"
          required
          maxLength={32}
          autocomplete="off"
        />
      </div>
      <div>
        <label for="user-password">{t("access.password")}</label>
        <input
          id="user-password"
          name="password"
          type="password"
          required
          minLength={10}
          maxLength={128}
          autocomplete="new-password"
        />
      </div>
      <div>
        <label for="user-role">{t("access.role")}</label>
        <select id="user-role" name="role">
          {roles.map((role) => (
            <option key={role} value={role} selected={role === "user"}>
              {roleName(role)}
            </option>
          ))}
        </select>
      </div>
      <button type="submit" class="plain">
        {t("access.add")}
      </button>
    </form>
  );
}
