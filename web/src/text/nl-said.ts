// SPDX-License-Identifier: BSD-3-Clause
// What a rule does, and what decided, in Dutch; part of nl-screens.ts.

import type { enSaid } from "./en-said.ts";
import type { Catalogue } from "./t.ts";

export const nlSaid: Catalogue<keyof typeof enSaid> = {
  "said.who.everyone": "Iedereen",
  "said.who.profile": "Elk apparaat met profiel {name}",
  "said.to.suffix": "alles onder {name}",
  "said.to.country": "adressen in {name}",
  "said.to.list": "wat op de lijst {name} staat",
  "said.to.local": "het eigen netwerk van het huis",
  "said.to.gateway": "de gateway",
  "said.to.everything": "alles",
  "said.block": "{who} mag dit niet bereiken: {object}",
  "said.nobody": "Niemand mag dit bereiken: {object}",
  "said.allow": "{who} mag dit bereiken: {object}",
  "said.limit": "{who} krijgt hoogstens {limit} ({object})",
  "said.pause": "{who} is gepauzeerd",
  "said.ignore": "{who} met {object} is uit het beeld",
  "said.in": "als zij beginnen",
  "said.out": "als het zelf begint",
  "said.service": "via {service}",
  "said.until": "tot {time}",
  "said.off": "staat uit",
  "said.flows": "{n} nieuwe gesprekken per seconde",
  "step.unnamed": "{device} vroeg geen naam op die naar {address} leidt; alleen het adres telt.",
  "step.named": "{name} is {address}, zo kreeg {device} te horen.",
  "step.unasked": "{device} vroeg niet naar {name}; wat volgt gaat alleen over de naam.",
  "step.list": "Het staat op de lijst {name}.",
  "step.default": "Wat verder niets beslist, beslist het profiel {name}.",
  "step.safety": "Wat een apparaat vindt en het zijn adres geeft, gaat er altijd door.",
  "step.profile": "Het profiel {name} heeft er een regel voor.",
};
