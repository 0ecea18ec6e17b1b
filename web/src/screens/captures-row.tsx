// SPDX-License-Identifier: BSD-3-Clause
// One recording: how far it is, and what can be done with it.

import { useSignal } from "@preact/signals";
import { base, request } from "../api/http.ts";
import type { Capture } from "../api/system-types.ts";
import { CopyLine } from "../kit/copy.tsx";
import { now } from "../live/clock.ts";
import { Icon } from "../shell/icons.tsx";
import { ago, bytes, moment } from "../text/format.ts";
import { t } from "../text/t.ts";
import { attempt } from "./access-do.ts";
import { Bring } from "./captures-bring.tsx";

interface Part {
  capture: Capture;
  reload: () => void;
}

interface Token {
  token: string;
  path: string;
  expires: string;
}

export function Row({ capture, reload }: Part) {
  const runs = capture.state !== "ended";
  const name = capture.device_name ?? t("captures.all");
  const line = useSignal<Token | null>(null);
  const words = [
    t(`captures.kind.${capture.kind}`),
    t("fact.packets", { n: capture.packets }),
    bytes(capture.file_bytes),
    capture.headers_only ? t("captures.headers") : "",
    capture.lost > 0 ? t("captures.lost", { n: capture.lost }) : "",
    t("rules.by", { author: capture.by, time: ago(capture.began, now.value) }),
    capture.end === null ? "" : t(`captures.end.${capture.end}`),
    capture.approval === null
      ? ""
      : t("captures.approved", { name: capture.approval.by }),
  ];
  const of = (action: string) => t("action.of", { action, name });
  const ask = (method: string, verb: string, said: string) =>
    void attempt(
      () => request(method, `captures/${capture.id}${verb}`),
      said,
      reload,
    );
  const makeLine = async () => {
    const answer = await attempt(
      () => request<Token>("POST", `captures/${capture.id}:token`),
      "",
    );
    line.value = answer?.body ?? null;
  };
  return (
    <li>
      <span class={`rule-icon ${runs ? "rule-block" : ""}`}>
        <Icon name={runs ? "recent" : "disk"} />
      </span>
      <span class="rule-text">
        <span>
          {name} {capture.filter !== null && <code>{capture.filter}</code>}{" "}
          {runs && <span class="chip tone-blocked">{t("captures.runs")}</span>}
        </span>
        <span class="quiet">{words.filter((word) => word !== "").join(" · ")}</span>
      </span>
      {runs && capture.kind === "file" && (
        <button
          type="button"
          class="plain"
          aria-label={of(t("captures.wireshark"))}
          onClick={() => void makeLine()}
        >
          {t("captures.wireshark")}
        </button>
      )}
      {runs && (
        <button
          type="button"
          class="plain"
          aria-label={of(t("captures.stop"))}
          onClick={() => ask("POST", ":stop", t("captures.stopped"))}
        >
          {t("captures.stop")}
        </button>
      )}
      {!runs && capture.download !== null && (
        <>
          <Bring
            label={t("captures.look")}
            of={of(t("captures.look"))}
            from={async () => {
              const answer = await fetch(capture.download ?? "");
              return new File([await answer.blob()], `${capture.id}.${capture.format}`);
            }}
          />
          <a
            class="plain button"
            href={capture.download}
            download={`${capture.id}.${capture.format}`}
            aria-label={of(t("captures.get"))}
          >
            {t("captures.get")}
          </a>
        </>
      )}
      {capture.kind !== "live" && !capture.headers_only && capture.approval === null && (
        <button
          type="button"
          class="plain"
          title={t("captures.approve.text")}
          aria-label={of(t("captures.approve"))}
          onClick={() => ask("POST", ":approve", t("captures.approve.did"))}
        >
          {t("captures.approve")}
        </button>
      )}
      <button
        type="button"
        class="plain"
        aria-label={of(t("action.remove"))}
        onClick={() => ask("DELETE", "", t("captures.removed"))}
      >
        <Icon name="remove" />
        <span>{t("action.remove")}</span>
      </button>
      {runs && line.value !== null && <Line token={line.value} />}
    </li>
  );
}

function Line({ token: { token, path, expires } }: { token: Token }) {
  const secure = location.protocol === "https:";
  const trust = secure ? " --cacert spin-ca.pem" : "";
  return (
    <div class="whole" role="status">
      <p class="quiet">
        {t("captures.line", { time: moment(expires) })}{" "}
        {secure && (
          <a href={`${base}/ca.pem`} download="spin-ca.pem">
            spin-ca.pem
          </a>
        )}
      </p>
      <CopyLine
        text={`curl -sN${trust} -H 'Authorization: Bearer ${token}' '${location.origin}${path}' | wireshark -k -i -`}
      />
    </div>
  );
}
