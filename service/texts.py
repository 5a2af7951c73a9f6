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
    "lacks_result": {
        "de": "Ein Ergebnis dazu steht nicht in den Unterlagen.",
        "en": "The documents hold no result of this.",
    },
    "lacks_votes": {
        "de": "Stimmenzahlen dazu stehen nicht in den Unterlagen.",
        "en": "The documents hold no numbers of votes on this.",
    },
    "lacks_names": {
        "de": "Eine Aufzählung dazu steht nicht im lesbaren Text.",
        "en": "No list of them is in the text that could be read.",
    },
    "lacks_number": {
        "de": "Die Stellen, die der Frage am nächsten kommen, nennen keine Zahl.",
        "en": "The passages nearest to the question give no number.",
    },
    "lacks_amount": {
        "de": "Die Stellen, die der Frage am nächsten kommen, nennen keinen Betrag.",
        "en": "The passages nearest to the question give no amount.",
    },
    "lacks_share": {
        "de": "Die Stellen, die der Frage am nächsten kommen, nennen keinen Anteil.",
        "en": "The passages nearest to the question give no share.",
    },
    "lacks_firm": {
        "de": "Die Stellen, die der Frage am nächsten kommen, nennen keine Firma.",
        "en": "The passages nearest to the question name no firm.",
    },
    "near_body": {"de": "andere Körperschaft: {body}", "en": "another body: {body}"},
    "near_year": {"de": "anderes Jahr: {found}", "en": "another year: {found}"},
    "near_unticked": {"de": "im Formular ist hier nichts angekreuzt", "en": "no box of the form is ticked here"},
    "near_unknown": {"de": "sagt selbst, dass es dazu keine Angabe gibt", "en": "says itself that this is not known"},
    "near_proposal": {"de": "Vorschlag oder Antrag, kein Ergebnis", "en": "a proposal or motion, not a result"},
    "near_column": {"de": "die Spalte für das Ergebnis ist leer", "en": "the column for the result is empty"},
    "near_result": {"de": "nennt kein Ergebnis dieser Beratung", "en": "gives no result of this deliberation"},
    "near_votes": {"de": "nennt keine Stimmenzahlen dieser Beratung", "en": "gives no numbers of votes of this deliberation"},
    "near_names": {"de": "zählt nichts auf", "en": "lists nothing"},
    "near_number": {"de": "nennt keine Zahl", "en": "gives no number"},
    "near_amount": {"de": "nennt keinen Betrag", "en": "gives no amount"},
    "near_share": {"de": "nennt keinen Anteil", "en": "gives no share"},
    "near_firm": {"de": "nennt keine Firma", "en": "names no firm"},
    "near_date": {"de": "nennt keine Zeit", "en": "gives no time"},
    "near_person": {"de": "nennt niemanden", "en": "names nobody"},
    "near_words": {"de": "nennt {named}, aber nicht {missing}", "en": "mentions {named}, but not {missing}"},
    "near_named": {"de": "nennt {named}", "en": "mentions {named}"},
    "near_meaning": {
        "de": "im Sinn verwandt, ohne ein Wort der Frage",
        "en": "of kindred meaning, without a word of the question",
    },
    "empty_filter": {
        "de": "Zu dieser Auswahl gibt es keine Dokumente ({filters}). Bitte nehmen Sie einen Filter weg.",
        "en": "No documents match this selection ({filters}). Please remove a filter.",
    },
}


def say(key: str, language: Language, **values: object) -> str:
    return _TEXTS[key][language].format(**values)
