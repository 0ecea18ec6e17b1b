// SPDX-License-Identifier: BSD-3-Clause
// Home: one sentence in plain words, what needs a person, and who is talking now.

import type { ComponentChildren } from "preact";
import { isProvider } from "../access/provider.ts";
import type { Device, Notice, NoticePage, Summary } from "../api/types.ts";
import { DeviceLink, RateBar } from "../kit/device.tsx";
import { Load } from "../kit/load.tsx";
import { Page } from "../kit/page.tsx";
import { useResource } from "../kit/resource.ts";
import { useStill } from "../kit/still.ts";
import { now } from "../live/clock.ts";
import { devices, health, world } from "../live/store.ts";
import { Icon, type IconName } from "../shell/icons.tsx";
import { formatRoute, to } from "../shell/route.ts";
import { noticeWords } from "../text/about.ts";
import { ago, count, moment } from "../text/format.ts";
import { known, t } from "../text/t.ts";
import { ProviderLive } from "./provider-live.tsx";
import { Day } from "./home-day.tsx";
import { PauseAll } from "./home-pause.tsx";
import { needs, talkers, type Need } from "./home-model.ts";

export function Screen() {
  const { state, reload } = useResource<Summary>("summary?window=600", [
    "device",
    "rule",
  ]);
  return (
    <Page title={t("nav.home")}>
      <section class="home-say card">
        <Load from={state} reload={reload}>
          {(summary) => <Sentence summary={summary} />}
        </Load>
      </section>
      <ProviderLive />
      <Needs />
      <Talkers />
      <Day />
    </Page>
  );
}

function Sentence({ summary }: { summary: Summary }) {
  return (
    <>
      <p class="home-sentence">
        {t("home.devices", { n: summary.devices })}{" "}
        {summary.talking === 0
          ? t("home.silent")
          : t("home.talking", { n: summary.talking })}{" "}
        {summary.blocked === 0
          ? t("home.unblocked")
          : t("home.blocked", { n: summary.blocked })}
      </p>
      <dl class="figures">
        <Figure term={t("home.destinations")}>
          {count(summary.destinations)}
        </Figure>
        <Figure term={t("home.flows")}>{count(summary.flows)}</Figure>
        <Figure term={t("home.dropped")}>{count(summary.dropped_today)}</Figure>
      </dl>
      <PauseAll />
    </>
  );
}

function Figure({
  term,
  children,
}: {
  term: string;
  children: ComponentChildren;
}) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const icons: Record<Need["kind"], IconName> = {
  alert: "warn",
  unknown: "help",
  joined: "plus",
  hides: "ignored",
};

export function Needs() {
  const { state } = useResource<NoticePage>(
    isProvider.value ? null : "notifications?outcome=open&limit=100",
    ["notification"],
  );
  const letters = state.value.data?.items ?? [];
  const list = needs(
    [...devices.value.values()],
    [...world.value.alerts, ...(health.value?.alerts ?? [])],
    now.value,
  );
  return (
    <section aria-labelledby="needs">
      <h2 id="needs">{t("home.needs")}</h2>
      <Letters all={letters} />
      {list.length === 0 ? (
        letters.length === 0 && <p class="note">{t("home.needs.none")}</p>
      ) : (
        <ul class="rule-cards card">
          {list.map((need) => (
            <li key={need.key}>
              <span class="rule-icon">
                <Icon name={icons[need.kind]} />
              </span>
              <span class="rule-text">
                <NeedText need={need} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

// What the gateway wrote and nobody has settled yet.
function Letters({ all }: { all: readonly Notice[] }) {
  if (all.length === 0) return null;
  // What is over, or is only told, stands for the rest when there is nothing else.
  const [worst] = [...all].sort((a, b) => weight(a) - weight(b));
  return (
    <p class="home-letters card">
      <Icon name="warn" />
      {worst && (
        <span>
          {noticeWords(worst).what}
          {worst.ended && <> · {t("alerts.ended", { time: moment(worst.ended) })}</>}
        </span>
      )}
      <a class="more" href={formatRoute(to("alerts"))}>
        {t("home.letters", { n: all.length })}
      </a>
    </p>
  );
}

function weight({ severity, ended }: Notice): number {
  return Number(severity === "info") * 2 + Number(ended !== null);
}

function NeedText({ need }: { need: Need }) {
  if (need.kind === "alert")
    return (
      <>
        <span>{need.text}</span>
        {need.time !== undefined && (
          <span class="quiet">{moment(need.time)}</span>
        )}
      </>
    );
  const { device } = need;
  const words: Record<Exclude<Need["kind"], "alert">, string> = {
    joined: t("home.need.joined", {
      time: ago(device.first_seen, now.value),
    }),
    unknown: t("home.need.unknown"),
    hides: t(device.vpn ? "home.need.vpn" : "home.need.dns"),
  };
  return (
    <>
      <DeviceLink device={device} />
      <span class="quiet">{words[need.kind]}</span>
    </>
  );
}

function Talkers() {
  const busy = talkers([...devices.value.values()]);
  const { list, still } = useStill<Device, HTMLOListElement>(busy, idOf);
  const most = Math.max(...busy.map(total));
  return (
    <section aria-labelledby="talkers">
      <h2 id="talkers">{t("home.talkers")}</h2>
      {busy.length === 0 ? (
        <p class="note">{t("home.talkers.none")}</p>
      ) : (
        <ol class="talkers card" ref={list}>
          {still.map((device) => (
            <li key={device.id}>
              <DeviceLink device={device} />
              <span class="quiet">{known("sort", device.kind.value)}</span>
              <RateBar rate={total(device)} most={most} />
            </li>
          ))}
        </ol>
      )}
      <p>
        <a class="more" href={formatRoute(to("devices"))}>
          {t("choice.device.all")}
        </a>
      </p>
    </section>
  );
}

function idOf(device: Device): string {
  return device.id;
}

function total(device: Device): number {
  return device.rate_out + device.rate_in;
}
