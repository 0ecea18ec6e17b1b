// SPDX-License-Identifier: BSD-3-Clause
// What is on the screen, kept in the address: `#/monitor?view=table&open=dev_a~dst_b`. A reload shows the same.

import { signal } from "@preact/signals";
import type { Subject } from "../api/act.ts";

export const screens = [
  "home",
  "monitor",
  "devices",
  "device",
  "destinations",
  "destination",
  "alerts",
  "flows",
  "history",
  "why",
  "rules",
  "profiles",
  "lists",
  "captures",
  "access",
  "privacy",
  "health",
  "integrations",
  "settings",
  "blocked",
  "allowed",
  "ignored",
  "help",
  "more",
  "welcome",
] as const;
export type Screen = (typeof screens)[number];
export type View = "graph" | "table";

export interface Route {
  screen: Screen;
  // What a screen is about, where it is about one thing: `#/device/dev_a`.
  id: string | null;
  view: View;
  open: Subject | null;
  // What a screen keeps of its own: filters, a window, a page.
  more: Readonly<Record<string, string>>;
}

const MORE_MAX = 200;

export function parseRoute(text: string): Route {
  const [path = "", query = ""] = text.replace(/^#?\/?/, "").split("?");
  const [name = "", id = ""] = path.split("/");
  const { view, open, ...more } = Object.fromEntries(
    new URLSearchParams(query),
  );
  for (const key of Object.keys(more))
    if ((more[key] ?? "").length > MORE_MAX) delete more[key];
  return {
    screen: screens.find((screen) => screen === name) ?? "monitor",
    id: id === "" ? null : decode(id),
    view: view === "table" ? "table" : "graph",
    open: parseSubject(open ?? ""),
    more,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function formatRoute(route: Route): string {
  const path =
    route.id === null
      ? route.screen
      : `${route.screen}/${encodeURIComponent(route.id)}`;
  const query = new URLSearchParams();
  if (route.view !== "graph") query.set("view", route.view);
  if (route.open !== null) query.set("open", subjectKey(route.open));
  for (const [key, value] of Object.entries(route.more))
    if (value !== "") query.set(key, value);
  const text = query.toString().replaceAll("%7E", "~");
  return `#/${path}${text === "" ? "" : `?${text}`}`;
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

export const route = signal<Route>(parseRoute(""));

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

// A link to another screen: what belongs to this one stays behind.
export function to(screen: Screen, id: string | null = null): Route {
  return { ...parseRoute(""), view: route.value.view, screen, id };
}

// What a screen keeps of its own; an empty text takes it out. The way back stays one step.
export function keep(change: Record<string, string>): void {
  const next = { ...route.peek(), more: { ...route.peek().more, ...change } };
  route.value = next;
  history.replaceState(null, "", formatRoute(next));
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
