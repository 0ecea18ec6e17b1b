// SPDX-License-Identifier: BSD-3-Clause
// A window of the past as a signal, asked again while it moves on; and the choice of a window.

import { signal, type Signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { get } from "../api/http.ts";
import type { Past } from "../api/page-types.ts";
import type { Resource } from "../kit/resource.ts";
import { serverNow } from "../live/clock.ts";
import { keep } from "../shell/route.ts";
import { t } from "../text/t.ts";
import { windows, type WindowName } from "./history-model.ts";

const AGAIN_MS = 10_000;

export function pastPath(query: string, seconds: number, until: number | null): string {
  const to = until ?? serverNow();
  const text = (ms: number) => new Date(ms).toISOString();
  const end = until === null ? "" : `&to=${text(to)}`;
  return `${query}&from=${text(to - seconds * 1000)}${end}`;
}

// `until` null moves on with the clock. What was there stays until the next is.
export function usePast(
  query: string,
  seconds: number,
  until: number | null = null,
): { state: Signal<Resource<Past>>; reload: () => void } {
  const state = useMemo(
    () => signal<Resource<Past>>({ data: null, error: null }),
    [],
  );
  const asked = useMemo(() => ({ newest: 0 }), []);
  const reload = useMemo(
    () => async () => {
      const mine = ++asked.newest;
      try {
        const data = await get<Past>(pastPath(query, seconds, until));
        if (mine === asked.newest) state.value = { data, error: null };
      } catch (error) {
        if (mine === asked.newest)
          state.value = { data: state.peek().data, error };
      }
    },
    [query, seconds, until],
  );
  useEffect(() => {
    void reload();
    if (until !== null) return undefined;
    const again = () => {
      if (document.visibilityState === "visible") void reload();
    };
    const timer = setInterval(again, Math.max(AGAIN_MS, (seconds * 1000) / 300));
    document.addEventListener("visibilitychange", again);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", again);
    };
  }, [reload]);
  return { state, reload: () => void reload() };
}

export function Windows({
  chosen,
  choose = (w) => keep({ w }),
}: {
  chosen: WindowName | "";
  choose?: (name: WindowName) => void;
}) {
  return (
    <div class="segments" role="group" aria-label={t("past.window")}>
      {(Object.keys(windows) as WindowName[]).map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={chosen === name}
          onClick={() => choose(name)}
        >
          {t(`past.window.${name}`)}
        </button>
      ))}
    </div>
  );
}
