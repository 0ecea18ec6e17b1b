// SPDX-License-Identifier: BSD-3-Clause
// The shell: rail, banners, the screen, the drawer, the status line and the messages.

import type { FunctionComponent } from "preact";
import { useEffect } from "preact/hooks";
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
import { LiveRegion } from "./live-region.tsx";
import { Monitor } from "./monitor.tsx";
import { NotLetIn } from "./provider-banner.tsx";
import { Rail } from "./rail.tsx";
import { closeSubject, go, route, to, type Screen } from "./route.ts";
import { Status } from "./status.tsx";
import { ToastStack } from "./toast-stack.tsx";
import { WordDialog } from "./word-dialog.tsx";

const later = () => import("../screens/all.ts");

const screens: Record<Screen, FunctionComponent> = {
  home: lazy(async () => (await later()).home),
  monitor: () => <Monitor />,
  devices: lazy(async () => (await later()).devices),
  alerts: lazy(async () => (await later()).alerts),
  flows: lazy(async () => (await later()).flows),
  why: lazy(async () => (await later()).why),
  rules: lazy(async () => (await later()).rules),
  profiles: lazy(async () => (await later()).profiles),
  lists: lazy(async () => (await later()).lists),
  access: lazy(async () => (await later()).access),
  privacy: lazy(async () => (await later()).privacy),
  health: lazy(async () => (await later()).health),
  integrations: lazy(async () => (await later()).integrations),
  settings: lazy(async () => (await later()).settings),
  captures: lazy(async () => (await later()).captures),
  device: lazy(async () => (await later()).device),
  destinations: lazy(async () => (await later()).destinations),
  destination: lazy(async () => (await later()).destination),
  history: lazy(async () => (await later()).history),
  blocked: () => <RuleList action="block" />,
  allowed: () => <RuleList action="allow" />,
  ignored: () => <RuleList action="ignore" />,
  help: lazy(async () => (await later()).help),
  more: () => <More />,
  welcome: lazy(async () => (await later()).welcome),
};

const Drawer = lazy(async () => (await later()).drawer, DrawerFrame);

const Attention = lazy(async () => (await later()).attention);

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
