// SPDX-License-Identifier: BSD-3-Clause
// A rule as a sentence to fill in; tried on the last ten minutes before it is made.

import { useSignal, type Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { addRule } from "../api/act.ts";
import { get, request } from "../api/http.ts";
import type { Page, Profile, Simulation } from "../api/types.ts";
import { DeviceOptions } from "../kit/device-options.tsx";
import { run } from "../shell/actions.ts";
import { explain, type Explained } from "../text/explain.ts";
import { bytes } from "../text/format.ts";
import { known, t, type Key } from "../text/t.ts";
import {
  actions,
  emptyDraft,
  needsWhat,
  objects,
  ruleOf,
  spans,
  type Draft,
} from "./rule-draft.ts";

interface State {
  draft: Signal<Draft>;
  set: (change: Partial<Draft>) => void;
}

export function RuleForm() {
  const draft = useSignal(emptyDraft);
  const tried = useSignal<Simulation | null>(null);
  const wrong = useSignal<Explained | null>(null);
  const set = (change: Partial<Draft>) => {
    draft.value = { ...draft.peek(), ...change };
    tried.value = null;
    wrong.value = null;
  };
  const simulate = async () => {
    try {
      const rule = ruleOf(draft.peek(), Date.now());
      tried.value = (
        await request<Simulation>("POST", "rules:simulate", rule)
      ).body;
      wrong.value = null;
    } catch (error) {
      tried.value = null;
      wrong.value = explain(error);
    }
  };
  const make = async () => {
    const rule = ruleOf(draft.peek(), Date.now());
    const done = await run(
      null,
      (how) => addRule(rule, how),
      t("rules.made"),
    );
    if (done) set({ what: "", minutes: "" });
  };
  return (
    <form
      class="rule-form card"
      aria-labelledby="rule-form"
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <h2 id="rule-form">{t("rules.new")}</h2>
      <Sentence draft={draft} set={set} />
      <div class="word-answers">
        <button type="submit" class="primary">
          {t("rules.make")}
        </button>
        <button type="button" class="plain" onClick={() => void simulate()}>
          {t("rules.try")}
        </button>
      </div>
      <div aria-live="polite">
        {wrong.value !== null && (
          <p class="problem">
            {wrong.value.what} {wrong.value.hint}
          </p>
        )}
        {tried.value !== null && <Tried result={tried.value} />}
      </div>
    </form>
  );
}

// Of a profile: it says whom itself, and has no end.
export function Sentence({
  draft,
  set,
  inProfile = false,
}: State & { inProfile?: boolean }) {
  const { action, object, span } = draft.value;
  return (
    <div class="sentence">
      <Choice
        name="action"
        value={action}
        options={actions}
        change={(value) => set({ action: value })}
      />
      {!inProfile && <Who draft={draft} set={set} />}
      <Choice
        name="object"
        value={object}
        options={objects}
        change={(value) => set({ object: value, what: "" })}
      />
      {needsWhat(draft.value) && (
        <Text draft={draft} set={set} field="what" required />
      )}
      {action === "limit" && (
        <>
          <Text draft={draft} set={set} field="down" />
          <Text draft={draft} set={set} field="up" />
        </>
      )}
      <Text draft={draft} set={set} field="service" />
      <Choice
        name="span"
        value={span}
        options={spans}
        change={(value) => set({ span: value })}
      />
      {span === "own" && (
        <Text draft={draft} set={set} field="schedule" required />
      )}
      {!inProfile && <Text draft={draft} set={set} field="minutes" />}
    </div>
  );
}

function Field({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={`rule-${name}`}>{t(`rules.field.${name}` as Key)}</label>
      {children}
    </div>
  );
}

function Choice<T extends string>({
  name,
  value,
  options,
  change,
}: {
  name: string;
  value: T;
  options: readonly T[];
  change: (value: T) => void;
}) {
  return (
    <Field name={name}>
      <select
        id={`rule-${name}`}
        value={value}
        onChange={(event) => {
          const chosen = options.find((one) => one === event.currentTarget.value);
          if (chosen !== undefined) change(chosen);
        }}
      >
        {options.map((one) => (
          <option key={one} value={one} selected={one === value}>
            {t(`rules.${name}.${one}` as Key)}
          </option>
        ))}
      </select>
    </Field>
  );
}

function Text({
  draft,
  set,
  field,
  required = false,
}: State & {
  field: "what" | "service" | "schedule" | "minutes" | "up" | "down";
  required?: boolean;
}) {
  const hint =
    field === "what" ? `rules.hint.${draft.value.object}` : `rules.hint.${field}`;
  const isNumber = field === "minutes" || field === "up" || field === "down";
  return (
    <Field name={field}>
      <input
        id={`rule-${field}`}
        class={isNumber ? "short" : ""}
        inputMode={isNumber ? "decimal" : "text"}
        pattern={isNumber ? "[0-9]+([.][0-9]+)?" : undefined}
        required={required}
        maxLength={253}
        autocomplete="off"
        spellcheck={false}
        placeholder={t(hint as Key)}
        value={draft.value[field]}
        onInput={(event) => set({ [field]: event.currentTarget.value })}
      />
    </Field>
  );
}

function Who({ draft, set }: State) {
  const profiles = useSignal<readonly Profile[]>([]);
  useEffect(() => {
    get<Page<Profile>>("profiles").then(
      (page) => {
        profiles.value = page.items;
      },
      () => undefined,
    );
  }, []);
  return (
    <Field name="who">
      <select
        id="rule-who"
        value={draft.value.who}
        onChange={(event) => set({ who: event.currentTarget.value })}
      >
        <option value="everyone">{t("rules.who.everyone")}</option>
        <optgroup label={t("rules.who.devices")}>
          <DeviceOptions />
        </optgroup>
        <optgroup label={t("rules.who.profiles")}>
          {profiles.value.map(({ name }) => (
            <option key={name} value={`profile ${name}`}>
              {name}
            </option>
          ))}
        </optgroup>
      </select>
    </Field>
  );
}

function Tried({ result }: { result: Simulation }) {
  const { stopped, let_pass, flows, items } = result;
  return (
    <div class="tried">
      <p>
        {stopped + let_pass === 0
          ? t("rules.tried.none", { flows })
          : t(stopped > 0 ? "rules.tried.stopped" : "rules.tried.passed", {
              n: stopped > 0 ? stopped : let_pass,
              flows,
            })}
      </p>
      {items.length > 0 && (
        <ul>
          {items.slice(0, 8).map((one) => (
            <li key={`${one.device.id}~${one.destination.id}`}>
              {t("drawer.pair", {
                device: one.device.name,
                destination: one.destination.name,
              })}{" "}
              <span class="quiet">
                {bytes(one.bytes)} ·{" "}
                {one.verdict_then === "drop"
                  ? known("reason", one.reason)
                  : t("flows.passed")}
              </span>
            </li>
          ))}
        </ul>
      )}
      {items.length > 8 && (
        <p class="quiet">{t("fact.more", { n: items.length - 8 })}</p>
      )}
    </div>
  );
}
