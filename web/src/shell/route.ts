// SPDX-License-Identifier: BSD-3-Clause
// What is on the screen, kept in the address: `#/monitor?view=table&open=dev_a~dst_b`. A reload shows the same.

import { signal } from "@preact/signals";
import type { Subject } from "../api/act.ts";

export const screens = [
  "monitor",
  "blocked",
  "allowed",
  "ignored",
  "help",
] as const;
export type Screen = (typeof screens)[number];
export type View = "graph" | "table";

export interface Route {
  screen: Screen;
  view: View;
  open: Subject | null;
}

export function parseRoute(text: string): Route {
  const [path = "", query = ""] = text.replace(/^#?\/?/, "").split("?");
  const params = new URLSearchParams(query);
  const screen = screens.find((name) => name === path) ?? "monitor";
  return {
    screen,
    view: params.get("view") === "table" ? "table" : "graph",
    open: parseSubject(params.get("open") ?? ""),
  };
}

export function formatRoute(route: Route): string {
  const query: string[] = [];
  if (route.view !== "graph") query.push(`view=${route.view}`);
  if (route.open !== null) query.push(`open=${subjectKey(route.open)}`);
  return `#/${route.screen}${query.length > 0 ? `?${query.join("&")}` : ""}`;
}

export function subjectKey(subject: Subject): string {
  switch (subject.kind) {
    case "device":
      return subject.device;
    case "destination":
      return subject.destination;
    case "pair":
      return `${subject.device}~${subject.destination}`;
  }
}

export function parseSubject(key: string): Subject | null {
  const match = /^(?:(dev_[a-z0-9]+))?(?:~?(dst_[a-z0-9]+))?$/i.exec(key);
  const [, device, destination] = match ?? [];
  if (device !== undefined && destination !== undefined)
    return { kind: "pair", device, destination };
  if (device !== undefined) return { kind: "device", device };
  if (destination !== undefined) return { kind: "destination", destination };
  return null;
}

export const route = signal<Route>({
  screen: "monitor",
  view: "graph",
  open: null,
});

export function startRouting(): void {
  const read = () => {
    route.value = parseRoute(location.hash);
  };
  addEventListener("hashchange", read);
  read();
}

export function go(change: Partial<Route>): void {
  const next = { ...route.peek(), ...change };
  route.value = next;
  const text = formatRoute(next);
  if (text === formatRoute(parseRoute(location.hash))) return;
  history.pushState(null, "", text);
}

// Where the keyboard goes when the drawer closes: the node, row or button that opened it.
let opener: string | null = null;

// The node whose name is to be edited as soon as the drawer is open.
export const renaming = signal<string | null>(null);

export function openSubject(subject: Subject, rename = false): void {
  renaming.value = rename ? subjectKey(subject) : null;
  if (route.peek().open === null) opener = document.activeElement?.id || null;
  go({ open: subject });
}

export function closeSubject(): void {
  go({ open: null });
  const back = opener;
  opener = null;
  if (back !== null)
    requestAnimationFrame(() => document.getElementById(back)?.focus());
}
