// SPDX-License-Identifier: BSD-3-Clause
// The sentences of logging in, in German; part of de.ts.

import type { enGate } from "./en-gate.ts";
import type { Catalogue } from "./t.ts";

export const deGate: Catalogue<keyof typeof enGate> = {
  "gate.asking": "Das Gateway wird gefragt, wer Sie sind…",
  "gate.setup.title": "Willkommen: das erste Konto anlegen",
  "gate.setup.text": "Auf diesem Gateway hat noch niemand ein Konto. Das erste verwaltet es und kann weitere anlegen.",
  "gate.setup": "Konto anlegen",
  "gate.code": "Einrichtungscode",
  "gate.code.help": "Das Gateway schrieb ihn beim Start in sein Protokoll; „spinctl setup-code“ zeigt ihn noch einmal.",
  "gate.login.title": "Am SPIN-Gateway anmelden",
  "gate.login": "Anmelden",
  "gate.code.have": "Ich habe einen Code",
  "gate.code.once": "Er gilt einmal. Ein Haushalt macht ihn dort, wo steht, wer herein darf.",
  "gate.name.have": "Ich habe Name und Passwort",
  "gate.logout": "Abmelden",
  "gate.logout.of": "{name} abmelden",
  "gate.password": "Passwort",
  "gate.password.help": "Mindestens {n} Zeichen; ein paar Wörter merkt man sich leichter als ein seltsames.",
  "gate.password.again": "Bitte Ihr Passwort",
  "gate.password.why": "Das ändert, wer was darf; nach zehn Minuten fragt das Gateway deshalb noch einmal.",
  "gate.totp": "Code",
  "gate.totp.help": "Die sechs Ziffern, die Ihre Authenticator-App jetzt zeigt, oder ein Wiederherstellungscode.",
  "gate.again.title": "Ihre Sitzung ist beendet",
  "gate.again.text": "Melden Sie sich an und machen Sie da weiter, wo Sie waren.",
  "gate.goOn": "Weiter",
};
