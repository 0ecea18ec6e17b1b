// SPDX-License-Identifier: BSD-3-Clause
// What a reason, an alert and a profile is, why one should care, and what to do, in English; part of en-screens.ts.
//
// Shape: the three sentences, parted by "|". The keys are those of platform/wire_types.h, control/notify/kind.h and
// control/profiles; web/test/words.test.ts reads these and names a key that lacks. {0}, {1} … are an alert's
// arguments; {0} of an alert about a device is its name.

export const enWords = {
  "about.reason.none": "Nothing stops it.|Most of what a home says should pass.|Block it if you do not want it.",
  "about.reason.device_blocked":
    "You blocked this device.|" +
    "Nothing passes from it or to it but what finding an address takes.|" +
    "Unblock it to let it talk again.",
  "about.reason.destination_blocked":
    "You blocked this destination for everyone.|" +
    "No device reaches it, and an app that needs it may fail.|" +
    "Unblock it, or allow it for one device.",
  "about.reason.pair_blocked":
    "You blocked this destination for this device.|" +
    "Other devices still reach it.|" +
    "Unblock the connection if the device misses it.",
  "about.reason.profile_blocked":
    "The device's profile stops what it does not name.|" +
    "Such a profile keeps a device to the little that it needs.|" +
    "Allow the destination, or give another profile.",
  "about.reason.list_blocked":
    "A list that you use names this destination.|" +
    "Lists hold advertising, trackers and dangerous places; now and then one errs.|" +
    "Allow the destination if you need it.",
  "about.reason.rule_blocked":
    "One of your rules stops it.|" +
    "A rule holds for whom and when you said.|" +
    "Ask Why? which rule it is, and change that.",
  "about.reason.device_paused":
    "You paused or confined this device.|A pause ends by itself.|End it earlier on the device.",
  "about.reason.spoofed_source":
    "It pretends to come from another device.|" +
    "That is a moved cable, a fault, or somebody in disguise.|" +
    "See which device sends it; block that if it goes on.",
  "about.reason.wan_to_host":
    "Somebody outside knocked at the gateway itself.|" +
    "The whole internet is knocked at all day; nobody was let in.|" +
    "Nothing.",
  "about.reason.link_local":
    "It was meant for the next socket only.|Network equipment greets its neighbour so.|Nothing.",
  "about.reason.same_port":
    "Sender and receiver are on the same cable.|" +
    "They reach each other without the gateway, which cannot stop that.|" +
    "Nothing.",
  "about.reason.no_egress":
    "No other port was open to send it on.|A cable is out, or a port is closed.|Look at the ports under Health.",
  "about.reason.oversize_offload":
    "A network card glued packets together that no cable takes.|" +
    "Connections over that port stall.|" +
    "Do what the alert about it says.",
  "about.reason.too_big":
    "It is larger than the next cable takes.|Large downloads may hang.|Give all ports the same packet size (MTU).",
  "about.reason.tx_full":
    "The port had more to send than it could.|" +
    "Some are usual at full speed; many make everything slow.|" +
    "See who talks most.",
  "about.reason.storm":
    "One port called to everybody too often.|" +
    "Often a cable leads in a circle.|" +
    "Look for a cable with both ends in the same switch.",
  "about.reason.rate_limited":
    "The device wanted more speed than you give it.|" +
    "It slows down; nothing else happens.|" +
    "Change the limit if it is too low.",
  "about.reason.new_flow_limited":
    "The device began more conversations a second than you allow.|" +
    "So do devices that search for victims.|" +
    "See whom it talks to; raise the limit if that is right.",

  "about.alert.new_device":
    "{0} is new in the home.|" +
    "It may be a visitor's, just bought, or of somebody who should not be here.|" +
    "Give it a name and a profile if you know it; block it if not.",
  "about.alert.new_device_random":
    "{0} is new, or a device you know that changed its address.|" +
    "Phones and laptops invent a new address now and then, and look new each time.|" +
    "Join it with the device that it is, or give it a name; block it if you do not know it.",
  "about.alert.profile_set":
    "{0} has the profile {1} now, by {2}.|" +
    "The profile decides what the device may talk to.|" +
    "Take it back with Undo if that was not meant.",
  "about.alert.profile_failed":
    "{0} could not be given the profile {1}: {2}|" +
    "The device still has the profile that it had.|" +
    "See to what the sentence says, then give the profile again.",
  "about.alert.learning_ended":
    "{0} was watched long enough: {1} things that it needs were seen.|" +
    "Those can now be allowed, and all else be blocked.|" +
    "Read what was learned, leave out what looks wrong, and hold the device to it.",
  "about.alert.scanning":
    "{0} tries port {1} of many addresses, and none lets it in.|" +
    "A device that was taken over looks for others to take over in this way.|" +
    "Look whom it talks to; block it, or pull its plug, if you do not know why it does that.",
  "about.alert.provider_access_started":
    "{0} may look into this gateway until {1}.|" +
    "Somebody outside the home sees and does what you allowed.|" +
    "End it when the help is over, or if you did not allow it.",
  "about.alert.provider_access_ended":
    "{0} can no longer look into this gateway: {1}|" +
    "Nobody outside the home has access any more.|" +
    "Under Access stands what was done; it can be undone there.",
  "about.alert.provider_proposal":
    "{0} proposes a {1}: {2}|" +
    "Nothing is done until you say so.|" +
    "Read what it wants to do, then accept it, decline it, or ask about it.",
  "about.alert.incident_found":
    "{0} took part in an attack on {2}, says {1}.|" +
    "Such a device is often taken over; you may be cut off for it.|" +
    "Look whom it talks to; keep it from the target or block it.",
  "about.alert.incident_asked":
    "{0} took part in an attack on {2}, says {1}, who asks you to stop it.|" +
    "Nothing is done until you say so.|" +
    "Keep it from the target, or let it go on.",
  "about.alert.incident_contained":
    "{0} took part in an attack on {2}, says {1}, and is kept from it now.|" +
    "Such a device is often taken over.|" +
    "Look whom else it talks to.",
  "about.alert.client_message":
    "{0} says: {1}|" +
    "A program that you let in left this message, in its own words.|" +
    "Read it, and do what you think is right.",
  "about.alert.provider_capture":
    "{0} is being recorded by {1}, from outside the home: headers only.|" +
    "Somebody outside reads whom it talks to and when, but not what is said.|" +
    "Stop the recording if you did not expect it.",
  "about.alert.list_old":
    "The list {0} cannot be kept up to date: {1}.|" +
    "What was added to the list since is not blocked; what it held still is.|" +
    "Look at its address or file, then refresh it.",
  "about.alert.disk_full":
    "Nothing can be stored: {0}|" +
    "Traffic and blocks go on, but what you change now is refused.|" +
    "Free some space; storing goes on by itself.",
  "about.alert.dataplane_lost":
    "The dataplane is away: {0}|" +
    "Nothing is seen or counted until it is back, and new rules wait for it.|" +
    "It is started again by itself; if not, look at journalctl -u spin-dataplane.",
  "about.alert.dataplane_back":
    "The dataplane is back after {0}.|" +
    "Rules are in force and traffic is counted again.|" +
    "Nothing; if it happens often, look at journalctl -u spin-dataplane.",
  "about.alert.event_loss":
    "{0} reports of the dataplane were lost so far.|" +
    "All is counted and judged, but some conversations may be shown late.|" +
    "Nothing if it is rare; else the gateway needs a faster processor.",
  "about.alert.config_wrong":
    "The configuration is wrong: {0}|" +
    "It was not taken; what was in force before still is.|" +
    "Correct the place that is named, then reload.",
  "about.alert.test": "This is a test of the delivery {0}.|Notifications reach you this way.|Nothing.",
  "about.alert.oversize_offload":
    "A port hands over packets that no cable takes.|" +
    "Connections over it stall.|" +
    "Run the ethtool line of the message, and put it into the network's setup.",
  "about.alert.flow_table_full":
    "More conversations at once than the table holds.|" +
    "Those beyond it are judged, but slower and not listed.|" +
    "See who begins so many; raise the size if that is how your home is.",
  "about.alert.device_table_full":
    "More devices than the table holds.|" +
    "Those beyond it are not shown and get the profile of a new device.|" +
    "See who invents so many addresses.",
  "about.alert.policy_rejected":
    "The dataplane refused the newest rules.|" +
    "Those from before are in force.|" +
    "Take the last change back, and report this: it is a fault of the gateway.",
  "about.alert.vlan_rewritten":
    "A port changes the tags of networks within networks.|" +
    "Those networks do not work over it.|" +
    "Use another driver for the port, as the message says.",
  "about.alert.ports_swapped":
    "Home and internet look swapped.|" +
    "Strangers on the internet are taken for devices of the home, and rules apply the wrong way.|" +
    "Swap the two cables, or lan and wan in the configuration.",
  "about.alert.outside_router":
    "The gateway seems to stand outside the home's router.|" +
    "Behind a router all devices look like one, so none can be told from another.|" +
    "Put the gateway between the router and the home's devices.",
  "about.alert.dns_refused":
    "An answer about a name contradicts itself.|" +
    "Somebody may try to pass an address off as another's.|" +
    "See which device asks, and which server answers.",

  "about.profile.allow-all":
    "All passes that nobody blocked.|" +
    "It fits devices that people use themselves.|" +
    "Block single destinations, or use lists.",
  "about.profile.block-all":
    "Nothing passes that nobody allowed.|" +
    "It fits a device that you do not trust at all.|" +
    "Allow single destinations where it needs them.",
  "about.profile.camera":
    "It reaches only what was learned or named; those at home may watch.|" +
    "A camera sees your home; it should tell few.|" +
    "Watch it for a day, then hold it to what it needs.",
  "about.profile.guest":
    "The internet, but none of the home's devices.|" +
    "Visitors need no printer, camera or files of yours.|" +
    "Give it to new devices if many come and go.",
  "about.profile.learned":
    "Only what was learned of it, what its maker names, or what you allow.|" +
    "What is taken over later reaches nothing new.|" +
    "Let it be watched first, and read what was learned.",
  "about.profile.local-only":
    "It talks at home, not with the internet.|" +
    "Much works without a maker's servers, and then nobody can switch it off or listen in.|" +
    "If an app stops working, use learned instead.",
  "about.profile.printer":
    "It prints for all at home and calls nobody outside.|" +
    "Printers tell their makers about ink and pages.|" +
    "Allow its maker if you want its updates.",
  "about.profile.television":
    "It streams from anywhere, and asks nobody at home.|" +
    "Televisions report what is watched, and look around.|" +
    "Add a list of trackers.",
} as const satisfies Record<string, string>;
