// SPDX-License-Identifier: BSD-3-Clause
// What is not seen, and why, in Dutch; part of nl-screens.ts.

import type { Catalogue } from "./t.ts";
import type { enLive } from "./en-live.ts";

export const nlLive: Catalogue<keyof typeof enLive> = {
  "coverage.title": "Wat niet gezien wordt",
  "coverage.none": "Elk pakket dat door de gateway gaat wordt geteld, en niets verbergt zich nu.",
  "coverage.lead": "Elk pakket dat door de gateway gaat wordt beoordeeld. Dit ontbreekt in het beeld:",
  "coverage.never":
    "Nooit gezien wordt wat apparaten onderling zeggen zonder de gateway, en de inhoud van versleutelde gesprekken.",
  "gap.away": "De dataplane is weg",
  "gap.away.help": "Er wordt niets gezien tot hij terug is; hier staat wat het laatst bekend was.",
  "gap.port": { one: "Een poort heeft geen verbinding", other: "{n} poorten hebben geen verbinding" },
  "gap.port.help":
    "Wat erachter zit kan niet door de gateway praten. Kijk naar de kabel en naar het scherm Toestand.",
  "gap.missed": { one: "{n} pakket kwam te snel", other: "{n} pakketten kwamen te snel" },
  "gap.missed.help":
    "De netwerkkaart liet ze vallen voor de gateway kon kijken. Zenders herhalen wat telt. Gaat het door, dan is de machine te traag voor deze lijn.",
  "gap.reports": { one: "{n} bericht ging verloren", other: "{n} berichten gingen verloren" },
  "gap.reports.help":
    "Berichten over verkeer die te snel kwamen. Het volgende herstelt ze en de tellingen blijven kloppen.",
  "gap.list": { one: "{n} pakket zonder gesprek", other: "{n} pakketten zonder gesprek" },
  "gap.list.help":
    "Meer gesprekken tegelijk dan er in de tabel passen. Ze zijn beoordeeld en geteld, maar staan niet in de lijst.",
  "gap.parse": { one: "{n} pakket was niet te lezen", other: "{n} pakketten waren niet te lezen" },
  "gap.parse.help": "De koppen spreken elkaar tegen: schade, of iemand die iets probeert.",
  "gap.facts": { one: "{n} naam of feit werd niet geloofd", other: "{n} namen of feiten werden niet geloofd" },
  "gap.facts.help": "Het spreekt zichzelf tegen, of een apparaat vertelt meer over zichzelf dan bewaard wordt.",
  "gap.history": {
    one: "{n} gesprek ontbreekt in de geschiedenis",
    other: "{n} gesprekken ontbreken in de geschiedenis",
  },
  "gap.history.help": "Ze eindigden toen er niet geschreven kon worden. Kijk op het scherm Toestand.",
  "gap.dns": {
    one: "Een apparaat verbergt welke namen het opvraagt",
    other: "{n} apparaten verbergen welke namen ze opvragen",
  },
  "gap.dns.help":
    "Ze gebruiken versleutelde DNS: bestemmingen zijn dan adressen en lijsten met namen werken niet. Zet het in het apparaat uit of blokkeer de resolver.",
  "gap.vpn": { one: "Een apparaat verbergt met wie het praat", other: "{n} apparaten verbergen met wie ze praten" },
  "gap.vpn.help": "Alles gaat naar een VPN. Alleen hoeveel en wanneer is te zien.",
  "gap.here": { one: "Deze pagina miste {n} gebeurtenis", other: "Deze pagina miste {n} gebeurtenissen" },
  "gap.here.help": "Ze was te traag om bij te blijven en kreeg daarna alles opnieuw.",
  "provider.live": "Wat je provider doet",
  "desk.live": "Wat je helpdesk doet",
  "provider.live.none": "Hij heeft nog niets bekeken.",
  "op.getDevice": "bekeek",
  "op.getDestination": "bekeek",
  "op.listDevices": "bekeek de lijst van apparaten",
  "op.listRules": "bekeek de regels",
  "op.listFlows": "bekeek de gesprekken",
  "op.getSummary": "bekeek het overzicht",
  "op.streamEvents": "volgt wat verandert",
  "op.explain": "vroeg waarom",
  "op.actOnDevice": "blokkeerde, stond toe of pauzeerde",
  "op.actOnDestination": "blokkeerde of stond toe",
  "op.actOnPair": "blokkeerde of stond toe",
  "op.editDevice": "wijzigde",
  "op.grantProvider": "liet de provider binnen",
  "op.endProvider": "beëindigde de toegang van de provider",
  "op.undoAudited": "maakte ongedaan bij",
  "home.pause": "Pauzeer internet een uur",
  "home.pause.done": "Internet is voor iedereen gepauzeerd",
  "home.paused": "Internet is voor iedereen gepauzeerd tot {time}.",
  "home.resume": "Nu hervatten",
  "home.day": "Het laatste etmaal",
  "home.day.none": "Er is nog niets van onthouden.",
  "home.day.more": "Meer bij Geschiedenis",
  "home.letters": { one: "Bekijk de melding", other: "Bekijk alle {n} meldingen" },
  "privacy.example.0": "televisie → cdn7.video.example, 203.0.113.7 poort 443, 12 MB om 20:14",
  "privacy.example.1": "televisie → video.example, 12 MB om 20:14",
  "privacy.example.2": "televisie → Video Inc., Nederland, 12 MB",
  "privacy.example.3": "televisie, 12 MB",
  "welcome.lead": "Twee vragen, en beide kunnen wachten. Niets hiervan verlaat je huis.",
  "welcome.devices.text": "Noem ze zoals je ze thuis noemt. Er verschijnen er meer als ze aan gaan.",
  "welcome.from": "naam van: {source}",
  "welcome.done": "Klaar: laat mijn huis zien",
  "welcome.devices": { one: "{n} apparaat gevonden", other: "{n} apparaten gevonden" },
};
