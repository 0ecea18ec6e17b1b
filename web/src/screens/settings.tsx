// SPDX-License-Identifier: BSD-3-Clause
// Settings: every key of the configuration with its value and where that comes from; backup and restore.

import { Filter } from "../kit/filter.tsx";
import { isAdmin } from "../kit/may.ts";
import { Page } from "../kit/page.tsx";
import { keep, route } from "../shell/route.ts";
import { t } from "../text/t.ts";
import { Backup } from "./settings-backup.tsx";
import { SettingsEditor } from "./settings-editor.tsx";
import { isShown } from "./settings-model.ts";

export function Screen() {
  const { q = "", changed, expert } = route.value.more;
  const switches = { changed: changed === "1", expert: expert === "1" };
  return (
    <Page lead={t("settings.lead")} tools={<Tools />}>
      <SettingsEditor whole shows={(one) => isShown(one, q, switches)} />
      {isAdmin.value && <Backup />}
    </Page>
  );
}

function Tools() {
  const { q = "" } = route.value.more;
  return (
    <>
      <Filter label={t("settings.find")} value={q} change={(text) => keep({ q: text })} />
      <Switch name="changed" />
      <Switch name="expert" />
    </>
  );
}

function Switch({ name }: { name: "changed" | "expert" }) {
  const on = route.value.more[name] === "1";
  return (
    <button
      type="button"
      class="switch"
      role="switch"
      aria-checked={on}
      onClick={() => keep({ [name]: on ? "" : "1" })}
    >
      <span class="switch-track" aria-hidden="true" />
      {t(`settings.only.${name}`)}
    </button>
  );
}
