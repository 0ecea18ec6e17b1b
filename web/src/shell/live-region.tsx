// SPDX-License-Identifier: BSD-3-Clause
// The one place on the page that is read out by itself.

import { effect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Notice } from "../api/types.ts";
import { dataplane, heard, link } from "../live/store.ts";
import { noticeWords } from "../text/about.ts";
import { t } from "../text/t.ts";
import { say, spoken, unspoken } from "./say.ts";

interface Told {
  items?: Notice[];
}

export function LiveRegion() {
  useEffect(() => {
    const stops = [
      // New devices, and whatever else asks for a person.
      heard("notification", (data) => {
        for (const one of (data as Told | undefined)?.items ?? [])
          if (one.outcome === "open" && one.count === 1)
            say(one.severity === "info" ? "news" : "alert", noticeWords(one).what);
      }),
      effect(sayLink),
      effect(() => {
        if (dataplane.value?.connected === false)
          say("alert", t("banner.dataplane"));
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }, []);
  const more = unspoken.value;
  return (
    <div class="unseen" role="status" id="live-region">
      {spoken.value}
      {more > 0 && ` ${t("say.more", { n: more })}`}
    </div>
  );
}

let gone = false;

function sayLink(): void {
  const state = link.value;
  if (state === "lost" && !gone) say("alert", t("banner.gone"));
  if (state === "live" && gone) say("news", t("banner.back"));
  if (state === "lost" || state === "live") gone = state === "lost";
}
