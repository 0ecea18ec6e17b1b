// SPDX-License-Identifier: BSD-3-Clause
// One thing of the API as a signal: asked when a screen opens, again when the stream says that it may have changed,
// and again when the page is seen after it was hidden.

import { signal, type Signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { get } from "../api/http.ts";
import { heard } from "../live/store.ts";
import type { EventName } from "../live/reduce.ts";

export interface Resource<T> {
  data: T | null;
  error: unknown;
}

const AGAIN_MS = 1000;

// Watched events ask again, at most once a second; `path` null asks for nothing.
export function useResource<T>(
  path: string | null,
  watch: readonly EventName[] = [],
): { state: Signal<Resource<T>>; reload: () => void } {
  const state = useMemo(
    () => signal<Resource<T>>({ data: null, error: null }),
    [path],
  );
  const reload = useMemo(() => asker(path, state), [path, state]);
  useEffect(() => {
    void reload();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = () => {
      if (document.visibilityState === "hidden") return;
      timer ??= setTimeout(() => {
        timer = undefined;
        void reload();
      }, AGAIN_MS);
    };
    const stops = watch.map((name) => heard(name, again));
    document.addEventListener("visibilitychange", again);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", again);
      for (const stop of stops) stop();
    };
  }, [reload]);
  return { state, reload: () => void reload() };
}

function asker<T>(path: string | null, state: Signal<Resource<T>>) {
  let newest = 0;
  return async () => {
    if (path === null) return;
    const mine = ++newest;
    try {
      const data = await get<T>(path);
      if (mine === newest) state.value = { data, error: null };
    } catch (error) {
      // What was there stays on the screen beside the error.
      if (mine === newest) state.value = { data: state.peek().data, error };
    }
  };
}
