// SPDX-License-Identifier: BSD-3-Clause
// The sentences of the screens that are loaded when they are opened, in English.
//
// Shape: as in en.ts; a key begins with its screen.

import { enLive } from "./en-live.ts";
import { enAdmin } from "./en-admin.ts";
import { enManage } from "./en-manage.ts";
import { enMonitor } from "./en-monitor.ts";
import { enPages } from "./en-pages.ts";
import { enRules } from "./en-rules.ts";
import { enSaid } from "./en-said.ts";
import { enThings } from "./en-things.ts";
import { enWords } from "./en-words.ts";

export const enScreens = {
  ...enLive,
  ...enAdmin,
  ...enManage,
  ...enMonitor,
  ...enPages,
  ...enRules,
  ...enSaid,
  ...enThings,
  ...enWords,
  "about.label": "What is {name}?",
  "about.why": "Why care?",
  "about.todo": "What to do?",
  "help.topics": "Help is about",
  "load.failed": "This could not be loaded",
  "load.more": "Show more",
  "home.devices": { one: "{n} device.", other: "{n} devices." },
  "home.talking": { one: "{n} is talking now.", other: "{n} are talking now." },
  "home.silent": "All are silent.",
  "home.blocked": {
    one: "{n} of them is blocked.",
    other: "{n} of them are blocked.",
  },
  "home.unblocked": "Nothing is blocked.",
  "home.destinations": "Destinations in ten minutes",
  "home.flows": "Conversations in ten minutes",
  "home.dropped": "Packets stopped today",
  "home.needs": "Needs you",
  "home.needs.none": "Nothing. All is as it should be.",
  "home.need.joined": "Joined the home {time}.",
  "home.need.unknown": "Nobody knows yet what it is. Open it and say so.",
  "home.need.vpn":
    "Uses a VPN: whom it talks to cannot be seen from here.",
  "home.need.dns":
    "Asks for names in secret (encrypted DNS): some names cannot be seen from here.",
  "home.talkers": "Talking now",
  "home.talkers.none": "Nobody.",

  "devices.lead": {
    one: "{n} device is known. Open it to see what it does.",
    other: "{n} devices are known. Open one to see what it does.",
  },
  "devices.find": "Find a device by name, maker, kind or address",
  "devices.address": "Address",
  "devices.state": "State",
  "devices.total": "In all",
  "devices.look": "needs a look",
  "devices.private": "private address",
  "devices.resolver": "own resolver",
  "devices.vpn": "VPN",
  "devices.empty": "No device yet",
  "devices.empty.text":
    "As soon as something in the home sends a packet, it stands here.",
  "devices.nothing": "No device is like that",
  "devices.nothing.text": "Write less, or another word.",

  "alerts.lead":
    "What happened that somebody should know, newest first. Settle it, and it leaves this list.",
  "alerts.none": "Nothing is open",
  "alerts.none.such": "Nothing of that sort",
  "alerts.none.text": "When something needs a person, it stands here.",
  "alerts.read": { one: "Mark {n} as read", other: "Mark all {n} as read" },
  "alerts.count": { one: "once", other: "{n} times" },
  "alerts.ended": "over since {time}",
  "alerts.outcome.open": "Open",
  "alerts.outcome.blocked": "Blocked",
  "alerts.outcome.muted": "Muted",
  "alerts.outcome.expected": "Expected",
  "alerts.outcome.dismissed": "Put away",
  "alerts.severity.info": "to know",
  "alerts.severity.warning": "look at it",
  "alerts.severity.critical": "act now",
  "alerts.confidence.likely": "likely",
  "alerts.confidence.unsure": "not sure",
  "alerts.action.contain": "Keep it from the target",
  "alerts.action.release": "Let it go on",
  "alerts.action.block": "Block the device",
  "alerts.action.mute": "Mute for a day",
  "alerts.action.expected": "Expected",
  "alerts.action.dismiss": "Put away",

  "export.csv": "Download as CSV",
} as const satisfies Record<string, string | { one: string; other: string }>;
