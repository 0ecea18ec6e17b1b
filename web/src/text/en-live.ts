// SPDX-License-Identifier: BSD-3-Clause
// What is not seen, and why, in English; part of en-screens.ts.

export const enLive = {
  "coverage.title": "What is not seen",
  "coverage.none": "Every frame that passes the gateway is counted, and nothing hides now.",
  "coverage.lead": "Every frame that passes the gateway is judged. This is what the picture lacks:",
  "coverage.never":
    "Never seen is what devices say to each other without passing the gateway, and the content of encrypted conversations.",
  "gap.away": "The dataplane is away",
  "gap.away.help": "Nothing is seen until it is back; what stands here is the last that was known.",
  "gap.port": { one: "A port has no link", other: "{n} ports have no link" },
  "gap.port.help": "What is behind it cannot talk through the gateway. Look at the cable and at the screen Health.",
  "gap.missed": { one: "{n} frame came too fast", other: "{n} frames came too fast" },
  "gap.missed.help":
    "The network card dropped it before the gateway could look. Senders repeat what matters. When it goes on, the machine is too slow for this line.",
  "gap.reports": { one: "{n} report was lost", other: "{n} reports were lost" },
  "gap.reports.help": "Messages about traffic that came too fast. The next one heals them and the counts stay right.",
  "gap.list": { one: "{n} frame without a conversation", other: "{n} frames without a conversation" },
  "gap.list.help": "More conversations at once than fit in the table. They were judged and counted, but not listed.",
  "gap.parse": { one: "{n} frame could not be read", other: "{n} frames could not be read" },
  "gap.parse.help": "Its headers contradict each other: damage, or somebody who tries something.",
  "gap.facts": { one: "{n} name or fact was not believed", other: "{n} names or facts were not believed" },
  "gap.facts.help": "It contradicts itself, or a device tells more about itself than is kept.",
  "gap.history": {
    one: "{n} conversation is missing in the history",
    other: "{n} conversations are missing in the history",
  },
  "gap.history.help": "It ended while history could not be written. Look at the screen Health.",
  "gap.dns": { one: "A device hides which names it asks for", other: "{n} devices hide which names they ask for" },
  "gap.dns.help":
    "They use encrypted DNS, so destinations appear as addresses and lists of names do not hold. Turn it off in the device, or block its resolver.",
  "gap.vpn": { one: "A device hides whom it talks to", other: "{n} devices hide whom they talk to" },
  "gap.vpn.help": "All of it goes to a VPN. Only how much, and when, is seen.",
  "gap.here": { one: "This page missed {n} event", other: "This page missed {n} events" },
  "gap.here.help": "It was too slow to follow and has been given everything anew since.",
} as const;
