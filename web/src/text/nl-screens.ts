// SPDX-License-Identifier: BSD-3-Clause
// The sentences of the screens that are loaded when they are opened, in Dutch.
//
// Shape: as in en-screens.ts.

import type { enScreens } from "./en-screens.ts";
import { nlLive } from "./nl-live.ts";
import { nlAdmin } from "./nl-admin.ts";
import { nlManage } from "./nl-manage.ts";
import { nlMonitor } from "./nl-monitor.ts";
import { nlPages } from "./nl-pages.ts";
import { nlRules } from "./nl-rules.ts";
import { nlSaid } from "./nl-said.ts";
import { nlThings } from "./nl-things.ts";
import { nlWords } from "./nl-words.ts";
import type { Catalogue } from "./t.ts";

export const nlScreens: Catalogue<keyof typeof enScreens> = {
  ...nlLive,
  ...nlAdmin,
  ...nlManage,
  ...nlMonitor,
  ...nlPages,
  ...nlRules,
  ...nlSaid,
  ...nlThings,
  ...nlWords,
  "about.label": "Wat is {name}?",
  "about.why": "Waarom van belang?",
  "about.todo": "Wat te doen?",
  "help.topics": "Hulp gaat over",
  "load.failed": "Dit kon niet worden geladen",
  "load.more": "Meer tonen",
  "home.devices": { one: "{n} apparaat.", other: "{n} apparaten." },
  "home.talking": { one: "{n} praat nu.", other: "{n} praten nu." },
  "home.silent": "Alles is stil.",
  "home.blocked": { one: "{n} ervan is geblokkeerd.", other: "{n} ervan zijn geblokkeerd." },
  "home.unblocked": "Niets is geblokkeerd.",
  "home.destinations": "Bestemmingen in tien minuten",
  "home.flows": "Gesprekken in tien minuten",
  "home.dropped": "Pakketten vandaag gestopt",
  "home.needs": "Wacht op jou",
  "home.needs.none": "Niets. Alles is zoals het hoort.",
  "home.need.joined": "Kwam {time} in huis.",
  "home.need.unknown": "Nog niemand weet wat het is. Open het en zeg het.",
  "home.need.vpn": "Gebruikt een VPN: met wie het praat is van hier niet te zien.",
  "home.need.dns": "Vraagt namen in het geheim op (versleutelde DNS): sommige namen zijn van hier niet te zien.",
  "home.talkers": "Nu in gesprek",
  "home.talkers.none": "Niemand.",

  "devices.lead": {
    one: "{n} apparaat is bekend. Open het om te zien wat het doet.",
    other: "{n} apparaten zijn bekend. Open er een om te zien wat het doet.",
  },
  "devices.find": "Zoek een apparaat op naam, maker, soort of adres",
  "devices.address": "Adres",
  "devices.state": "Toestand",
  "devices.total": "In totaal",
  "devices.look": "kijk hiernaar",
  "devices.private": "privéadres",
  "devices.resolver": "eigen namendienst",
  "devices.vpn": "VPN",
  "devices.empty": "Nog geen apparaat",
  "devices.empty.text": "Zodra iets in huis een pakket verstuurt, staat het hier.",
  "devices.nothing": "Zo’n apparaat is er niet",
  "devices.nothing.text": "Typ minder, of een ander woord.",

  "alerts.lead": "Wat er gebeurde en wat iemand moet weten, nieuwste eerst. Wat je afhandelt verdwijnt uit deze lijst.",
  "alerts.none": "Niets staat open",
  "alerts.none.such": "Niets van dat soort",
  "alerts.none.text": "Als iets om een mens vraagt, staat het hier.",
  "alerts.read": { one: "{n} als gelezen merken", other: "Alle {n} als gelezen merken" },
  "alerts.count": { one: "eenmaal", other: "{n} keer" },
  "alerts.ended": "voorbij sinds {time}",
  "alerts.outcome.open": "Open",
  "alerts.outcome.blocked": "Geblokkeerd",
  "alerts.outcome.muted": "Gedempt",
  "alerts.outcome.expected": "Verwacht",
  "alerts.outcome.dismissed": "Weggelegd",
  "alerts.severity.info": "ter info",
  "alerts.severity.warning": "kijk ernaar",
  "alerts.severity.critical": "doe nu iets",
  "alerts.confidence.likely": "waarschijnlijk",
  "alerts.confidence.unsure": "niet zeker",
  "alerts.action.contain": "Weghouden van het doel",
  "alerts.action.release": "Laten gaan",
  "alerts.action.block": "Apparaat blokkeren",
  "alerts.action.mute": "Een dag dempen",
  "alerts.action.expected": "Verwacht",
  "alerts.action.dismiss": "Wegleggen",

  "export.csv": "Als CSV downloaden",
};
