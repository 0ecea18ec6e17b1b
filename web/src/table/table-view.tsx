// SPDX-License-Identifier: BSD-3-Clause
// The graph's twin: the same nodes, pairs and actions in a table, for a reader, a keyboard or a small screen.

import { signal } from "@preact/signals";
import { mayAct } from "../access/provider.ts";
import { opposite } from "../api/act.ts";
import type { Id, RuleAction } from "../api/types.ts";
import { iconOf } from "../graph/graph-view.tsx";
import { isLetter, pickedTarget, press } from "../graph/keys.ts";
import { Mark } from "../graph/node.tsx";
import { pick, picked } from "../graph/pick.ts";
import { foldedHits, shown, unfolded } from "../graph/shown.ts";
import { choice } from "../live/choice.ts";
import type { Cell } from "../kit/save.ts";
import { SaveCsv } from "../kit/save-csv.tsx";
import { useStill } from "../kit/still.ts";
import { now } from "../live/clock.ts";
import { devices } from "../live/store.ts";
import { pauseHour, resume } from "../shell/actions.ts";
import { performAll } from "../shell/act-many.ts";
import { Icon, type IconName } from "../shell/icons.tsx";
import { openSubject, route, subjectKey } from "../shell/route.ts";
import { ago, bytes, rate } from "../text/format.ts";
import { t } from "../text/t.ts";
import {
  filterRows,
  rowsOf,
  sortRows,
  type Column,
  type Direction,
  type Row,
  type Show,
} from "./rows.ts";

const show = signal<Show>("all");
const sorting = signal<{ column: Column; direction: Direction }>({
  column: "rate",
  direction: "descending",
});

const shows: {
  show: Show;
  label: "table.all" | "table.devices" | "table.destinations" | "table.pairs";
}[] = [
  { show: "all", label: "table.all" },
  { show: "device", label: "table.devices" },
  { show: "destination", label: "table.destinations" },
  { show: "pair", label: "table.pairs" },
];

const columns: { column: Column; number?: boolean }[] = [
  { column: "name" },
  { column: "state" },
  { column: "partners", number: true },
  { column: "out", number: true },
  { column: "in", number: true },
  { column: "rate", number: true },
  { column: "seen", number: true },
];

export function Screen() {
  const graph = shown.value;
  const query = choice.value.query.trim();
  const { column, direction } = sorting.value;
  const all = graph === null ? [] : rowsOf(graph);
  const { list, still: rows } = useStill<Row, HTMLTableSectionElement>(
    sortRows(filterRows(all, show.value, query), column, direction),
    (row) => row.key,
    column + direction,
  );
  if (graph === null) return null;
  return (
    <div class="table-view">
      <div class="segments" role="group" aria-label={t("table.show")}>
        {shows.map((choice) => (
          <button
            key={choice.show}
            type="button"
            aria-pressed={show.value === choice.show}
            onClick={() => {
              show.value = choice.show;
            }}
          >
            {t(choice.label)}{" "}
            <span class="count">{filterRows(all, choice.show, "").length}</span>
          </button>
        ))}
      </div>
      {graph.folded.nodes > 0 && (
        <button
          type="button"
          class="link-button"
          onClick={() => {
            unfolded.value = true;
          }}
        >
          {t("graph.more", { n: graph.folded.nodes })}, {t("graph.more.detail")}
        </button>
      )}
      <div
        class="table-scroll card"
        role="region"
        tabIndex={0}
        aria-label={t("table.caption")}
      >
        <table>
          <caption class="unseen">{t("table.caption")}</caption>
          <thead>
            <tr>
              <th scope="col" class="col-pick">
                <span class="unseen">{t("pick.mode")}</span>
              </th>
              {columns.map((head) => (
                <HeadCell key={head.column} {...head} />
              ))}
              <th scope="col" class="col-actions">
                {t("table.actions")}
              </th>
            </tr>
          </thead>
          <tbody ref={list}>
            {rows.map((row) => (
              <RowView key={row.key} row={row} />
            ))}
          </tbody>
        </table>
        {rows.length === 0 && foldedHits.value === 0 && (
          <p class="note pad">
            {query === ""
              ? t("graph.empty.quiet.title")
              : t("find.none", { query })}
          </p>
        )}
        <p class="pad">
          <SaveCsv name="monitor" rows={() => cellsOf(rows)} />
        </p>
      </div>
    </div>
  );
}

function cellsOf(rows: readonly Row[]): Cell[][] {
  return [
    columns.map(({ column }) => t(`table.column.${column}`)),
    ...rows.map((row) =>
      columns.map(({ column }) => (column === "state" ? row.look.word : row[column])),
    ),
  ];
}

function HeadCell({ column, number }: { column: Column; number?: boolean }) {
  const { column: by, direction } = sorting.value;
  const active = by === column;
  const first: Direction = number ? "descending" : "ascending";
  const press = () => {
    const turned = direction === "ascending" ? "descending" : "ascending";
    sorting.value = { column, direction: active ? turned : first };
  };
  return (
    <th
      scope="col"
      class={`col-${column}${number ? " number" : ""}`}
      aria-sort={active ? direction : undefined}
    >
      <button type="button" onClick={press}>
        {t(`table.column.${column}`)}
        {active && <Icon name={direction === "ascending" ? "up" : "down"} />}
      </button>
    </th>
  );
}

const actions: {
  action: RuleAction;
  flag: "blocked" | "allowed" | "ignored";
  icon: IconName;
  off: IconName;
}[] = [
  { action: "block", flag: "blocked", icon: "blocked", off: "undo" },
  { action: "allow", flag: "allowed", icon: "allowed", off: "undo" },
  { action: "ignore", flag: "ignored", icon: "ignored", off: "eye" },
];

function RowView({ row }: { row: Row }) {
  const open =
    route.value.open !== null && subjectKey(route.value.open) === row.key;
  const isPicked =
    row.subjects.length > 0 &&
    row.subjects.every((one) => picked.value.has(subjectKey(one)));
  const subject = row.subjects.length === 1 ? row.subjects[0] : undefined;
  const icon = row.look.icon ?? (row.node === null ? null : iconOf(row.node));
  return (
    <tr
      class={open ? "open" : ""}
      data-id={row.key}
      onKeyDown={(event) => onKey(event, row)}
    >
      <td class="col-pick">
        <input
          type="checkbox"
          checked={isPicked}
          aria-label={t("pick.in", { name: row.name })}
          onChange={() => pick(row.subjects)}
        />
      </td>
      <th scope="row" class="col-name">
        <button
          type="button"
          id={`row-${row.key}`}
          class="row-name"
          onClick={(event) => openOrPick(event, row)}
        >
          <Mark
            shape={row.look.shape}
            tone={row.look.tone}
            icon={icon}
            size={24}
          />
          <span>
            <span class="row-title">{row.name}</span>
            <span class="quiet narrow">
              {[row.look.word, row.rate >= 1 ? rate(row.rate) : ""]
                .filter(Boolean)
                .join(" · ")}
            </span>
            {row.detail !== "" && row.detail !== row.name && (
              <span class="quiet wide">{row.detail}</span>
            )}
          </span>
        </button>
      </th>
      <td class="col-state">
        <span class={`chip tone-${row.look.tone}`}>{row.look.word}</span>
        {row.allowed && (
          <span class="chip tone-recent">{t("state.allowed")}</span>
        )}
        {row.ignored && <span class="chip">{t("state.ignored")}</span>}
      </td>
      <td class="number col-partners">
        {row.kind === "pair" ? "" : row.partners}
      </td>
      <td class="number col-out">{bytes(row.out)}</td>
      <td class="number col-in">{bytes(row.in)}</td>
      <td class="number col-rate">{row.rate >= 1 ? rate(row.rate) : "–"}</td>
      <td class="number col-seen">{ago(row.seen, now.value)}</td>
      <td class="col-actions">
        <span class="mini-actions">
          {(mayAct.value ? actions : []).map(({ action, flag, icon: on, off }) => {
            const set = row[flag];
            const verb = set ? opposite(action) : action;
            const label = t("action.of", {
              action: t(`action.${verb}`),
              name: row.name,
            });
            return (
              <button
                key={action}
                type="button"
                class={`icon-button${set ? " on" : ""}`}
                aria-label={label}
                title={label}
                onClick={() => void performAll(row.subjects, verb)}
              >
                <Icon name={set ? off : on} />
              </button>
            );
          })}
          {mayAct.value && subject?.kind === "device" && <PauseButton subject={subject} />}
          {mayAct.value && subject !== undefined && row.kind !== "pair" && (
            <button
              type="button"
              class="icon-button"
              aria-label={t("action.of", {
                action: t("action.rename"),
                name: row.name,
              })}
              title={t("action.of", {
                action: t("action.rename"),
                name: row.name,
              })}
              onClick={() => openSubject(subject, true)}
            >
              <Icon name="rename" />
            </button>
          )}
        </span>
      </td>
    </tr>
  );
}

function PauseButton({ subject }: { subject: { kind: "device"; device: Id } }) {
  const device = devices.value.get(subject.device);
  if (device === undefined) return null;
  const paused = Boolean(device.paused_until);
  const label = t("action.of", {
    action: t(paused ? "pause.resume" : "pause.hour"),
    name: device.name,
  });
  return (
    <button
      type="button"
      class={`icon-button${paused ? " on" : ""}`}
      aria-label={label}
      title={label}
      onClick={() => void (paused ? resume(subject) : pauseHour(subject))}
    >
      <Icon name={paused ? "play" : "pause"} />
    </button>
  );
}

// An organisation is all its destinations: there is no one thing to open.
function openOrPick(event: MouseEvent, { subjects }: Row): void {
  const more = event.shiftKey || event.ctrlKey || event.metaKey;
  const only = subjects.length === 1 ? subjects[0] : undefined;
  if (more || only === undefined) pick(subjects);
  else openSubject(only);
}

// The letters of the graph, on the row that has the focus.
function onKey(event: KeyboardEvent, row: Row): void {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || !isLetter(key)) return;
  if (target instanceof HTMLInputElement && target.type !== "checkbox") return;
  event.preventDefault();
  press(key, picked.peek().size > 0 && key !== "x" ? pickedTarget() : row);
}
