// SPDX-License-Identifier: BSD-3-Clause
// The sentences of logging in, in Dutch; part of nl.ts.

import type { enGate } from "./en-gate.ts";
import type { Catalogue } from "./t.ts";

export const nlGate: Catalogue<keyof typeof enGate> = {
  "gate.asking": "De gateway vragen wie je bent…",
  "gate.setup.title": "Welkom: maak het eerste account",
  "gate.setup.text": "Nog niemand heeft een account op deze gateway. Het eerste beheert hem en kan andere maken.",
  "gate.setup": "Account maken",
  "gate.code": "Installatiecode",
  "gate.code.help": "De gateway schreef die bij het starten in zijn logboek; “spinctl setup-code” toont hem nog eens.",
  "gate.login.title": "Log in op je SPIN-gateway",
  "gate.login": "Inloggen",
  "gate.code.have": "Ik heb een code",
  "gate.code.once": "Hij geldt één keer. Een huishouden maakt hem waar staat wie er binnen mag.",
  "gate.name.have": "Ik heb een naam en een wachtwoord",
  "gate.logout": "Uitloggen",
  "gate.logout.of": "{name} uitloggen",
  "gate.password": "Wachtwoord",
  "gate.password.help": "Minstens {n} tekens; een paar woorden onthoud je makkelijker dan één vreemd woord.",
  "gate.password.again": "Je wachtwoord, graag",
  "gate.password.why": "Dit verandert wie wat mag; na tien minuten vraagt de gateway het daarom opnieuw.",
  "gate.totp": "Code",
  "gate.totp.help": "De zes cijfers die je authenticator nu toont, of een herstelcode.",
  "gate.again.title": "Je sessie is afgelopen",
  "gate.again.text": "Log in en ga verder waar je was.",
  "gate.goOn": "Verder",
};
