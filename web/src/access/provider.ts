// SPDX-License-Identifier: BSD-3-Clause
// The access provider's consent as this page knows it: for the provider what it may see and do, for the household
// that somebody from outside looks in.

import { computed, effect, signal } from "@preact/signals";
import { subjectPath } from "../api/act.ts";
import { ApiError, get } from "../api/http.ts";
import { heard, liveHooks, lostHooks, reconnect } from "../live/store.ts";
import { route } from "../shell/route.ts";
import { who } from "./session.ts";

export interface Consent {
  active: boolean;
  rights: readonly string[];
  names: "masked" | "shown";
  until: string | null;
  granted_by: string | null;
  purpose: string | null;
}

// A helpdesk that has a code, or used it and is let in.
export interface Help extends Consent {
  id: string;
  used: boolean;
  code_until: string | null;
}

const AGAIN_MS = 5000;

export const consent = signal<Consent | null>(null);
// The household's alone.
export const helps = signal<readonly Help[]>([]);
export const isProvider = computed(() => who.value?.role === "provider");
export const isHelpdesk = computed(() => who.value?.kind === "help");
// Whom the household can watch now.
export const insiders = computed(() => helps.value.filter(({ used }) => used));

// Somebody who may only look is shown no buttons that would be refused.
export const mayAct = computed(() => {
  const role = who.value?.role;
  if (role === "provider") return consent.value?.rights.includes("act") ?? false;
  return role !== "viewer";
});

// What there is to see for a provider; the household sees all that its gateway tells it.
const PROVIDERS = ["home", "devices", "device", "alerts", "why", "help", "more"];

export function mayOpen(screen: string): boolean {
  const role = who.value?.role;
  if (role === "provider") return PROVIDERS.includes(screen);
  if (screen === "settings") return role === "admin";
  return screen !== "captures" || role !== "viewer";
}

const none: Consent = {
  active: false,
  rights: [],
  names: "masked",
  until: null,
  granted_by: null,
  purpose: null,
};

export async function refreshConsent(): Promise<void> {
  const before = consent.peek()?.active;
  try {
    consent.value = await get<Consent>("provider");
    if (!isProvider.peek())
      helps.value = (await get<{ items: Help[] }>("help-codes")).items;
  } catch (error) {
    // Whom nobody lets in is not told who could.
    if (error instanceof ApiError && error.status === 403) consent.value = none;
  }
  if (!isProvider.peek()) return;
  const now = consent.peek()?.active ?? false;
  if (now && before === false) reconnect();
  if (!now) setTimeout(() => void refreshConsent(), AGAIN_MS);
}

let started = false;

export function startConsent(): void {
  if (started) return;
  started = true;
  heard("provider", () => void refreshConsent());
  liveHooks.push(() => void refreshConsent());
  lostHooks.push(() => {
    if (isProvider.peek() && consent.peek()?.active) void refreshConsent();
  });
  void refreshConsent();
  // What it opens is told at home, also when the stream had brought it already.
  effect(() => {
    const { open } = route.value;
    if (isProvider.value && open !== null)
      void get(subjectPath(open)).catch(() => {});
  });
}
