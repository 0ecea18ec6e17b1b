// SPDX-License-Identifier: BSD-3-Clause
// A device on a page of its own: who it is, what it does, what is expected of it, and all that can be done about it.

import { isProvider, mayAct } from "../access/provider.ts";
import { request } from "../api/http.ts";
import type { ActionAnswer, Device, NoticePage } from "../api/types.ts";
import { ActionButtons, ProofLine } from "../drawer/actions.tsx";
import { Partners } from "../drawer/partners.tsx";
import { TouchingRules } from "../drawer/rules.tsx";
import { SameDevice } from "../drawer/same.tsx";
import { Page } from "../kit/page.tsx";
import { useResource } from "../kit/resource.ts";
import { now } from "../live/clock.ts";
import { devices } from "../live/store.ts";
import { perform, run } from "../shell/actions.ts";
import { route } from "../shell/route.ts";
import { ago, moment, rate } from "../text/format.ts";
import { known, t } from "../text/t.ts";
import { NoticeCard } from "./alerts.tsx";
import { InMonitor, Unknown } from "./destination.tsx";
import { DeviceExpected } from "./device-expected.tsx";
import { DeviceFacts } from "./device-facts.tsx";
import { DeviceSet } from "./device-set.tsx";
import { DeviceTalk } from "./device-talk.tsx";
import { Trail } from "./device-trail.tsx";
import { Badges } from "./devices.tsx";

export function Screen() {
  const id = route.value.id ?? "";
  const device = devices.value.get(id);
  return device === undefined ? (
    <Unknown title={t("nav.device")} />
  ) : (
    <Whole key={id} device={device} />
  );
}

function Whole({ device }: { device: Device }) {
  const { id } = device;
  const subject = { kind: "device", device: id } as const;
  const may = mayAct.value;
  // The past, the alerts and the trail are the household's own.
  const outside = isProvider.value;
  const { state } = useResource<Device>(`devices/${id}`);
  const facts = state.value.data?.facts ?? [];
  const talking = device.rate_out + device.rate_in;
  const about = [
    known("sort", device.kind.value === "unknown" ? "" : device.kind.value),
    device.vendor,
    device.addresses[0]?.address ?? device.mac,
    talking >= 1 ? rate(talking) : ago(device.last_seen, now.value),
  ];
  return (
    <Page
      wide
      title={device.name}
      lead={about.filter(Boolean).join(" · ")}
      tools={
        <>
          <Badges device={device} />
          <InMonitor id={id} />
        </>
      }
    >
      <div class="two">
        <div>
          {may && (
            <div class="do card">
              <ActionButtons
                subject={subject}
                flags={device}
                name={device.name}
                renamable
              />
              <Pause device={device} />
              <ProofLine subject={subject} />
            </div>
          )}
          {!outside && (
            <>
              <Open id={id} />
              <DeviceTalk device={device} />
              <Trail id={id} device={{ ...device, facts }} />
            </>
          )}
        </div>
        <div>
          <DeviceFacts device={device} facts={facts} />
          {outside && (
            <div class="panel card">
              <Partners subject={subject} />
            </div>
          )}
          {may && <DeviceSet device={device} />}
          <div class="panel card">
            <TouchingRules subject={subject} />
          </div>
          {may && !outside && <SameDevice device={device} />}
          <DeviceExpected device={device} facts={facts} may={may && !outside} />
        </div>
      </div>
    </Page>
  );
}

// Without the internet for a while; for good is a block.
function Pause({ device }: { device: Device }) {
  const { id, name, paused_until } = device;
  const subject = { kind: "device", device: id } as const;
  const ask = (verb: "pause" | "resume", body: object, said: string) =>
    void run(
      subject,
      (how) => request<ActionAnswer>("POST", `devices/${id}:${verb}${how}`, body),
      said,
    );
  if (paused_until !== null)
    return (
      <p class="pause">
        <span>{t("page.paused", { time: moment(paused_until) })}</span>
        <button
          type="button"
          class="plain"
          onClick={() => ask("resume", {}, t("page.resumed", { name }))}
        >
          {t("page.resume")}
        </button>
      </p>
    );
  const said = t("page.pauses", { name });
  return (
    <div class="pause" role="group" aria-label={t("page.pause")}>
      <span>{t("page.pause")}</span>
      <button
        type="button"
        class="plain"
        onClick={() => ask("pause", { minutes: 60 }, said)}
      >
        {t("page.pause.hour")}
      </button>
      <button
        type="button"
        class="plain"
        onClick={() => ask("pause", { until: "morning" }, said)}
      >
        {t("page.pause.morning")}
      </button>
      {!device.blocked && (
        <button
          type="button"
          class="plain"
          onClick={() => void perform(subject, "block")}
        >
          {t("page.pause.always")}
        </button>
      )}
    </div>
  );
}

// What is open about it; nothing where nothing is.
function Open({ id }: { id: string }) {
  const { state, reload } = useResource<NoticePage>(
    `notifications?device=${id}&outcome=open&limit=20`,
    ["notification"],
  );
  const items = state.value.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section aria-labelledby="open">
      <h2 id="open">{t("nav.alerts")}</h2>
      <ul class="notices">
        {items.map((notice) => (
          <NoticeCard key={notice.id} notice={notice} reload={reload} />
        ))}
      </ul>
    </section>
  );
}
