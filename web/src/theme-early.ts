// SPDX-License-Identifier: BSD-3-Clause
// Sets the theme before the first paint, so that a dark page never flashes white.

let theme = "";
try {
  theme = localStorage.getItem("spin.theme") ?? "";
} catch {
  // Storage is switched off: the system's own preference holds.
}
if (theme !== "light" && theme !== "dark") {
  theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}
document.documentElement.dataset.theme = theme;
