// SPDX-License-Identifier: BSD-3-Clause
// Alerts: what happened, why one should care, and what can be done about it; settled with one press.

import { request } from "../api/http.ts";
import type { ActionAnswer, Notice, NoticePage } from "../api/types.ts";
import { DeviceLink } from "../kit/device.tsx";
import { Empty, Load } from "../kit/load.tsx";
import { Page } from "../kit/page.tsx";
import { useResource } from "../kit/resource.ts";
import { now } from "../live/clock.ts";
import { devices } from "../live/store.ts";
import { run } from "../shell/actions.ts";
import { Icon, type IconName } from "../shell/icons.tsx";
import { keep, route } from "../shell/route.ts";
import { refuse } from "../shell/toasts.ts";
import { noticeWords } from "../text/about.ts";
import { ago, moment } from "../text/format.ts";
import { t, type Key } from "../text/t.ts";
import { Incidents } from "./incidents.tsx";

const outcomes = ["open", "blocked", "muted", "expected", "dismissed"] as const;

export function Screen() {
  const outcome =
    outcomes.find((one) => one === route.value.more["outcome"]) ?? "open";
  const { state, reload } = useResource<NoticePage>(
    `notifications?outcome=${outcome}&limit=100`,
    ["notification", "rule"],
  );
  return (
    <Page
      lead={t("alerts.lead")}
      tools={<Outcomes chosen={outcome} />}
    >
      <Load from={state} reload={reload}>
        {(page) =>
          page.items.length === 0 ? (
            <Empty
              icon="allowed"
              title={t(outcome === "open" ? "alerts.none" : "alerts.none.such")}
              text={t("alerts.none.text")}
            />
          ) : (
            <>
              {page.unread > 0 && outcome === "open" && (
                <p class="below">
                  <button
                    type="button"
                    class="plain"
                    onClick={() => void settle("notifications:read", reload)}
                  >
                    {t("alerts.read", { n: page.unread })}
                  </button>
                </p>
              )}
              <ul class="notices">
                {page.items.map((notice) => (
                  <NoticeCard key={notice.id} notice={notice} reload={reload} />
                ))}
              </ul>
            </>
          )
        }
      </Load>
      <Incidents />
    </Page>
  );
}

function Outcomes({ chosen }: { chosen: string }) {
  return (
    <select
      class="choice"
      aria-label={t("dests.show")}
      value={chosen}
      onChange={(event) => keep({ outcome: event.currentTarget.value })}
    >
      {outcomes.map((one) => (
        <option key={one} value={one} selected={one === chosen}>
          {t(`alerts.outcome.${one}`)}
        </option>
      ))}
    </select>
  );
}

const icons: Record<Notice["severity"], IconName> = {
  info: "help",
  warning: "warn",
  critical: "warn",
};
const tones = { info: "older", warning: "dns", critical: "blocked" } as const;

export function NoticeCard({
  notice,
  reload,
}: {
  notice: Notice;
  reload: () => void;
}) {
  const device =
    notice.device === null ? undefined : devices.value.get(notice.device);
  const open = notice.outcome === "open";
  const words = noticeWords(notice);
  return (
    <li class={`notice card tone-${tones[notice.severity]}`}>
      <Icon name={icons[notice.severity]} />
      <div class="notice-text">
        <h2 class={notice.read ? "" : "unread"}>{words.what}</h2>
        <p class="quiet">
          <span class="chip">{t(`alerts.severity.${notice.severity}`)}</span>{" "}
          <time dateTime={notice.time} title={moment(notice.time)}>
            {ago(notice.time, now.value)}
          </time>
          {notice.count > 1 && <> · {t("alerts.count", { n: notice.count })}</>}
          {notice.confidence !== "certain" && (
            <> · {t(`alerts.confidence.${notice.confidence}`)}</>
          )}
          {notice.ended !== null && (
            <> · {t("alerts.ended", { time: moment(notice.ended) })}</>
          )}
        </p>
        {device !== undefined && <DeviceLink device={device} />}
        {words.own !== "" && (
          <p class="quiet" lang="en">
            {words.own}
          </p>
        )}
        <p>{words.why}</p>
        <p>
          <strong>{words.todo}</strong>
        </p>
        {open && (
          <Actions notice={notice} name={words.what} reload={reload} />
        )}
      </div>
    </li>
  );
}

function Actions({
  notice,
  name,
  reload,
}: {
  notice: Notice;
  name: string;
  reload: () => void;
}) {
  return (
    <div class="word-answers">
      {notice.actions
        .filter(({ action }) => action !== "open")
        .map(({ action, path }) => (
          <button
            key={action}
            type="button"
            class="plain"
            aria-label={t("action.of", {
              action: t(`alerts.action.${action}` as Key),
              name,
            })}
            onClick={() =>
              action === "block"
                ? void block(notice, path).then(reload)
                : void settle(path, reload)
            }
          >
            {t(`alerts.action.${action}` as Key)}
          </button>
        ))}
    </div>
  );
}

function block(notice: Notice, path: string): Promise<boolean> {
  const device = notice.device ?? "";
  const name = devices.peek().get(device)?.name ?? device;
  return run(
    { kind: "device", device },
    (how) => request<ActionAnswer>("POST", `${path}${how}`),
    t("did.block", { name }),
  );
}

async function settle(path: string, reload: () => void): Promise<void> {
  try {
    await request("POST", path);
  } catch (error) {
    refuse(error);
  }
  reload();
}
