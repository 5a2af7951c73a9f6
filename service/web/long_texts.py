"""The texts of the pages "Hilfe" and "Über Ratslotse": sections of a heading, paragraphs and points."""

from __future__ import annotations

from typing import NamedTuple

from service.questions import Language


class Section(NamedTuple):
    heading: str
    paragraphs: tuple[str, ...]
    points: tuple[str, ...] = ()


HELP: dict[Language, tuple[Section, ...]] = {
    "de": (
        Section(
            "Eine Frage stellen",
            (
                "Schreiben Sie Ihre Frage so, wie Sie sie einer Kollegin stellen würden. Je genauer sie ist, desto besser passt "
                "die Antwort.",
            ),
            (
                "Nennen Sie die Körperschaft, wenn Sie nur deren Unterlagen meinen, oder wählen Sie sie aus.",
                "Nennen Sie eine Drucksachennummer, wenn es um eine bestimmte Vorlage geht, zum Beispiel „2022/200“.",
                "Fragen auf Englisch sind möglich; die Zitate bleiben deutsch.",
            ),
        ),
        Section(
            "Die Antwort lesen",
            (
                "Jede Antwort besteht aus wenigen Aussagen mit den Worten, auf denen sie beruhen. Der Link unter einem Zitat "
                "öffnet das Dokument; die zitierten Worte sind dort markiert.",
                "Steht etwas nicht in den Unterlagen, sagt Ratslotse das und zeigt die nächstliegenden Stellen.",
            ),
            (
                "Ein Beschlussvorschlag oder Antrag ist noch kein Beschluss. Davor steht „Vorgeschlagen:“ oder „Beantragt:“.",
                "„Kein Ergebnis in den Unterlagen“ heißt nicht, dass abgelehnt oder zugestimmt wurde, sondern dass es nicht "
                "dasteht.",
                "Text in Bildern und eingescannten Seiten wird mit Texterkennung gelesen und so bezeichnet; Fehler sind möglich.",
            ),
        ),
        Section(
            "Suchen",
            ("Die Suche zeigt alle Fundstellen, auch solche, die eine Frage nicht beantworten.",),
            (
                "Gefunden werden auch verwandte Wörter und Teile zusammengesetzter Wörter.",
                "Mit den Listen unter „Eingrenzen“ wählen Sie Körperschaft, Art, Gremium, Stand und Jahr.",
            ),
        ),
        Section(
            "Wenn etwas nicht stimmt",
            (
                "Prüfen Sie die Stelle im Original, es ist allein maßgeblich. Wenden Sie sich mit Hinweisen an die Stelle, die "
                "dieses Angebot betreibt (siehe „Über Ratslotse“).",
            ),
        ),
    ),
    "en": (
        Section(
            "Asking",
            ("Ask as you would ask a colleague. The more precise the question, the better the answer fits.",),
            (
                "Name the county or town if you mean only its documents, or select it.",
                "Name a document number if you mean one paper, for example “2022/200”.",
                "The documents are in German, and so are the quotations.",
            ),
        ),
        Section(
            "Reading the answer",
            (
                "Every answer is made of a few statements with the words they rest on. The link below a quotation opens the "
                "document, where the quoted words are marked.",
                "If the documents do not say something, Ratslotse tells you so and shows the nearest passages.",
            ),
            (
                "A proposal or motion is not a decision. “Proposed:” or “Requested in the motion:” stands before it.",
                "“No result in the documents” means neither consent nor refusal: the documents do not tell.",
                "Text in pictures and scanned pages is read by text recognition and marked as such; it may contain errors.",
            ),
        ),
        Section(
            "Searching",
            ("The search shows all passages found, including those that do not answer a question.",),
            (
                "Related words and parts of compound words are found as well.",
                "The lists under “Narrow down” select body, kind, committee, state and year.",
            ),
        ),
        Section(
            "If something is wrong",
            (
                "Please check the original, which alone is authoritative, and tell whoever runs this service "
                "(see “About Ratslotse”).",
            ),
        ),
    ),
}

ABOUT: dict[Language, tuple[Section, ...]] = {
    "de": (
        Section(
            "Wer dieses Angebot betreibt",
            ("[Hier trägt die betreibende Stelle ihren Namen, ihre Anschrift und ein Impressum ein.]",),
        ),
        Section(
            "Hinweis zu Künstlicher Intelligenz",
            (
                "In dieser Betriebsart erzeugt keine KI Text. Antworten bestehen aus wörtlichen Zitaten, die Zeichen für Zeichen "
                "mit dem ausgelesenen Dokument verglichen werden.",
                "Ein kleines Sprachmodell berechnet Satzvektoren. Sie dienen nur dazu, passende Stellen zu finden und zu ordnen. "
                "Es läuft auf dem Server dieses Angebots.",
                "Die Auswahl der Stellen kann unvollständig oder unpassend sein. Sie ersetzt keine Rechtsauskunft und nicht den "
                "Blick in das Original.",
            ),
        ),
        Section(
            "Datenschutz",
            (),
            (
                "Es werden keine Cookies gesetzt und keine Inhalte von anderen Servern geladen.",
                "Fragen werden nicht gespeichert und stehen nicht in der Adresszeile. Suchbegriffe der Seite „Suche“ stehen "
                "in der Adresszeile, damit sich eine Trefferliste weitergeben lässt.",
                "[Hier ergänzt die betreibende Stelle ihre Angaben zum Datenschutz, zum Beispiel zu Protokollen des Webservers.]",
            ),
        ),
        Section(
            "Erklärung zur Barrierefreiheit",
            (
                "Die Erklärung ist in Vorbereitung; eine Prüfung nach BITV 2.0 und EN 301 549 steht noch aus. Die Seiten sind so "
                "gebaut, dass sie mit Tastatur und Vorlesesoftware, ohne JavaScript und bei starker Vergrößerung nutzbar sein "
                "sollen.",
                "[Hier nennt die betreibende Stelle den Weg, Barrieren zu melden, und die Durchsetzungsstelle.]",
            ),
        ),
        Section(
            "Die Software",
            ("Ratslotse ist freie Software unter der Lizenz EUPL 1.2.",),
        ),
    ),
    "en": (
        Section(
            "Who runs this service",
            ("[The operator enters name, address and legal notice here.]",),
        ),
        Section(
            "Notice on artificial intelligence",
            (
                "In this mode no text is generated by AI. Answers are made of literal quotations, compared character by "
                "character with the document as read.",
                "A small language model computes sentence vectors. They only serve to find and rank passages. It runs on the "
                "server of this service.",
                "The selection of passages may be incomplete or beside the point. It is no legal advice and does not replace "
                "reading the original.",
            ),
        ),
        Section(
            "Data protection",
            (),
            (
                "No cookies are set and nothing is loaded from other servers.",
                "Questions are not stored and do not appear in the address. Words typed on the page “Search” do, so that a "
                "result list can be passed on.",
                "[The operator adds its own data protection notice here, for example on web server logs.]",
            ),
        ),
        Section(
            "Accessibility statement",
            (
                "The statement is in preparation; an audit against EN 301 549 is still to be done. The pages are built to work "
                "with keyboard and screen reader, without JavaScript and strongly enlarged.",
                "[The operator names the way to report barriers and the enforcement body here.]",
            ),
        ),
        Section(
            "The software",
            ("Ratslotse is free software under the licence EUPL 1.2.",),
        ),
    ),
}

MODELLED: dict[Language, Section] = {  # in place of the section of that heading, where a language model words answers
    "de": Section(
        "Hinweis zu Künstlicher Intelligenz",
        (
            "Antworten formuliert ein Sprachmodell (KI). Es bekommt Ihre Frage und Stellen aus öffentlichen Unterlagen, "
            "sonst nichts.",
            "Ein Programm vergleicht jeden Satz mit den Stellen, die er nennt, und lässt weg, was sie nicht tragen. Trotzdem "
            "können Sätze falsch sein. Die Zitate darunter sind wörtlich.",
            "Ist das Sprachmodell nicht verfügbar, besteht die Antwort aus wörtlichen Zitaten.",
            "Ein weiteres, kleines Sprachmodell berechnet Satzvektoren, um passende Stellen zu finden. Es läuft auf dem Server "
            "dieses Angebots.",
            "Eine Antwort ersetzt keine Rechtsauskunft und nicht den Blick in das Original.",
            "[Hier nennt die betreibende Stelle das Sprachmodell und wer es wo betreibt.]",
        ),
    ),
    "en": Section(
        "Notice on artificial intelligence",
        (
            "Answers are worded by a language model (AI). It gets your question and passages of public documents, nothing else.",
            "A program compares each sentence with the passages it names and leaves out what they do not bear. Sentences may be "
            "wrong all the same. The quotations below them are literal.",
            "If the language model is not available, the answer is made of literal quotations.",
            "Another, small language model computes sentence vectors to find passages. It runs on the server of this service.",
            "An answer is no legal advice and does not replace reading the original.",
            "[The operator names the language model here, and who runs it where.]",
        ),
    ),
}
