"""English words of council business and the German ones that papers use for them: by them an English sentence is checked."""

from __future__ import annotations

from indexer.german import fold, stem

_ENTRIES = """
council: rat kreistag stadtrat gemeinderat ratsversammlung
county: kreis landkreis
district: kreis landkreis bezirk
committee: ausschuss
subcommittee: unterausschuss
meeting: sitzung tagung treffen konferenz zusammen
session: sitzung
agenda: tagesordnung
motion: antrag
amendment: änderungsantrag änderung
proposal: vorschlag antrag beschlussvorschlag vorgeschlagen
propose proposed proposes: vorschlag vorgeschlagen schlägt antrag beantragt beschlussvorschlag soll
plan plans planned planning: plan planung geplant vorgesehen soll vorhaben plant fachplanung
decision decided decides: beschluss beschlossen entscheidung entschieden beschließt
adopt adopted: beschlossen beschluss beschließt angenommen verabschiedet
approve approved approval: beschlossen genehmigt zugestimmt gebilligt bewilligt zustimmung gebilligt
reject rejected: abgelehnt ablehnung
recommend recommended recommendation: empfohlen empfehlung empfiehlt
note noted: kenntnis kenntnisnahme
confirm confirmed: bestätigt bestätigte
postpone postponed: vertagt verschoben
vote votes voted voting: stimme stimmen abstimmung ja nein
favour favor yes: ja dafür stimmen
against no: nein gegen dagegen
abstention abstentions abstained: enthaltung enthaltungen
unanimous unanimously: einstimmig
majority: mehrheit mehrheitlich
report reports reported: bericht berichtet meldung
interim: zwischenbericht
strategy: strategie
social: sozial soziales
field fields action: handlungsfeld handlungsfelder feld
priority priorities prioritised prioritized: priorität prioritäten priorisierung rangfolge vorrangig dringlichkeit
prioritisation prioritization ranking: priorisierung rangfolge priorität
care: pflege betreuung
nursing: pflege pflegeheim
short-term: kurzzeitpflege
home homes: heim haus pflegeheim
child children: kind kinder
youth young: jugend junge jugendliche
family families: familie familien
woman women: frau frauen
senior seniors elderly older: senioren ältere hochbetagte alter
people persons person residents inhabitants population: einwohner menschen personen bevölkerung einwohnerinnen
citizens: bürger einwohner
place places: platz plätze ort
space spaces: platz plätze raum räume
room rooms: zimmer raum räume
cost costs: kosten kostet ausgaben euro €
price: preis
fare ticket: einzelfahrt karte monatskarte fahrt
expenditure spending expenses: ausgaben kosten
budget: haushalt
grant grants subsidy funding fund: zuschuss zuwendung förderung
support supported: unterstützung hilfe förderung fördern zuschuss
staff employees: personal beschäftigte mitarbeiter
position positions post posts job: stelle stellen
waiting wait: wartezeit warten
time times: zeit wartezeit dauer uhr termin
week weeks weekly: woche wochen
hour hours: stunde stunden uhr
day days daily: tag tage täglich tagen
monthly month months: monat monate monatlich
annual annually yearly year: jahr jährlich jahre jahres
half: hälfte halbjahr halb
quarter: viertel quartal
first: erste ersten erst
average mean: mittlere durchschnitt durchschnittlich mittel
debt: schulden schuldner
counselling counseling advice advisory: beratung schuldnerberatung rat
consultation consultations consultancy: beratung beratungen konsultation
consultant consulting: beratung beratungsunternehmen
company firm: unternehmen firma gesellschaft
case cases: fall fälle beratungsfall
phone telephone: telefon telefonsprechstunde
office offices: büro amt geschäftsstelle
department: amt dezernat fachbereich abteilung
school schools: schule schulen schul
kindergarten kindergartens daycare nursery: kita kindertagesstätte kindertageseinrichtung kindertagespflege tagespflege
bus: bus rufbus seniorenbus
on-demand dial-a-ride: rufbus
station: bahnhof
hospital: krankenhaus klinikum
shelter: frauenhaus schutzhaus
doctor doctors physician physicians practice practices gp gps general: hausarzt hausärzte praxis praxen arzt ärzte
housing: wohnung wohnen wohnungs
homeless homelessness: wohnungslos wohnungslose
apartment apartments flats emergency: wohnung notwohnungen nottermin notfall
poverty: armut kinderarmut
unemployed unemployment: arbeitslos langzeitarbeitslose
integration: integration
participation: teilhabe beteiligung teilnahme
disability disabilities disabled: behinderung behinderungen behindert
health: gesundheit gesundheits
education: bildung
employment labour work working: arbeit beschäftigung arbeiten
mobility: mobilität
volunteer volunteers voluntary: ehrenamtlich ehrenamtliche
association club: verein
parliamentary group faction: fraktion
member members: mitglied mitglieder
chair chaired chairs chairperson chairwoman: vorsitz vorsitzende leitet
statute bylaw bylaws: satzung
fee fees contribution contributions: beitrag beiträge gebühr elternbeiträge
second: zweite zweiten
third: dritte dritten drittel
deadline: frist bis spätestens
start starts started begin begins began: beginn beginnt begonnen start läuft
end ends ended: ende endet bis
run runs ran last lasts: läuft dauert laufzeit fährt
open opened opens opening: geöffnet öffnung eröffnung offen
launch introduce introduced introduction: einführung einführen eingeführt
establish established set create created: einrichten eingerichtet entstehen gründen bilden gebildet erstellt
develop developed development: entwickeln entwickelt entwicklung erarbeitet herausgearbeitet
identify identified identifies: herausgearbeitet ermittelt benannt
receive receives received given get: erhielten erhält erhalten bekommt
steering: lenkungsgruppe steuerung lenkung
group groups: gruppe gruppen lenkungsgruppe fraktion
working: arbeitsgruppe arbeit
survey surveyed: befragung haushaltsbefragung umfrage
response responses feedback: rückmeldung rückmeldungen antwort rücklauf
institution institutions facility facilities: einrichtung einrichtungen
survey questionnaire questionnaires: bögen befragung fragebogen
region regions: sozialraum sozialräume raum region gebiet
unit: stelle stabsstelle einheit
rate share: quote anteil
increase increased rise rose risen: gestiegen steigt erhöht anstieg
decrease decreased fall fell: gesunken sinkt
least: mindestens
most: höchstens meisten
highest: höchste höchsten
free: kostenlos frei
lunch: mittagessen
include included includes: enthalten umfasst
wheelchair accessible accessibility barrier-free: barrierefrei barrierefreiheit stufenlos
update updated updating revision continued: fortschreibung fortgeschrieben
measure measures: maßnahme maßnahmen
project projects: projekt projekte vorhaben
concept concepts: konzept konzepte
basis based: grundlage basis
founded: gegründet
letter notice: bescheid
application applications apply: antrag anträge
applicant: antragsteller antragstellerin
recipient: empfänger zuwendungsempfänger
drivers transport: fahrt verkehr bus
women's: frauenhaus frauen
operate operates operated operator: betreibt betreiber träger
build building construction: bau gebäude erweitern
extend extended extension: verlängert erweiterung
water drinking: trinkwasser wasser
nitrate: nitratwerte nitrat
outstanding: offen
missing lack lacks lacking shortage: fehlen fehlt mangel
exemption exempt: befreit befreiung
sibling siblings: geschwister
conference: konferenz gesundheitskonferenz pflegekonferenz sozialkonferenz
invite invites invited: lädt einladung eingeladen
register registration: anmeldung anmeldeschluss
version: fassung
current currently valid: gültig gültige heute geltend aktuell derzeit zurzeit
filled occupied: besetzt
house: haus
length duration: dauer verweildauer laufzeit
stay stays: verweildauer aufenthalt bleiben
charged: erhoben erhebt
deadline: schluss anmeldeschluss
implemented completed finished: umgesetzt abgeschlossen erledigt
centre centres center centers: zentrum zentren familienzentren
director mayor administrator: landrat landrätin bürgermeister
"""

GLOSSARY: dict[str, frozenset[str]] = {}
for _line in _ENTRIES.strip().splitlines():
    _english, _german = _line.split(":")
    for _word in _english.split():
        GLOSSARY[_word] = GLOSSARY.get(_word, frozenset()) | {stem(fold(german)) for german in _german.split()}
