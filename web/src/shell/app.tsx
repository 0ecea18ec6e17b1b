// SPDX-License-Identifier: BSD-3-Clause
// The shell: rail, banners, the screen, the drawer, the status line and the messages.

import type { FunctionComponent } from "preact";
import { useEffect, useLayoutEffect } from "preact/hooks";
import {
  consent,
  isProvider,
  mayOpen,
  startConsent,
} from "../access/provider.ts";
import { RuleList } from "../lists/rule-list.tsx";
import { lazy } from "../kit/lazy.tsx";
import { t } from "../text/t.ts";
import { Banners } from "./banners.tsx";
import { DrawerFrame } from "./drawer-frame.tsx";
import { More } from "./more.tsx";
import { enterScreen } from "./keep-focus.ts";
import { LiveRegion } from "./live-region.tsx";
import { Monitor } from "./monitor.tsx";
import { NotLetIn } from "./provider-banner.tsx";
import { Rail } from "./rail.tsx";
import { closeSubject, go, route, to, type Screen } from "./route.ts";
import { Status } from "./status.tsx";
import { ToastStack } from "./toast-stack.tsx";
import { WordDialog } from "./word-dialog.tsx";

const screens: Record<Screen, FunctionComponent> = {
  home: lazy("home"),
  monitor: () => <Monitor />,
  devices: lazy("devices"),
  alerts: lazy("alerts"),
  flows: lazy("flows"),
  why: lazy("why"),
  rules: lazy("rules"),
  profiles: lazy("profiles"),
  lists: lazy("lists"),
  access: lazy("access"),
  privacy: lazy("privacy"),
  health: lazy("health"),
  integrations: lazy("integrations"),
  settings: lazy("settings"),
  captures: lazy("captures"),
  device: lazy("device"),
  destinations: lazy("destinations"),
  destination: lazy("destination"),
  history: lazy("history"),
  blocked: () => <RuleList action="block" />,
  allowed: () => <RuleList action="allow" />,
  ignored: () => <RuleList action="ignore" />,
  help: lazy("help"),
  more: () => <More />,
  welcome: lazy("welcome"),
};

const Drawer = lazy("drawer", DrawerFrame);

const Attention = lazy("attention");

function shown(screen: Screen): FunctionComponent {
  if (!mayOpen(screen)) return screens.home;
  return screen === "alerts" && isProvider.value ? Attention : screens[screen];
}

export function App() {
  useEffect(() => {
    startConsent();
    document.addEventListener("keydown", askForKeys);
    return () => document.removeEventListener("keydown", askForKeys);
  }, []);
  if (isProvider.value && !consent.value?.active)
    return consent.value === null ? null : <NotLetIn />;
  return <Shell />;
}

function Shell() {
  const { screen, id, open: chosen } = route.value;
  // In a capture file nothing is of this home: its own page says what is chosen.
  const open = screen === "captures" && id !== null ? null : chosen;
  const Shown = shown(screen);
  // It is one and the same scroller: how far down the last screen was read says nothing about this one.
  useLayoutEffect(() => document.getElementById("main")?.scrollTo(0, 0), [screen, id]);
  useEffect(enterScreen, [screen, id]);
  return (
    <div class={open === null ? "app" : "app with-drawer"} onKeyDown={onKey}>
      <a class="skip" href="#main" onClick={skip}>
        {t("app.skip")}
      </a>
      <Rail />
      <div class="column">
        <Banners />
        <div class="middle">
          <main id="main" tabIndex={screen === "monitor" ? -1 : 0}>
            <Shown />
          </main>
          {open !== null && <Drawer />}
        </div>
        <Status />
      </div>
      <ToastStack />
      <WordDialog />
      <LiveRegion />
    </div>
  );
}

function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

// The keys are written down in one place, and `?` leads there from everywhere.
function askForKeys(event: KeyboardEvent): void {
  const at = event.target as Element;
  if (event.key === "?" && at.closest("input, textarea, select, dialog") === null)
    go(to("help", "keyboard"));
}

function onKey(event: KeyboardEvent): void {
  if (
    event.key === "Escape" &&
    !event.defaultPrevented &&
    route.peek().open !== null
  )
    closeSubject();
}
