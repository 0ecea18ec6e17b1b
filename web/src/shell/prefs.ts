// SPDX-License-Identifier: BSD-3-Clause
// What this browser remembers by itself: the theme, and which banner was put away.

import { signal } from "@preact/signals";

export type Theme = "auto" | "light" | "dark";

const themes: Theme[] = ["auto", "light", "dark"];

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Storage is switched off: it holds until the page is closed.
  }
}

export const theme = signal<Theme>(
  themes.find((name) => name === read("spin.theme")) ?? "auto",
);

const systemDark = matchMedia("(prefers-color-scheme: dark)");

export function nextTheme(): void {
  const next =
    themes[(themes.indexOf(theme.peek()) + 1) % themes.length] ?? "auto";
  theme.value = next;
  write("spin.theme", next === "auto" ? null : next);
  applyTheme();
}

function applyTheme(): void {
  const chosen = theme.peek();
  document.documentElement.dataset["theme"] =
    chosen === "auto" ? (systemDark.matches ? "dark" : "light") : chosen;
}

export function startTheme(): void {
  systemDark.addEventListener("change", applyTheme);
  applyTheme();
}

export const hiddenBanner = signal<string | null>(read("spin.banner"));

export function hideBanner(title: string): void {
  hiddenBanner.value = title;
  write("spin.banner", title);
}
