"""The texts of the page "Hilfe": sections in the order in which somebody new needs them."""

from __future__ import annotations

from service.questions import Language
from service.web.long_texts import Section

HELP: dict[Language, tuple[Section, ...]] = {
    "de": (
        Section(
            "Eine Frage stellen",
            ("Schreiben Sie Ihre Frage so, wie Sie sie einer Kollegin stellen würden. Je genauer sie ist, desto besser.",),
            (
                "Nennen Sie die Körperschaft, wenn Sie nur deren Unterlagen meinen. Sie können sie auch auswählen.",
                "Nennen Sie die Drucksachennummer, wenn es um eine bestimmte Vorlage geht.",
                "Fragen auf Englisch sind möglich. Die Zitate bleiben deutsch.",
            ),
            live="questions",
        ),
        Section(
            "Die Antwort lesen",
            (
                "Eine Antwort besteht aus wenigen Aussagen. Zu jeder sehen Sie die Quelle: Drucksache, Datum und Seite.",
                "Der Link der Quelle öffnet das Dokument. Die zitierten Worte sind dort markiert.",
                "Steht etwas nicht in den Unterlagen, sagt Ratslotse das. Dann sehen Sie die nächstliegenden Stellen.",
            ),
            (
                "„Vorgeschlagen:“ oder „Beantragt:“ heißt: Das ist noch kein Beschluss.",
                "„Kein Ergebnis in den Unterlagen“ heißt: Zustimmung oder Ablehnung stehen nicht da.",
                "Ein Hinweis warnt, wenn es eine neuere Fassung gibt oder Vorlagen einander widersprechen.",
                "„Texterkennung“ heißt: Der Text kommt aus einem Bild. Fehler sind möglich.",
            ),
        ),
        Section(
            "Nachfragen",
            ("Sie können weiterfragen, zum Beispiel „Und wann wurde das beschlossen?“ oder „Und 2023?“.",),
            (
                "Ratslotse zeigt, wie es die Nachfrage verstanden hat. Sie können das ändern.",
                "Was Ratslotse eingegrenzt hat, können Sie mit einem Klick wieder aufheben.",
                "„Neue Frage“ beginnt ein neues Gespräch.",
            ),
        ),
        Section(
            "Suchen",
            (
                "Die Suche zeigt alle Fundstellen, auch wenn sie keine Frage beantworten.",
                "Sie findet auch verwandte Wörter und Teile zusammengesetzter Wörter.",
                "Mit den Listen unter „Eingrenzen“ wählen Sie Körperschaft, Art, Gremium, Stand und Jahr.",
            ),
            live="searches",
        ),
        Section(
            "Tastenkürzel",
            ("Alles ist mit der Tastatur bedienbar. Mit JavaScript gibt es zusätzlich Kürzel.",),
            (
                "Eingabe stellt die Frage, Umschalt und Eingabe beginnt eine neue Zeile.",
                "Der Schrägstrich führt zum Eingabefeld, das Fragezeichen zeigt alle Kürzel.",
                "Esc schließt, was sich geöffnet hat.",
                "Kürzel aus einer einzelnen Taste lassen sich ausschalten.",
            ),
        ),
        Section(
            "Mitnehmen",
            ("Das Original jedes Dokuments können Sie herunterladen. Jede Seite lässt sich drucken.",),
            (
                "Eine Antwort können Sie kopieren oder laden: als PDF, Word-Datei, Markdown oder Text, immer mit Fußnoten.",
                "Eine Trefferliste können Sie als Tabelle oder Literaturliste laden und als Feed abonnieren.",
                "Die Adresse einer Suche, einer Vorlage oder einer Fundstelle können Sie weitergeben.",
            ),
        ),
        Section(
            "Was Ratslotse nicht kann",
            ("Ratslotse kennt nur die eingelesenen, öffentlichen Unterlagen.",),
            (
                "Es weiß nichts aus Zeitung, Internet oder nichtöffentlichen Sitzungen.",
                "Es bewertet nicht, berät nicht und gibt keine Rechtsauskunft.",
                "Es liest Bilder, Karten und Handschrift nicht oder nur unsicher.",
                "Die Auswahl der Stellen kann unvollständig sein.",
            ),
        ),
        Section(
            "Fehler melden und Hilfe bekommen",
            (
                "Prüfen Sie wichtige Angaben im Original. Es allein ist maßgeblich.",
                "Zeigt eine Seite eine Fehlernummer, nennen Sie sie bitte. Damit lässt sich die Ursache finden.",
            ),
            links=(("/impressum", "duty_impressum"), ("/barriere-melden", "duty_barriere-melden")),
        ),
    ),
    "en": (
        Section(
            "Asking",
            ("Ask as you would ask a colleague. The more precise the question, the better the answer.",),
            (
                "Name the county or town if you mean only its documents. You can also select it.",
                "Name the document number if you mean one paper.",
                "The documents are in German, and so are the quotations.",
            ),
            live="questions",
        ),
        Section(
            "Reading the answer",
            (
                "An answer is made of a few statements. Each shows its source: paper, date and page.",
                "The link of the source opens the document. The quoted words are marked there.",
                "If the documents do not say something, Ratslotse says so. You then see the nearest passages.",
            ),
            (
                "“Proposed:” or “Requested in the motion:” means: this is not yet a decision.",
                "“No result in the documents” means: they tell neither consent nor refusal.",
                "A note warns if there is a newer version or if papers contradict each other.",
                "“Text recognition” means: the text comes from a picture. It may contain errors.",
            ),
        ),
        Section(
            "Asking further",
            ("You may go on asking, for example “And when was that decided?” or “And 2023?”.",),
            (
                "Ratslotse shows how it understood the follow-up. You can change that.",
                "Where Ratslotse narrowed the search down, one click takes that back.",
                "“New question” begins a new conversation.",
            ),
        ),
        Section(
            "Searching",
            (
                "The search shows all passages found, even if they answer no question.",
                "It also finds related words and parts of compound words.",
                "The lists under “Narrow down” select body, kind, committee, state and year.",
            ),
            live="searches",
        ),
        Section(
            "Keyboard shortcuts",
            ("Everything can be done by keyboard. With JavaScript there are shortcuts as well.",),
            (
                "Enter asks the question, Shift and Enter begins a new line.",
                "The slash leads to the text field, the question mark shows all shortcuts.",
                "Esc closes what has opened.",
                "Shortcuts of a single key can be switched off.",
            ),
        ),
        Section(
            "Taking it with you",
            ("You can download the original of each document. Every page can be printed.",),
            (
                "You can copy or download an answer: as PDF, Word file, Markdown or text, always with footnotes.",
                "You can download a list of results as a table or a bibliography, and subscribe to it as a feed.",
                "You can pass on the address of a search, a paper or a passage.",
            ),
        ),
        Section(
            "What Ratslotse cannot do",
            ("Ratslotse only knows the public documents that were read in.",),
            (
                "It knows nothing from the press, the internet or meetings in private.",
                "It does not judge or advise, and it gives no legal advice.",
                "It cannot read pictures, maps and handwriting, or only with doubt.",
                "The selection of passages may be incomplete.",
            ),
        ),
        Section(
            "Reporting errors and getting help",
            (
                "Please check important details in the original, which alone is authoritative.",
                "If a page shows an error number, please name it. It helps to find the cause.",
            ),
            links=(("/impressum", "duty_impressum"), ("/barriere-melden", "duty_barriere-melden")),
        ),
    ),
}
