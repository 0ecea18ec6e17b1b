// SPDX-License-Identifier: BSD-3-Clause
// Flows: each conversation with its verdict, newest first; by device and by verdict, a page at a time.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get } from "../api/http.ts";
import type { Flow, Page as Answer } from "../api/types.ts";
import { DataTable, type Column } from "../kit/data-table.tsx";
import { About } from "../kit/about.tsx";
import { Empty, Failed } from "../kit/load.tsx";
import { Page } from "../kit/page.tsx";
import { now } from "../live/clock.ts";
import { destinations, devices } from "../live/store.ts";
import { Icon } from "../shell/icons.tsx";
import { keep, route } from "../shell/route.ts";
import { ago, bytes, moment } from "../text/format.ts";
import { known, t } from "../text/t.ts";

const PAGE = 100;

const columns: Column<Flow>[] = [
  {
    key: "device",
    title: "flows.device",
    by: (f) => who(f),
    cell: (f) => who(f),
  },
  { key: "to", title: "flows.to", by: (f) => whom(f), cell: (f) => <Whom flow={f} /> },
  {
    key: "service",
    title: "flows.service",
    by: (f) => f.service,
    cell: (f) => <About sort="service" thing={f.service || f.protocol} />,
  },
  { key: "verdict", title: "flows.verdict", by: (f) => f.verdict, cell: (f) => <Verdict flow={f} /> },
  {
    key: "sent",
    title: "flows.sent",
    number: true,
    by: (f) => f.bytes_to_responder,
    cell: (f) => bytes(f.bytes_to_responder),
  },
  {
    key: "received",
    title: "flows.received",
    number: true,
    by: (f) => f.bytes_to_initiator,
    cell: (f) => bytes(f.bytes_to_initiator),
  },
  {
    key: "seen",
    title: "flows.seen",
    number: true,
    by: (f) => Date.parse(f.last_seen),
    cell: (f) => (
      <span title={moment(f.first_seen)}>{ago(f.last_seen, now.value)}</span>
    ),
  },
];

export function Screen() {
  const { device = "", verdict = "" } = route.value.more;
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (device !== "") query.set("device", device);
  if (verdict !== "") query.set("verdict", verdict);
  return (
    <Page
      wide
      title={t("flows.title")}
      lead={t("flows.lead")}
      tools={<Choices device={device} verdict={verdict} />}
    >
      <Pages key={query.toString()} query={query.toString()} />
    </Page>
  );
}

function Choices({ device, verdict }: { device: string; verdict: string }) {
  const all = [...devices.value.values()].sort((a, b) =>
    a.name.localeCompare(b.name),
  );
  return (
    <>
      <label class="choice">
        <span class="unseen">{t("flows.device")}</span>
        <select
          value={device}
          onChange={(event) => keep({ device: event.currentTarget.value })}
        >
          <option value="">{t("flows.every")}</option>
          {all.map((one) => (
            <option key={one.id} value={one.id} selected={one.id === device}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
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

function Pages({ query }: { query: string }) {
  const items = useSignal<readonly Flow[] | null>(null);
  const next = useSignal<string | null>(null);
  const error = useSignal<unknown>(null);
  const load = async (cursor: string | null) => {
    try {
      const more = cursor === null ? "" : `&cursor=${cursor}`;
      const page = await get<Answer<Flow>>(`flows?${query}${more}`);
      const before = cursor === null ? [] : (items.peek() ?? []);
      items.value = [...before, ...page.items];
      next.value = page.next_cursor ?? null;
      error.value = null;
    } catch (why) {
      error.value = why;
    }
  };
  useEffect(() => void load(null), []);
  if (error.value !== null)
    return <Failed error={error.value} reload={() => void load(null)} />;
  if (items.value === null) return <p class="note">{t("load.loading")}</p>;
  if (items.value.length === 0)
    return (
      <Empty icon="search" title={t("flows.none")} text={t("flows.none.text")} />
    );
  return (
    <>
      <DataTable
        caption={t("flows.title")}
        columns={columns}
        rows={items.value}
        id={(f) => f.id}
        first={{ key: "seen", up: false }}
      />
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

function who(flow: Flow): string {
  const device = flow.device === null ? null : devices.value.get(flow.device);
  return device?.name ?? flow.initiator.address;
}

function whom(flow: Flow): string {
  const to =
    flow.destination === null ? null : destinations.value.get(flow.destination);
  return flow.names[0] ?? to?.name ?? flow.responder.address;
}

function Whom({ flow }: { flow: Flow }) {
  const { address, port } = flow.responder;
  const at = port === null ? address : `${address} ${port}`;
  const name = whom(flow);
  return (
    <>
      {name}
      {name !== address && <span class="quiet below-name">{at}</span>}
    </>
  );
}

function Verdict({ flow }: { flow: Flow }) {
  const stopped = flow.verdict === "drop";
  return (
    <span class={`chip tone-${stopped ? "blocked" : "recent"}`}>
      <Icon name={stopped ? "blocked" : "allowed"} />
      {stopped ? (
        <About
          sort="reason"
          thing={flow.reason}
          name={known("reason", flow.reason)}
        />
      ) : (
        t("flows.passed")
      )}
    </span>
  );
}
