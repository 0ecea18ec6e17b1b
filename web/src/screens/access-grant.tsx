// SPDX-License-Identifier: BSD-3-Clause
// What somebody from outside may see and do, with names or without, and for how long: asked, and shown.

import { useSignal } from "@preact/signals";
import { t, type Key } from "../text/t.ts";

const rights = ["devices", "flows", "act", "capture", "statistics"] as const;

export interface Grant {
  rights: readonly string[];
  names: string;
  minutes: number;
  purpose?: string;
}

export function Rights({ of }: { of: readonly string[] }) {
  return (
    <ul class="chips">
      {of.map((right) => (
        <li key={right} class="chip">
          {t(`access.right.${right}` as Key)}
        </li>
      ))}
    </ul>
  );
}

export function GrantForm(props: {
  name: string;
  text: string;
  action: string;
  send: (grant: Grant) => void;
}) {
  const { name, text, action, send } = props;
  const chosen = useSignal<readonly string[]>(["devices"]);
  const toggle = (right: string) => {
    const all = chosen.peek();
    chosen.value = all.includes(right)
      ? all.filter((one) => one !== right)
      : [...all, right];
  };
  return (
    <form
      class="rule-form card"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        const purpose = String(form.get("purpose")).trim();
        send({
          rights: chosen.peek(),
          names: String(form.get("names")),
          minutes: Number(form.get("minutes")),
          ...(purpose !== "" && { purpose }),
        });
      }}
    >
      <p>{text}</p>
      <fieldset class="rights">
        <legend>{t("access.provider.may")}</legend>
        {rights.map((right) => (
          <label key={right}>
            <input
              type="checkbox"
              checked={chosen.value.includes(right)}
              onChange={() => toggle(right)}
            />
            {t(`access.right.${right}`)}
          </label>
        ))}
      </fieldset>
      <div class="sentence">
        <div class="field">
          <label for={`${name}-names`}>{t("access.provider.names")}</label>
          <select id={`${name}-names`} name="names">
            <option value="masked">{t("access.names.masked")}</option>
            <option value="shown">{t("access.names.shown")}</option>
          </select>
        </div>
        <div class="field">
          <label for={`${name}-minutes`}>{t("access.provider.time")}</label>
          <select id={`${name}-minutes`} name="minutes">
            <option value="60">{t("access.hours", { n: 1 })}</option>
            <option value="240">{t("access.hours", { n: 4 })}</option>
            <option value="1440">{t("access.hours", { n: 24 })}</option>
          </select>
        </div>
        <div class="field">
          <label for={`${name}-purpose`}>{t("access.provider.purpose")}</label>
          <input id={`${name}-purpose`} name="purpose" maxLength={200} />
        </div>
      </div>
      <div class="word-answers">
        <button
          type="submit"
          class="primary"
          disabled={chosen.value.length === 0}
        >
          {action}
        </button>
      </div>
    </form>
  );
}
