"""Sentences of an invented county, written for this benchmark, with places for names, numbers and dates.

Subjects are dealt out to two sets, so that what is measured is not what a reader was made on.
"""

from __future__ import annotations

import random
import re

_PLACES = (
    "Musterbach Beispielheim Aurental Unterlinden Großdorf Süßenbrunn Königsfurt Möhringshausen Überlauf Ährenfeld "
    "Weißenmoor Hüttenbruck Steinach Rothlingen Fichtelau Jägersruh Quellstedt Vierhöfen Zwölfmühlen Oberöß"
).split()
_STREETS = (
    "Lindenweg Mühlgraben Bürgermeister-Ohlsen-Weg Am-Alten-Bahnhof-Weg Gänseanger Schulplatz Föhrenring "
    "Brückenweg Zur-Schmiede-Weg Ölmühlenring Anna-Petri-Platz Feldkirchener-Weg"
).split()
_PERSONS = (
    "Frau Dr. Ölschläger|Herr Buß|Frau Jansen-Möller|Herr Tschöpe|Frau Yıldırım|Herr Quast|Frau Weiß|Herr von Ahlen|"
    "Frau Großkopf|Herr Župan|Frau Lévy|Herr Fäßler-Kühn"
).split("|")
_OFFICES = (
    "Fachdienst Tiefbau|Fachbereich Jugend und Familie|Fachdienst Schulen|Fachdienst Umwelt|Bereich Finanzen|"
    "Fachdienst Grünflächen|Bereich Recht und Ordnung|Arbeitsstab Klimaschutz|Eigenbetrieb Abfallwirtschaft|Fachdienst Gesundheit"
).split("|")
_BODIES = (
    "Kreisausschuss|Bau- und Verkehrsausschuss|Jugendhilfeausschuss|Schul- und Sportausschuss|Kreistag|Finanzausschuss|"
    "Ausschuss für Umwelt, Klima und Energie|Sozialausschuss|Ortsbeirat Süd"
).split("|")
MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()

# One subject a paragraph: a title, then sentences.
_GERMAN = """
Erneuerung der Brücke über die {ort}er Ache
Die Brücke am {strasse} in {ort} wurde {jahr} errichtet und ist seit dem {datum} für Fahrzeuge über {klein} t gesperrt.
Bei der Hauptprüfung vergab der Gutachter die Zustandsnote {note}; besonders die Widerlager sind durchfeuchtet.
Eine Instandsetzung wäre um {betrag} günstiger als ein Ersatzneubau, verlängerte die Nutzungsdauer aber nur um etwa zwölf Jahre.
Die Verwaltung schlägt daher vor, den Überbau vollständig abzubrechen und in Stahlverbundbauweise neu herzustellen.
Für Fußgänger und Radfahrer wird während der Bauzeit ein Behelfssteg von {klein} m Länge aufgestellt.
Der Buslinienverkehr zwischen {ort} und {ort2} wird über die Kreisstraße {klein} umgeleitet, was die Fahrzeit um 9 Minuten erhöht.
Mit dem Wasserwirtschaftsamt ist abgestimmt, dass der Abflussquerschnitt um mindestens {klein} m² wächst.
{person} weist darauf hin, dass die Laichzeit der Äschen Arbeiten im Gewässerbett zwischen März und Mai ausschließt.
Nach Auskunft des Fördergebers können bis zu {prozent} der zuwendungsfähigen Kosten übernommen werden.

Ausbau der Ganztagsbetreuung an Grundschulen
Ab dem Schuljahr {jahr}/27 besteht für Kinder der ersten Klasse ein Rechtsanspruch auf ganztägige Förderung.
An der Grundschule {ort} stehen derzeit {zahl} Plätze zur Verfügung, denen {zahl2} Anmeldungen gegenüberstehen.
Der {amt} hat mit allen Schulleitungen Gespräche geführt und den Bedarf nach Ortsteilen aufgeschlüsselt.
Als Übergangslösung werden die Räume der früheren Hausmeisterwohnung am {strasse} hergerichtet.
Die Essensausgabe soll von {zahl} auf {zahl2} Mahlzeiten täglich erweitert werden; dafür fehlt bislang eine Spülküche.
Elternbeirat und Schulkonferenz haben dem Raumprogramm am {datum} ohne Gegenstimme zugestimmt.
Der Eigenanteil des Landkreises beläuft sich auf {betrag} und ist im Finanzplan unter „Schulen“ eingestellt.
{person} fragt, ob auch die Ferienzeiten abgedeckt seien; dies bejaht die Verwaltung für neun von zwölf Wochen.
Fachkräfte werden über ein berufsbegleitendes Programm gewonnen, an dem sich {klein} Träger beteiligen.

Kommunale Wärmeplanung
Der Wärmeplan zeigt, welche Gebiete sich bis {jahr} für ein Wärmenetz eignen und wo Einzellösungen sinnvoll bleiben.
Untersucht wurden {zahl} Baublöcke mit einem jährlichen Wärmebedarf von zusammen {klein},4 GWh.
Rund {prozent} der Gebäude in {ort} werden noch mit Heizöl beheizt, das Durchschnittsalter der Kessel beträgt 21 Jahre.
Die Abwärme der Kläranlage könnte nach erster Schätzung {zahl} Wohnungen versorgen.
Eine Verpflichtung zum Anschluss ist mit dem Plan nicht verbunden; er bindet die Verwaltung, nicht die Eigentümer.
Die Stabsstelle legt dem {gremium} bis zum {datum} eine Reihenfolge der Maßnahmen vor.
Der Ausstoß von CO₂ sinkt nach dem Zielszenario um {prozent} gegenüber dem Bezugsjahr.
Zur Beteiligung der Öffentlichkeit fanden in {ort}, {ort2} und am {strasse} drei Werkstätten statt.
Kosten für den Betrieb des Netzes sind in der Vorlage nicht enthalten, weil ein Betreiber erst gesucht wird.

Radverkehrskonzept
Das Konzept umfasst {zahl} Einzelmaßnahmen auf Kreis- und Gemeindestraßen und ersetzt die Fassung vom {datum}.
Lücken bestehen vor allem zwischen {ort} und {ort2}, wo Schülerinnen und Schüler die Fahrbahn benutzen müssen.
Die Zählstelle am {strasse} erfasste im Mai durchschnittlich {zahl} Räder am Tag, {prozent} mehr als im Vorjahr.
Vorgesehen ist eine Breite von 2,50 m, an Engstellen mindestens 1,80 m zuzüglich Sicherheitstrennstreifen.
Gegen die Aufhebung von {klein} Parkplätzen liegen vier Einwendungen vor, über die gesondert zu beraten ist.
Für die Beleuchtung außerorts werden Leuchten mit Bewegungsmelder eingesetzt, um Insekten zu schonen.
{person} bittet, die Querung beim Freibad vorzuziehen und eine Mittelinsel zu prüfen.
Der {amt} rechnet mit Grunderwerb von {zahl} m², überwiegend entlang bestehender Gräben.
Im Haushalt {jahr} stehen dafür {betrag} bereit; weitere Mittel müssten überplanmäßig bewilligt werden.

Satzung über die Benutzung der Sporthallen
Die Benutzungsgebühren wurden zuletzt am {datum} angepasst und decken noch {prozent} der laufenden Kosten.
Vereine mit mehr als {klein} jugendlichen Mitgliedern bleiben werktags bis 20 Uhr von der Gebühr befreit.
Für gewerbliche Veranstaltungen gilt künftig ein Tagessatz von {betrag}, zuzüglich Reinigung nach Aufwand.
Die Hallenzeiten in {ort} vergibt der {amt} jeweils bis Ende Mai für das folgende Schuljahr.
Schäden sind unverzüglich, spätestens jedoch am nächsten Werktag schriftlich anzuzeigen.
Wer die Halle wiederholt nicht nutzt, ohne abzusagen, verliert nach zwei Hinweisen den Anspruch auf die Zeit.
{person} hält die Staffelung für gerecht, wünscht aber eine Überprüfung nach {klein} Monaten.
Öffentliche Bekanntmachungen erfolgen im Amtsblatt sowie durch Aushang am {strasse}.

Pflege und Wohnen im Alter
Im Landkreis leben {zahl} Menschen, die mindestens 80 Jahre alt sind; bis {jahr} werden es {zahl2} sein.
Der Pflegestützpunkt in {ort} zählte im vergangenen Jahr {zahl} Beratungen, davon {prozent} als Hausbesuch.
Ambulante Dienste lehnen wegen fehlender Kräfte inzwischen jede dritte Anfrage aus den Höhendörfern ab.
Das Vorhaben „Wohnen im Anger“ verbindet zwölf barrierefreie Wohnungen mit einer Tagespflege für {klein} Gäste.
Kurzzeitpflegeplätze fehlen besonders in den Sommermonaten, wie {person} im {gremium} ausführte.
Ein Besuchsdienst mit {klein} Ehrenamtlichen wird aus Mitteln der Stiftung mit {betrag} gefördert.
Geprüft wird, ob der Rufbus auch die Arztpraxen am {strasse} anfahren kann.
Die Fachkonferenz am {datum} beschloss neun Empfehlungen, die dieser Vorlage beigefügt sind.

Hochwasserschutz an der Oberen Aue
Nach den Überflutungen im Juli wurden {zahl} Schadensmeldungen aufgenommen, überwiegend aus {ort} und {ort2}.
Das Rückhaltebecken fasst {zahl}.000 m³ und wird über einen gesteuerten Grundablass entleert.
Gefährdet sind vor allem Grundstücke am {strasse}, deren Keller unter dem Grundwasserspiegel liegen.
Für ein hundertjährliches Ereignis ergibt die Berechnung einen Wasserstand von {klein},62 m ü. NHN.
Die Genehmigungsplanung ist dem Landratsamt am {datum} zur Prüfung vorgelegt worden.
Ökologische Ausgleichsflächen im Umfang von {klein} ha werden als Feuchtwiese entwickelt.
{person} erklärt, dass Fördermittel verfallen, wenn der Bau nicht vor Jahresende {jahr} beginnt.
Die Anlieger haben zugesagt, Uferstreifen von fünf Metern Breite nicht mehr zu düngen.
Zusätzlich werden {klein} Pegel mit Fernübertragung ausgerüstet; die Kosten betragen {betrag}.

Digitale Verwaltung
Von {zahl} Verwaltungsleistungen können derzeit {prozent} vollständig über das Netz beantragt werden.
Die elektronische Akte ist im {amt} eingeführt, die übrigen Ämter folgen in {klein} Stufen bis {jahr}.
Für die Ausstattung der Sitzungsräume in {ort} sind {betrag} veranschlagt.
Wer dem {gremium} angehört, erhält Unterlagen künftig nur noch über das Ratsinformationssystem.
Der Datenschutzbeauftragte äußerte keine Bedenken, empfiehlt jedoch kürzere Löschfristen.
Schulungen fanden zwischen dem {datum} und den Herbstferien an {klein} Vormittagen statt.
{person} regt an, einfache Sprache verbindlich vorzugeben und Bescheide zu kürzen.
Wegen der Umstellung bleibt die Zulassungsstelle am {strasse} an zwei Freitagen geschlossen.

Friedhofs- und Bestattungswesen
Auf den Friedhöfen in {ort} und {ort2} stehen {zahl} belegte und {zahl2} freie Grabstellen zur Verfügung.
Der Anteil der Urnenbeisetzungen stieg binnen zehn Jahren auf {prozent}, während Wahlgräber zurückgehen.
Vorgesehen sind pflegefreie Baumgräber, ein Feld für Sternenkinder sowie muslimische Bestattungen ohne Sarg.
Die Ruhefrist beträgt für Erdgräber 25, für Urnen 15 Jahre und kann auf Antrag verlängert werden.
Die Gebührenrechnung ({amt}) schließt mit einer Unterdeckung von {betrag} ab.
Am {strasse} wird die Aussegnungshalle neu gedeckt, ohne die denkmalgeschützten Fenster zu berühren.
{person} erinnert an die Zusage vom {datum}, die Wege mit Rollatoren begehbar zu machen.
Nach {klein} Jahren soll dem {gremium} berichtet werden, ob das Angebot angenommen wird.

Feuerwehrbedarfsplan
Die Hilfsfrist von zehn Minuten wird im Gemeindegebiet bei {prozent} der Einsätze eingehalten.
Für den Löschzug {ort} ist ein Hilfeleistungslöschfahrzeug zu beschaffen, dessen Vorgänger aus {jahr} stammt.
Die europaweite Ausschreibung endete am {datum}; {klein} Bieter gaben Angebote ab.
Tagsüber sind an der Wache {strasse} im Schnitt nur fünf Atemschutzgeräteträger verfügbar.
Der Neubau nimmt {klein} Stellplätze, getrennte Umkleiden und eine Schwarz-Weiß-Schleuse auf.
Das Wirtschaftlichste unter den Angeboten liegt mit {betrag} unter der Kostenschätzung.
{person} dankt den Ehrenamtlichen, die im Vorjahr {zahl} Einsatzstunden geleistet haben.
Die Jugendfeuerwehren in {ort2} und Umgebung zählen {zahl} Mädchen und Jungen.
Der {amt} schreibt den Plan alle fünf Jahre fort und legt ihn dem {gremium} vor.

Bebauungsplan Gewerbegebiet Nordfeld
Das Plangebiet umfasst {klein},8 ha zwischen der Bahnlinie und dem {strasse} in {ort}.
Festgesetzt werden eine Grundflächenzahl von 0,6 und Gebäudehöhen bis höchstens {klein} m.
Während der Auslegung bis zum {datum} gingen {klein} Stellungnahmen ein, die in Anlage 2 abgewogen sind.
Die Schallimmissionsprognose verlangt nachts Zufahrtsbeschränkungen für Fahrzeuge über 7,5 t.
Dachflächen sind zu {prozent} zu begrünen; Photovoltaik ist zulässig und erwünscht.
Ein Vorkommen der Zauneidechse macht es nötig, vor Baubeginn Ersatzlebensräume anzulegen.
{person} befürchtet mehr Durchgangsverkehr in {ort2} und beantragt eine Verkehrszählung.
Erschließungskosten von {betrag} trägt der Vorhabenträger nach dem städtebaulichen Vertrag.
Der {gremium} hat den Entwurf mit {klein} zu 3 Stimmen gebilligt.

Bericht der Kinder- und Jugendbeauftragten
Im Berichtsjahr wandten sich {zahl} junge Menschen an die Beauftragte, meist wegen Schule, Wohnung oder Ausbildung.
Das Jugendforum tagte am {datum} mit {klein} Delegierten aus allen weiterführenden Schulen.
Am häufigsten wurde gewünscht, dass der letzte Bus von {ort} nach {ort2} auch freitags fährt.
Der Skatepark am {strasse} wird aus dem Verfügungsfonds mit {betrag} unterstützt.
Aufsuchende Arbeit erreicht inzwischen {prozent} der bekannten Treffpunkte.
Mit dem {amt} wurde vereinbart, Anhörungen künftig in leichter Sprache vorzubereiten.
{person} lobt die Ausstellung „Räume für uns“, die {klein} Wochen lang im Foyer zu sehen war.
Der {gremium} nimmt den Bericht zur Kenntnis; eine Aussprache folgt im Herbst {jahr}.
"""

_ENGLISH = """
Summary for our partner county
The county council adopted the programme on 4 March and asked the administration to report every six months.
Roughly {zahl} households took part in the survey, which is {prozent} of those invited.
Costs are shared equally; each partner's contribution must not exceed EUR {zahl},000 in any financial year.
Either side may withdraw by giving {klein} months' notice in writing, provided that running projects are completed.
The joint office at {strasse} will be open to the public on weekdays from 9 a.m. to 12.30 p.m.
Translations of this annex are for information only; the German text alone is binding.

Terms of reference of the youth exchange
Participants should be between 14 and 21 years old and live in {ort} or one of the neighbouring villages.
Travel, insurance and meals are paid from the fund; host families receive a lump sum of EUR {klein} per night.
Applications that arrive after the closing date will be put on a waiting list and considered in turn.
The jury, which consists of {klein} members, decides by simple majority and gives its reasons.
Photographs may only be published if those shown, or their parents, have agreed beforehand.
A final workshop brings both groups together and evaluates what has been achieved.
"""


class Words:
    """Draws sentences and names. ``share``: which of the two sets of subjects (0 or 1)."""

    def __init__(self, seed: int, share: int) -> None:
        self.random = random.Random(seed)
        subjects = [block.splitlines() for block in _GERMAN.strip().split("\n\n")]
        self._subjects = subjects[share::2]
        self._english = [block.splitlines() for block in _ENGLISH.strip().split("\n\n")][share]
        self._queue: list[list[str]] = []

    def subject(self, sentences: int) -> tuple[str, list[str]]:
        """A title and some sentences, each subject in turn."""
        if not self._queue:
            self._queue = self.random.sample(self._subjects, len(self._subjects))
        title, *lines = self._queue.pop()
        chosen = list(lines)
        self.random.shuffle(chosen)
        return self.fill(title), [self.fill(line) for line in chosen[:sentences]]

    def paragraph(self, sentences: int = 4) -> str:
        return " ".join(self.subject(sentences)[1])

    def sentence(self) -> str:
        return self.subject(1)[1][0]

    def english(self) -> tuple[str, list[str]]:
        title, *lines = self._english
        return title, [self.fill(line) for line in lines]

    def fill(self, template: str) -> str:
        place, other = self.random.sample(_PLACES, 2)
        low, high = sorted(self.random.sample(range(110, 990), 2))
        return template.format(
            ort=place,
            ort2=other,
            strasse=self.street(),
            person=self.person(),
            amt=self.office(),
            gremium=self.body(),
            datum=self.date(),
            jahr=self.random.randint(1994, 2031),
            klein=self.random.randint(13, 48),
            zahl=low,
            zahl2=high,
            note=f"{self.random.randint(20, 39) / 10:.1f}".replace(".", ","),
            prozent=f"{self.random.randint(21, 94)} %",
            betrag=f"{self.money()} Euro",
        )

    def money(self) -> str:
        return f"{self.random.randint(12_000, 4_800_000):,}".replace(",", ".")

    def date(self) -> str:
        day, month, year = self.random.randint(1, 28), self.random.randint(1, 12), self.random.randint(2019, 2026)
        return f"{day}. {MONTHS[month - 1]} {year}" if self.random.random() < 0.5 else f"{day:02}.{month:02}.{year}"

    def place(self) -> str:
        return self.random.choice(_PLACES)

    def street(self) -> str:
        return self.random.choice(_STREETS)

    def person(self) -> str:
        return self.random.choice(_PERSONS)

    def office(self) -> str:
        return self.random.choice(_OFFICES)

    def body(self) -> str:
        return self.random.choice(_BODIES)

    def bodies(self, count: int) -> list[str]:
        return self.random.sample(_BODIES, count)

    def aside(self) -> str:
        """A sentence that stands nowhere else in a paper."""
        return f"Vgl. Drucksache {self.random.randint(1000, 9999)}-{self.random.choice('KLMNP')}. {self.sentence()}"


# Before the last consonant that a vowel follows, with a vowel not far before it: Ver-wal-tung, Spra-che.
_SYLLABLE = re.compile(
    r"(?:(?<=[aeiouyäöü][a-zß])|(?<=[a-zäöüß][aeiouyäöü]))"
    r"((?:sch|(?<!s)ch|ph|(?<![cp])h|[bcdfgjklmnpqrstvwxzß])(?=[aeiouyäöü][a-zäöüß]))"
)


def hyphenated(text: str) -> str:
    """The text with soft hyphens where words may be broken."""
    return _SYLLABLE.sub("\u00ad\\1", text)
