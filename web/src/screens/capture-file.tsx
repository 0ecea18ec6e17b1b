// SPDX-License-Identifier: BSD-3-Clause
// A capture file as the Traffic Monitor would have shown it: marked as a file, and nothing can be decided in it.

import { request } from "../api/http.ts";
import type { Flow, Graph, Page as Paged } from "../api/types.ts";
import { GraphControls, Legend } from "../graph/legend.tsx";
import { GraphView } from "../graph/graph-view.tsx";
import { useAgain } from "../kit/again.ts";
import { DataTable, type Column } from "../kit/data-table.tsx";
import { Empty, Load } from "../kit/load.tsx";
import { Page } from "../kit/page.tsx";
import { useResource } from "../kit/resource.ts";
import { mayAct } from "../kit/may.ts";
import { Icon } from "../shell/icons.tsx";
import { closeSubject, formatRoute, go, route, to } from "../shell/route.ts";
import { bytes, moment } from "../text/format.ts";
import { t } from "../text/t.ts";
import { attempt } from "./access-do.ts";
import type { Analysis } from "./capture-types.ts";

const FLOWS = 200;

export function CaptureFile({ id }: { id: string }) {
  const { state, reload } = useResource<Analysis>(`analyses/${id}`);
  const { data } = state.value;
  useAgain(data !== null && !["ready", "failed"].includes(data.state), reload);
  return (
    <Page
      wide
      title={data?.name ?? t("file.title")}
      tools={
        <>
          <a class="primary button" href={formatRoute(to("monitor"))}>
            <Icon name="monitor" /> {t("file.live")}
          </a>
          {mayAct.value && (
            <button type="button" class="plain" onClick={() => void remove(id)}>
              {t("file.remove")}
            </button>
          )}
        </>
      }
    >
      <Load from={state} reload={reload}>
        {(analysis) => (
          <>
            <p class="file-mark" role="note">
              <Icon name="disk" />
              <span>
                <strong>{t("file.mark")}</strong> {said(analysis)}
              </span>
            </p>
            {analysis.state === "ready" && <Opened analysis={analysis} />}
          </>
        )}
      </Load>
    </Page>
  );
}

async function remove(id: string): Promise<void> {
  const done = await attempt(
    () => request("DELETE", `analyses/${id}`),
    t("captures.removed"),
  );
  if (done !== null) go(to("captures"));
}

function said({ state, found, error, received, bytes: all }: Analysis): string {
  if (state === "uploading")
    return t("file.uploading", { now: bytes(received), most: bytes(all) });
  if (found === null) return error === null ? t(`file.state.${state}` as "file.state.running") : error;
  const { first, last, frames, devices, flows } = found;
  const text = t("file.found", {
    first: moment(first ?? ""),
    last: moment(last ?? ""),
    frames,
    devices,
    flows,
  });
  return error === null ? text : `${text} ${error}`;
}

// What is chosen in the graph, as the ends of its conversations.
function chosenEnds(): { device: string; destination: string } {
  const { open } = route.value;
  return {
    device: open === null || open.kind === "destination" ? "" : open.device,
    destination: open === null || open.kind === "device" ? "" : open.destination,
  };
}

function Opened({ analysis }: { analysis: Analysis }) {
  const at = `analyses/${analysis.id}`;
  const graph = useResource<Graph>(`${at}/graph?group=domain`);
  const { device, destination } = chosenEnds();
  const query = new URLSearchParams({ limit: String(FLOWS) });
  if (device !== "") query.set("device", device);
  if (destination !== "") query.set("destination", destination);
  const flows = useResource<Paged<Flow>>(`${at}/flows?${query}`);
  return (
    <Load from={graph.state} reload={graph.reload}>
      {(picture) =>
        picture.nodes.length === 0 ? (
          <Empty icon="disk" title={t("file.nothing")} text={t("file.nothing.text")} />
        ) : (
          <>
            <div class="stage file-stage card" onKeyDownCapture={noDeciding}>
              <GraphView graph={picture} query="" />
              <GraphControls />
              <Legend />
            </div>
            <Chosen graph={picture} />
            <Load from={flows.state} reload={flows.reload}>
              {({ items, next_cursor }) => (
                <>
                  <Flows flows={items} graph={picture} />
                  {next_cursor != null && (
                    <p class="quiet">{t("file.more", { n: items.length })}</p>
                  )}
                </>
              )}
            </Load>
          </>
        )
      }
    </Load>
  );
}

// The letters that block and allow at home mean nothing here.
function noDeciding(event: KeyboardEvent): void {
  if (/^[a-z]$/i.test(event.key)) event.stopPropagation();
}

function Chosen({ graph }: { graph: Graph }) {
  const ends = chosenEnds();
  const names = [ends.device, ends.destination].flatMap((id) => {
    const name = graph.nodes.find((node) => node.id === id)?.name;
    return name === undefined ? [] : [name];
  });
  return (
    <p class="below" aria-live="polite">
      {names.length === 0 ? (
        t("file.choose.node")
      ) : (
        <>
          <strong>{names.join(" – ")}</strong>
          <button type="button" class="plain" onClick={closeSubject}>
            {t("file.all")}
          </button>
        </>
      )}
    </p>
  );
}

function Flows({ flows, graph }: { flows: readonly Flow[]; graph: Graph }) {
  const names = new Map(graph.nodes.map((node) => [node.id, node.name]));
  const name = (id: string | null, other: string) =>
    (id === null ? undefined : names.get(id)) ?? other;
  const columns: Column<Flow>[] = [
    {
      key: "device",
      title: "flows.device",
      by: (one) => name(one.device, one.initiator.address),
      cell: (one) => name(one.device, one.initiator.address),
    },
    {
      key: "to",
      title: "past.with",
      by: (one) => one.names[0] ?? one.responder.address,
      cell: (one) => one.names[0] ?? one.responder.address,
    },
    {
      key: "service",
      title: "flows.service",
      by: (one) => one.service,
      cell: (one) => one.service,
    },
    {
      key: "out",
      title: "fact.sent",
      number: true,
      by: (one) => one.bytes_to_responder,
      cell: (one) => bytes(one.bytes_to_responder),
    },
    {
      key: "in",
      title: "fact.received",
      number: true,
      by: (one) => one.bytes_to_initiator,
      cell: (one) => bytes(one.bytes_to_initiator),
    },
    {
      key: "seen",
      title: "flows.seen",
      by: (one) => one.last_seen,
      cell: (one) => moment(one.last_seen),
    },
  ];
  return (
    <DataTable
      caption={t("nav.flows")}
      columns={columns}
      rows={flows}
      id={(one) => one.id}
      first={{ key: "seen", up: false }}
      save="flows"
    />
  );
}
