// SPDX-License-Identifier: BSD-3-Clause
// Learn: watch a device for a time, read what it needed as sentences, leave out what it should not, and let that be all.

import { useSignal } from "@preact/signals";
import { request } from "../api/http.ts";
import type { ActionAnswer } from "../api/types.ts";
import { DeviceOptions } from "../kit/device-options.tsx";
import { Load } from "../kit/load.tsx";
import { useResource } from "../kit/resource.ts";
import { now } from "../live/clock.ts";
import { devices } from "../live/store.ts";
import { run } from "../shell/actions.ts";
import { keep, route } from "../shell/route.ts";
import { ago, moment } from "../text/format.ts";
import { t } from "../text/t.ts";
import { attempt } from "./access-do.ts";
import type { Learned, ProfileRow } from "./profile-types.ts";

const TIMES = [10, 60, 1440, 10080] as const;

export function Learn({ profiles }: { profiles: readonly ProfileRow[] }) {
  const chosen = route.value.more["learn"] ?? "";
  return (
    <section aria-labelledby="learn">
      <h2 id="learn">{t("learn.title")}</h2>
      <p class="quiet">{t("learn.lead")}</p>
      <div class="field">
        <label for="learn-device">{t("flows.device")}</label>
        <select
          id="learn-device"
          value={chosen}
          onChange={(event) => keep({ learn: event.currentTarget.value })}
        >
          <option value="">{t("learn.choose")}</option>
          <DeviceOptions home chosen={chosen} />
        </select>
      </div>
      {devices.value.has(chosen) && (
        <OneDevice key={chosen} device={chosen} profiles={profiles} />
      )}
    </section>
  );
}

function OneDevice({
  device,
  profiles,
}: {
  device: string;
  profiles: readonly ProfileRow[];
}) {
  const { state, reload } = useResource<Learned>(`devices/${device}/learned`, ["flow"]);
  const name = devices.value.get(device)?.name ?? device;
  const watch = (minutes: number) =>
    void attempt(
      () => request("POST", `devices/${device}:learn`, { minutes }),
      t(minutes > 0 ? "learn.began" : "learn.stopped", { name }),
      reload,
    );
  return (
    <Load from={state} reload={reload}>
      {(learned) => (
        <>
          <p role="status">{said(learned, name)}</p>
          <p class="below">
            {learned.state === "learning" ? (
              <button type="button" class="plain" onClick={() => watch(0)}>
                {t("learn.stop")}
              </button>
            ) : (
              TIMES.map((minutes) => (
                <button
                  key={minutes}
                  type="button"
                  class="plain"
                  onClick={() => watch(minutes)}
                >
                  {t(`learn.for.${minutes}`)}
                </button>
              ))
            )}
          </p>
          {learned.rows.length > 0 && (
            <Enforce learned={learned} name={name} profiles={profiles} />
          )}
        </>
      )}
    </Load>
  );
}

function said({ state, until, began, rows }: Learned, name: string): string {
  if (state === "never") return t("learn.never", { name });
  return state === "learning"
    ? t("learn.learning", { name, time: moment(until ?? ""), n: rows.length })
    : t("learn.ended", { name, time: moment(began ?? ""), n: rows.length });
}

function Enforce({
  learned,
  name,
  profiles,
}: {
  learned: Learned;
  name: string;
  profiles: readonly ProfileRow[];
}) {
  const without = useSignal<ReadonlySet<number>>(new Set());
  const base = useSignal("learned");
  const toggle = (n: number) => {
    const next = new Set(without.peek());
    if (!next.delete(n)) next.add(n);
    without.value = next;
  };
  const enforce = () =>
    run(
      { kind: "device", device: learned.device },
      (how) =>
        request<ActionAnswer>("POST", `devices/${learned.device}:enforce${how}`, {
          base: base.peek(),
          without: [...without.peek()],
        }),
      t("learn.enforced", { name }),
    );
  return (
    <>
      <ul class="rule-cards card learned">
        {learned.rows.map((row) => (
          <li key={row.n}>
            <label class={row.refused || without.value.has(row.n) ? "off" : ""}>
              <input
                type="checkbox"
                disabled={row.refused}
                checked={!row.refused && !without.value.has(row.n)}
                onChange={() => toggle(row.n)}
              />
              <span class="rule-text">
                <span>{row.sentence}</span>
                <span class="quiet">
                  {t("fact.packets", { n: row.packets })} ·{" "}
                  {ago(row.last_seen, now.value)}
                  {row.refused && <> · {t("learn.refused")}</>}
                </span>
              </span>
            </label>
          </li>
        ))}
      </ul>
      {learned.left_out > 0 && (
        <p class="note">{t("learn.left", { n: learned.left_out })}</p>
      )}
      <div class="ask">
        <div>
          <label for="learn-base">{t("profiles.base")}</label>
          <select
            id="learn-base"
            value={base.value}
            onChange={(event) => {
              base.value = event.currentTarget.value;
            }}
          >
            {profiles
              .filter((one) => one.default === "block")
              .map((one) => (
                <option
                  key={one.name}
                  value={one.name}
                  selected={one.name === base.value}
                >
                  {one.name}
                </option>
              ))}
          </select>
        </div>
        <button type="button" class="primary" onClick={() => void enforce()}>
          {t("learn.enforce", { name })}
        </button>
      </div>
    </>
  );
}
