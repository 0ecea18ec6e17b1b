// SPDX-License-Identifier: BSD-3-Clause
// Every sentence of the GUI's first load, in English. Dutch and German have the same files with the same keys: a key
// is added to each (tsc and a test name those that lack).
//
// Shape: `{name}` is replaced by an argument; a pair {one, other} is chosen by the argument `n`.

import { enDrawer } from "./en-drawer.ts";
import { enGate } from "./en-gate.ts";

export const en = {
  ...enDrawer,
  ...enGate,
  "app.title": "Traffic Monitor",
  "app.skip": "Skip to the content",
  "nav.label": "Screens",
  "nav.home": "Home",
  "nav.monitor": "Monitor",
  "nav.devices": "Devices",
  "nav.alerts": "Alerts",
  "nav.flows": "Flows",
  "nav.why": "Why?",
  "nav.rules": "Rules",
  "nav.blocked": "Blocked",
  "nav.allowed": "Allowed",
  "nav.ignored": "Ignored",
  "nav.captures": "Capture",
  "nav.access": "Access",
  "nav.privacy": "Privacy",
  "nav.health": "Health",
  "nav.help": "Help",
  "nav.more": "More",
  "screen.loading": "Loading…",
  "screen.failed":
    "This screen could not be fetched. The gateway may have been upgraded.",
  "screen.reload": "Load the page anew",
  "theme.toggle": "Theme: {theme}",
  "theme.auto": "as the system",
  "theme.light": "light",
  "theme.dark": "dark",
  "theme.short": "Theme",
  "language.label": "Language",

  "summary.devices": { one: "{n} device", other: "{n} devices" },
  "summary.talking": "{n} talking now",
  "summary.destinations": { one: "{n} destination", other: "{n} destinations" },
  "summary.blocked": { one: "{n} block", other: "{n} blocks" },
  "summary.window": "in ten minutes",
  "summary.loading": "Looking at the home network…",

  "view.label": "View",
  "view.graph": "Graph",
  "view.table": "Table",
  "view.ignored": "Show ignored",
  "find.label": "Find a device or destination",
  "find.placeholder": "Find…",
  "find.none": "Nothing here is called “{query}”.",
  "find.clear": "Clear",

  "graph.label":
    "Live graph of the last ten minutes: devices left, destinations right. Arrow keys go from node to node, Enter opens what is known.",
  "graph.zoomIn": "Zoom in",
  "graph.zoomOut": "Zoom out",
  "graph.fit": "Fit everything in view",
  "graph.tidy": "Arrange anew",
  "graph.lock": "Lock the view",
  "graph.locked": "View locked: unlock",
  "graph.controls": "View of the graph",
  "graph.folded": {
    one: "{n} more, less active: see the table",
    other: "{n} more, less active: see the table",
  },
  "graph.empty.title": "Nothing has talked yet",
  "graph.empty.text":
    "As soon as a device in the home sends something, it appears here. Open a web page on a phone or a laptop behind this gateway to see it happen.",
  "graph.empty.quiet.title": "Quiet for ten minutes",
  "graph.empty.quiet.text":
    "No device has sent anything in the last ten minutes. What is blocked, allowed or ignored is kept in the lists.",
  "graph.loading": "Waiting for the first picture of the network…",
  "graph.failed.title": "The graph could not be loaded",
  "graph.node": "{name}, {kind}, {state}",
  "graph.node.links": { one: "{n} connection", other: "{n} connections" },

  "kind.device": "device",
  "kind.destination": "destination",
  "kind.gateway": "this gateway",
  "state.recent": "talking now",
  "state.older": "quiet",
  "state.blocked": "blocked",
  "state.dns": "looked up only",
  "state.device": "device",
  "state.online": "online",
  "state.offline": "not seen lately",
  "state.allowed": "allowed",
  "state.ignored": "ignored",

  "legend.label": "What the shapes mean",
  "legend.device": "device",
  "legend.recent": "talked in the last 30 s",
  "legend.older": "quiet since",
  "legend.blocked": "blocked",
  "legend.dns": "only looked up",
  "legend.allowed": "allowed",

  "table.caption": "Everything in the graph, as a table",
  "table.show": "Rows",
  "table.all": "All",
  "table.devices": "Devices",
  "table.destinations": "Destinations",
  "table.pairs": "Connections",
  "table.name": "Name",
  "table.state": "State",
  "table.detail": "Known as",
  "table.partners": "Talks to",
  "table.out": "Sent",
  "table.in": "Received",
  "table.rate": "Rate",
  "table.seen": "Last seen",
  "table.actions": "Actions",
  "table.open": "Open {name}",
  "table.sorted.ascending": "sorted upwards",
  "table.sorted.descending": "sorted downwards",

  "action.block": "Block",
  "action.unblock": "Unblock",
  "action.allow": "Allow",
  "action.unallow": "Stop allowing",
  "action.ignore": "Ignore",
  "action.unignore": "Stop ignoring",
  "action.rename": "Rename",
  "action.remove": "Remove",
  "action.close": "Close",
  "action.undo": "Undo",
  "action.retry": "Try again",
  "action.save": "Save",
  "action.cancel": "Cancel",
  "action.of": "{action} {name}",
  "action.back": "Back",

  "did.block": "{name} is blocked",
  "did.unblock": "{name} is no longer blocked",
  "did.allow": "{name} is allowed",
  "did.unallow": "{name} is no longer allowed",
  "did.ignore": "{name} is ignored: hidden here, still counted and stored",
  "did.unignore": "{name} is shown again",
  "did.rename": "Renamed to {name}",
  "did.unname": "Back to the name it was learned by",
  "did.profile": "{name} follows the profile {profile}",
  "did.undo": "Undone",
  "did.also": {
    one: "{n} allow rule removed: the block now holds there too",
    other: "{n} allow rules removed: the block now holds there too",
  },

  "proof.asking": "Asking…",
  "proof.inforce": "In force after {time} (generation {generation})",
  "proof.generation":
    "Saved; nothing to change in the dataplane (generation {generation})",
  "proof.saved": "Saved. It comes into force as soon as the dataplane is back.",
  "proof.refused": "Not done.",

  "word.title": "Try it before you keep it?",
  "word.help":
    "On trial, it goes back by itself after {n} seconds unless you keep it, also when you can no longer reach this page.",
  "word.trial": "Try it for {n} seconds",
  "word.good": "Do it for good",
  "word.pending": "On trial: {sentence}.",
  "word.left": {
    one: "It goes back in {n} second.",
    other: "It goes back in {n} seconds.",
  },
  "word.over": "It goes back now.",
  "word.keep": "Keep it",
  "word.back": "Take it back",
  "word.kept": "Kept",

  "outlast.pairs": {
    one: "{n} allowed destination stays reachable: block it too?",
    other: "{n} allowed destinations stay reachable: block these too?",
  },
  "outlast.devices": {
    one: "{n} device stays allowed to reach it: block that too?",
    other: "{n} devices stay allowed to reach it: block these too?",
  },
  "outlast.rules": {
    one: "{n} allow rule goes before this block: end it too?",
    other: "{n} allow rules go before this block: end these too?",
  },
  "outlast.yes": "Block these too",
  "outlast.no": "Leave them",
  "outlast.everyone": "{name} (allowed for everyone)",

  "rule.block.device": "{subject} is blocked",
  "rule.block.destination": "{object} is blocked for everyone",
  "rule.block.pair": "{subject} may not reach {object}",
  "rule.allow.device": "{subject} may reach everything",
  "rule.allow.destination": "{object} is allowed for everyone",
  "rule.allow.pair": "{subject} may reach {object}",
  "rule.ignore.device": "{subject} is hidden from view",
  "rule.ignore.destination": "{object} is hidden from view",
  "rule.ignore.pair": "{subject} with {object} is hidden from view",
  "rule.since": "{time}",
  "rule.pending": "waits for the dataplane",

  "list.block.title": "Blocked",
  "list.block.text":
    "What the gateway stops, also when it is silent and no longer in the graph.",
  "list.block.empty.title": "Nothing is blocked",
  "list.block.empty.text":
    "Open a device or a destination in the Monitor and choose Block. It then stands here until you remove it.",
  "list.allow.title": "Allowed",
  "list.allow.text":
    "What may pass whatever else is blocked; an allow goes before a block.",
  "list.allow.empty.title": "Nothing is specially allowed",
  "list.allow.empty.text":
    "An allow is needed only where something else blocks: a profile that blocks all, or a block that is too wide.",
  "list.ignore.title": "Ignored",
  "list.ignore.text":
    "Hidden from the graph, still judged, counted and stored.",
  "list.ignore.empty.title": "Nothing is ignored",
  "list.ignore.empty.text":
    "Ignore what you know and do not need to see, such as the printer talking to its own time server.",
  "list.loading": "Loading the rules…",
  "list.column.rule": "Rule",
  "list.column.since": "Since",
  "list.open": "Show {name}",

  "banner.connecting": "Connecting to the gateway…",
  "banner.stale":
    "No word from the gateway for some seconds. What you see may be old.",
  "banner.lost":
    "The connection to the gateway is gone. Traffic goes on as it was, with all blocks. Trying again in {n} s.",
  "banner.lost.now":
    "The connection to the gateway is gone. Traffic goes on as it was, with all blocks. Trying again now…",
  "banner.retry": "Try now",
  "banner.dataplane":
    "The dataplane does not answer: nothing is forwarded through it and what you change waits.",
  "banner.dataplane.since": "Since {time}.",
  "banner.storage": "The gateway cannot save: {message}",
  "banner.hide": "Hide",
  "banner.read": "Understood",
  "banner.try": "Things to try",
  "banner.fold": "Fewer words",

  "status.label": "State of the gateway",
  "status.live": "Live",
  "status.stale": "No news",
  "status.lost": "Not connected",
  "status.connecting": "Connecting",
  "status.out": "Sent per second",
  "status.in": "Received per second",
  "status.devices": { one: "{n} device", other: "{n} devices" },
  "status.generation": "generation {n}",
  "status.generation.help":
    "The number of the policy in force; it grows with every change.",
  "status.lostevents": { one: "{n} event lost", other: "{n} events lost" },
  "status.lostevents.help":
    "Messages about traffic that came too fast to be shown. The counts stay right.",

  "error.unreachable": "The gateway does not answer.",
  "error.unreachable.hint":
    "Is spin-control running? This page tries again by itself.",
  "error.bad_answer": "The gateway sent something that is not an answer.",
  "error.unknown": "Something went wrong ({status}).",

  "help.title": "Help",
  "time.now": "now",
  "time.ms": "{n} ms",
} as const satisfies Record<string, string | { one: string; other: string }>;
