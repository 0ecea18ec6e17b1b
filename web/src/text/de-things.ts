// SPDX-License-Identifier: BSD-3-Clause
// What a kind of device and a service is, why one should care, and what to do, in German; part of de-screens.ts.
//
// Shape: as in en-things.ts.

import type { enThings } from "./en-things.ts";
import type { Catalogue } from "./t.ts";

export const deThings: Catalogue<keyof typeof enThings> = {
  "about.family.network":
    "Alles andere hängt daran; wer es übernimmt, sieht alles.|" +
    "Halten Sie die Software neu, und ändern Sie das erste Passwort.",
  "about.family.computer":
    "Hier liegen Ihre Dateien und Passwörter.|Halten Sie es aktuell; sehen Sie auf Ziele, die Sie nicht kennen.",
  "about.family.personal":
    "Es geht mit Ihnen, und seine Apps berichten im Hintergrund.|" +
    "Sperren Sie die Tracker; den Apps fehlen sie selten.",
  "about.family.media":
    "Viele erzählen ihrem Hersteller, was Sie sehen, spielen oder sagen.|" +
    "Geben Sie ein Profil, und sperren Sie die Tracker.",
  "about.family.eyes":
    "Es sieht Ihr Haus; wer hineinkommt, auch.|Geben Sie das Kameraprofil und neue Software.",
  "about.family.guard": "Ihre Sicherheit hängt daran.|Lassen Sie es nur zum Hersteller, und halten Sie es aktuell.",
  "about.family.thing":
    "Es braucht wenige Ziele, und der Hersteller pflegt es oft nicht lange.|" +
    "Beobachten Sie es einen Tag, dann halten Sie es an das Nötige.",
  "about.family.power":
    "Es verrät, wann Sie zu Hause sind, und steuert viel Strom.|Halten Sie es beim Hersteller oder im Haus.",

  "about.kind.unknown":
    "Noch verriet nichts, was es ist.|" +
    "Was niemand kennt, darauf achtet niemand.|" +
    "Sehen Sie auf Hersteller und Gesprächspartner, dann sagen Sie, was es ist.",
  "about.kind.gateway":
    "Dieser Rechner: was Sie gerade ansehen.|Auch er spricht: Namen, Uhrzeit, Listen.|Nichts.",
  "about.kind.router": "Bringt das Haus ins Internet.|network",
  "about.kind.access-point": "Macht oder verlängert das WLAN.|network",
  "about.kind.switch": "Macht aus einem Netzwerkkabel viele.|network",
  "about.kind.computer": "Ein Computer, an dem Menschen arbeiten.|computer",
  "about.kind.laptop": "Ein Computer, der mitgeht.|computer",
  "about.kind.server": "Ein Computer, der Tag und Nacht anderen dient.|computer",
  "about.kind.nas": "Bewahrt Dateien für alle im Haus.|computer",
  "about.kind.phone": "Ein Mobiltelefon.|personal",
  "about.kind.tablet": "Ein Tablet.|personal",
  "about.kind.watch": "Eine Uhr oder ein Band, das den Träger misst.|personal",
  "about.kind.e-reader": "Liest Bücher und weiß, welche.|personal",
  "about.kind.telephone":
    "Ein Telefon über das Internet.|" +
    "Ohne seine Vermittlung kann niemand anrufen, auch nicht um Hilfe.|" +
    "Sperren Sie die Vermittlung nicht.",
  "about.kind.television": "Ein Fernseher mit Apps.|media",
  "about.kind.streaming-box": "Macht jeden Bildschirm zum Fernseher mit Apps.|media",
  "about.kind.game-console": "Spielt, oft mit anderen.|media",
  "about.kind.speaker": "Spielt Musik; viele hören auch zu.|media",
  "about.kind.smart-display": "Ein Lautsprecher mit Bildschirm, oft auch Kamera.|media",
  "about.kind.printer": "Druckt und scannt oft.|thing",
  "about.kind.camera": "Filmt im oder am Haus.|eyes",
  "about.kind.doorbell": "Filmt und hört, wer an der Tür ist.|eyes",
  "about.kind.light": "Lampen, die sich von fern schalten lassen.|thing",
  "about.kind.plug": "Schaltet, was darin steckt.|thing",
  "about.kind.thermostat": "Steuert die Heizung und weiß, wann Sie zu Hause sind.|thing",
  "about.kind.sensor": "Misst: Wärme, Türen, Bewegung, Wasser.|thing",
  "about.kind.lock": "Öffnet eine Tür.|guard",
  "about.kind.alarm": "Warnt vor Einbruch oder Feuer.|guard",
  "about.kind.blind": "Öffnet und schließt Rollläden oder Vorhänge.|thing",
  "about.kind.hub": "Spricht für Lampen und Sensoren ohne eigenes Netz.|thing",
  "about.kind.vacuum": "Saugt und zeichnet eine Karte Ihres Hauses.|thing",
  "about.kind.appliance": "Eine Waschmaschine, ein Ofen oder Ähnliches.|thing",
  "about.kind.energy": "Misst oder macht Strom: Zähler, Solaranlage, Speicher.|power",
  "about.kind.car-charger": "Lädt ein Auto.|power",
  "about.kind.car": "Ein Auto, über das Netz des Hauses.|power",

  "about.family.web":
    "Fast alle Apps nutzen es, Tracker auch.|" +
    "Urteilen Sie danach, mit wem es ist, nicht nach dem Dienst.",
  "about.family.mail":
    "Computer und Telefone haben Mail; ein Ding, das Mail sendet, wird vielleicht missbraucht.|" +
    "Sperren Sie es für Dinge.",
  "about.family.names":
    "Es verrät, wen ein Gerät erreichen will.|" +
    "Geräte sollen Ihren Router fragen; sehen Sie, wer woanders fragt.",
  "about.family.secret":
    "Von hier ist nicht zu sehen, was darin gefragt oder gesagt wird.|" +
    "Gut, wenn Sie es wählten; sonst sehen Sie, wem das Gerät gehört.",
  "about.family.near": "Damit finden sich Geräte im Haus.|Gut im Haus; ins Internet gehört es nicht.",
  "about.family.remote":
    "Wer hineinkommt, bedient das Gerät.|" +
    "Erlauben Sie es zwischen bekannten Geräten, nicht von außen.",
  "about.family.files": "Ihre Dateien gehen darüber, oft für andere lesbar.|Halten Sie es im Haus.",
  "about.family.need": "Ohne das geht das Netz nicht.|Nichts.",
  "about.family.call":
    "Nötig für Anrufe und Nachrichten.|" +
    "Sehen Sie, mit wem; sperren Sie es für Dinge, die nicht anrufen.",
  "about.family.things":
    "So berichten Dinge ihrem Hersteller oder Ihrer Zentrale.|" +
    "Sehen Sie, ob es dorthin geht, wo Sie es erwarten.",
  "about.family.plain": "Der Port hat keinen üblichen Namen.|Urteilen Sie danach, mit wem es ist.",

  "about.service.ftp": "Überträgt Dateien, auf die alte Art.|files",
  "about.service.ftp-data": "Die Dateien selbst von FTP.|files",
  "about.service.ssh": "Bedient einen anderen Rechner, verschlüsselt.|remote",
  "about.service.telnet": "Bedient einen anderen Rechner, für alle lesbar.|remote",
  "about.service.smtp": "Sendet Mail von Server zu Server.|mail",
  "about.service.smtps": "Sendet Mail, verschlüsselt.|mail",
  "about.service.submission": "Gibt einem Server Mail zum Versenden.|mail",
  "about.service.pop3": "Holt Mail, für alle lesbar.|mail",
  "about.service.pop3s": "Holt Mail, verschlüsselt.|mail",
  "about.service.imap": "Liest Mail auf einem Server.|mail",
  "about.service.imaps": "Liest Mail auf einem Server, verschlüsselt.|mail",
  "about.service.mail": "Alles, was Mail trägt.|mail",
  "about.service.dns": "Fragt nach der Adresse eines Namens.|names",
  "about.service.dns-over-tls": "Fragt nach Namen, verschlüsselt.|secret",
  "about.service.dns-over-quic": "Fragt nach Namen, verschlüsselt.|secret",
  "about.service.dhcp": "Gibt Geräten ihre Adresse.|need",
  "about.service.dhcpv6": "Gibt Geräten ihre neuere Adresse (IPv6).|need",
  "about.service.http": "Webseiten, die unterwegs jeder lesen kann.|web",
  "about.service.https": "Webseiten und Apps, verschlüsselt.|web",
  "about.service.http-alt": "Webseiten an einem anderen Port.|web",
  "about.service.quic": "Das neuere, schnellere Web, verschlüsselt.|web",
  "about.service.web": "Alles, was Webseiten trägt.|web",
  "about.service.ntp": "Fragt nach der Uhrzeit.|need",
  "about.service.netbios": "Die alte Art von Windows, zu finden und zu teilen.|near",
  "about.service.snmp": "Liest und ändert Einstellungen von Geräten.|remote",
  "about.service.smb": "Teilt Ordner und Drucker.|files",
  "about.service.ike": "Beginnt ein VPN (IPsec).|secret",
  "about.service.ipsec": "Ein VPN durch einen Router (IPsec).|secret",
  "about.service.openvpn": "Ein VPN (OpenVPN).|secret",
  "about.service.wireguard": "Ein VPN (WireGuard).|secret",
  "about.service.rtsp": "Lebende Bilder einer Kamera.|things",
  "about.service.ipp": "Druckt.|near",
  "about.service.printer": "Druckt, auf die alte Art.|near",
  "about.service.mqtt": "Kurze Berichte von Dingen, für alle lesbar.|things",
  "about.service.mqtts": "Kurze Berichte von Dingen, verschlüsselt.|things",
  "about.service.ssdp": "Kündigt Geräte an (UPnP).|near",
  "about.service.mdns": "Kündigt Geräte an und findet sie (Bonjour).|near",
  "about.service.llmnr": "Windows fragt seine Nachbarn nach einem Namen.|near",
  "about.service.stun": "Sucht einen geraden Weg für Anrufe.|call",
  "about.service.xmpp": "Chat und Nachrichten an Telefone.|call",
  "about.service.push": "Nachrichten von Apple an seine Geräte.|call",
  "about.service.icmp": "Nachrichten des Netzes über sich selbst.|need",
  "about.service.icmpv6": "Nachrichten des Netzes über sich selbst (IPv6).|need",
  "about.service.ping": "Fragt: bist du da?|need",
  "about.service.igmp": "Tritt einer Gruppe bei, die dieselben Bilder oder Töne bekommt.|need",
  "about.service.ipip": "Ein Netz im Netz.|secret",
  "about.service.ipv6": "Das neuere Internet im älteren.|secret",
  "about.service.gre": "Ein Netz im Netz, von manchen VPNs.|secret",
  "about.service.esp": "Das Innere eines VPN (IPsec).|secret",
  "about.service.ah": "Signierte Pakete eines VPN (IPsec).|secret",
  "about.service.tcp": "Eine verlässliche Verbindung.|plain",
  "about.service.udp": "Einzelne Nachrichten, schnell und lose.|plain",
  "about.service.sctp": "Verbindungen von Telefonvermittlungen.|plain",
  "about.service.udplite": "Nachrichten, die beschädigt ankommen dürfen.|plain",
};
