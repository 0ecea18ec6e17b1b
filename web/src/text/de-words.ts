// SPDX-License-Identifier: BSD-3-Clause
// What a reason, an alert and a profile is, why one should care, and what to do, in German; part of de-screens.ts.
//
// Shape: as in en-words.ts.

import type { enWords } from "./en-words.ts";
import type { Catalogue } from "./t.ts";

export const deWords: Catalogue<keyof typeof enWords> = {
  "about.reason.none":
    "Nichts hält es auf.|" +
    "Das meiste, was ein Haus sagt, soll durch.|" +
    "Sperren Sie es, wenn Sie es nicht wollen.",
  "about.reason.device_blocked":
    "Sie haben dieses Gerät gesperrt.|" +
    "Nichts geht hinaus oder hinein, außer was nötig ist, um eine Adresse zu finden.|" +
    "Entsperren Sie es, damit es wieder spricht.",
  "about.reason.destination_blocked":
    "Sie haben dieses Ziel für alle gesperrt.|" +
    "Kein Gerät erreicht es; eine App, die es braucht, kann versagen.|" +
    "Entsperren Sie es, oder erlauben Sie es für ein Gerät.",
  "about.reason.pair_blocked":
    "Sie haben dieses Ziel für dieses Gerät gesperrt.|" +
    "Andere Geräte erreichen es noch.|" +
    "Entsperren Sie die Verbindung, wenn sie dem Gerät fehlt.",
  "about.reason.profile_blocked":
    "Das Profil des Geräts stoppt, was es nicht nennt.|" +
    "So ein Profil hält ein Gerät bei dem Wenigen, was es braucht.|" +
    "Erlauben Sie das Ziel, oder geben Sie ein anderes Profil.",
  "about.reason.list_blocked":
    "Eine Ihrer Listen nennt dieses Ziel.|" +
    "Listen enthalten Werbung, Tracker und gefährliche Orte; manchmal irrt eine.|" +
    "Erlauben Sie das Ziel, wenn Sie es brauchen.",
  "about.reason.rule_blocked":
    "Eine Ihrer Regeln hält es auf.|" +
    "Eine Regel gilt, für wen und wann Sie es sagten.|" +
    "Fragen Sie unter Warum?, welche es ist, und ändern Sie sie.",
  "about.reason.device_paused":
    "Sie haben dieses Gerät pausiert oder eingeschränkt.|" +
    "Eine Pause endet von selbst.|" +
    "Beenden Sie sie früher beim Gerät.",
  "about.reason.spoofed_source":
    "Es gibt sich als ein anderes Gerät aus.|" +
    "Das ist ein umgestecktes Kabel, ein Fehler oder jemand in Verkleidung.|" +
    "Sehen Sie nach, welches Gerät es sendet; sperren Sie das, wenn es weitergeht.",
  "about.reason.wan_to_host":
    "Jemand von außen klopfte am Gateway selbst an.|" +
    "Im ganzen Internet wird den ganzen Tag geklopft; niemand wurde eingelassen.|" +
    "Nichts.",
  "about.reason.link_local":
    "Es war nur für die nächste Buchse gedacht.|So grüßt Netzwerktechnik ihren Nachbarn.|Nichts.",
  "about.reason.same_port":
    "Sender und Empfänger hängen am selben Kabel.|" +
    "Sie erreichen sich ohne das Gateway, das es nicht stoppen kann.|" +
    "Nichts.",
  "about.reason.no_egress":
    "Kein anderer Anschluss war offen, um es zu senden.|" +
    "Ein Kabel ist ab, oder ein Anschluss ist geschlossen.|" +
    "Sehen Sie unter Zustand nach den Anschlüssen.",
  "about.reason.oversize_offload":
    "Eine Netzwerkkarte klebte Pakete zusammen, die kein Kabel fasst.|" +
    "Verbindungen über diesen Anschluss stocken.|" +
    "Tun Sie, was die Meldung dazu sagt.",
  "about.reason.too_big":
    "Es ist größer, als das nächste Kabel fasst.|" +
    "Große Downloads können hängen bleiben.|" +
    "Geben Sie allen Anschlüssen dieselbe Paketgröße (MTU).",
  "about.reason.tx_full":
    "Der Anschluss hatte mehr zu senden, als er konnte.|" +
    "Einige sind bei vollem Tempo üblich; viele machen alles langsam.|" +
    "Sehen Sie, wer am meisten spricht.",
  "about.reason.storm":
    "Ein Anschluss rief zu oft an alle.|" +
    "Oft führt ein Kabel im Kreis.|" +
    "Suchen Sie ein Kabel, dessen beide Enden im selben Switch stecken.",
  "about.reason.rate_limited":
    "Das Gerät wollte mehr Tempo, als Sie ihm geben.|" +
    "Es wird langsamer, sonst geschieht nichts.|" +
    "Ändern Sie die Grenze, wenn sie zu niedrig ist.",
  "about.reason.new_flow_limited":
    "Das Gerät begann mehr Gespräche pro Sekunde, als Sie erlauben.|" +
    "Das tun Geräte, die Opfer suchen.|" +
    "Sehen Sie, mit wem es spricht; heben Sie die Grenze an, wenn es stimmt.",

  "about.alert.new_device":
    "{0} ist neu im Haus.|" +
    "Es kann Besuch gehören, frisch gekauft sein oder von jemandem, der nicht hierher gehört.|" +
    "Geben Sie Namen und Profil, wenn Sie es kennen; sonst sperren Sie es.",
  "about.alert.new_device_random":
    "{0} ist neu, oder ein bekanntes Gerät mit neuer Adresse.|" +
    "Telefone und Laptops erfinden ab und zu eine neue Adresse und wirken dann neu.|" +
    "Verbinden Sie es mit dem Gerät, das es ist, oder geben Sie einen Namen; sperren Sie es, wenn Sie es nicht kennen.",
  "about.alert.profile_set":
    "{0} hat jetzt das Profil {1}, durch {2}.|" +
    "Das Profil bestimmt, womit das Gerät sprechen darf.|" +
    "Machen Sie es rückgängig, wenn das nicht gemeint war.",
  "about.alert.profile_failed":
    "{0} konnte das Profil {1} nicht bekommen: {2}|" +
    "Das Gerät hat noch das Profil von vorher.|" +
    "Beheben Sie, was der Satz sagt, und geben Sie das Profil erneut.",
  "about.alert.learning_ended":
    "{0} wurde lange genug beobachtet: {1} Dinge, die es braucht, wurden gesehen.|" +
    "Die lassen sich jetzt erlauben und alles andere sperren.|" +
    "Lesen Sie, was gelernt wurde, streichen Sie Seltsames, und halten Sie das Gerät daran.",
  "about.alert.scanning":
    "{0} versucht Port {1} vieler Adressen, und keine lässt es hinein.|" +
    "So sucht ein übernommenes Gerät nach anderen, die es übernehmen kann.|" +
    "Sehen Sie nach, mit wem es spricht; sperren Sie es oder ziehen Sie den Stecker, wenn Sie nicht wissen, warum es das tut.",
  "about.alert.provider_access_started":
    "{0} darf bis {1} in dieses Gateway sehen.|" +
    "Jemand außerhalb sieht und tut, was Sie erlaubt haben.|" +
    "Beenden Sie es nach der Hilfe, oder wenn Sie es nicht erlaubt haben.",
  "about.alert.provider_access_ended":
    "{0} kann nicht mehr in dieses Gateway sehen: {1}|" +
    "Niemand außerhalb hat mehr Zugang.|" +
    "Unter Zugang steht, was getan wurde; dort lässt es sich zurücknehmen.",
  "about.alert.provider_proposal":
    "{0} schlägt vor ({1}): {2}|" +
    "Nichts geschieht, bis Sie es sagen.|" +
    "Lesen Sie es, dann nehmen Sie an, lehnen Sie ab oder fragen Sie nach.",
  "about.alert.incident_found":
    "{0} war an einem Angriff auf {2} beteiligt, sagt {1}.|" +
    "So ein Gerät ist oft übernommen; Ihr Anschluss kann gesperrt werden.|" +
    "Sehen Sie nach, mit wem es spricht; halten Sie es fern oder sperren Sie es.",
  "about.alert.incident_asked":
    "{0} war an einem Angriff auf {2} beteiligt, sagt {1} und bittet, ihn zu stoppen.|" +
    "Nichts geschieht, bis Sie es sagen.|" +
    "Halten Sie es vom Ziel fern, oder lassen Sie es gewähren.",
  "about.alert.incident_contained":
    "{0} war an einem Angriff auf {2} beteiligt, sagt {1}, und wird davon ferngehalten.|" +
    "So ein Gerät ist oft übernommen.|" +
    "Sehen Sie nach, mit wem es sonst spricht.",
  "about.alert.client_message":
    "{0} sagt: {1}|" +
    "Ein Programm, das Sie zugelassen haben, hat das hinterlassen, in eigenen Worten.|" +
    "Lesen Sie es und tun Sie, was Sie für richtig halten.",
  "about.alert.provider_capture":
    "{0} wird von {1} mitgeschnitten, von außerhalb: nur die Köpfe.|" +
    "Jemand außerhalb liest, mit wem es wann spricht, nicht was gesagt wird.|" +
    "Halten Sie es an, wenn Sie es nicht erwartet haben.",
  "about.alert.list_old":
    "Die Liste {0} lässt sich nicht aktualisieren: {1}.|" +
    "Was seither dazukam, ist nicht gesperrt; was darauf stand, noch.|" +
    "Prüfen Sie ihre Adresse oder Datei, und erneuern Sie sie.",
  "about.alert.disk_full":
    "Nichts lässt sich speichern: {0}|" +
    "Verkehr und Sperren laufen weiter, aber was Sie jetzt ändern, wird abgelehnt.|" +
    "Schaffen Sie Platz; es geht von selbst weiter.",
  "about.alert.dataplane_lost":
    "Die Dataplane ist weg: {0}|" +
    "Nichts wird gesehen oder gezählt, bis sie zurück ist, und neue Regeln warten.|" +
    "Sie startet von selbst neu; sonst hilft journalctl -u spin-dataplane.",
  "about.alert.dataplane_back":
    "Die Dataplane ist nach {0} zurück.|" +
    "Regeln gelten, und Verkehr wird wieder gezählt.|" +
    "Nichts; geschieht es oft, hilft journalctl -u spin-dataplane.",
  "about.alert.event_loss":
    "{0} Nachrichten der Dataplane gingen bisher verloren.|" +
    "Alles ist gezählt und beurteilt, aber manche Gespräche erscheinen spät.|" +
    "Nichts, wenn es selten ist; sonst braucht das Gateway einen schnelleren Prozessor.",
  "about.alert.config_wrong":
    "Die Konfiguration ist falsch: {0}|" +
    "Sie wurde nicht übernommen; was vorher galt, gilt noch.|" +
    "Berichtigen Sie die genannte Stelle, und laden Sie neu.",
  "about.alert.test": "Das ist ein Test der Zustellung {0}.|So erreichen Sie Meldungen.|Nichts.",
  "about.alert.oversize_offload":
    "Ein Anschluss liefert Pakete, die kein Kabel fasst.|" +
    "Verbindungen darüber stocken.|" +
    "Führen Sie die ethtool-Zeile der Nachricht aus, und schreiben Sie sie in die Netzwerkeinrichtung.",
  "about.alert.flow_table_full":
    "Mehr Gespräche zugleich, als die Tabelle fasst.|" +
    "Die übrigen werden beurteilt, aber langsamer und nicht gezeigt.|" +
    "Sehen Sie, wer so viele beginnt; vergrößern Sie die Tabelle, wenn Ihr Haus so ist.",
  "about.alert.device_table_full":
    "Mehr Geräte, als die Tabelle fasst.|" +
    "Die übrigen werden nicht gezeigt und bekommen das Profil eines neuen Geräts.|" +
    "Sehen Sie, wer so viele Adressen erfindet.",
  "about.alert.policy_rejected":
    "Die Dataplane lehnte die neuesten Regeln ab.|" +
    "Die vorherigen gelten.|" +
    "Nehmen Sie die letzte Änderung zurück, und melden Sie dies: es ist ein Fehler des Gateways.",
  "about.alert.vlan_rewritten":
    "Ein Anschluss ändert die Marken von Netzen in Netzen.|" +
    "Solche Netze gehen darüber nicht.|" +
    "Nehmen Sie einen anderen Treiber, wie die Nachricht sagt.",
  "about.alert.ports_swapped":
    "Haus und Internet scheinen vertauscht.|" +
    "Fremde im Internet gelten als Geräte im Haus, und Regeln wirken verkehrt herum.|" +
    "Vertauschen Sie die zwei Kabel, oder lan und wan in der Konfiguration.",
  "about.alert.outside_router":
    "Das Gateway scheint außerhalb des Routers zu stehen.|" +
    "Hinter einem Router wirken alle Geräte wie eines, keines ist vom anderen zu unterscheiden.|" +
    "Setzen Sie das Gateway zwischen den Router und die Geräte im Haus.",
  "about.alert.dns_refused":
    "Eine Antwort über einen Namen widerspricht sich.|" +
    "Jemand will vielleicht eine Adresse als die eines anderen ausgeben.|" +
    "Sehen Sie, welches Gerät fragt und welcher Server antwortet.",

  "about.profile.allow-all":
    "Alles darf durch, was niemand sperrte.|" +
    "Das passt zu Geräten, die Menschen selbst benutzen.|" +
    "Sperren Sie einzelne Ziele, oder nutzen Sie Listen.",
  "about.profile.block-all":
    "Nichts darf durch, was niemand erlaubte.|" +
    "Das passt zu einem Gerät, dem Sie gar nicht trauen.|" +
    "Erlauben Sie einzelne Ziele, wo es sie braucht.",
  "about.profile.camera":
    "Sie erreicht nur Gelerntes oder Genanntes; wer zu Hause ist, darf zusehen.|" +
    "Eine Kamera sieht Ihr Haus und sollte es wenigen erzählen.|" +
    "Beobachten Sie sie einen Tag, dann halten Sie sie an das Nötige.",
  "about.profile.guest":
    "Das Internet, aber keines der Geräte im Haus.|" +
    "Besuch braucht Ihren Drucker, Ihre Kamera und Dateien nicht.|" +
    "Geben Sie es neuen Geräten, wenn viele kommen und gehen.",
  "about.profile.learned":
    "Nur was gelernt wurde, der Hersteller nennt oder Sie erlauben.|" +
    "Wird es später gekapert, erreicht es nichts Neues.|" +
    "Lassen Sie es erst beobachten, und lesen Sie das Gelernte.",
  "about.profile.local-only":
    "Es spricht im Haus, nicht mit dem Internet.|" +
    "Vieles geht ohne Server des Herstellers; dann kann niemand es abschalten oder mithören.|" +
    "Geht eine App nicht mehr, nehmen Sie learned.",
  "about.profile.printer":
    "Er druckt für alle im Haus und ruft niemanden draußen an.|" +
    "Drucker erzählen ihrem Hersteller von Tinte und Seiten.|" +
    "Erlauben Sie den Hersteller, wenn Sie Updates wollen.",
  "about.profile.television":
    "Er streamt von überall und fragt niemanden im Haus.|" +
    "Fernseher melden, was gesehen wird, und schauen sich um.|" +
    "Nehmen Sie eine Liste von Trackern dazu.",
};
