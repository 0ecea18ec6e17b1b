// SPDX-License-Identifier: BSD-3-Clause
// Who is here: asked at the start, made by a login, a first account, or a code in the address; and noticed when it ends.

import { computed, signal } from "@preact/signals";
import { ApiError, request, session } from "../api/http.ts";
import {
  liveHooks,
  lostHooks,
  reconnect,
  refreshGraph,
  startLive,
} from "../live/store.ts";
import { go, to } from "../shell/route.ts";
import { explain, type Explained } from "../text/explain.ts";

export interface Who {
  kind: "session" | "help" | "token" | "unix";
  name: string;
  role: string;
  csrf: string | null;
  totp: boolean;
}

// `again`: the session ended while the page was open; what it shows is kept below the form.
export type Gate = "asking" | "setup" | "login" | "in" | "again";

export const who = signal<Who | null>(null);
export const gate = signal<Gate>("asking");
// By a cookie, which a button can end.
export const mayLeave = computed(() => ["session", "help"].includes(who.value?.kind ?? ""));
export const trouble = signal<Explained | null>(null);
export const codeNeeded = signal(false);
// A setup code that came in the address.
export const givenCode = signal("");
// Somebody waits for the password to be given again.
export const passwordAsked = signal<((given: boolean) => void) | null>(null);

const RETRY_MS = 2000;
let live = false;

export function startSession(): void {
  session.lost = lost;
  session.askPassword = () =>
    new Promise((resolve) => {
      passwordAsked.value = resolve;
    });
  if (!byCode()) void ask();
  // A link that is put into a tab that is open already loads nothing.
  addEventListener("hashchange", byCode);
}

function byCode(): boolean {
  const code = takeCode();
  if (code !== "") void enterByCode(code);
  return code !== "";
}

// `#code=…` is of no use twice and is nobody else's business: it leaves the address and the history at once.
function takeCode(): string {
  const code = parseCode(location.hash);
  if (code !== "") history.replaceState(null, "", location.pathname);
  return code;
}

export function parseCode(hash: string): string {
  return /^#code=([0-9A-Za-z-]{1,24})$/.exec(hash)?.[1] ?? "";
}

async function enterByCode(code: string): Promise<void> {
  if (await enter("login", { code })) return;
  const why = trouble.peek();
  givenCode.value = code;
  await ask();
  // The code may have been used here before, or be the one for the first account.
  trouble.value = gate.peek() === "login" ? why : null;
}

async function ask(): Promise<void> {
  try {
    enterAs((await request<Who>("GET", "session")).body);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return;
    setTimeout(() => void ask(), RETRY_MS);
  }
}

function lost(key: string): void {
  codeNeeded.value = false;
  if (live) gate.value = "again";
  else gate.value = key === "setup_required" ? "setup" : "login";
}

function enterAs(now: Who): void {
  const before = who.peek();
  session.csrf = now.csrf ?? "";
  who.value = now;
  trouble.value = null;
  codeNeeded.value = false;
  gate.value = "in";
  if (!live) {
    live = true;
    lostHooks.push(checkSession);
    // Somebody logged in again in another tab: this one has the session too.
    liveHooks.push(() => {
      if (gate.peek() === "again") void ask();
    });
    startLive(`${now.role} ${now.name}`, now.role !== "provider");
  } else if (before?.name !== now.name || before.role !== now.role) {
    location.reload(); // what one person had open is not shown to the next
  } else {
    reconnect();
    refreshGraph();
  }
}

// True when it let somebody in; otherwise `trouble` says why not.
export async function enter(
  way: "login" | "setup",
  body: Record<string, string>,
): Promise<boolean> {
  try {
    const now = (await request<Who>("POST", way, body)).body;
    if (way === "setup") go(to("welcome"));
    enterAs(now);
    return true;
  } catch (error) {
    codeNeeded.value =
      codeNeeded.peek() ||
      (error instanceof ApiError && error.key === "code_needed");
    trouble.value = explain(error);
    return false;
  }
}

export async function givePassword(password: string): Promise<void> {
  try {
    await request<Who>("POST", "session:reauthenticate", { password });
    trouble.value = null;
    endAsking(true);
  } catch (error) {
    trouble.value = explain(error);
  }
}

export function endAsking(given: boolean): void {
  const waiting = passwordAsked.peek();
  passwordAsked.value = null;
  trouble.value = null;
  waiting?.(given);
}

export async function logOut(): Promise<void> {
  try {
    await request("POST", "logout");
  } finally {
    location.reload();
  }
}

// The stream gave up without saying why: perhaps because the session is over.
function checkSession(): void {
  if (gate.peek() === "in") void request<Who>("GET", "session").catch(() => {});
}
