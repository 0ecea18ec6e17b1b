// SPDX-License-Identifier: BSD-3-Clause
// What a person must know before believing the picture: no connection, no dataplane, no storage; and the demo's words.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import {
  dataplane,
  health,
  link,
  reconnect,
  retryAt,
  world,
} from "../live/store.ts";
import { alertText } from "../text/about.ts";
import { moment } from "../text/format.ts";
import { t } from "../text/t.ts";
import { Icon } from "./icons.tsx";
import { PendingBanners } from "./pending-banner.tsx";
import { ProviderBanner } from "./provider-banner.tsx";
import { hiddenBanner, hideBanner } from "./prefs.ts";

export function Banners() {
  return (
    <>
      <section class="banners" aria-label={t("banner.label")}>
        <LinkBanner />
        <DataplaneBanner />
        <StorageBanner />
        <PendingBanners />
        <ProviderBanner />
        <AlertBanner />
      </section>
      <DemoBanner />
    </>
  );
}

const second = signal(Date.now());

function LinkBanner() {
  const state = link.value;
  useEffect(() => {
    if (state !== "lost") return undefined;
    const timer = setInterval(() => {
      second.value = Date.now();
    }, 500);
    return () => clearInterval(timer);
  }, [state]);
  if (state === "live" || state === "connecting") return null;
  if (state === "stale")
    return <p class="banner banner-warn">{banner(t("banner.stale"))}</p>;
  const wait = Math.ceil(((retryAt.value ?? 0) - second.value) / 1000);
  return (
    <p class="banner banner-bad">
      {banner(wait > 0 ? t("banner.lost", { n: wait }) : t("banner.lost.now"))}
      <button type="button" class="plain" onClick={reconnect}>
        {t("banner.retry")}
      </button>
    </p>
  );
}

function DataplaneBanner() {
  const state = dataplane.value;
  if (link.value !== "live" || state === null || state.connected) return null;
  const since = state.last_seen ?? state.since;
  return (
    <p class="banner banner-bad">
      {banner(
        `${t("banner.dataplane")} ${since ? t("banner.dataplane.since", { time: moment(since) }) : ""}`,
      )}
      {state.message && <span class="quiet">{state.message}</span>}
    </p>
  );
}

function StorageBanner() {
  const storage = health.value?.storage;
  if (storage === undefined || storage.ok) return null;
  return (
    <p class="banner banner-warn">
      {banner(t("banner.storage", { message: storage.message ?? "" }))}
    </p>
  );
}

const read = signal<ReadonlySet<string>>(new Set());

// The newest alert that was not put away; the others wait behind it.
function AlertBanner() {
  const all = [
    ...world.value.alerts,
    ...[...(health.value?.alerts ?? [])].reverse(),
  ];
  const unread = all.filter((alert) => !read.value.has(alert.id ?? alert.text));
  const newest = unread[0];
  if (newest === undefined) return null;
  return (
    <p class="banner banner-warn">
      {banner(alertText(newest))}
      {newest.time !== undefined && (
        <span class="quiet">{moment(newest.time)}</span>
      )}
      <button
        type="button"
        class="plain"
        onClick={() => {
          read.value = new Set(read.value).add(newest.id ?? newest.text);
        }}
      >
        {t("banner.read")}
      </button>
    </p>
  );
}

function banner(text: string) {
  return (
    <>
      <Icon name="warn" />
      <span>{text}</span>
    </>
  );
}

// A phone has no room for everything at once.
const unfolded = signal(!matchMedia("(max-width: 760px)").matches);

function DemoBanner() {
  const words = health.value?.banner;
  if (!words || hiddenBanner.value === words.title) return null;
  const open = unfolded.value;
  const tries = words.try ?? [];
  return (
    <section class="demo" aria-label={words.title}>
      <div class="demo-text">
        <h2>{words.title}</h2>
        <p>{words.text}</p>
      </div>
      {tries.length > 0 && (
        <button
          type="button"
          class="plain demo-fold"
          aria-expanded={open}
          onClick={() => {
            unfolded.value = !open;
          }}
        >
          {t(open ? "banner.fold" : "banner.try")}
        </button>
      )}
      {open && tries.length > 0 && (
        <ol class="demo-try" aria-label={t("banner.try")}>
          {tries.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ol>
      )}
      <button
        type="button"
        class="icon-button"
        aria-label={t("banner.hide")}
        title={t("banner.hide")}
        onClick={() => hideBanner(words.title)}
      >
        <Icon name="close" />
      </button>
    </section>
  );
}
