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
  "arg.The_provider": "De provider",
  "arg.its_time_was_over_": "de tijd was om.",
  "arg.the_household_ended_it_": "het huishouden beëindigde het.",
};
