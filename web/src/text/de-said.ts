// SPDX-License-Identifier: BSD-3-Clause
// What a rule does, and what decided, in German; part of de-screens.ts.

import type { enSaid } from "./en-said.ts";
import type { Catalogue } from "./t.ts";

export const deSaid: Catalogue<keyof typeof enSaid> = {
  "said.who.everyone": "Alle",
  "said.who.profile": "Jedes Gerät mit Profil {name}",
  "said.to.suffix": "alles unter {name}",
  "said.to.country": "Adressen in {name}",
  "said.to.list": "was auf der Liste {name} steht",
  "said.to.local": "das eigene Netz im Haus",
  "said.to.gateway": "das Gateway",
  "said.to.everything": "alles",
  "said.block": "{who} – nicht erlaubt: {object}",
  "said.nobody": "Niemand darf erreichen: {object}",
  "said.allow": "{who} – erlaubt: {object}",
  "said.limit": "{who} – höchstens {limit} ({object})",
  "said.pause": "{who} ist pausiert",
  "said.ignore": "{who} mit {object} ist ausgeblendet",
  "said.in": "wenn sie beginnen",
  "said.out": "wenn es selbst beginnt",
  "said.service": "über {service}",
  "said.until": "bis {time}",
  "said.off": "abgeschaltet",
  "said.flows": "{n} neue Gespräche pro Sekunde",
  "arg.The_provider": "Der Anbieter",
  "arg.its_time_was_over_": "seine Zeit war um.",
  "arg.the_household_ended_it_": "der Haushalt hat es beendet.",
};
