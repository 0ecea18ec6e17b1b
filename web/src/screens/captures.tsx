// SPDX-License-Identifier: BSD-3-Clause
// Capture: record what a device sends and gets, for a time; stop, download, remove.

import { useEffect } from "preact/hooks";
import { request } from "../api/http.ts";
import type { Capture } from "../api/system-types.ts";
import { Empty, Load } from "../kit/load.tsx";
import { Page } from "../kit/page.tsx";
import { useResource } from "../kit/resource.ts";
import { now } from "../live/clock.ts";
import { devices } from "../live/store.ts";
import { Icon } from "../shell/icons.tsx";
import { route } from "../shell/route.ts";
import { ago, bytes } from "../text/format.ts";
import { t } from "../text/t.ts";
import { attempt } from "./access-do.ts";

const LOOK_MS = 2000;

export function Screen() {
  const { state, reload } = useResource<{ items: Capture[] }>("captures");
  const runs =
    state.value.data?.items.some((one) => one.state !== "ended") ?? false;
  useEffect(() => {
    if (!runs) return undefined;
    const timer = setInterval(reload, LOOK_MS);
    return () => clearInterval(timer);
  }, [runs, reload]);
  return (
    <Page title={t("captures.title")} lead={t("captures.lead")}>
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
    </Page>
  );
}

function Begin({ reload }: { reload: () => void }) {
  const all = [...devices.value.values()].sort((a, b) =>
    a.name.localeCompare(b.name),
  );
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
            {all.map((one) => (
              <option
                key={one.id}
                value={one.id}
                selected={one.id === route.value.more["device"]}
              >
                {one.name}
              </option>
            ))}
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
          <label for="capture-seconds">{t("captures.time")}</label>
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

function Row({ capture, reload }: { capture: Capture; reload: () => void }) {
  const runs = capture.state !== "ended";
  const name = capture.device_name ?? t("captures.all");
  const words = [
    t(`captures.kind.${capture.kind}`),
    t("captures.packets", { n: capture.packets }),
    bytes(capture.file_bytes),
    capture.headers_only ? t("captures.headers") : "",
    capture.lost > 0 ? t("captures.lost", { n: capture.lost }) : "",
    t("rules.by", { author: capture.by, time: ago(capture.began, now.value) }),
    capture.end === null ? "" : t(`captures.end.${capture.end}`),
  ];
  return (
    <li>
      <span class={`rule-icon ${runs ? "rule-block" : ""}`}>
        <Icon name={runs ? "recent" : "disk"} />
      </span>
      <span class="rule-text">
        <span>
          {name} {capture.filter !== null && <code>{capture.filter}</code>}{" "}
          {runs && (
            <span class="chip tone-blocked">{t("captures.runs")}</span>
          )}
        </span>
        <span class="quiet">
          {words.filter((word) => word !== "").join(" · ")}
        </span>
      </span>
      {runs && (
        <button
          type="button"
          class="plain"
          aria-label={t("action.of", { action: t("captures.stop"), name })}
          onClick={() =>
            void attempt(
              () => request("POST", `captures/${capture.id}:stop`),
              t("captures.stopped"),
              reload,
            )
          }
        >
          {t("captures.stop")}
        </button>
      )}
      {!runs && capture.download !== null && (
        <a
          class="plain button"
          href={capture.download}
          download={`${capture.id}.${capture.format}`}
          aria-label={t("action.of", { action: t("captures.get"), name })}
        >
          {t("captures.get")}
        </a>
      )}
      <button
        type="button"
        class="plain"
        aria-label={t("action.of", { action: t("action.remove"), name })}
        onClick={() =>
          void attempt(
            () => request("DELETE", `captures/${capture.id}`),
            t("captures.removed"),
            reload,
          )
        }
      >
        <Icon name="remove" />
        <span>{t("action.remove")}</span>
      </button>
    </li>
  );
}
