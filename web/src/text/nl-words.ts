// SPDX-License-Identifier: BSD-3-Clause
// What a reason, an alert and a profile is, why one should care, and what to do, in Dutch; part of nl-screens.ts.
//
// Shape: as in en-words.ts.

import type { enWords } from "./en-words.ts";
import type { Catalogue } from "./t.ts";

export const nlWords: Catalogue<keyof typeof enWords> = {
  "about.reason.none":
    "Niets houdt het tegen.|" +
    "Het meeste wat in huis gezegd wordt, hoort erdoor.|" +
    "Blokkeer het als je het niet wilt.",
  "about.reason.device_blocked":
    "Je blokkeerde dit apparaat.|" +
    "Er gaat niets uit of in, behalve wat nodig is om een adres te vinden.|" +
    "Deblokkeer het om het weer te laten praten.",
  "about.reason.destination_blocked":
    "Je blokkeerde deze bestemming voor iedereen.|" +
    "Geen apparaat bereikt haar; een app die haar nodig heeft kan haperen.|" +
    "Deblokkeer haar, of sta haar voor één apparaat toe.",
  "about.reason.pair_blocked":
    "Je blokkeerde deze bestemming voor dit apparaat.|" +
    "Andere apparaten bereiken haar nog.|" +
    "Deblokkeer de verbinding als het apparaat haar mist.",
  "about.reason.profile_blocked":
    "Het profiel van het apparaat stopt wat het niet noemt.|" +
    "Zo’n profiel houdt een apparaat bij het weinige wat het nodig heeft.|" +
    "Sta de bestemming toe, of geef een ander profiel.",
  "about.reason.list_blocked":
    "Een lijst die je gebruikt noemt deze bestemming.|" +
    "Lijsten bevatten reclame, trackers en gevaarlijke plekken; soms vergist er een zich.|" +
    "Sta de bestemming toe als je haar nodig hebt.",
  "about.reason.rule_blocked":
    "Een van je regels houdt het tegen.|" +
    "Een regel geldt voor wie en wanneer jij zei.|" +
    "Vraag bij Waarom? welke regel het is, en wijzig die.",
  "about.reason.device_paused":
    "Je pauzeerde of beperkte dit apparaat.|Een pauze eindigt vanzelf.|Beëindig haar eerder bij het apparaat.",
  "about.reason.spoofed_source":
    "Het doet zich voor als een ander apparaat.|" +
    "Dat is een verplaatste kabel, een fout, of iemand in vermomming.|" +
    "Kijk welk apparaat het stuurt; blokkeer dat als het doorgaat.",
  "about.reason.wan_to_host":
    "Iemand van buiten klopte bij de gateway zelf aan.|" +
    "Op het hele internet wordt de hele dag geklopt; niemand is binnengelaten.|" +
    "Niets.",
  "about.reason.link_local":
    "Het was alleen voor het volgende stopcontact bedoeld.|Zo groet netwerkapparatuur haar buur.|Niets.",
  "about.reason.same_port":
    "Zender en ontvanger zitten aan dezelfde kabel.|" +
    "Ze bereiken elkaar zonder de gateway, die dat niet kan stoppen.|" +
    "Niets.",
  "about.reason.no_egress":
    "Geen andere poort was open om het te versturen.|" +
    "Een kabel is los, of een poort is gesloten.|" +
    "Kijk bij Toestand naar de poorten.",
  "about.reason.oversize_offload":
    "Een netwerkkaart plakte pakketten aaneen die geen kabel aankan.|" +
    "Verbindingen over die poort haperen.|" +
    "Doe wat de melding erover zegt.",
  "about.reason.too_big":
    "Het is groter dan de volgende kabel aankan.|" +
    "Grote downloads kunnen blijven hangen.|" +
    "Geef alle poorten dezelfde pakketgrootte (MTU).",
  "about.reason.tx_full":
    "De poort moest meer versturen dan ze kon.|" +
    "Een paar zijn gewoon op volle snelheid; veel maken alles traag.|" +
    "Kijk wie het meest praat.",
  "about.reason.storm":
    "Eén poort riep te vaak naar iedereen.|" +
    "Vaak loopt er een kabel in een kring.|" +
    "Zoek een kabel met beide einden in dezelfde switch.",
  "about.reason.rate_limited":
    "Het apparaat wilde sneller dan jij het geeft.|" +
    "Het wordt trager; verder gebeurt er niets.|" +
    "Wijzig de grens als die te laag is.",
  "about.reason.new_flow_limited":
    "Het apparaat begon meer gesprekken per seconde dan je toestaat.|" +
    "Zo doen apparaten die slachtoffers zoeken.|" +
    "Kijk met wie het praat; verhoog de grens als dat klopt.",

  "about.alert.new_device":
    "{0} is nieuw in huis.|" +
    "Het kan van bezoek zijn, net gekocht, of van iemand die hier niet hoort.|" +
    "Geef het een naam en profiel als je het kent; blokkeer het anders.",
  "about.alert.new_device_random":
    "{0} is nieuw, of een bekend apparaat dat van adres wisselde.|" +
    "Telefoons en laptops bedenken soms een nieuw adres en lijken dan nieuw.|" +
    "Voeg het bij het apparaat dat het is, of geef het een naam; blokkeer het als je het niet kent.",
  "about.alert.profile_set":
    "{0} heeft nu het profiel {1}, door {2}.|" +
    "Het profiel bepaalt waarmee het apparaat mag praten.|" +
    "Maak het ongedaan als dat niet de bedoeling was.",
  "about.alert.profile_failed":
    "{0} kon het profiel {1} niet krijgen: {2}|" +
    "Het apparaat heeft nog het profiel dat het had.|" +
    "Verhelp wat de zin zegt, en geef het profiel opnieuw.",
  "about.alert.learning_ended":
    "{0} is lang genoeg bekeken: {1} dingen die het nodig heeft zijn gezien.|" +
    "Die kunnen nu worden toegestaan en al het andere geblokkeerd.|" +
    "Lees wat geleerd is, laat weg wat vreemd is, en houd het apparaat eraan.",
  "about.alert.scanning":
    "{0} probeert poort {1} van veel adressen, en geen ervan laat het binnen.|" +
    "Zo zoekt een overgenomen apparaat naar andere die het kan overnemen.|" +
    "Bekijk met wie het praat; blokkeer het of trek de stekker eruit als je niet weet waarom het dat doet.",
  "about.alert.provider_access_started":
    "{0} mag tot {1} in deze gateway kijken.|" +
    "Iemand buiten het huis ziet en doet wat je toestond.|" +
    "Beëindig het als de hulp klaar is, of als je dit niet toestond.",
  "about.alert.provider_access_ended":
    "{0} kan niet meer in deze gateway kijken: {1}|" +
    "Niemand buiten het huis heeft nog toegang.|" +
    "Bij Toegang staat wat er gedaan is; daar kun je het ongedaan maken.",
  "about.alert.provider_proposal":
    "{0} stelt een {1} voor: {2}|" +
    "Er gebeurt niets tot jij het zegt.|" +
    "Lees wat men wil doen, en aanvaard het, wijs het af, of vraag ernaar.",
  "about.alert.incident_found":
    "{0} deed mee aan een aanval op {2}, zegt {1}.|" +
    "Zo'n apparaat is vaak overgenomen; je kunt ervoor afgesloten worden.|" +
    "Kijk met wie het praat; houd het weg van het doel of blokkeer het.",
  "about.alert.incident_asked":
    "{0} deed mee aan een aanval op {2}, zegt {1}, en die vraagt je dat te stoppen.|" +
    "Er gebeurt niets tot jij het zegt.|" +
    "Houd het weg van het doel, of laat het gaan.",
  "about.alert.incident_contained":
    "{0} deed mee aan een aanval op {2}, zegt {1}, en kan er nu niet meer bij.|" +
    "Zo'n apparaat is vaak overgenomen.|" +
    "Kijk met wie het nog meer praat.",
  "about.alert.client_message":
    "{0} zegt: {1}|" +
    "Een programma dat je toeliet liet dit bericht achter, in eigen woorden.|" +
    "Lees het en doe wat je goed lijkt.",
  "about.alert.provider_capture":
    "{0} wordt door {1} opgenomen, van buiten het huis: alleen de koppen.|" +
    "Iemand buiten leest met wie het praat en wanneer, niet wat er gezegd wordt.|" +
    "Stop de opname als je die niet verwachtte.",
  "about.alert.list_old":
    "De lijst {0} kan niet worden bijgewerkt: {1}.|" +
    "Wat er sindsdien bij kwam is niet geblokkeerd; wat erop stond nog wel.|" +
    "Kijk naar haar adres of bestand, en ververs haar.",
  "about.alert.disk_full":
    "Er kan niets worden bewaard: {0}|" +
    "Verkeer en blokkades gaan door, maar wat je nu wijzigt wordt geweigerd.|" +
    "Maak ruimte; het bewaren gaat vanzelf verder.",
  "about.alert.dataplane_lost":
    "De dataplane is weg: {0}|" +
    "Er wordt niets gezien of geteld tot hij terug is, en nieuwe regels wachten erop.|" +
    "Hij wordt vanzelf herstart; zo niet, kijk in journalctl -u spin-dataplane.",
  "about.alert.dataplane_back":
    "De dataplane is terug na {0}.|" +
    "Regels gelden en verkeer wordt weer geteld.|" +
    "Niets; gebeurt het vaak, kijk dan in journalctl -u spin-dataplane.",
  "about.alert.event_loss":
    "{0} berichten van de dataplane gingen tot nu toe verloren.|" +
    "Alles is geteld en beoordeeld, maar sommige gesprekken komen misschien laat in beeld.|" +
    "Niets als het zelden is; anders heeft de gateway een snellere processor nodig.",
  "about.alert.config_wrong":
    "De configuratie is fout: {0}|" +
    "Ze is niet overgenomen; wat eerder gold blijft gelden.|" +
    "Verbeter de genoemde plek, en herlaad.",
  "about.alert.test": "Dit is een test van de bezorging {0}.|Zo bereiken meldingen je.|Niets.",
  "about.alert.oversize_offload":
    "Een poort levert pakketten die geen kabel aankan.|" +
    "Verbindingen erover haperen.|" +
    "Voer de ethtool-regel uit het bericht uit, en zet die in de netwerkinstellingen.",
  "about.alert.flow_table_full":
    "Meer gesprekken tegelijk dan de tabel aankan.|" +
    "Wat er niet bij past wordt beoordeeld, maar trager en niet getoond.|" +
    "Kijk wie er zo veel begint; vergroot de tabel als je huis nu eenmaal zo is.",
  "about.alert.device_table_full":
    "Meer apparaten dan de tabel aankan.|" +
    "Wat er niet bij past wordt niet getoond en krijgt het profiel van een nieuw apparaat.|" +
    "Kijk wie zo veel adressen bedenkt.",
  "about.alert.policy_rejected":
    "De dataplane weigerde de nieuwste regels.|" +
    "Die van daarvoor gelden.|" +
    "Neem de laatste wijziging terug, en meld dit: het is een fout van de gateway.",
  "about.alert.vlan_rewritten":
    "Een poort verandert de labels van netwerken in netwerken.|" +
    "Zulke netwerken werken er niet over.|" +
    "Gebruik een ander stuurprogramma voor de poort, zoals het bericht zegt.",
  "about.alert.ports_swapped":
    "Huis en internet lijken verwisseld.|" +
    "Vreemden op internet worden voor apparaten in huis aangezien, en regels werken verkeerd om.|" +
    "Verwissel de twee kabels, of lan en wan in de configuratie.",
  "about.alert.outside_router":
    "De gateway lijkt buiten de router van het huis te staan.|" +
    "Achter een router lijken alle apparaten er één, zodat ze niet te onderscheiden zijn.|" +
    "Zet de gateway tussen de router en de apparaten van het huis.",
  "about.alert.dns_refused":
    "Een antwoord over een naam spreekt zichzelf tegen.|" +
    "Iemand probeert misschien een adres voor dat van een ander te laten doorgaan.|" +
    "Kijk welk apparaat vraagt, en welke server antwoordt.",

  "about.profile.allow-all":
    "Alles mag wat niemand blokkeerde.|" +
    "Het past bij apparaten die mensen zelf gebruiken.|" +
    "Blokkeer losse bestemmingen, of gebruik lijsten.",
  "about.profile.block-all":
    "Niets mag wat niemand toestond.|" +
    "Het past bij een apparaat dat je helemaal niet vertrouwt.|" +
    "Sta losse bestemmingen toe waar het die nodig heeft.",
  "about.profile.camera":
    "Het bereikt alleen wat geleerd of genoemd is; wie thuis is mag meekijken.|" +
    "Een camera ziet je huis en hoort het weinigen te vertellen.|" +
    "Bekijk haar een dag, en houd haar dan bij wat ze nodig heeft.",
  "about.profile.guest":
    "Het internet, maar geen van de apparaten in huis.|" +
    "Bezoek heeft jouw printer, camera of bestanden niet nodig.|" +
    "Geef het aan nieuwe apparaten als er veel komen en gaan.",
  "about.profile.learned":
    "Alleen wat ervan geleerd is, wat de maker noemt, of wat jij toestaat.|" +
    "Wordt het later gekaapt, dan bereikt het niets nieuws.|" +
    "Laat het eerst bekijken, en lees wat geleerd is.",
  "about.profile.local-only":
    "Het praat in huis, niet met internet.|" +
    "Veel werkt zonder servers van de maker; dan kan niemand het uitzetten of meeluisteren.|" +
    "Stopt een app ermee, gebruik dan learned.",
  "about.profile.printer":
    "Het drukt af voor iedereen in huis en belt niemand buiten.|" +
    "Printers vertellen hun maker over inkt en pagina’s.|" +
    "Sta de maker toe als je diens updates wilt.",
  "about.profile.television":
    "Het streamt overal vandaan, en vraagt niemand in huis iets.|" +
    "Televisies melden wat er gekeken wordt, en kijken rond.|" +
    "Voeg een lijst van trackers toe.",
};
