// SPDX-License-Identifier: BSD-3-Clause
// Settings: every key of the configuration with its value and where that comes from; edited, looked at, applied.

import { signal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { isAdmin } from "../kit/may.ts";
import { request } from "../api/http.ts";
import { DiffView } from "../kit/diff-view.tsx";
import { Filter } from "../kit/filter.tsx";
import { Empty, Load } from "../kit/load.tsx";
import { Page } from "../kit/page.tsx";
import type { Resource } from "../kit/resource.ts";
import { refreshPending } from "../live/pending.ts";
import { keep, route } from "../shell/route.ts";
import { toast } from "../shell/toasts.ts";
import { t } from "../text/t.ts";
import { attempt } from "./access-do.ts";
import { Backup } from "./settings-backup.tsx";
import {
  backOf,
  isSame,
  isShown,
  patchOf,
  yamlOf,
  type Edits,
  type Setting,
  type Value,
} from "./settings-model.ts";
import { SettingRow } from "./settings-row.tsx";

interface Detailed {
  items: Setting[];
  files: string[];
  error: string | null;
}

type Loaded = Detailed & { etag: string };

interface Patched {
  restart_needed: string[];
}

export function Screen() {
  const state = useMemo(
    () => signal<Resource<Loaded>>({ data: null, error: null }),
    [],
  );
  const load = async () => {
    try {
      const { body, etag = "" } = await request<Detailed>("GET", "config?detailed=1");
      state.value = { data: { ...body, etag }, error: null };
    } catch (error) {
      state.value = { data: state.peek().data, error };
    }
  };
  useEffect(() => void load(), []);
  return (
    <Page title={t("settings.title")} lead={t("settings.lead")} tools={<Tools />}>
      <Load from={state} reload={() => void load()}>
        {(config) => <Table config={config} load={load} />}
      </Load>
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
      {t(`settings.${name}`)}
    </button>
  );
}

function Table({ config, load }: { config: Loaded; load: () => Promise<void> }) {
  const edits = useSignal<Edits>(new Map());
  const { items } = config;
  const { q = "", changed, expert } = route.value.more;
  const shown = items.filter(
    (one) =>
      edits.value.has(one.key) ||
      isShown(one, q, { changed: changed === "1", expert: expert === "1" }),
  );
  const edit = (one: Setting, value: Value | undefined) => {
    const next = new Map(edits.peek());
    if (value === undefined || (value !== null && isSame(value, one.value)))
      next.delete(one.key);
    else next.set(one.key, value);
    edits.value = next;
  };
  const send = (what: Edits, etag?: string) =>
    attempt(
      () => request<Patched>("PATCH", "config", patchOf(what), etag),
      "",
    );
  const apply = async () => {
    const what = edits.peek();
    const answer = await send(what, config.etag);
    if (answer === null) return;
    edits.value = new Map();
    const { restart_needed } = answer.body;
    const back = backOf(what, items);
    toast({
      tone: "done",
      text: t("settings.applied", { n: what.size }),
      detail:
        restart_needed.length > 0
          ? t("settings.restart.for", { keys: restart_needed.join(", ") })
          : "",
      undo: () => void send(back).then(settle),
    });
    await settle();
  };
  // A default that would cut devices off is on trial: the banner asks for a word.
  const settle = async () => {
    await load();
    await refreshPending();
  };
  return (
    <>
      {config.error !== null && (
        <p class="problem card" role="alert">
          {t("settings.error")} {config.error}
        </p>
      )}
      {shown.length === 0 ? (
        <Empty icon="settings" title={t("settings.none")} text={t("settings.none.text")} />
      ) : (
        <ul class="settings card">
          {shown.map((one) => (
            <SettingRow
              key={one.key}
              setting={one}
              edit={edits.value.get(one.key)}
              change={(value) => edit(one, value)}
            />
          ))}
        </ul>
      )}
      {edits.value.size > 0 && (
        <section class="apply card" aria-labelledby="settings-diff">
          <h2 id="settings-diff">{t("diff.title")}</h2>
          <DiffView before={yamlOf(items)} after={yamlOf(items, edits.value)} />
          <p class="below">
            <button type="button" class="primary" onClick={() => void apply()}>
              {t("settings.apply", { n: edits.value.size })}
            </button>
            <button
              type="button"
              class="plain"
              onClick={() => {
                edits.value = new Map();
              }}
            >
              {t("profiles.drop")}
            </button>
          </p>
        </section>
      )}
      <details class="whole">
        <summary>{t("settings.yaml")}</summary>
        <pre class="card yaml">{yamlOf(items) || t("settings.yaml.none")}</pre>
        <p class="quiet">{t("settings.files", { files: config.files.join(", ") || "–" })}</p>
      </details>
    </>
  );
}
