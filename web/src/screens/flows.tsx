// SPDX-License-Identifier: BSD-3-Clause
// Flows: each conversation with its verdict, newest first; now or in a window of the past, by device and by verdict, a
// page at a time. Each opens to all that is known of it.

import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { get } from "../api/http.ts";
import type { HistoryFlow } from "../api/page-types.ts";
import type { Flow, Page as Answer } from "../api/types.ts";
import { DataTable, type Column } from "../kit/data-table.tsx";
import { About } from "../kit/about.tsx";
import { DeviceOptions } from "../kit/device-options.tsx";
import { Empty, Failed } from "../kit/load.tsx";
import { Page } from "../kit/page.tsx";
import { now } from "../live/clock.ts";
import { Icon } from "../shell/icons.tsx";
import { keep, route } from "../shell/route.ts";
import { ago, bytes, moment } from "../text/format.ts";
import { t } from "../text/t.ts";
import { FlowDetails, Verdict } from "./flow-details.tsx";
import { talkOf, type Talk } from "./flow-talk.ts";
import { WindowRow } from "./history-choices.tsx";
import { pastPath } from "./history-use.tsx";
import { viewOf } from "./history-view.ts";

const PAGE = 100;
// A page of the past looks through so many and may find none of them.
const EMPTY_PAGES = 20;

const columns: Column<Talk>[] = [
  { key: "device", title: "flows.device", by: (f) => f.near.name, cell: (f) => <Opener talk={f} /> },
  { key: "to", title: "past.with", by: (f) => f.far.name, cell: (f) => <Whom talk={f} /> },
  {
    key: "service",
    title: "flows.service",
    by: (f) => f.service,
    cell: (f) => <About sort="service" thing={f.service || (f.protocol ?? "")} />,
  },
  {
    key: "verdict",
    title: "flows.verdict",
    by: (f) => f.verdict,
    save: (f) => (f.verdict === "drop" ? f.reason : t("flows.passed")),
    cell: (f) => <Verdict talk={f} />,
  },
  {
    key: "sent",
    title: "fact.sent",
    number: true,
    by: (f) => f.sent.bytes,
    cell: (f) => bytes(f.sent.bytes),
  },
  {
    key: "received",
    title: "fact.received",
    number: true,
    by: (f) => f.received.bytes,
    cell: (f) => bytes(f.received.bytes),
  },
  {
    key: "seen",
    title: "flows.seen",
    number: true,
    by: (f) => Date.parse(f.last_seen),
    save: (f) => f.last_seen,
    cell: (f) => (
      <span title={moment(f.first_seen)}>{ago(f.last_seen, now.value)}</span>
    ),
  },
];

export function Screen() {
  const { more } = route.value;
  const { device = "", verdict = "" } = more;
  const past = more["show"] === "past";
  const view = viewOf(more, now.peek());
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (device !== "") query.set("device", device);
  if (verdict !== "") query.set("verdict", verdict);
  return (
    <Page
      wide
      lead={t("flows.lead")}
      tools={<Choices device={device} verdict={verdict} past={past} />}
    >
      {past && <WindowRow view={view} />}
      <Pages
        key={`${query} ${past} ${view.seconds} ${view.until}`}
        ask={() =>
          past ? pastPath(`history/flows?${query}`, view.seconds, view.until) : `flows?${query}`
        }
      />
    </Page>
  );
}

function Choices({
  device,
  verdict,
  past,
}: {
  device: string;
  verdict: string;
  past: boolean;
}) {
  return (
    <>
      <div class="segments" role="group" aria-label={t("past.window")}>
        {[false, true].map((then) => (
          <button
            key={String(then)}
            type="button"
            aria-pressed={past === then}
            onClick={() => keep({ show: then ? "past" : "" })}
          >
            {t(then ? "flows.past" : "past.now")}
          </button>
        ))}
      </div>
      <select
        class="choice"
        aria-label={t("flows.device")}
        value={device}
        onChange={(event) => keep({ device: event.currentTarget.value })}
      >
        <option value="">{t("flows.every")}</option>
        <DeviceOptions chosen={device} />
      </select>
      <div class="segments" role="group" aria-label={t("flows.verdict")}>
        {["", "forward", "drop"].map((word) => (
          <button
            key={word}
            type="button"
            aria-pressed={verdict === word}
            onClick={() => keep({ verdict: word })}
          >
            {t(word === "" ? "flows.all" : word === "drop" ? "flows.stopped" : "flows.passed")}
          </button>
        ))}
      </div>
    </>
  );
}

function Pages({ ask }: { ask: () => string }) {
  const items = useSignal<readonly (Flow | HistoryFlow)[] | null>(null);
  const next = useSignal<string | null>(null);
  const error = useSignal<unknown>(null);
  // A window that moves with the clock stands still from one page to the next.
  const asked = useMemo(() => ({ path: "" }), []);
  const load = async (cursor: string | null) => {
    const found = cursor === null ? [] : [...(items.peek() ?? [])];
    const before = found.length;
    if (cursor === null) asked.path = ask();
    try {
      for (let n = 0; n < EMPTY_PAGES && found.length === before; n++) {
        const more: string = cursor === null ? "" : `&cursor=${cursor}`;
        const page = await get<Answer<Flow | HistoryFlow>>(asked.path + more);
        found.push(...page.items);
        cursor = page.next_cursor ?? null;
        if (cursor === null) break;
      }
      items.value = found;
      next.value = cursor;
      error.value = null;
    } catch (why) {
      error.value = why;
    }
  };
  useEffect(() => void load(null), []);
  const open = route.value.more["flow"] ?? "";
  if (error.value !== null)
    return <Failed error={error.value} reload={() => void load(null)} />;
  if (items.value === null) return <p class="note">{t("screen.loading")}</p>;
  // Here, so that a name that comes later, or is another, stands in it.
  const talks = items.value.map(talkOf);
  return (
    <>
      {/^flow_\w+$/.test(open) && !talks.some(({ id }) => id === open) && (
        <section class="card flow-alone">
          <FlowDetails id={open} />
        </section>
      )}
      {talks.length === 0 && next.value === null ? (
        <Empty icon="search" title={t("flows.none")} text={t("flows.none.text")} />
      ) : (
        <DataTable
          caption={t("nav.flows")}
          columns={columns}
          rows={talks}
          id={(f) => f.id}
          first={{ key: "seen", up: false }}
          save="flows"
          under={(f) => f.id === open && <FlowDetails id={f.id} talk={f} />}
        />
      )}
      <p class="below">
        {next.value !== null && (
          <button
            type="button"
            class="plain"
            onClick={() => void load(next.value)}
          >
            {t("load.more")}
          </button>
        )}
        <button type="button" class="plain" onClick={() => void load(null)}>
          {t("flows.again")}
        </button>
      </p>
    </>
  );
}

function Opener({ talk }: { talk: Talk }) {
  const open = route.value.more["flow"] === talk.id;
  return (
    <button
      type="button"
      class="row-name"
      aria-expanded={open}
      onClick={() => keep({ flow: open ? "" : talk.id })}
    >
      <Icon name="chevron" />
      <span class="row-title">{talk.near.name}</span>
    </button>
  );
}

function Whom({ talk: { far } }: { talk: Talk }) {
  const { name, address, port } = far;
  return (
    <div>
      {name}
      {address !== null && name !== address && (
        <span class="quiet below-name">
          {address} {port}
        </span>
      )}
    </div>
  );
}
