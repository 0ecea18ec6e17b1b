// SPDX-License-Identifier: BSD-3-Clause
// What people choose about a device: its kind, profile and privacy; a recording; a copy, and the end of what is held.

import { useSignal } from "@preact/signals";
import { isProvider } from "../access/provider.ts";
import { who } from "../access/session.ts";
import { base, request } from "../api/http.ts";
import type { ActionAnswer, Device } from "../api/types.ts";
import { ProfileChoice } from "../drawer/profile.tsx";
import { run } from "../shell/actions.ts";
import { formatRoute, to } from "../shell/route.ts";
import { known, t, type Key } from "../text/t.ts";
import { attempt } from "./access-do.ts";
import { RecorderOf } from "./recorder.tsx";

const kinds = [
  "router", "access-point", "switch", "computer", "laptop", "server", "nas", "phone", "tablet", "watch", "e-reader",
  "telephone", "television", "streaming-box", "game-console", "speaker", "smart-display", "printer", "camera",
  "doorbell", "light", "plug", "thermostat", "sensor", "lock", "alarm", "blind", "hub", "vacuum", "appliance",
  "energy", "car-charger", "car",
] as const;
const levels = ["0", "1", "2", "3"] as const;
const RECORD_S = 600;

export function DeviceSet({ device }: { device: Device }) {
  const { id, name, kind, privacy } = device;
  const edit = (body: object, said: string) =>
    run(
      { kind: "device", device: id },
      (how) => request<ActionAnswer>("PATCH", `devices/${id}${how}`, body),
      said,
    );
  const learned = kind.learned === null ? t("past.unknown") : known("sort", kind.learned);
  const sorted = kinds
    .map((one) => ({ value: one as string, text: known("sort", one) }))
    .sort((a, b) => a.text.localeCompare(b.text));
  return (
    <section class="panel card" aria-labelledby="set">
      <h2 id="set">{t("set.title")}</h2>
      <Choice
        id="set-kind"
        label={t("fact.kind")}
        value={kind.source === "user" ? kind.value : ""}
        options={[{ value: "", text: t("set.kind.learned", { kind: learned }) }, ...sorted]}
        choose={(value) =>
          edit(
            { kind: value === "" ? null : value },
            t("set.kind.did", { name, kind: value === "" ? learned : known("sort", value) }),
          )
        }
      />
      <ProfileChoice device={device} />
      {!isProvider.value && (
        <>
          <Choice
            id="set-privacy"
            label={t("privacy.level")}
            value={privacy === null ? "" : String(privacy)}
            options={[
              { value: "", text: t("set.privacy.home") },
              ...levels.map((value) => ({ value, text: t(`privacy.level.${value}`) })),
            ]}
            choose={(value) =>
              edit(
                { privacy: value === "" ? null : Number(value) },
                t("set.privacy.did", { name }),
              )
            }
          />
          <Data device={device} />
        </>
      )}
    </section>
  );
}

function Choice({
  id,
  label,
  value,
  options,
  choose,
}: {
  id: string;
  label: string;
  value: string;
  options: { value: string; text: string }[];
  choose: (value: string) => Promise<boolean>;
}) {
  return (
    <div class="panel profile">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={async (event) => {
          const field = event.currentTarget;
          if (!(await choose(field.value))) field.value = value;
        }}
      >
        {options.map((one) => (
          <option key={one.value} value={one.value} selected={one.value === value}>
            {one.text}
          </option>
        ))}
      </select>
    </div>
  );
}

function Data({ device }: { device: Device }) {
  const { id, name } = device;
  const sure = useSignal(false);
  const record = () =>
    void attempt(
      () =>
        request("POST", "captures", {
          device: id,
          headers_only: true,
          max_seconds: RECORD_S,
        }),
      t("captures.began"),
      () => {
        location.hash = formatRoute(to("captures"));
      },
    );
  const erase = () =>
    void attempt(
      () => request("POST", `devices/${id}:erase`, {}),
      t("privacy.erased", { name }),
    ).then(() => {
      sure.value = false;
    });
  const admin = who.value?.role === "admin";
  return (
    <div class="panel word-answers">
      <button type="button" class="plain" onClick={record}>
        {t("set.record")}
      </button>
      <RecorderOf device={id} />
      {admin && (
        <a class="plain button" href={`${base}/devices/${id}/export`} download={`${id}.json`}>
          {t("privacy.export")}
        </a>
      )}
      {admin && !sure.value && (
        <button
          type="button"
          class="plain"
          onClick={() => {
            sure.value = true;
          }}
        >
          {t("set.erase")}
        </button>
      )}
      {sure.value && (
        <>
          <span role="alert">{t("privacy.sure" as Key, { name })}</span>
          <button type="button" class="primary" onClick={erase}>
            {t("privacy.yes")}
          </button>
          <button
            type="button"
            class="plain"
            onClick={() => {
              sure.value = false;
            }}
          >
            {t("action.cancel")}
          </button>
        </>
      )}
    </div>
  );
}
