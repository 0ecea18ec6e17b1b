// SPDX-License-Identifier: BSD-3-Clause
// Capture: record what a device sends and gets, for a time; and look into files of it.

import { request } from "../api/http.ts";
import type { Capture } from "../api/system-types.ts";
import { useAgain } from "../kit/again.ts";
import { DeviceOptions } from "../kit/device-options.tsx";
import { Empty, Load } from "../kit/load.tsx";
import { Page } from "../kit/page.tsx";
import { useResource } from "../kit/resource.ts";
import { route } from "../shell/route.ts";
import { t } from "../text/t.ts";
import { attempt } from "./access-do.ts";
import { CaptureFile } from "./capture-file.tsx";
import { OpenFile } from "./captures-bring.tsx";
import { Row } from "./captures-row.tsx";
import { Recorder } from "./recorder.tsx";

export function Screen() {
  const { id } = route.value;
  return id === null ? <All /> : <CaptureFile key={id} id={id} />;
}

function All() {
  const { state, reload } = useResource<{ items: Capture[] }>("captures");
  useAgain(
    state.value.data?.items.some((one) => one.state !== "ended") ?? false,
    reload,
  );
  return (
    <Page lead={t("captures.lead")}>
      <Begin reload={reload} />
      <Load from={state} reload={reload}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty
              icon="disk"
              title={t("captures.none")}
              text={t("captures.none.text")}
            />
          ) : (
            <ul class="rule-cards card">
              {[...items].reverse().map((one) => (
                <Row key={one.id} capture={one} reload={reload} />
              ))}
            </ul>
          )
        }
      </Load>
      <Recorder reload={reload} />
      <OpenFile />
    </Page>
  );
}

function Begin({ reload }: { reload: () => void }) {
  return (
    <form
      class="rule-form card"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        const filter = String(form.get("filter")).trim();
        const device = String(form.get("device"));
        void attempt(
          () =>
            request("POST", "captures", {
              ...(device !== "" && { device }),
              ...(filter !== "" && { filter }),
              headers_only: form.get("what") === "headers",
              max_seconds: Number(form.get("seconds")),
            }),
          t("captures.began"),
          reload,
        );
      }}
    >
      <div class="sentence begin">
        <div class="field">
          <label for="capture-device">{t("captures.device")}</label>
          <select id="capture-device" name="device">
            <option value="">{t("captures.all")}</option>
            <DeviceOptions chosen={route.value.more["device"]} />
          </select>
        </div>
        <div class="field">
          <label for="capture-what">{t("captures.what")}</label>
          <select id="capture-what" name="what">
            <option value="headers">{t("captures.headers")}</option>
            <option value="whole">{t("captures.whole")}</option>
          </select>
        </div>
        <div class="field">
          <label for="capture-seconds">{t("access.provider.time")}</label>
          <select id="capture-seconds" name="seconds">
            <option value="60">{t("captures.minutes", { n: 1 })}</option>
            <option value="600">{t("captures.minutes", { n: 10 })}</option>
            <option value="3600">{t("captures.minutes", { n: 60 })}</option>
          </select>
        </div>
        <div class="field">
          <label for="capture-filter">{t("captures.filter")}</label>
          <input
            id="capture-filter"
            name="filter"
            maxLength={512}
            autocomplete="off"
            spellcheck={false}
            placeholder={t("captures.filter.hint")}
            defaultValue={route.value.more["filter"]}
          />
        </div>
      </div>
      <div class="word-answers">
        <button type="submit" class="primary">
          {t("captures.begin")}
        </button>
      </div>
    </form>
  );
}
