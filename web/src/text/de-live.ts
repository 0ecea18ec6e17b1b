// SPDX-License-Identifier: BSD-3-Clause
// What is not seen, and why, in German; part of de-screens.ts.

import type { Catalogue } from "./t.ts";
import type { enLive } from "./en-live.ts";

export const deLive: Catalogue<keyof typeof enLive> = {
  "coverage.title": "Was nicht gesehen wird",
  "coverage.none": "Jedes Paket durch das Gateway wird gezählt, und nichts verbirgt sich gerade.",
  "coverage.lead": "Jedes Paket durch das Gateway wird beurteilt. Das fehlt im Bild:",
  "coverage.never":
    "Nie gesehen wird, was Geräte ohne das Gateway miteinander reden, und der Inhalt verschlüsselter Gespräche.",
  "gap.away": "Die Dataplane ist weg",
  "gap.away.help": "Bis sie zurück ist, wird nichts gesehen; hier steht, was zuletzt bekannt war.",
  "gap.port": { one: "Ein Anschluss hat keine Verbindung", other: "{n} Anschlüsse haben keine Verbindung" },
  "gap.port.help":
    "Was dahinter ist, kann nicht durch das Gateway. Sehen Sie nach dem Kabel und auf die Seite Zustand.",
  "gap.missed": { one: "{n} Paket kam zu schnell", other: "{n} Pakete kamen zu schnell" },
  "gap.missed.help":
    "Die Netzwerkkarte verwarf sie, bevor das Gateway hinsah. Sender wiederholen, was zählt. Geht es weiter, ist die Maschine zu langsam für diese Leitung.",
  "gap.reports": { one: "{n} Meldung ging verloren", other: "{n} Meldungen gingen verloren" },
  "gap.reports.help": "Meldungen über Verkehr, die zu schnell kamen. Die nächste heilt sie, die Zählungen stimmen.",
  "gap.list": { one: "{n} Paket ohne Gespräch", other: "{n} Pakete ohne Gespräch" },
  "gap.list.help":
    "Mehr Gespräche zugleich, als in die Tabelle passen. Sie wurden beurteilt und gezählt, aber nicht aufgeführt.",
  "gap.parse": { one: "{n} Paket war nicht zu lesen", other: "{n} Pakete waren nicht zu lesen" },
  "gap.parse.help": "Ihre Köpfe widersprechen sich: ein Schaden, oder jemand versucht etwas.",
  "gap.facts": {
    one: "{n} Name oder Angabe wurde nicht geglaubt",
    other: "{n} Namen oder Angaben wurden nicht geglaubt",
  },
  "gap.facts.help": "Sie widersprechen sich, oder ein Gerät erzählt mehr von sich, als behalten wird.",
  "gap.history": { one: "{n} Gespräch fehlt im Verlauf", other: "{n} Gespräche fehlen im Verlauf" },
  "gap.history.help": "Sie endeten, als nicht geschrieben werden konnte. Sehen Sie auf die Seite Zustand.",
  "gap.dns": {
    one: "Ein Gerät verbirgt, welche Namen es erfragt",
    other: "{n} Geräte verbergen, welche Namen sie erfragen",
  },
  "gap.dns.help":
    "Sie nutzen verschlüsseltes DNS: Ziele sind dann Adressen, Namenslisten greifen nicht. Schalten Sie es im Gerät aus, oder blockieren Sie den Resolver.",
  "gap.vpn": { one: "Ein Gerät verbirgt, mit wem es spricht", other: "{n} Geräte verbergen, mit wem sie sprechen" },
  "gap.vpn.help": "Alles geht zu einem VPN. Zu sehen ist nur, wie viel und wann.",
  "gap.here": { one: "Diese Seite verpasste {n} Ereignis", other: "Diese Seite verpasste {n} Ereignisse" },
  "gap.here.help": "Sie war zu langsam und hat seither alles neu bekommen.",
  "provider.live": "Was Ihr Anbieter tut",
  "provider.live.none": "Er hat noch nichts angesehen.",
  "op.getDevice": "sah an",
  "op.getDestination": "sah an",
  "op.listDevices": "sah die Liste der Geräte an",
  "op.listRules": "sah die Regeln an",
  "op.listFlows": "sah die Gespräche an",
  "op.getSummary": "sah die Übersicht an",
  "op.streamEvents": "verfolgt, was sich ändert",
  "op.explain": "fragte warum",
  "op.actOnDevice": "sperrte, erlaubte oder pausierte",
  "op.actOnDestination": "sperrte oder erlaubte",
  "op.actOnPair": "sperrte oder erlaubte",
  "op.editDevice": "änderte",
  "op.grantProvider": "ließ den Anbieter ein",
  "op.endProvider": "beendete den Zugang des Anbieters",
  "op.undoAudited": "nahm zurück bei",
  "home.pause": "Internet eine Stunde pausieren",
  "home.pause.done": "Das Internet pausiert für alle",
  "home.paused": "Das Internet pausiert für alle bis {time}.",
  "home.resume": "Jetzt fortsetzen",
  "home.day": "Der letzte Tag",
  "home.day.none": "Davon ist noch nichts gemerkt.",
  "home.day.more": "Mehr im Verlauf",
  "home.letters": { one: "Zur Meldung", other: "Zu allen {n} Meldungen" },
  "privacy.example.0": "Fernseher → cdn7.video.example, 203.0.113.7 Port 443, 12 MB um 20:14",
  "privacy.example.1": "Fernseher → video.example, 12 MB um 20:14",
  "privacy.example.2": "Fernseher → Video Inc., Niederlande, 12 MB",
  "privacy.example.3": "Fernseher, 12 MB",
  "welcome.lead": "Zwei Fragen, und beide können warten. Nichts davon verlässt Ihr Zuhause.",
  "welcome.devices.text": "Nennen Sie sie wie zu Hause. Weitere erscheinen, sobald sie eingeschaltet werden.",
  "welcome.from": "Name von: {source}",
  "welcome.done": "Fertig: mein Zuhause zeigen",
  "welcome.devices": { one: "{n} Gerät gefunden", other: "{n} Geräte gefunden" },
};
