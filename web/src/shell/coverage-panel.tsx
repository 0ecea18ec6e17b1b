// SPDX-License-Identifier: BSD-3-Clause
// What is not seen, thing by thing: what it means and what can be done.

import { useEffect, useRef } from "preact/hooks";
import { DeviceLink } from "../kit/device.tsx";
import type { Gap } from "../live/coverage.ts";
import { devices } from "../live/store.ts";
import { t, type Key } from "../text/t.ts";
import { coverageOpen, current } from "./coverage.tsx";

export function Screen() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => {
    coverageOpen.value = false;
  };
  const list = current();
  return (
    <dialog
      ref={dialog}
      class="word coverage-panel"
      aria-labelledby="coverage-title"
      onCancel={close}
      onClick={(event) => {
        // A press on a device opens it beside, and one outside closes.
        const at = event.target as Element;
        if (at === dialog.current || at.closest("a")) close();
      }}
    >
      <h2 id="coverage-title">{t("coverage.title")}</h2>
      <p>{t(list.length === 0 ? "coverage.none" : "coverage.lead")}</p>
      <ul>
        {list.map((gap) => (
          <li key={gap.kind}>
            <h3>{t(`gap.${gap.kind}` as Key, { n: gap.n })}</h3>
            <Names gap={gap} />
            <p>{t(`gap.${gap.kind}.help` as Key)}</p>
          </li>
        ))}
      </ul>
      <p class="quiet">{t("coverage.never")}</p>
      <div class="word-answers">
        <button type="button" class="primary" autofocus onClick={close}>
          {t("action.close")}
        </button>
      </div>
    </dialog>
  );
}

function Names({ gap }: { gap: Gap }) {
  if (gap.names.length === 0) return null;
  return (
    <p class="gap-names">
      {gap.names.map((name) => {
        const device = devices.value.get(name);
        return device === undefined ? (
          <strong key={name}>{name}</strong>
        ) : (
          <DeviceLink key={name} device={device} />
        );
      })}
    </p>
  );
}
