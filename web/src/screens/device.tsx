// SPDX-License-Identifier: BSD-3-Clause
// A device on a page of its own: who it is, what it does, what is expected of it, and all that can be done about it.

import { useEffect } from "preact/hooks";
import { isProvider, mayAct } from "../access/provider.ts";
import type { Device, NoticePage } from "../api/types.ts";
import { ActionButtons, ProofLine } from "../drawer/actions.tsx";
import { Partners } from "../drawer/partners.tsx";
import { Pause } from "../drawer/pause.tsx";
import { TouchingRules } from "../drawer/rules.tsx";
import { SameDevice } from "../drawer/same.tsx";
import { Page } from "../kit/page.tsx";
import { useResource } from "../kit/resource.ts";
import { now } from "../live/clock.ts";
import { devices } from "../live/store.ts";
import { route } from "../shell/route.ts";
import { ago, rate } from "../text/format.ts";
import { known, t } from "../text/t.ts";
import { NoticeCard } from "./alerts.tsx";
import { Elsewhere, Unknown } from "./destination.tsx";
import { DeviceExpected } from "./device-expected.tsx";
import { DeviceFacts } from "./device-facts.tsx";
import { DeviceSet } from "./device-set.tsx";
import { DeviceTalk } from "./device-talk.tsx";
import { Trail } from "./device-trail.tsx";
import { Badges, useOpen } from "./devices.tsx";

// Facts are no events; they come by and by.
const FACTS_MS = 15_000;

export function Screen() {
  const id = route.value.id ?? "";
  const device = devices.value.get(id);
  return device === undefined ? (
    <Unknown />
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
  const { state, reload } = useResource<Device>(`devices/${id}`);
  useEffect(() => {
    if (outside) return undefined; // each look of a provider's is told to the household
    const timer = setInterval(reload, FACTS_MS);
    return () => clearInterval(timer);
  }, []);
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
          <Badges device={device} open={useOpen()} />
          <Elsewhere id={id} />
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
          <DeviceFacts device={device} told={state.value.data ?? device} facts={facts} />
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

// What is open about it; nothing where nothing is.
function Open({ id }: { id: string }) {
  const { state, reload } = useResource<NoticePage>(
    `notifications?device=${id}&outcome=open&limit=20`,
    ["notification"],
  );
  const { data, error } = state.value;
  const items = data?.items ?? [];
  // Its place is kept until it is known whether there is anything.
  if (items.length === 0) return data ?? error ? null : <p class="wait" />;
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
