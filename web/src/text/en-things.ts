// SPDX-License-Identifier: BSD-3-Clause
// What a kind of device and a service is, why one should care, and what to do, in English; part of en-screens.ts.
//
// Shape: what it is; then "|" and the two other sentences, or the name of a family that has them. The keys are those
// of control/identity/kind.h and control/service.c; web/test/words.test.ts reads these and names a key that lacks.

export const enThings = {
  "about.family.network":
    "All others hang on it; who takes it over sees everything.|Keep its software new and change its first password.",
  "about.family.computer":
    "It holds your files and passwords.|Keep it up to date; look at places you do not know.",
  "about.family.personal":
    "It goes with you, and its apps report in the background.|Block the trackers; the apps seldom miss them.",
  "about.family.media":
    "Many tell their makers what you watch, play or say.|Give it a profile, and block the trackers.",
  "about.family.eyes":
    "It sees your home; who gets in sees it too.|Give it the camera profile, and new software.",
  "about.family.guard": "Your safety hangs on it.|Let it reach its maker only, and keep it up to date.",
  "about.family.thing":
    "It needs few places, and its maker may stop mending it.|Watch it for a day, then hold it to what it needs.",
  "about.family.power":
    "It shows when you are home, and steers much power.|Hold it to its maker, or to the home.",

  "about.kind.unknown":
    "Nothing it does has told yet what it is.|" +
    "What nobody knows, nobody looks after.|" +
    "Look at its maker and whom it talks to, then say what it is.",
  "about.kind.gateway":
    "This machine: what you look at now.|It talks too: names, the time, lists.|Nothing.",
  "about.kind.router": "Leads the home to the internet.|network",
  "about.kind.access-point": "Makes or extends the wireless network.|network",
  "about.kind.switch": "Splits one network cable into many.|network",
  "about.kind.computer": "A computer that people work at.|computer",
  "about.kind.laptop": "A computer that goes along.|computer",
  "about.kind.server": "A computer that serves others, day and night.|computer",
  "about.kind.nas": "Keeps files for all at home.|computer",
  "about.kind.phone": "A mobile telephone.|personal",
  "about.kind.tablet": "A tablet.|personal",
  "about.kind.watch": "A watch or band that measures its wearer.|personal",
  "about.kind.e-reader": "Reads books, and knows which.|personal",
  "about.kind.telephone":
    "A telephone over the internet.|" +
    "Without its exchange nobody can call, also not for help.|" +
    "Do not block its exchange.",
  "about.kind.television": "A television with apps.|media",
  "about.kind.streaming-box": "Makes any screen a television with apps.|media",
  "about.kind.game-console": "Plays games, often with others.|media",
  "about.kind.speaker": "Plays music; many listen too.|media",
  "about.kind.smart-display": "A speaker with a screen, often a camera too.|media",
  "about.kind.printer": "Prints, and often scans.|thing",
  "about.kind.camera": "Films in or around the home.|eyes",
  "about.kind.doorbell": "Films and hears who is at the door.|eyes",
  "about.kind.light": "Lamps that can be switched from afar.|thing",
  "about.kind.plug": "Switches what is plugged in.|thing",
  "about.kind.thermostat": "Steers the heating, and knows when you are home.|thing",
  "about.kind.sensor": "Measures: warmth, doors, movement, water.|thing",
  "about.kind.lock": "Opens a door.|guard",
  "about.kind.alarm": "Warns of burglars or fire.|guard",
  "about.kind.blind": "Opens and closes blinds or curtains.|thing",
  "about.kind.hub": "Speaks for lamps and sensors that have no network of their own.|thing",
  "about.kind.vacuum": "Cleans, and draws a map of your home.|thing",
  "about.kind.appliance": "A washing machine, oven or the like.|thing",
  "about.kind.energy": "Measures or makes power: a meter, solar panels, a battery.|power",
  "about.kind.car-charger": "Charges a car.|power",
  "about.kind.car": "A car, over the home's network.|power",

  "about.family.web": "Nearly all apps use it, trackers too.|Judge by whom it is with, not by the service.",
  "about.family.mail":
    "Computers and phones have mail; a thing that sends some may be misused.|Block it for things.",
  "about.family.names": "It tells whom a device wants to reach.|Let devices ask your router; see who asks elsewhere.",
  "about.family.secret":
    "From here it cannot be seen what is asked or said in it.|Fine if you chose it; else see whose device it is.",
  "about.family.near": "Devices at home find one another by it.|Fine at home; to the internet it should not go.",
  "about.family.remote":
    "Who gets in commands the device.|" +
    "Allow it between devices that you know, and not from outside.",
  "about.family.files": "Your files pass, often readable by others.|Keep it at home.",
  "about.family.need": "Without it the network does not work.|Nothing.",
  "about.family.call": "Needed for calls and messages.|See with whom; block it for things that do not call.",
  "about.family.things": "Things report to their maker or to your hub this way.|See that it goes where you expect.",
  "about.family.plain": "The port has no common name.|Judge by whom it is with.",

  "about.service.ftp": "Carries files, in the old way.|files",
  "about.service.ftp-data": "The files themselves of FTP.|files",
  "about.service.ssh": "Commands another computer, in secret.|remote",
  "about.service.telnet": "Commands another computer, readable by all.|remote",
  "about.service.smtp": "Sends mail from server to server.|mail",
  "about.service.smtps": "Sends mail, in secret.|mail",
  "about.service.submission": "Hands mail to a server to be sent.|mail",
  "about.service.pop3": "Fetches mail, readable by all.|mail",
  "about.service.pop3s": "Fetches mail, in secret.|mail",
  "about.service.imap": "Reads mail on a server.|mail",
  "about.service.imaps": "Reads mail on a server, in secret.|mail",
  "about.service.mail": "All that carries mail.|mail",
  "about.service.dns": "Asks for the address of a name.|names",
  "about.service.dns-over-tls": "Asks for names, in secret.|secret",
  "about.service.dns-over-quic": "Asks for names, in secret.|secret",
  "about.service.dhcp": "Gives devices their addresses.|need",
  "about.service.dhcpv6": "Gives devices their newer addresses (IPv6).|need",
  "about.service.http": "Web pages that all on the way can read.|web",
  "about.service.https": "Web pages and apps, in secret.|web",
  "about.service.http-alt": "Web pages at another port.|web",
  "about.service.quic": "The newer, faster web, in secret.|web",
  "about.service.web": "All that carries web pages.|web",
  "about.service.ntp": "Asks for the time.|need",
  "about.service.netbios": "Windows' old way to find and share.|near",
  "about.service.snmp": "Reads and changes the settings of equipment.|remote",
  "about.service.smb": "Shares folders and printers.|files",
  "about.service.ike": "Begins a VPN (IPsec).|secret",
  "about.service.ipsec": "A VPN through a router (IPsec).|secret",
  "about.service.openvpn": "A VPN (OpenVPN).|secret",
  "about.service.wireguard": "A VPN (WireGuard).|secret",
  "about.service.rtsp": "Live pictures of a camera.|things",
  "about.service.ipp": "Prints.|near",
  "about.service.printer": "Prints, in the old way.|near",
  "about.service.mqtt": "Short reports of things, readable by all.|things",
  "about.service.mqtts": "Short reports of things, in secret.|things",
  "about.service.ssdp": "Announces devices (UPnP).|near",
  "about.service.mdns": "Announces and finds devices (Bonjour).|near",
  "about.service.llmnr": "Windows asks its neighbours for a name.|near",
  "about.service.stun": "Finds a direct way for a call.|call",
  "about.service.xmpp": "Chat, and messages to phones.|call",
  "about.service.push": "Apple's messages to its devices.|call",
  "about.service.icmp": "Messages of the network about itself.|need",
  "about.service.icmpv6": "Messages of the network about itself (IPv6).|need",
  "about.service.ping": "Asks: are you there?|need",
  "about.service.igmp": "Joins a group that gets the same pictures or sound.|need",
  "about.service.ipip": "A network inside the network.|secret",
  "about.service.ipv6": "The newer internet inside the older.|secret",
  "about.service.gre": "A network inside the network, of some VPNs.|secret",
  "about.service.esp": "The inside of a VPN (IPsec).|secret",
  "about.service.ah": "Signed packets of a VPN (IPsec).|secret",
  "about.service.tcp": "A reliable connection.|plain",
  "about.service.udp": "Single messages, quick and loose.|plain",
  "about.service.sctp": "Connections of telephone exchanges.|plain",
  "about.service.udplite": "Messages that may arrive damaged.|plain",
} as const satisfies Record<string, string>;
