// SPDX-License-Identifier: BSD-3-Clause
// What is on trial, with the seconds that are left: keep it, or take it back now.

import { useEffect, useState } from "preact/hooks";
import { keepChange, takeBackChange } from "../api/act.ts";
import type { Change } from "../api/types.ts";
import { serverNow } from "../live/clock.ts";
import { pending, refreshPending } from "../live/pending.ts";
import { refreshGraph } from "../live/store.ts";
import { t } from "../text/t.ts";
import { Icon } from "./icons.tsx";
import { refuse, toast } from "./toasts.ts";

export function PendingBanners() {
  return (
    <>
      {pending.value.map((change) => (
        <PendingBanner key={change.id} change={change} />
      ))}
    </>
  );
}

function PendingBanner({ change }: { change: Change }) {
  const [left, setLeft] = useState(() => secondsLeft(change));
  useEffect(() => {
    const timer = setInterval(() => {
      setLeft(secondsLeft(change));
      if (secondsLeft(change) === 0) void refreshPending();
    }, 1000);
    return () => clearInterval(timer);
  }, [change.id]);
  return (
    <p class="banner banner-warn">
      <Icon name="warn" />
      <span>
        {t("word.pending", { sentence: change.sentence })}{" "}
        <span aria-live="off">
          {left === 0 ? t("word.over") : t("word.left", { n: left })}
        </span>
      </span>
      <button
        type="button"
        class="primary"
        onClick={() => void say(keepChange(change.id), t("word.kept"))}
      >
        {t("word.keep")}
      </button>
      <button
        type="button"
        class="plain"
        onClick={() => void say(takeBackChange(change.id), t("did.undo"))}
      >
        {t("word.back")}
      </button>
    </p>
  );
}

function secondsLeft(change: Change): number {
  const end = Date.parse(change.confirm_until ?? "");
  return Math.max(0, Math.round((end - serverNow()) / 1000) || 0);
}

async function say(asked: Promise<unknown>, said: string): Promise<void> {
  try {
    await asked;
    toast({ tone: "done", text: said });
  } catch (error) {
    refuse(error);
  }
  await refreshPending();
  refreshGraph();
}
