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
    # parts.py
    "part_silent": {
        "de": "{part}: Dazu steht nichts in den Unterlagen.",
        "en": "{part}: the documents say nothing about this.",
    },
    "no_such_paper": {"de": "{number} ist nicht unter den Unterlagen.", "en": "{number} is not among the documents."},
    # whichbodies.py
    "which_bodies": {
        "de": "{count} von {searched} Körperschaften: die, in deren Unterlagen eine Stelle mit {words} antwortet.",
        "en": "{count} of {searched} bodies: those in whose documents a place with {words} answers.",
    },
    # versions.py
    "newer_version": {
        "de": "Davon gibt es eine neuere Fassung: {newer}. Dort kann es anders stehen.",
        "en": "There is a newer version of this: {newer}. It may say otherwise.",
    },
    "contradiction": {
        "de": "Die Unterlagen widersprechen sich: „{one}“ und „{other}“ nennen Verschiedenes.",
        "en": "The documents contradict each other: “{one}” and “{other}” do not say the same.",
    },
    # counting.py
    "counted": {"de": "Gefunden: {count} {kind}.", "en": "Found: {count} {kind}."},
    "counted_titled": {
        "de": "Gefunden: {count} {kind} mit {words} im Titel.",
        "en": "Found: {count} {kind} with {words} in the title.",
    },
    "counted_text": {
        "de": "Gefunden: {count} {kind} mit {words} im Text.",
        "en": "Found: {count} {kind} with {words} in the text.",
    },
    "counted_apart": {
        "de": "Gefunden: {count} {kind} mit {words}, davon {titled} im Titel und {rest} nur im Text.",
        "en": "Found: {count} {kind} with {words}, {titled} of them in the title and {rest} only in the text.",
    },
    "counted_scope": {
        "de": "Gezählt: {what}; durchsucht: {documents} Dokumente. Gezählt wird nach Wörtern, auch gebeugt und in "
        "Zusammensetzungen: Was dasselbe anders nennt, fehlt.",
        "en": "Counted: {what}; searched: {documents} documents. Words are counted, inflected and in compounds too: "
        "what calls the same by other words is missing.",
    },
    "counted_none": {
        "de": "Gezählt: {what}; durchsucht: {documents} Dokumente. Keines davon ist so eines.",
        "en": "Counted: {what}; searched: {documents} documents. None of them is such a one.",
    },
    "counted_more": {
        "de": "Gezeigt sind {shown}, {more} weitere nicht. Die ganze Liste gibt die Suche mit denselben Wörtern und Filtern.",
        "en": "{shown} are shown, {more} more are not. Search with the same words and filters for the whole list.",
    },
}


def say(key: str, language: Language, **values: object) -> str:
    return _TEXTS[key][language].format(**values)
