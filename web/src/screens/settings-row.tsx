// SPDX-License-Identifier: BSD-3-Clause
// One key: what it is, its value in a field of its kind, where that comes from, and what a change needs.

import { useSignal } from "@preact/signals";
import { t } from "../text/t.ts";
import {
  asText,
  fromText,
  isLines,
  isSame,
  type Setting,
  type Value,
} from "./settings-model.ts";

interface Part {
  setting: Setting;
  // Undefined: not edited; null: given back to the files.
  edit: Value | undefined;
  change: (value: Value | undefined) => void;
}

export function SettingRow({ setting, edit, change }: Part) {
  const { key, source } = setting;
  const id = `set-${key}`;
  return (
    <li class={edit === undefined ? "" : "edited"}>
      <div class="rule-text">
        <label for={id}>
          <code>{key}</code>
        </label>
        <span>{setting.description}</span>
        <span class="quiet">
          {sourceText(setting)}
          {setting.modified && !setting.secret && (
            <> · {t("settings.default", { value: brief(setting.default) })}</>
          )}
          {setting.restart_needed && <> · {t("settings.restart")}</>}
        </span>
        {setting.pending && (
          <span>
            <span class="chip tone-older">{t("settings.pending")}</span>
          </span>
        )}
      </div>
      <div class="setting-field">
        {setting.writable && source.layer !== "option" ? (
          <Field setting={setting} edit={edit} change={change} />
        ) : (
          <output id={id}>
            {setting.secret ? t("settings.secret") : brief(setting.value)}
          </output>
        )}
        {source.layer === "api" && setting.writable && edit === undefined && (
          <button type="button" class="plain" onClick={() => change(null)}>
            {t("settings.back")}
            <span class="unseen"> {key}</span>
          </button>
        )}
        {edit !== undefined && (
          <button type="button" class="plain" onClick={() => change(undefined)}>
            {t("action.undo")}
            <span class="unseen"> {key}</span>
          </button>
        )}
      </div>
    </li>
  );
}

function sourceText({ source, writable }: Setting): string {
  const { layer, where, line } = source;
  const place = line === null ? (where ?? "") : `${where}:${line}`;
  const from = t(`settings.from.${layer}`, { where: place });
  return writable ? from : `${from} · ${t("settings.local")}`;
}

function brief(value: Value): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return "–";
  if (typeof value === "boolean") return t(value ? "settings.on" : "settings.off");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function Field({ setting, edit, change }: Part) {
  const { key, type, allowed } = setting;
  const id = `set-${key}`;
  const value = edit === undefined || edit === null ? setting.value : edit;
  const wrong = useSignal(false);
  if (type === "boolean")
    return (
      <input
        id={id}
        type="checkbox"
        checked={value === true}
        onChange={(event) => change(event.currentTarget.checked)}
      />
    );
  if (type === "word" && Array.isArray(allowed))
    return (
      <select
        id={id}
        value={String(value)}
        onChange={(event) => change(event.currentTarget.value)}
      >
        {allowed.map((word: string) => (
          <option key={word} value={word} selected={word === value}>
            {word}
          </option>
        ))}
      </select>
    );
  const write = (text: string) => {
    const next = fromText(setting, text);
    wrong.value = next === undefined;
    if (next !== undefined)
      change(isSame(next, setting.value) ? undefined : next);
  };
  const hint = typeof allowed === "string" ? allowed : "";
  const shared = {
    id,
    value: asText(setting, value),
    spellcheck: false,
    "aria-invalid": wrong.value,
    "aria-describedby": `${id}-hint`,
  };
  return (
    <>
      {type === "list" || type === "object" ? (
        <textarea
          {...shared}
          class={isLines(setting) ? "" : "yaml"}
          rows={Math.min(10, asText(setting, value).split("\n").length + 1)}
          onChange={(event) => write(event.currentTarget.value)}
        />
      ) : (
        <input
          {...shared}
          type={(setting.secret ? "password" : "text") as "text"}
          autocomplete={setting.secret ? "new-password" : "off"}
          placeholder={setting.secret ? t("settings.secret") : ""}
          inputMode={type === "number" ? "numeric" : "text"}
          onChange={(event) => write(event.currentTarget.value)}
        />
      )}
      <span id={`${id}-hint`} class={wrong.value ? "problem" : "quiet"}>
        {wrong.value
          ? t(type === "number" ? "settings.number" : "settings.json")
          : isLines(setting)
            ? t("settings.lines", { hint })
            : hint}
      </span>
    </>
  );
}
