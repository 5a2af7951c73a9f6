"""Words that bear no claim of their own, words that mean the same, and words that must not be exchanged for one another.

General German and English of administrations. Checking a model's sentence needs them: other words than its source's are
no mistake, other facts are.
"""

from __future__ import annotations

from indexer.german import fold, stem


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(fold(word)) for word in text.split())


# What a sentence is built with. A sentence that adds one of these to its source says nothing new.
LIGHT = _stems(
    """liegen liegt lag lagen betragen beträgt betrug betrugen umfassen umfasst umfasste bestehen besteht bestand
    bestanden belaufen beläuft belief
    erfolgen erfolgt erfolgte stattfinden stattfindet stattfand findet fand finden statt gelten gilt galt nennen nennt
    nannte genannt heißen heißt hieß
    stehen steht stand standen führen führt führte machen macht machte kommen kommt kam sehen sieht sah geben gibt gab
    gegeben halten hält hielt
    handelt handeln gehören gehört gehörte zählen zählt zählte lauten lautet bilden bildet enthalten enthält enthielt
    befinden befindet
    vorhanden vorliegen vorliegt vorlag bezieht beziehen betrifft betreffen beziehungsweise laut gemäß zufolge demnach
    danach hierzu hierfür dafür
    dazu dabei davon darunter darin dort derzeit aktuell zurzeit jeweils insgesamt zusammen sowie außerdem zudem ferner
    weiterhin ebenfalls
    bislang bisher künftig zunächst anschließend später dann jedoch allerdings hingegen dagegen während bzw etwa rund
    circa ca ungefähr
    wurde worden wird werden sei seien hätte könne solle müsse dürfen darf durfte lassen lässt ließ tun bleiben bleibt
    blieb verschiedene
    mehrere einzelne jeweilige entsprechende folgende genannte angegebene beschriebene dargestellte aufgeführte
    vorgesehene betreffende
    weitere weiteren weiterer sonstige übrige beide beiden eigene eigenen neu neue neuen neuer neues groß große großen
    hoch hohe hohen
    teilweise sogar lediglich allein selbst gerade eben genau pro je per seitens hinsichtlich bezüglich aufgrund anhand
    mittels innerhalb keinen keinem keiner keines keinerlei einzige einzigen einziger einziges hinzu
    zugleich gleichzeitig damals nämlich sodass somit dadurch deshalb daher hinaus heraus besteht verfügt verfügen
    erhält erhalten erhielt bekommt bekommen bekam hervor hervorgeht geht gehen ging ergeben ergibt ergab"""
    + """
    according says said states stated mentions reports reported describes described lists listed names named called
    includes included comprises
    contains total overall currently also further additional moreover however respectively per each both exist exists
    existed available located
    amounts amount takes took place holds held held being were been become becomes became made make makes within
    regarding concerning
    one ones its their his her while during since until between among about around roughly approximately s t well
    another other
    following via under over up down out off still already only just even such same different several various certain
    onwards onward"""
)

# Nouns by which a sentence speaks of its source or counts something, whatever it is.
GENERIC = _stems(
    """angabe angaben bericht dokument unterlage unterlagen papier quelle text vorlage drucksache aussage information
    informationen seite
    landkreis landkreises kreis kreises stadt gemeinde verwaltung kreisverwaltung körperschaft gremium zahl anzahl höhe
    summe gesamtsumme wert stand
    jahr jahres jahre jahren monat monate tag tage zeitraum zeitpunkt datum uhr euro prozent prozentpunkte stück fall
    fälle thema themen
    bereich bereiche teil rahmen punkt frage antwort überblick folge übrigen insgesamt beginn zweck nummer million
    millionen mio mrd tsd
    herr herrn frau dr prof eur teur artikel paragraph paragraf absatz art weise laut kategorie ende anfang mitte
    stimme stimmen ja-stimmen nein-stimmen ja-stimme nein-stimme"""
    + """
    document documents paper report source text county district town city administration number figure year years month
    months day days date
    euro euros percent per cent total amount item topic part page million billion thousand mr mrs ms o'clock topics
    items area areas"""
)

_SAME = """
kosten ausgabe ausgaben aufwand aufwendung betrag preis kostet kosten kostete finanzbedarf
zuschuss zuwendung förderung fördermittel geldbetrag förderbetrag bewilligte bewilligt fördern gefördert
einwohner einwohnerin bewohner bürger bürgerin bevölkerung menschen mensch person personen leute leben lebt lebten wohnen wohnt
mitarbeiter mitarbeiterin beschäftigte personal kräfte kraft fachkraft stelle
kita kindertagesstätte kindertageseinrichtung kindergarten
sitzung treffen tagung tagen tagt tagte zusammenkunft zusammentreten zusammentritt tritt
beginn beginnen beginnt begann start starten startet startete anfang anlaufen los
ende enden endet endete abschluss schluss läuft
dauer dauern dauert dauerte laufzeit lang währen läuft
wartezeit warten wartet gewartet
beratung beraten berät beriet gespräch gespräche besprechen besprach besprochen gesprochen sprechen spricht sprach
leiten leitet leitung leiterin leiter vorsitz vorsitzende vorsitzender geleitet führt
geöffnet öffnungszeit öffnungszeiten offen sprechzeit sprechzeiten öffnet sprechstunde
eröffnung eröffnen eröffnet öffnet
gratis kostenlos kostenfrei unentgeltlich gebührenfrei
gründen grund gründe ursache hauptgrund grundlage basis
schaffen schafft geschaffen entstehen entsteht entstand errichten errichtet aufbauen einrichten eingerichtet
geplant planen plant planung plan vorgesehen vorsehen sieht vorhaben beabsichtigt
vorschlagen vorschlag vorgeschlagen schlägt vorgeschlagene anregen angeregt empfohlen empfehlen empfiehlt empfehlung empfahl
beantragen beantragt antrag anträge antragsteller
bitten bittet gebeten bat ersuchen erbeten
beauftragen beauftragt auftrag aufträge beauftragung
prüfen prüft geprüft prüfung untersuchen untersucht untersuchung
benötigt nötig notwendig erforderlich brauchen braucht gebraucht bedarf benötigen
mindestens wenigstens
höchstens maximal obergrenze
jährlich jahr jahre jahres pro
monatlich monat monate
alter alt ältere älter senior senioren seniorin hochbetagt
jugendliche jugend jung junge
fertig umgesetzt umsetzung umsetzen realisiert verwirklicht erledigt
mitglied mitglieder angehören
fraktion partei
vorstellen vorgestellt vorstellung präsentieren präsentiert stellt
informieren informiert berichten berichtet bericht
anteil quote rate
fläche größe
lücke mangel fehlen fehlt fehlten fehlende mangeln
unterstützen unterstützt unterstützung hilfe helfen hilft
angebot angebote bieten bietet anbieten angeboten leistung
einladen lädt eingeladen einladung
betreiben betreibt betreiber träger betrieben
frist bis spätestens termin
standort ort orte standorte örtlich örtliche
priorität priorisierung priorisiert priorisieren rang rangfolge vorrangig dringlichkeit
bestätigen bestätigt bestätigte bestätigung
erarbeiten erarbeitet erarbeitung ausarbeiten ausgearbeitet entwickeln entwickelt herausgearbeitet
vorläufig erst erste
teilnehmen teilnahme mitwirken mitgewirkt beteiligt beteiligung beteiligen mitgemacht
sammeln gesammelt eingegangen eingingen
auszahlung auszahlen ausgezahlt überweisen überwiesen angewiesen zahlen gezahlt zahlung
vorlegen vorzulegen vorgelegt vorlage einreichen eingereicht
steigen steigt stieg stiegen gestiegen anstieg erhöhen erhöht
sinken sinkt sank sanken gesunken rückgang
verlieren verliert verlor verloren verlust
anmelden anmeldung anmeldeschluss angemeldet
beginnen beginnt begann begonnen
bieten bietet bot geboten
bleiben bleibt blieb geblieben
bringen bringt brachte gebracht
entscheiden entscheidet entschied entschieden entscheidung
erhalten erhält erhielt bekommen bekommt bekam
fallen fällt fiel gefallen entfallen entfällt entfiel
finden findet fand gefunden
fordern fordert forderte gefordert forderung verlangen verlangt
führen führt führte geführt durchführen durchgeführt
geben gibt gab gegeben
gelten gilt galt gegolten gültig geltend
gewinnen gewinnt gewann gewonnen gewinnung
laden lädt lud geladen
nehmen nimmt nahm genommen
nennen nennt nannte genannt
schließen schließt schloss geschlossen schließung
schreiben schreibt schrieb geschrieben
tragen trägt trug getragen
treffen trifft traf getroffen
werben wirbt warb geworben
ziehen zieht zog gezogen
bereitstellen bereit bereitgestellt verfügung zur
verlängern verlängert verlängerung
verschieben verschiebt verschob verschoben
vergeben vergibt vergab
abgewiesen abweisen aufgenommen aufnehmen
platz plätze kapazität
fährt fahren fuhr verkehren verkehrt
"""
SAME: dict[str, frozenset[str]] = {}
for _line in _SAME.strip().splitlines():
    for _word in (_group := _stems(_line)):
        SAME[_word] = SAME.get(_word, frozenset()) | _group

# Opposites: a sentence may use a word of one side only where its source uses that side.
_OPPOSED = """
steigen steigt stieg gestiegen anstieg erhöhen erhöht erhöhung zunehmen zunahme zugenommen wachsen wächst gewachsen mehr höher \
increase increased rose risen rises grew higher more \
| sinken sinkt sank gesunken senken gesenkt rückgang verringern verringert abnehmen abnahme abgenommen weniger niedriger \
reduziert kürzen gekürzt decrease decreased fell fallen falls lower fewer less reduced declined

mindestens wenigstens least minimum | höchstens maximal begrenzt obergrenze most maximum übersteigen
vor before | nach after
über above | unter below
öffentlich public | nichtöffentlich
einnahme einnahmen ertrag erträge income revenue | ausgabe ausgaben aufwand expenditure
beginn beginnt beginnen begann anfang start startet begin begins began starts | ende endet enden endete schluss ends ended end
erster erstmals früheste first earliest | letzte letzter letztmals späteste last latest
meisten höchste größte längste highest largest longest \
| wenigsten niedrigste kleinste kürzeste geringste lowest smallest shortest fewest
öffnen öffnet geöffnet eröffnet eröffnung opens opened open | schließen schließt geschlossen schließung schloss closes closed
einstimmig unanimous unanimously | mehrheitlich majority
gewährt bewilligt | versagt verweigert entzogen
kostenlos kostenfrei gebührenfrei unentgeltlich free | kostenpflichtig gebührenpflichtig
einmalig once | jährlich monatlich laufend annually yearly monthly
besetzt filled occupied | unbesetzt vakant vacant
verlängert verlängern extended | verkürzt verkürzen shortened
befristet limited | unbefristet dauerhaft permanent permanently
alle sämtliche jeder jede jedes immer stets all every always | einige manche teilweise some partly
früher earlier | später later
"""
# Opposites: a sentence may use a word of one side only where its source uses that side.
OPPOSITES: tuple[tuple[frozenset[str], frozenset[str]], ...] = tuple(
    (_stems(one), _stems(other)) for one, other in (pair.split("|") for pair in _OPPOSED.split("\n") if "|" in pair)
)
