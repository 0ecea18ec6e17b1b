// SPDX-License-Identifier: BSD-3-Clause
// The way from a screen to the help about it.

import { formatRoute, route, to } from "../shell/route.ts";
import { t } from "../text/t.ts";

// In the order of reading: what to know first, the screens, what to look up. Each is a file in web/help of every
// language.
export const topics = [
  "start",
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
  "blocked",
  "captures",
  "access",
  "privacy",
  "integrations",
  "health",
  "settings",
  "setup",
  "keyboard",
  "trouble",
  "glossary",
] as const;
export type Topic = (typeof topics)[number];

// Three lists of one sort have one text.
const same: Record<string, Topic> = { allowed: "blocked", ignored: "blocked", welcome: "setup" };

export function topicOf(screen: string): Topic {
  return (
    same[screen] ?? topics.find((topic) => topic === screen) ?? "start"
  );
}

// A screen's heading, with the way to help beside it.
export function Titled({ title }: { title: string }) {
  return (
    <div class="titled">
      <h1>{title}</h1>
      <HelpLink title={title} />
    </div>
  );
}

function HelpLink({ title }: { title: string }) {
  const { screen } = route.value;
  if (screen === "help" || screen === "more") return null;
  return (
    <a
      class="about-mark"
      href={formatRoute(to("help", topicOf(screen)))}
      aria-label={t("help.on", { title })}
      title={t("help.on", { title })}
    >
      ?
    </a>
  );
}
