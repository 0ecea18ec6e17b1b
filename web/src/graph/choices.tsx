// SPDX-License-Identifier: BSD-3-Clause
// What is shown: how far back, how destinations are put together, of which device, kind and verdict.

import {
  choice,
  choose,
  GROUPS,
  VERDICTS,
  WINDOW_S,
  WINDOWS,
  type Choice,
} from "../live/choice.ts";
import { devices } from "../live/store.ts";
import { Icon } from "../shell/icons.tsx";
import { known, t } from "../text/t.ts";
import { picking, unpick } from "./pick.ts";

export function Screen() {
  const { window, group, device, kind, verdict, ignored } = choice.value;
  const all = [...devices.value.values()];
  const kinds = [...new Set(all.map((one) => one.kind.value))];
  const filtered = device !== null || kind !== null || verdict !== null;
  return (
    <div class="chooser" role="group" aria-label={t("choice.label")}>
      <Pick
        label={t("traffic.span")}
        value={String(window)}
        usual={String(WINDOW_S)}
        options={WINDOWS.map((one) => [String(one), t(`window.${one}`)])}
        set={(text) => ({ window: Number(text) })}
      />
      <Pick
        label={t("choice.group")}
        value={group}
        options={GROUPS.map((one) => [one, t(`group.${one}`)])}
        set={(text) => ({ group: text as Choice["group"] })}
      />
      <Pick
        label={t("choice.device")}
        value={device ?? ""}
        options={[
          ["", t("choice.device.all")],
          ...byWord(all.map((one) => [one.id, one.name])),
        ]}
        set={(text) => ({ device: text || null })}
      />
      <Pick
        label={t("choice.kind")}
        value={kind ?? ""}
        options={[
          ["", t("choice.kind.all")],
          ...byWord(kinds.map((one) => [one, known("sort", one)])),
        ]}
        set={(text) => ({ kind: text || null })}
      />
      <Pick
        label={t("choice.verdict")}
        value={verdict ?? ""}
        options={[
          ["", t("choice.verdict.all")],
          ...VERDICTS.map((one): Option => [one, t(`choice.verdict.${one}`)]),
        ]}
        set={(text) => ({ verdict: (text || null) as Choice["verdict"] })}
      />
      <button
        type="button"
        class="switch"
        role="switch"
        aria-checked={ignored}
        onClick={() => choose({ ignored: !ignored })}
      >
        <span class="switch-track" aria-hidden="true" />
        {t("view.ignored")}
      </button>
      <button
        type="button"
        class="plain pick-mode"
        aria-pressed={picking.value}
        onClick={() => {
          if (picking.peek()) unpick();
          else picking.value = true;
        }}
      >
        <Icon name="allowed" />
        {t("pick.mode")}
      </button>
      {filtered && (
        <button
          type="button"
          class="link-button"
          onClick={() => choose({ device: null, kind: null, verdict: null })}
        >
          {t("choice.clear")}
        </button>
      )}
    </div>
  );
}

type Option = [value: string, word: string];

function byWord(options: Option[]): Option[] {
  return options.sort(([, a], [, b]) => a.localeCompare(b));
}

function Pick(props: {
  label: string;
  value: string;
  // Without it the first is; another stands out.
  usual?: string;
  options: readonly Option[];
  set: (value: string) => Partial<Choice>;
}) {
  const { label, value, options, set } = props;
  const { usual = options[0]?.[0] } = props;
  // What the address names and nobody has any more is shown as it is.
  const all = options.some(([one]) => one === value)
    ? options
    : [...options, [value, value] as Option];
  return (
    <select
      class={value === usual ? "choice" : "choice on"}
      aria-label={label}
      title={label}
      value={value}
      onChange={(event) => choose(set(event.currentTarget.value))}
    >
      {all.map(([one, word]) => (
        <option key={one} value={one} selected={one === value}>
          {word}
        </option>
      ))}
    </select>
  );
}
