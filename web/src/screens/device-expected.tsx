// SPDX-License-Identifier: BSD-3-Clause
// What is expected of a device: what it was seen to need, what its maker says it needs, and where the two differ.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { request } from "../api/http.ts";
import type { Difference, Fact, Learned, LearnedRow } from "../api/page-types.ts";
import type { ActionAnswer, Device, Page, Profile } from "../api/types.ts";
import { Load } from "../kit/load.tsx";
import { useResource } from "../kit/resource.ts";
import { run } from "../shell/actions.ts";
import { Icon } from "../shell/icons.tsx";
import { moment } from "../text/format.ts";
import { t } from "../text/t.ts";
import { attempt } from "./access-do.ts";
import { Few } from "./device-few.tsx";

const LOOK_MS = 5000;
const spans = [60, 1440, 10080] as const;

export function DeviceExpected({
  device,
  facts,
  may,
}: {
  device: Device;
  facts: readonly Fact[];
  may: boolean;
}) {
  const { id } = device;
  const { state, reload } = useResource<Learned>(`devices/${id}/learned`, ["rule"]);
  const learning = state.value.data?.state === "learning";
  useEffect(() => {
    if (!learning) return undefined;
    const timer = setInterval(reload, LOOK_MS);
    return () => clearInterval(timer);
  }, [learning]); // a device is drawn anew every second: a timer that began again would never end
  const url = facts.filter(({ fact }) => fact === "mud_url").at(-1)?.value;
  return (
    <section class="panel card" aria-labelledby="expected">
      <h2 id="expected">{t("expect.title")}</h2>
      <Load from={state} reload={reload}>
        {(learned) => <Seen device={device} learned={learned} reload={reload} may={may} />}
      </Load>
      <Maker device={device} url={url} may={may} />
      <Compare device={device} />
    </section>
  );
}

function Seen({
  device,
  learned,
  reload,
  may,
}: {
  device: Device;
  learned: Learned;
  reload: () => void;
  may: boolean;
}) {
  const { id, name } = device;
  const { rows, until } = learned;
  const watch = (minutes: number) =>
    void attempt(
      () => request("POST", `devices/${id}:learn`, { minutes }),
      t(minutes === 0 ? "expect.stopped" : "expect.began", { name }),
      reload,
    );
  const enforce = () =>
    void run(
      { kind: "device", device: id },
      (how) => request<ActionAnswer>("POST", `devices/${id}:enforce${how}`, {}),
      t("expect.enforced", { name }),
    ).then(reload);
  return (
    <div class="panel">
      <h3>{t("expect.learned")}</h3>
      <p class="quiet">
        {learned.state === "never"
          ? t("expect.never")
          : learned.state === "learning"
            ? t("expect.learning", { time: moment(until ?? "") })
            : t("expect.ended", { time: moment(until ?? "") })}
      </p>
      {rows.length > 0 && (
        <Few
          class="rule-lines"
          most={6}
          items={rows.map((row) => (
            <Line key={row.n} row={row} />
          ))}
        />
      )}
      {may && (
        <div class="word-answers">
          {learned.state === "learning" ? (
            <button type="button" class="plain" onClick={() => watch(0)}>
              {t("expect.stop")}
            </button>
          ) : (
            spans.map((minutes) => (
              <button
                key={minutes}
                type="button"
                class="plain"
                onClick={() => watch(minutes)}
              >
                {t(`expect.watch.${minutes}`)}
              </button>
            ))
          )}
          {rows.length > 0 && (
            <button type="button" class="primary" onClick={enforce}>
              {t("expect.enforce")}
            </button>
          )}
      </div>
      )}
    </div>
  );
}

function Line({ row }: { row: LearnedRow }) {
  const stopped = row.refused || row.passes === false;
  return (
    <>
      <Icon name={stopped ? "blocked" : "allowed"} />
      <span>
        {row.sentence}
        {stopped && <span class="quiet"> · {t("flows.stopped")}</span>}
      </span>
    </>
  );
}

interface Imported extends ActionAnswer {
  profile: { name: string };
  signature: "verified" | "none" | "invalid";
  unmet: string[];
}

// A maker's description of what its device needs (RFC 8520).
function Maker({
  device,
  url,
  may,
}: {
  device: Device;
  url: string | undefined;
  may: boolean;
}) {
  const made = useSignal<Imported | null>(null);
  const { id } = device;
  const fetchIt = () =>
    void run(
      { kind: "device", device: id },
      async (how) => {
        const answer = await request<Imported>("POST", `devices/${id}:fetch-mud${how}`, {});
        made.value = answer.body;
        return answer;
      },
      t("expect.fetched"),
    );
  return (
    <div class="panel">
      <h3>{t("expect.maker")}</h3>
      {url === undefined ? (
        <p class="quiet">{t("expect.maker.none")}</p>
      ) : (
        <>
          <p class="quiet">
            {t("expect.maker.says")} <code>{url}</code>
          </p>
          {may && (
            <div class="word-answers">
              <button type="button" class="plain" onClick={fetchIt}>
                {t("expect.fetch")}
              </button>
            </div>
          )}
        </>
      )}
      {made.value !== null && (
        <p>
          {t("expect.made", { profile: made.value.profile.name })}{" "}
          {t(`expect.signature.${made.value.signature}`)}
        </p>
      )}
      {made.value !== null && <Few items={made.value.unmet} />}
    </div>
  );
}

// Of the profile that it follows and another: what only one of them lets pass.
function Compare({ device }: { device: Device }) {
  const other = useSignal("");
  const profiles = useResource<Page<Profile>>("profiles");
  const others = (profiles.state.value.data?.items ?? []).filter(
    ({ name }) => name !== device.profile,
  );
  const { state, reload } = useResource<Difference>(
    other.value === ""
      ? null
      : `profiles/${device.profile}/mud-difference?with=${other.value}`,
  );
  return (
    <div class="panel">
      <h3>{t("expect.difference")}</h3>
      <div class="profile">
        <label for="expect-other">
          {t("expect.with", { profile: device.profile })}
        </label>
        <select
          id="expect-other"
          value={other.value}
          onChange={(event) => {
            other.value = event.currentTarget.value;
          }}
        >
          <option value="">{t("expect.choose")}</option>
          {others.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </div>
      {other.value !== "" && (
        <Load from={state} reload={reload}>
          {({ same, only_here, only_there }) => (
            <>
              <p class="quiet">{t("expect.same", { n: same })}</p>
              <Only profile={device.profile} rows={only_here} />
              <Only profile={other.value} rows={only_there} />
            </>
          )}
        </Load>
      )}
    </div>
  );
}

function Only({ profile, rows }: { profile: string; rows: string[] }) {
  if (rows.length === 0) return null;
  return (
    <>
      <p>
        <strong>{t("expect.only", { profile })}</strong>
      </p>
      <Few items={rows} />
    </>
  );
}
