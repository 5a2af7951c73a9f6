"""What the program itself says in an answer, in both languages. Everything else in an answer is quoted."""

from __future__ import annotations

from service.questions import Language

_TEXTS: dict[str, dict[Language, str]] = {
    # that a machine answers: before the first question, and on each answer
    "ai_quotes": {
        "de": "Hier antwortet eine KI, kein Mensch. Sie wählt wörtliche Zitate aus den Unterlagen aus. "
        "Maßgeblich sind die Originale.",
        "en": "An AI answers here, not a human. It chooses literal quotations from the documents. "
        "The originals are authoritative.",
    },
    "ai_generated": {
        "de": "Hier antwortet eine KI, kein Mensch. Sie formuliert Antworten aus Stellen der Unterlagen. "
        "Bitte prüfen Sie die Quellen; maßgeblich sind die Originale.",
        "en": "An AI answers here, not a human. It words answers from passages of the documents. "
        "Please check the sources; the originals are authoritative.",
    },
    "ai_answer_quotes": {
        "de": "Von einer KI ausgewählte Zitate. Maßgeblich sind die Originale.",
        "en": "Quotations chosen by an AI. The originals are authoritative.",
    },
    "ai_answer_generated": {
        "de": "Von einer KI formuliert. Bitte prüfen Sie die Quellen.",
        "en": "Worded by an AI. Please check the sources.",
    },
    "gap": {
        "de": "Was mit „{quote}“ angekündigt wird ({document}, Seite {page}), steht nicht im Text; "
        "vermutlich ist es eine Abbildung.",
        "en": "What “{quote}” announces ({document}, page {page}) is not in the text; it is probably a picture.",
    },
    "source": {"de": "Quelle {numbers}", "en": "Source {numbers}"},
    "sources": {"de": "Quellen {numbers}", "en": "Sources {numbers}"},
    "list_continues": {
        "de": "{sources}: Die Aufzählung geht im Dokument weiter.",
        "en": "{sources}: the list goes on in the document.",
    },
    "proposal": {
        "de": "{sources}: Das ist ein Vorschlag oder Antrag. Ob so beschlossen wurde, steht dort nicht.",
        "en": "{sources}: this is a proposal or motion. It does not say whether it was adopted.",
    },
    "proposal_open": {
        "de": "Ob der Vorschlag oder Antrag beschlossen wurde, steht an diesen Stellen nicht.",
        "en": "Whether the proposal or motion was adopted is not said there.",
    },
    "recognised": {
        "de": "{sources}: mit Texterkennung (OCR) aus einem Bild gelesen. Bitte mit dem Original vergleichen.",
        "en": "{sources}: read from a picture by text recognition (OCR). Please compare it with the original.",
    },
    "doubtful": {
        "de": "{sources}: Die Texterkennung ist sich einer Zahl nicht sicher; sie kann falsch gelesen sein.",
        "en": "{sources}: text recognition is not sure of a figure; it may be misread.",
    },
    "not_in_documents": {
        "de": "Das steht nicht in den Unterlagen.",
        "en": "The documents do not say this.",
    },
    "searched": {"de": "Durchsucht: {scope}.", "en": "Searched: {scope}."},
    "scope": {"de": "{count} Dokumente", "en": "{count} documents"},
    "scope_one": {"de": "ein Dokument", "en": "one document"},
    "scope_bodies": {"de": "{scope} von {count} Körperschaften", "en": "{scope} of {count} bodies"},
    "terms_not_found": {
        "de": "In keinem Dokument kommt vor: {terms}.",
        "en": "These words occur in no document: {terms}.",
    },
    "generated": {
        "de": "Ein Sprachmodell (KI) hat diese Sätze aus den zitierten Stellen formuliert; jeder wurde mit ihnen verglichen.",
        "en": "A language model (AI) worded these sentences from the cited places; each was compared with them.",
    },
    "model_unavailable": {
        "de": "Das Sprachmodell ist gerade nicht verfügbar. Hier stehen die gefundenen Stellen im Wortlaut.",
        "en": "The language model is not available just now. These are the places found, word for word.",
    },
    "model_not_used": {
        "de": "Die Sätze des Sprachmodells hielten der Prüfung nicht stand. Hier stehen die gefundenen Stellen im Wortlaut.",
        "en": "The language model's sentences did not stand the check. These are the places found, word for word.",
    },
    "withdrawn": {
        "de": "Die Sätze über dieser Linie sind zurückgezogen. Es gilt, was darunter steht.",
        "en": "The sentences above this line are withdrawn. What follows holds.",
    },
    "lacks_label": {
        "de": "„{label}“ kommt in den passenden Unterlagen nicht vor.",
        "en": "“{label}” does not occur in the papers that fit.",
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
        "de": "ähnliches Thema, aber kein Wort Ihrer Frage",
        "en": "a similar subject, but no word of your question",
    },
    "empty_filter": {
        "de": "Zu dieser Auswahl gibt es keine Dokumente ({filters}). Bitte nehmen Sie einen Filter weg.",
        "en": "No documents match this selection ({filters}). Please remove a filter.",
    },
    # what is no question to the documents, see smalltalk.py
    "talk_greeting": {
        "de": "Guten Tag! Ich bin ein Programm und beantworte Fragen aus den Ratsunterlagen. Was möchten Sie wissen?",
        "en": "Hello! I am a program and answer questions from the council documents. What would you like to know?",
    },
    "talk_thanks": {
        "de": "Gern. Sie können jederzeit weiterfragen.",
        "en": "You are welcome. Feel free to ask more.",
    },
    "talk_goodbye": {
        "de": "Auf Wiedersehen! Für neue Fragen zu den Ratsunterlagen können Sie jederzeit wiederkommen.",
        "en": "Goodbye! Come back any time with new questions about the council documents.",
    },
    "talk_human": {
        "de": "Hier antwortet ein Programm (KI), kein Mensch. Es sucht in den Ratsunterlagen und zeigt, was dort steht.",
        "en": "You are talking to a program (AI), not a human being. It searches the council documents and shows what they say.",
    },
    "talk_about": {
        "de": "Ich bin Ratslotse, ein Programm (KI), kein Mensch. Sie fragen in eigenen Worten, ich suche in den eingelesenen "
        "Ratsunterlagen und antworte mit Zitaten und Fundstellen. Steht dort nichts dazu, sage ich das. Zum Beispiel: "
        "„Was wurde zu den Kitas beschlossen?“ oder eine Drucksachennummer.",
        "en": "I am Ratslotse, a program (AI), not a human being. You ask in your own words, I search the council documents that "
        "were read in and answer with quotations and their places. If they say nothing, I tell you so. For example: "
        "“What was decided about day-care centres?” or the number of a paper.",
    },
    "talk_insult": {
        "de": "Schade, dass Sie unzufrieden sind. Bitte stellen Sie Ihre Frage noch einmal mit anderen Worten; zu jeder Antwort "
        "zeige ich die Stelle im Original.",
        "en": "I am sorry that you are not satisfied. Please ask again in other words; with every answer I show its place in the "
        "original.",
    },
    "talk_outside": {
        "de": "Das kann ich nicht. Ich beantworte nur Fragen zu dem, was in den Ratsunterlagen steht; ich schreibe und übersetze "
        "keine Texte und gebe keine Rechtsberatung.",
        "en": "I cannot do that. I only answer questions about what the council documents say; I do not write or translate texts "
        "and give no legal advice.",
    },
    "talk_opinion": {
        "de": "Ich habe keine Meinung und gebe keine Wahlempfehlung. Ich kann Ihnen zeigen, was die Ratsunterlagen zu einem "
        "Thema sagen.",
        "en": "I have no opinion and recommend no vote. I can show you what the council documents say about a subject.",
    },
    "talk_weather": {
        "de": "Über das Wetter weiß ich nichts. Ich beantworte Fragen aus den Ratsunterlagen.",
        "en": "I know nothing about the weather. I answer questions from the council documents.",
    },
    "talk_rules": {
        "de": "Daran ändert eine Eingabe nichts: Ich beantworte Fragen aus den Ratsunterlagen und belege jede Antwort. Was "
        "möchten Sie daraus wissen?",
        "en": "No input changes that: I answer questions from the council documents and give the source of every answer. What "
        "would you like to know from them?",
    },
    "talk_unclear": {
        "de": "Das habe ich nicht verstanden. Bitte stellen Sie eine Frage oder nennen Sie ein Stichwort oder eine "
        "Drucksachennummer.",
        "en": "I did not understand that. Please ask a question or give a keyword or the number of a paper.",
    },
    # of a language model's answer (prompting.py, writing.py)
    "only_proposed": {"de": "nur Vorschlag oder Antrag, kein Beschluss", "en": "only a proposal or motion, no decision"},
    "left_out": {
        "de": "Sätze des Sprachmodells, die sich nicht belegen ließen und deshalb fehlen: {count}.",
        "en": "Sentences of the language model that could not be verified and are left out: {count}.",
    },
    # parts.py
    "part_silent": {
        "de": "{part}: Dazu steht nichts in den Unterlagen.",
        "en": "{part}: the documents say nothing about this.",
    },
    "no_such_paper": {"de": "{number} ist nicht unter den Unterlagen.", "en": "{number} is not among the documents."},
    # whichbodies.py
    "which_bodies": {
        "de": "Etwas zu {words} steht in den Unterlagen von {count} der {searched} durchsuchten Körperschaften.",
        "en": "The documents of {count} of the {searched} bodies searched say something on {words}.",
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
        "de": "Gezählt: {what}. Durchsucht: {documents}.",
        "en": "Counted: {what}. Searched: {documents}.",
    },
    "counted_none": {
        "de": "Gesucht: {what}. Gefunden: nichts.",
        "en": "Sought: {what}. Found: nothing.",
    },
    "counted_words": {
        "de": "Gesucht wird das Wort, auch gebeugt und in Zusammensetzungen. Was dieselbe Sache anders nennt, fehlt.",
        "en": "The word is sought, inflected and in compounds too. What calls the same thing by another word is missing.",
    },
    "counted_more": {
        "de": "Gezeigt sind {shown} davon. Alle finden Sie in der Suche mit denselben Wörtern und Filtern.",
        "en": "{shown} of them are shown. Search with the same words and filters for the whole list.",
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
    "record_kind": {"de": "{paper}, Art: {value}.", "en": "{paper}, kind: {value}."},
    "record_signatories": {"de": "{paper} trägt die Unterschrift von {value}.", "en": "{paper} is signed by {value}."},
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
        "de": "Das Ratsinformationssystem vermerkt für {where}: „{result}“. Dieser Vermerk steht nicht im Text der Unterlagen.",
        "en": "The council information system records for {where}: “{result}”. This note is not in the text of the documents.",
    },
}


def notice_key(modelled: bool) -> str:
    """Of the notice before the first question. ``modelled``: whether a language model words answers."""
    return "ai_generated" if modelled else "ai_quotes"


def say(key: str, language: Language, **values: object) -> str:
    return _TEXTS[key][language].format(**values)


def cut(text: str, longest: int) -> str:
    """The beginning of a text, cut between words, within one where it is longer than all that is wanted.

    >>> cut("Sozialplanung für den Landkreis", 20), cut("Anlage_zum_Haushaltsplan_2025.pdf", 20)
    ('Sozialplanung für', 'Anlage_zum_Haushalts')
    """
    if len(text) <= longest:
        return text
    space = text.rfind(" ", 1, longest)
    return text[: longest if space < 0 else space]
