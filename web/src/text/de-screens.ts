// SPDX-License-Identifier: BSD-3-Clause
// The sentences of the screens that are loaded when they are opened, in German.
//
// Shape: as in en-screens.ts.

import type { enScreens } from "./en-screens.ts";
import { deLive } from "./de-live.ts";
import { deAdmin } from "./de-admin.ts";
import { deManage } from "./de-manage.ts";
import { deMonitor } from "./de-monitor.ts";
import { dePages } from "./de-pages.ts";
import { deRules } from "./de-rules.ts";
import { deSaid } from "./de-said.ts";
import { deThings } from "./de-things.ts";
import { deWords } from "./de-words.ts";
import type { Catalogue } from "./t.ts";

export const deScreens: Catalogue<keyof typeof enScreens> = {
  ...deLive,
  ...deAdmin,
  ...deManage,
  ...deMonitor,
  ...dePages,
  ...deRules,
  ...deSaid,
  ...deThings,
  ...deWords,
  "about.label": "Was ist {name}?",
  "about.why": "Warum wichtig?",
  "about.todo": "Was tun?",
  "help.topics": "Hilfe zu",
  "load.failed": "Das konnte nicht geladen werden",
  "load.more": "Mehr zeigen",
  "home.devices": { one: "{n} Gerät.", other: "{n} Geräte." },
  "home.talking": { one: "{n} spricht gerade.", other: "{n} sprechen gerade." },
  "home.silent": "Alle sind still.",
  "home.blocked": { one: "{n} davon ist gesperrt.", other: "{n} davon sind gesperrt." },
  "home.unblocked": "Nichts ist gesperrt.",
  "home.destinations": "Ziele in zehn Minuten",
  "home.flows": "Gespräche in zehn Minuten",
  "home.dropped": "Pakete heute gestoppt",
  "home.needs": "Wartet auf Sie",
  "home.needs.none": "Nichts. Alles ist, wie es sein soll.",
  "home.need.joined": "Kam {time} ins Haus.",
  "home.need.unknown": "Noch weiß niemand, was es ist. Öffnen Sie es und sagen Sie es.",
  "home.need.vpn": "Nutzt ein VPN: mit wem es spricht, ist von hier nicht zu sehen.",
  "home.need.dns": "Fragt heimlich nach Namen (verschlüsseltes DNS): manche Namen sind von hier nicht zu sehen.",
  "home.talkers": "Gerade im Gespräch",
  "home.talkers.none": "Niemand.",

  "devices.lead": {
    one: "{n} Gerät ist bekannt. Öffnen Sie es, um zu sehen, was es tut.",
    other: "{n} Geräte sind bekannt. Öffnen Sie eines, um zu sehen, was es tut.",
  },
  "devices.find": "Gerät suchen nach Name, Hersteller, Art oder Adresse",
  "devices.address": "Adresse",
  "devices.state": "Zustand",
  "devices.total": "Insgesamt",
  "devices.look": "ansehen",
  "devices.private": "private Adresse",
  "devices.resolver": "eigener Namensdienst",
  "devices.vpn": "VPN",
  "devices.empty": "Noch kein Gerät",
  "devices.empty.text": "Sobald etwas im Haus ein Paket sendet, steht es hier.",
  "devices.nothing": "So ein Gerät gibt es nicht",
  "devices.nothing.text": "Schreiben Sie weniger oder ein anderes Wort.",

  "alerts.lead": "Was geschah und was jemand wissen sollte, Neuestes zuerst. Was Sie erledigen, verlässt diese Liste.",
  "alerts.none": "Nichts ist offen",
  "alerts.none.such": "Nichts dieser Art",
  "alerts.none.text": "Wenn etwas einen Menschen braucht, steht es hier.",
  "alerts.read": { one: "{n} als gelesen merken", other: "Alle {n} als gelesen merken" },
  "alerts.count": { one: "einmal", other: "{n}-mal" },
  "alerts.ended": "vorbei seit {time}",
  "alerts.outcome.open": "Offen",
  "alerts.outcome.blocked": "Gesperrt",
  "alerts.outcome.muted": "Stumm",
  "alerts.outcome.expected": "Erwartet",
  "alerts.outcome.dismissed": "Weggelegt",
  "alerts.severity.info": "zur Kenntnis",
  "alerts.severity.warning": "ansehen",
  "alerts.severity.critical": "jetzt handeln",
  "alerts.confidence.likely": "wahrscheinlich",
  "alerts.confidence.unsure": "nicht sicher",
  "alerts.action.contain": "Vom Ziel fernhalten",
  "alerts.action.release": "Gewähren lassen",
  "alerts.action.block": "Gerät sperren",
  "alerts.action.mute": "Einen Tag stumm",
  "alerts.action.expected": "Erwartet",
  "alerts.action.dismiss": "Weglegen",

  "export.csv": "Als CSV herunterladen",
};
