// SPDX-License-Identifier: BSD-3-Clause
// What a rule does, in English; part of en-screens.ts. English has the gateway's own sentences where it can.

export const enSaid = {
  "said.who.everyone": "Everyone",
  "said.who.profile": "Every device with profile {name}",
  "said.to.suffix": "everything beneath {name}",
  "said.to.country": "addresses in {name}",
  "said.to.list": "what the list {name} names",
  "said.to.local": "the home's own network",
  "said.to.gateway": "the gateway",
  "said.to.everything": "everything",
  "said.block": "{who} may not reach {object}",
  "said.nobody": "Nobody may reach {object}",
  "said.allow": "{who} may reach {object}",
  "said.limit": "{who} is held to {limit} ({object})",
  "said.pause": "{who} is paused",
  "said.ignore": "{who} with {object} is hidden from view",
  "said.in": "when they begin",
  "said.out": "when it begins itself",
  "said.service": "by {service}",
  "said.until": "until {time}",
  "said.off": "switched off",
  "said.flows": "{n} new conversations a second",
  "arg.The_provider": "The provider",
  "arg.its_time_was_over_": "its time was over.",
  "arg.the_household_ended_it_": "the household ended it.",
} as const satisfies Record<string, string>;
