// SPDX-License-Identifier: BSD-3-Clause
// What a kind of device and a service is, why one should care, and what to do, in Dutch; part of nl-screens.ts.
//
// Shape: as in en-things.ts.

import type { enThings } from "./en-things.ts";
import type { Catalogue } from "./t.ts";

export const nlThings: Catalogue<keyof typeof enThings> = {
  "about.family.network":
    "Al het andere hangt eraan; wie het overneemt ziet alles.|" +
    "Houd de software nieuw en wijzig het eerste wachtwoord.",
  "about.family.computer":
    "Hier staan je bestanden en wachtwoorden.|Houd het bij de tijd; kijk naar plekken die je niet kent.",
  "about.family.personal":
    "Het gaat met je mee, en de apps erop melden van alles.|Blokkeer de trackers; de apps missen ze zelden.",
  "about.family.media":
    "Veel ervan vertellen hun maker wat je kijkt, speelt of zegt.|Geef het een profiel, en blokkeer de trackers.",
  "about.family.eyes":
    "Het ziet je huis; wie erin komt ook.|Geef het het cameraprofiel, en nieuwe software.",
  "about.family.guard": "Je veiligheid hangt eraan.|Laat het alleen naar zijn maker, en houd het bij de tijd.",
  "about.family.thing":
    "Het heeft weinig plekken nodig, en de maker houdt het soms niet bij.|" +
    "Bekijk het een dag, en houd het bij wat het nodig heeft.",
  "about.family.power":
    "Het verraadt wanneer je thuis bent, en stuurt veel stroom.|Houd het bij zijn maker, of in huis.",

  "about.kind.unknown":
    "Niets wat het doet vertelde al wat het is.|" +
    "Op wat niemand kent, past niemand.|" +
    "Kijk naar de maker en met wie het praat, en zeg wat het is.",
  "about.kind.gateway":
    "Deze machine: waar je nu naar kijkt.|Ze praat ook: namen, de tijd, lijsten.|Niets.",
  "about.kind.router": "Brengt het huis op internet.|network",
  "about.kind.access-point": "Maakt of verlengt de wifi.|network",
  "about.kind.switch": "Maakt van één netwerkkabel er veel.|network",
  "about.kind.computer": "Een computer waar mensen aan werken.|computer",
  "about.kind.laptop": "Een computer die meegaat.|computer",
  "about.kind.server": "Een computer die dag en nacht andere dient.|computer",
  "about.kind.nas": "Bewaart bestanden voor iedereen in huis.|computer",
  "about.kind.phone": "Een mobiele telefoon.|personal",
  "about.kind.tablet": "Een tablet.|personal",
  "about.kind.watch": "Een horloge of band die de drager meet.|personal",
  "about.kind.e-reader": "Leest boeken, en weet welke.|personal",
  "about.kind.telephone":
    "Een telefoon over internet.|" +
    "Zonder zijn centrale kan niemand bellen, ook niet om hulp.|" +
    "Blokkeer zijn centrale niet.",
  "about.kind.television": "Een televisie met apps.|media",
  "about.kind.streaming-box": "Maakt van elk scherm een televisie met apps.|media",
  "about.kind.game-console": "Speelt spellen, vaak met anderen.|media",
  "about.kind.speaker": "Speelt muziek; veel ervan luisteren ook.|media",
  "about.kind.smart-display": "Een luidspreker met scherm, vaak ook met camera.|media",
  "about.kind.printer": "Drukt af, en scant vaak.|thing",
  "about.kind.camera": "Filmt in of om het huis.|eyes",
  "about.kind.doorbell": "Filmt en hoort wie aan de deur is.|eyes",
  "about.kind.light": "Lampen die van afstand te schakelen zijn.|thing",
  "about.kind.plug": "Schakelt wat erin steekt.|thing",
  "about.kind.thermostat": "Stuurt de verwarming, en weet wanneer je thuis bent.|thing",
  "about.kind.sensor": "Meet: warmte, deuren, beweging, water.|thing",
  "about.kind.lock": "Opent een deur.|guard",
  "about.kind.alarm": "Waarschuwt voor inbrekers of brand.|guard",
  "about.kind.blind": "Opent en sluit zonwering of gordijnen.|thing",
  "about.kind.hub": "Spreekt voor lampen en sensoren zonder eigen netwerk.|thing",
  "about.kind.vacuum": "Maakt schoon, en tekent een kaart van je huis.|thing",
  "about.kind.appliance": "Een wasmachine, oven of iets dergelijks.|thing",
  "about.kind.energy": "Meet of maakt stroom: een meter, zonnepanelen, een accu.|power",
  "about.kind.car-charger": "Laadt een auto.|power",
  "about.kind.car": "Een auto, over het netwerk van het huis.|power",

  "about.family.web": "Bijna alle apps gebruiken het, trackers ook.|Oordeel naar met wie het is, niet naar de dienst.",
  "about.family.mail":
    "Computers en telefoons hebben mail; een ding dat mail stuurt wordt misschien misbruikt.|" +
    "Blokkeer het voor dingen.",
  "about.family.names":
    "Het verraadt wie een apparaat wil bereiken.|" +
    "Laat apparaten je router vragen; kijk wie elders vraagt.",
  "about.family.secret":
    "Van hier is niet te zien wat erin gevraagd of gezegd wordt.|" +
    "Prima als jij het koos; kijk anders van wie het apparaat is.",
  "about.family.near": "Apparaten in huis vinden elkaar ermee.|Prima in huis; naar internet hoort het niet.",
  "about.family.remote":
    "Wie erin komt, bedient het apparaat.|" +
    "Sta het toe tussen apparaten die je kent, en niet van buiten.",
  "about.family.files": "Je bestanden gaan erover, vaak leesbaar voor anderen.|Houd het in huis.",
  "about.family.need": "Zonder dit werkt het netwerk niet.|Niets.",
  "about.family.call":
    "Nodig om te bellen en voor berichten.|" +
    "Kijk met wie; blokkeer het voor dingen die niet bellen.",
  "about.family.things": "Dingen melden zich zo bij hun maker of je hub.|Kijk of het gaat waar je het verwacht.",
  "about.family.plain": "De poort heeft geen gangbare naam.|Oordeel naar met wie het is.",

  "about.service.ftp": "Draagt bestanden over, op de oude manier.|files",
  "about.service.ftp-data": "De bestanden zelf van FTP.|files",
  "about.service.ssh": "Bedient een andere computer, in het geheim.|remote",
  "about.service.telnet": "Bedient een andere computer, leesbaar voor iedereen.|remote",
  "about.service.smtp": "Stuurt mail van server naar server.|mail",
  "about.service.smtps": "Stuurt mail, in het geheim.|mail",
  "about.service.submission": "Geeft mail aan een server om te versturen.|mail",
  "about.service.pop3": "Haalt mail, leesbaar voor iedereen.|mail",
  "about.service.pop3s": "Haalt mail, in het geheim.|mail",
  "about.service.imap": "Leest mail op een server.|mail",
  "about.service.imaps": "Leest mail op een server, in het geheim.|mail",
  "about.service.mail": "Alles wat mail draagt.|mail",
  "about.service.dns": "Vraagt het adres bij een naam.|names",
  "about.service.dns-over-tls": "Vraagt namen op, in het geheim.|secret",
  "about.service.dns-over-quic": "Vraagt namen op, in het geheim.|secret",
  "about.service.dhcp": "Geeft apparaten hun adres.|need",
  "about.service.dhcpv6": "Geeft apparaten hun nieuwere adres (IPv6).|need",
  "about.service.http": "Webpagina’s die iedereen onderweg kan lezen.|web",
  "about.service.https": "Webpagina’s en apps, in het geheim.|web",
  "about.service.http-alt": "Webpagina’s op een andere poort.|web",
  "about.service.quic": "Het nieuwere, snellere web, in het geheim.|web",
  "about.service.web": "Alles wat webpagina’s draagt.|web",
  "about.service.ntp": "Vraagt hoe laat het is.|need",
  "about.service.netbios": "De oude manier van Windows om te vinden en te delen.|near",
  "about.service.snmp": "Leest en wijzigt instellingen van apparatuur.|remote",
  "about.service.smb": "Deelt mappen en printers.|files",
  "about.service.ike": "Begint een VPN (IPsec).|secret",
  "about.service.ipsec": "Een VPN door een router heen (IPsec).|secret",
  "about.service.openvpn": "Een VPN (OpenVPN).|secret",
  "about.service.wireguard": "Een VPN (WireGuard).|secret",
  "about.service.rtsp": "Levende beelden van een camera.|things",
  "about.service.ipp": "Drukt af.|near",
  "about.service.printer": "Drukt af, op de oude manier.|near",
  "about.service.mqtt": "Korte berichten van dingen, leesbaar voor iedereen.|things",
  "about.service.mqtts": "Korte berichten van dingen, in het geheim.|things",
  "about.service.ssdp": "Kondigt apparaten aan (UPnP).|near",
  "about.service.mdns": "Kondigt apparaten aan en vindt ze (Bonjour).|near",
  "about.service.llmnr": "Windows vraagt zijn buren naar een naam.|near",
  "about.service.stun": "Zoekt een rechte weg om te bellen.|call",
  "about.service.xmpp": "Chat, en berichten aan telefoons.|call",
  "about.service.push": "Berichten van Apple aan zijn apparaten.|call",
  "about.service.icmp": "Berichten van het netwerk over zichzelf.|need",
  "about.service.icmpv6": "Berichten van het netwerk over zichzelf (IPv6).|need",
  "about.service.ping": "Vraagt: ben je er?|need",
  "about.service.igmp": "Sluit aan bij een groep die dezelfde beelden of geluiden krijgt.|need",
  "about.service.ipip": "Een netwerk in het netwerk.|secret",
  "about.service.ipv6": "Het nieuwere internet in het oudere.|secret",
  "about.service.gre": "Een netwerk in het netwerk, van sommige VPN’s.|secret",
  "about.service.esp": "Het binnenste van een VPN (IPsec).|secret",
  "about.service.ah": "Ondertekende pakketten van een VPN (IPsec).|secret",
  "about.service.tcp": "Een betrouwbare verbinding.|plain",
  "about.service.udp": "Losse berichten, snel en los.|plain",
  "about.service.sctp": "Verbindingen van telefooncentrales.|plain",
  "about.service.udplite": "Berichten die beschadigd mogen aankomen.|plain",
};
