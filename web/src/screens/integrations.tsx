// SPDX-License-Identifier: BSD-3-Clause
// Integrations: the ways to other programs, how they do, a test of each, how to use it, and its settings.

import { useSignal } from "@preact/signals";
import { request } from "../api/http.ts";
import type { Page as Paged, Time } from "../api/types.ts";
import { useAgain } from "../kit/again.ts";
import { CopyLine } from "../kit/copy.tsx";
import { Load } from "../kit/load.tsx";
import { isAdmin } from "../kit/may.ts";
import { Page } from "../kit/page.tsx";
import { useResource } from "../kit/resource.ts";
import { now } from "../live/clock.ts";
import { Icon } from "../shell/icons.tsx";
import { formatRoute, to } from "../shell/route.ts";
import { ago } from "../text/format.ts";
import { t } from "../text/t.ts";
import { attempt } from "./access-do.ts";
import { Deliveries, ListsLine } from "./integrations-more.tsx";
import { snippetOf } from "./integrations-model.ts";
import { SettingsEditor } from "./settings-editor.tsx";
import { isShown, type Setting } from "./settings-model.ts";

export interface Integration {
  name: string;
  title: string;
  enabled: boolean;
  state: "off" | "connecting" | "ok" | "failed";
  where: string | null;
  message: string | null;
  last_contact: Time | null;
  sent: number;
  waiting: number;
  lost: number;
  can_test: boolean;
}

const tones = { off: "", connecting: "tone-dns", ok: "tone-recent", failed: "tone-blocked" };

export function Screen() {
  const { state, reload } = useResource<Paged<Integration>>("integrations");
  useAgain(true, reload);
  return (
    <Page lead={t("integrations.lead")}>
      <Load from={state} reload={reload}>
        {({ items }) => (
          <ul class="rule-cards card">
            {items.map((one) => (
              <Row key={one.name} one={one} reload={reload} />
            ))}
          </ul>
        )}
      </Load>
      {isAdmin.value && <Deliveries />}
      <ListsLine />
    </Page>
  );
}

function Row({ one, reload }: { one: Integration; reload: () => void }) {
  const { name, title, state, message } = one;
  const words = [
    one.where ?? "",
    one.last_contact === null
      ? ""
      : t("integrations.contact", { time: ago(one.last_contact, now.value) }),
    t("integrations.sent", { n: one.sent }),
    one.waiting > 0 ? t("integrations.waiting", { n: one.waiting }) : "",
    one.lost > 0 ? t("captures.lost", { n: one.lost }) : "",
  ];
  return (
    <li>
      <span class="rule-icon">
        <Icon name={state === "failed" ? "warn" : "plug"} />
      </span>
      <div class="rule-text">
        <span>
          <strong>{title}</strong>{" "}
          <span class={`chip ${tones[state]}`}>{t(`integrations.state.${state}`)}</span>
        </span>
        {state !== "off" && (
          <span class="quiet far">{words.filter((word) => word !== "").join(" · ")}</span>
        )}
        {message !== null && <span class="problem">{message}</span>}
      </div>
      {isAdmin.value && one.can_test && state !== "off" && (
        <TestButton
          name={title}
          path={`integrations/${encodeURIComponent(name)}:test`}
          reload={reload}
        />
      )}
      <Use one={one} reload={reload} />
    </li>
  );
}

export function TestButton({
  name,
  path,
  body,
  reload,
}: {
  name: string;
  path: string;
  body?: unknown;
  reload: () => void;
}) {
  const busy = useSignal(false);
  return (
    <button
      type="button"
      class="plain"
      disabled={busy.value}
      aria-label={t("action.of", { action: t("integrations.test"), name })}
      onClick={async () => {
        busy.value = true;
        await attempt(
          () => request("POST", path, body),
          t("integrations.tested", { name }),
        );
        busy.value = false;
        reload();
      }}
    >
      {t("integrations.test")}
    </button>
  );
}

// The usual ones; the others stand under Settings.
function isOf({ name }: Integration, setting: Setting): boolean {
  return (
    setting.key.startsWith(`${name}.`) &&
    isShown(setting, "", { changed: false, expert: false })
  );
}

// The settings are asked for when they are opened.
function Use({ one, reload }: { one: Integration; reload: () => void }) {
  const open = useSignal(false);
  const snippet = snippetOf(one.name, location.origin);
  return (
    <details
      class="whole"
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary>{t("integrations.use", { name: one.title })}</summary>
      {open.value && (
        <>
          {snippet !== null && <CopyLine text={snippet} />}
          {isAdmin.value && (
            <>
              <SettingsEditor
                shows={(key) => isOf(one, key)}
                after={reload}
              />
              <p class="quiet">
                <a href={formatRoute({ ...to("settings"), more: { q: one.name, expert: "1" } })}>
                  {t("integrations.all")}
                </a>
              </p>
            </>
          )}
        </>
      )}
    </details>
  );
}

