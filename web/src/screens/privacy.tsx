// SPDX-License-Identifier: BSD-3-Clause
// Privacy: how much is remembered, everything that is held, and the copy or the end of what is held of one device.

import { useSignal } from "@preact/signals";
import { who } from "../access/session.ts";
import { base, request } from "../api/http.ts";
import type { Privacy, Stored } from "../api/system-types.ts";
import { DataTable, type Column } from "../kit/data-table.tsx";
import { DeviceOptions } from "../kit/device-options.tsx";
import { Load } from "../kit/load.tsx";
import { Page } from "../kit/page.tsx";
import { useResource } from "../kit/resource.ts";
import { devices } from "../live/store.ts";
import { bytes, count, moment } from "../text/format.ts";
import { known, t } from "../text/t.ts";
import { attempt } from "./access-do.ts";

export function Screen() {
  return (
    <Page wide lead={t("privacy.lead")}>
      <Level />
      <Held />
      {who.value?.role === "admin" && <OneDevice />}
    </Page>
  );
}

export function Level() {
  const { state, reload } = useResource<Privacy>("privacy", ["audit"]);
  const mayChoose = who.value?.role === "admin";
  return (
    <section aria-labelledby="privacy-level">
      <h2 id="privacy-level">{t("privacy.level")}</h2>
      <Load from={state} reload={reload}>
        {(privacy) => (
          <fieldset class="levels card" disabled={!mayChoose}>
            <legend class="unseen">{t("privacy.level")}</legend>
            {privacy.levels.map(({ level, keeps }) => (
              <label key={level}>
                <input
                  type="radio"
                  name="level"
                  checked={level === privacy.level}
                  onChange={() =>
                    void attempt(
                      () => request("PATCH", "privacy", { level }),
                      t("privacy.chosen"),
                    ).then(reload)
                  }
                />
                <span>
                  <strong>
                    {t(`privacy.level.${level as 0 | 1 | 2 | 3}`)}
                  </strong>
                  <span class="quiet below-name">{keeps}</span>
                  <code class="below-name">
                    {t(`privacy.example.${level as 0 | 1 | 2 | 3}`)}
                  </code>
                </span>
              </label>
            ))}
          </fieldset>
        )}
      </Load>
    </section>
  );
}

const columns: Column<Stored>[] = [
  { key: "what", title: "privacy.what", by: (r) => r.what, cell: (r) => r.what },
  {
    key: "count",
    title: "privacy.count",
    number: true,
    by: (r) => r.count,
    cell: (r) => count(r.count),
  },
  {
    key: "bytes",
    title: "privacy.bytes",
    number: true,
    by: (r) => r.bytes,
    cell: (r) => bytes(r.bytes),
  },
  {
    key: "oldest",
    title: "privacy.oldest",
    by: (r) => r.oldest,
    cell: (r) => (r.oldest === null ? "" : moment(r.oldest)),
  },
  { key: "kept", title: "privacy.kept", cell: (r) => r.kept },
  {
    key: "seen",
    title: "privacy.seen",
    cell: (r) => r.seen_by.map((role) => known("privacy.seen", role)).join(", "),
  },
];

function Held() {
  const { state, reload } = useResource<{ items: Stored[] }>(
    "privacy/inventory",
  );
  return (
    <section aria-labelledby="privacy-held">
      <h2 id="privacy-held">{t("privacy.held")}</h2>
      <p class="quiet">{t("privacy.held.text")}</p>
      <Load from={state} reload={reload}>
        {({ items }) => (
          <DataTable
            caption={t("privacy.held")}
            columns={columns}
            rows={items}
            id={(r) => `${r.file} ${r.table ?? r.what}`}
            first={{ key: "bytes", up: false }}
            save="privacy"
          />
        )}
      </Load>
    </section>
  );
}

function OneDevice() {
  const all = [...devices.value.values()].sort((a, b) =>
    a.name.localeCompare(b.name),
  );
  const chosen = useSignal(all[0]?.id ?? "");
  const sure = useSignal(false);
  const name = devices.value.get(chosen.value)?.name ?? "";
  const erase = () =>
    void attempt(
      () => request("POST", `devices/${chosen.value}:erase`, {}),
      t("privacy.erased", { name }),
    ).then(() => {
      sure.value = false;
    });
  return (
    <section aria-labelledby="privacy-device">
      <h2 id="privacy-device">{t("privacy.device")}</h2>
      <div class="ask card">
        <div>
          <label for="privacy-which">{t("flows.device")}</label>
          <select
            id="privacy-which"
            value={chosen.value}
            onChange={(event) => {
              chosen.value = event.currentTarget.value;
              sure.value = false;
            }}
          >
            <DeviceOptions />
          </select>
        </div>
        <a
          class="plain button"
          href={`${base}/devices/${chosen.value}/export`}
          download={`${chosen.value}.json`}
        >
          {t("privacy.export")}
        </a>
        {sure.value ? (
          <>
            <span role="alert">{t("privacy.sure", { name })}</span>
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
        ) : (
          <button
            type="button"
            class="plain"
            onClick={() => {
              sure.value = true;
            }}
          >
            {t("privacy.erase")}
          </button>
        )}
      </div>
    </section>
  );
}
