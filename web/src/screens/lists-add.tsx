// SPDX-License-Identifier: BSD-3-Clause
// A list that is added: a feed by its address, or a file on the gateway.

import { attempt } from "./access-do.ts";
import { changeLists } from "./lists-change.ts";
import { t } from "../text/t.ts";

export function AddList({
  taken,
  reload,
}: {
  taken: readonly string[];
  reload: () => void;
}) {
  return (
    <section aria-labelledby="list-new">
      <h2 id="list-new">{t("lists.new")}</h2>
      <p class="quiet">{t("lists.new.text")}</p>
      <form
        class="ask"
        onSubmit={(event) => {
          event.preventDefault();
          const form = event.currentTarget;
          const data = new FormData(form);
          const name = String(data.get("name"));
          const from = String(data.get("from")).trim();
          const entry = {
            name,
            [from.startsWith("/") ? "file" : "url"]: from,
            action: String(data.get("action")),
          };
          void attempt(
            () =>
              changeLists((lists) => [
                ...lists.filter((one) => one.name !== name),
                entry,
              ]),
            t("lists.added", { name }),
          ).then((done) => {
            if (done === null) return;
            form.reset();
            reload();
          });
        }}
      >
        <div>
          <label for="list-name">{t("lists.name")}</label>
          <input
            id="list-name"
            name="name"
            required
            maxLength={32}
            pattern="[a-z0-9\-]+"
            title={t("profiles.letters")}
            placeholder={t("lists.name.hint")}
            autocomplete="off"
            onInput={(event) => {
              const field = event.currentTarget;
              field.setCustomValidity(
                taken.includes(field.value) ? t("lists.taken") : "",
              );
            }}
          />
        </div>
        <div class="grow">
          <label for="list-from">{t("lists.from")}</label>
          <input
            id="list-from"
            name="from"
            required
            maxLength={1000}
            pattern="https?://.+|/.+"
            title={t("lists.from.hint")}
            placeholder="https://…"
            autocomplete="off"
            spellcheck={false}
          />
        </div>
        <div>
          <label for="list-action">{t("lists.does")}</label>
          <select id="list-action" name="action">
            {(["block", "allow", "none"] as const).map((one) => (
              <option key={one} value={one}>
                {t(`lists.action.${one}`)}
              </option>
            ))}
          </select>
        </div>
        <button type="submit" class="plain">
          {t("lists.add")}
        </button>
      </form>
    </section>
  );
}
