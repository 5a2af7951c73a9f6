"""What the program itself says in an answer, in both languages. Everything else in an answer is quoted."""

from __future__ import annotations

from service.questions import Language

_TEXTS: dict[str, dict[Language, str]] = {
    "gap": {
        "de": "Was mit „{quote}“ angekündigt wird ({document}, Seite {page}), steht nicht im Text; "
        "vermutlich ist es eine Abbildung.",
        "en": "What “{quote}” announces ({document}, page {page}) is not in the text; it is probably a picture.",
    },
    "list_continues": {
        "de": "Quelle {numbers}: Die Aufzählung geht im Dokument weiter.",
        "en": "Source {numbers}: the list goes on in the document.",
    },
    "proposal": {
        "de": "Quelle {numbers}: Das ist ein Vorschlag oder Antrag. Ob so beschlossen wurde, steht dort nicht.",
        "en": "Source {numbers}: this is a proposal or motion. It does not say whether it was adopted.",
    },
    "recognised": {
        "de": "Quelle {numbers}: mit Texterkennung (OCR) aus einem Bild gelesen. Bitte mit dem Original vergleichen.",
        "en": "Source {numbers}: read from a picture by text recognition (OCR). Please compare it with the original.",
    },
    "doubtful": {
        "de": "Quelle {numbers}: Die Texterkennung ist sich einer Zahl nicht sicher; sie kann falsch gelesen sein.",
        "en": "Source {numbers}: text recognition is not sure of a figure; it may be misread.",
    },
    "not_in_documents": {
        "de": "Das steht nicht in den Unterlagen. Durchsucht: {scope}.",
        "en": "The documents do not say this. Searched: {scope}.",
    },
    "scope": {"de": "{count} Dokumente", "en": "{count} documents"},
    "scope_one": {"de": "ein Dokument", "en": "one document"},
    "history": {
        "de": "Frühere Fragen werden noch nicht berücksichtigt; diese Frage wurde für sich beantwortet.",
        "en": "Earlier questions are not taken into account yet; this question was answered by itself.",
    },
    "terms_not_found": {
        "de": "In keinem Dokument kommt vor: {terms}.",
        "en": "These words occur in no document: {terms}.",
    },
    "empty_filter": {
        "de": "Zu dieser Auswahl gibt es keine Dokumente ({filters}). Bitte nehmen Sie einen Filter weg.",
        "en": "No documents match this selection ({filters}). Please remove a filter.",
    },
    # procedure: decisions.py, records.py
    "led_decided": {"de": "Beschlossen{where}:", "en": "Adopted{where}:"},
    "led_rejected": {"de": "Abgelehnt{where}:", "en": "Rejected{where}:"},
    "led_noted": {"de": "Zur Kenntnis genommen{where}:", "en": "Noted{where}:"},
    "led_recommended": {"de": "Vorberaten{where}:", "en": "Preliminary deliberation{where}:"},
    "led_result": {"de": "Ergebnis{where}:", "en": "Outcome{where}:"},
    "led_wording": {"de": "Wortlaut des Beschlusses:", "en": "Wording of the resolution:"},
    "led_paper": {"de": "Zu „{title}“:", "en": "On “{title}”:"},
    "led_proposed": {"de": "Vorgeschlagen:", "en": "Proposed:"},
    "led_moved": {"de": "Beantragt:", "en": "Requested in the motion:"},
    "led_argued": {"de": "Aus der Begründung des Antrags:", "en": "From the reasons given in the motion:"},
    "record_paper": {"de": "Die Drucksache", "en": "Paper"},
    "record_reference": {"de": "Die Nummer von {paper} ist {value}.", "en": "The number of {paper} is {value}."},
    "record_date": {"de": "{paper} ist vom {value}.", "en": "{paper} is dated {value}."},
    "record_kind": {"de": "{paper} ist: {value}.", "en": "{paper} is: {value}."},
    "record_signatories": {"de": "{paper} trägt die Unterschrift: {value}.", "en": "{paper} is signed: {value}."},
    "record_originators": {"de": "{paper} kommt von: {value}.", "en": "{paper} comes from: {value}."},
    "record_steps": {"de": "{paper}, Beratungsfolge: {value}.", "en": "{paper}, order of deliberation: {value}."},
    "record_next": {"de": "{paper}, nächste Sitzung: {value}.", "en": "{paper}, next sitting: {value}."},
    "record_attachments": {"de": "{paper}, Anlagen:", "en": "{paper}, attachments:"},
    "record_related": {"de": "{paper} nennt {value}.", "en": "{paper} names {value}."},
    "no_result": {
        "de": "Ein Ergebnis steht nicht in den Unterlagen.",
        "en": "The documents do not give a result.",
    },
    "no_count": {
        "de": "Wie viele Stimmen es waren, steht dort nicht.",
        "en": "It does not say how many votes there were.",
    },
    "no_result_of": {
        "de": "Vorgesehen war die Beratung ({where}); ein Ergebnis steht nicht in den Unterlagen.",
        "en": "It was on the agenda ({where}); the documents do not give a result.",
    },
    "no_votes": {
        "de": "Ein Abstimmungsergebnis steht nicht in den Unterlagen ({where}): Die Spalten sind leer.",
        "en": "The documents do not give the votes ({where}): the columns are empty.",
    },
    "recorded": {
        "de": "Laut den Metadaten des Ratsinformationssystems, die kein Text der Unterlagen belegt: {where}: {result}.",
        "en": "According to the metadata of the council information system, which no text of the documents confirms: "
        "{where}: {result}.",
    },
}


def say(key: str, language: Language, **values: object) -> str:
    return _TEXTS[key][language].format(**values)
