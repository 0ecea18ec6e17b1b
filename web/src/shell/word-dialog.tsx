// SPDX-License-Identifier: BSD-3-Clause
// The question before a change that can cut people off. The safe answer stands first and is chosen.

import { useEffect, useRef } from "preact/hooks";
import type { How } from "../api/act.ts";
import { t } from "../text/t.ts";
import { question, TRIAL_S } from "./word.ts";

export function WordDialog() {
  const asked = question.value;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (asked !== null) dialog.current?.showModal();
  }, [asked]);
  if (asked === null) return null;
  const say = (how: How | null) => () => asked.answer(how);
  return (
    <dialog
      ref={dialog}
      class="word"
      aria-labelledby="word-title"
      aria-describedby="word-text"
      onCancel={say(null)}
    >
      <h2 id="word-title">{t("word.title")}</h2>
      <p id="word-text">{asked.text}</p>
      <p class="quiet">{t("word.help", { n: TRIAL_S })}</p>
      <div class="word-answers">
        <button
          type="button"
          class="primary"
          autofocus
          onClick={say(`?confirm_within=${TRIAL_S}`)}
        >
          {t("word.trial", { n: TRIAL_S })}
        </button>
        <button type="button" class="plain" onClick={say("?confirm=true")}>
          {t("word.good")}
        </button>
        <button type="button" class="plain" onClick={say(null)}>
          {t("action.cancel")}
        </button>
      </div>
    </dialog>
  );
}
