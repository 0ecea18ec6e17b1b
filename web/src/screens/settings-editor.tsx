// SPDX-License-Identifier: BSD-3-Clause
// Some keys of the configuration, or all: edited together, looked at as a difference, applied at once.

import { signal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { request } from "../api/http.ts";
import { DiffView } from "../kit/diff-view.tsx";
import { Empty, Load } from "../kit/load.tsx";
import type { Resource } from "../kit/resource.ts";
import { refreshPending } from "../live/pending.ts";
import { toast } from "../shell/toasts.ts";
import { t } from "../text/t.ts";
import { attempt } from "./access-do.ts";
import {
  backOf,
  isSame,
  patchOf,
  yamlOf,
  type Edits,
  type Setting,
  type Value,
} from "./settings-model.ts";
import { SettingRow } from "./settings-row.tsx";

interface Loaded {
  items: Setting[];
  files: string[];
  error: string | null;
  etag: string;
}

interface Patched {
  restart_needed: string[];
}

interface Part {
  shows: (one: Setting) => boolean;
  // Of a part nobody asks for the whole text; and who keeps something of it is told when it changed.
  whole?: boolean;
  after?: () => void;
}

export function SettingsEditor(part: Part) {
  const state = useMemo(
    () => signal<Resource<Loaded>>({ data: null, error: null }),
    [],
  );
  const load = async () => {
    try {
      const { body, etag = "" } = await request<Loaded>("GET", "config?detailed=1");
      state.value = { data: { ...body, etag }, error: null };
    } catch (error) {
      state.value = { data: state.peek().data, error };
    }
  };
  useEffect(() => void load(), []);
  return (
    <Load from={state} reload={() => void load()}>
      {(config) => <Table config={config} load={load} {...part} />}
    </Load>
  );
}

function Table({
  config,
  load,
  shows,
  whole = false,
  after,
}: Part & { config: Loaded; load: () => Promise<void> }) {
  const edits = useSignal<Edits>(new Map());
  const { items } = config;
  // What can be changed here stands first.
  const shown = items
    .filter((one) => edits.value.has(one.key) || shows(one))
    .sort((a, b) => Number(b.writable) - Number(a.writable));
  const edit = (one: Setting, value: Value | undefined) => {
    const next = new Map(edits.peek());
    if (value === undefined || (value !== null && isSame(value, one.value)))
      next.delete(one.key);
    else next.set(one.key, value);
    edits.value = next;
  };
  const send = (what: Edits, etag?: string) =>
    attempt(() => request<Patched>("PATCH", "config", patchOf(what), etag), "");
  // A default that would cut devices off is on trial: the banner asks for a word.
  const settle = async () => {
    await load();
    await refreshPending();
    after?.();
  };
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
  return (
    <>
      {config.error !== null && (
        <p class="problem card" role="alert">
          {t("settings.error")} {config.error}
        </p>
      )}
      {shown.length === 0 ? (
        whole && <Empty icon="settings" title={t("settings.none")} text={t("settings.none.text")} />
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
        <section class="apply card" aria-label={t("diff.title")}>
          <h2>{t("diff.title")}</h2>
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
      {whole && (
        <details class="whole">
          <summary>{t("settings.yaml")}</summary>
          <pre class="card yaml">{yamlOf(items) || t("settings.yaml.none")}</pre>
          <p class="quiet">
            {t("settings.files", { files: config.files.join(", ") || "–" })}
          </p>
        </details>
      )}
    </>
  );
}
