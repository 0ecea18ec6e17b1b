// SPDX-License-Identifier: BSD-3-Clause
// The messages at the bottom.

import { t } from "../text/t.ts";
import { Icon } from "./icons.tsx";
import { dismiss, hold, toasts, wait, type Shown } from "./toasts.ts";

export function ToastStack() {
  return (
    <section class="toasts" aria-label={t("toast.label")}>
      {toasts.value.map((shown) => (
        <ToastView key={shown.id} shown={shown} />
      ))}
    </section>
  );
}

function ToastView({ shown }: { shown: Shown }) {
  const { id, tone, text, detail, undo, choice } = shown;
  const resume = () => {
    if (choice === undefined) wait(id);
  };
  const take = (act: () => void) => () => {
    dismiss(id);
    act();
  };
  return (
    <div
      class={`toast toast-${tone}`}
      onPointerEnter={() => hold(id)}
      onPointerLeave={resume}
      onFocusIn={() => hold(id)}
      onFocusOut={resume}
    >
      <Icon
        name={
          tone === "done" ? "allowed" : tone === "question" ? "help" : "warn"
        }
      />
      <div class="toast-text">
        <p>{text}</p>
        {detail && <p class="quiet">{detail}</p>}
      </div>
      {undo && (
        <button type="button" class="primary" onClick={take(undo)}>
          {t("action.undo")}
        </button>
      )}
      {choice !== undefined && (
        <>
          <button type="button" class="primary" onClick={take(choice.act)}>
            {choice.yes}
          </button>
          <button type="button" class="plain" onClick={() => dismiss(id)}>
            {choice.no}
          </button>
        </>
      )}
      {choice === undefined && (
        <button
          type="button"
          class="icon-button"
          aria-label={t("action.close")}
          onClick={() => dismiss(id)}
        >
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}
