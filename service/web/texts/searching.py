"""The search. German, English. EXAMPLES are the operators with a search each, for the help page; every one is a test."""

from __future__ import annotations

from typing import NamedTuple


class Example(NamedTuple):
    """A search and what it does, in German and English. ``{body}`` and its like are filled in from the reader's index."""

    query: str
    explained: tuple[str, str]


EXAMPLES: tuple[Example, ...] = (
    Example(
        '"frühe Hilfen"',
        (
            "Anführungszeichen: Die Wörter müssen genau so hintereinander stehen.",
            "Quotation marks: the words must stand there exactly so.",
        ),
    ),
    Example("Kita UND Kosten", ("UND: Alle Wörter müssen vorkommen.", "AND (or UND): all words must occur.")),
    Example(
        "Kita ODER Hort",
        ("ODER: Eines der beiden Wörter muss vorkommen.", "OR (or ODER): one of the two words must occur."),
    ),
    Example(
        "Kita NICHT Neubau",
        ("NICHT: Das Wort dahinter darf nicht vorkommen.", "NOT (or NICHT): the word behind it must not occur."),
    ),
    Example(
        "Kita -Neubau",
        ("Ein Minus vor dem Wort bedeutet dasselbe.", "A minus in front of the word means the same."),
    ),
    Example("nummer:{number}", ("Nur die Vorlage mit dieser Nummer.", "Only the paper with this number.")),
    Example("titel:Haushalt", ("Das Wort muss im Titel stehen.", "The word must stand in the title.")),
    Example(
        'gremium:"{organization}"',
        (
            "Nur Vorlagen dieses Gremiums. Mehrere Wörter setzen Sie in Anführungszeichen.",
            "Only papers of this committee. Put several words in quotation marks.",
        ),
    ),
    Example(
        'koerperschaft:"{body}" Pflege',
        ("Nur Unterlagen dieser Körperschaft.", "Only documents of this body."),
    ),
    Example('art:"{paper_type}"', ("Nur Unterlagen dieser Art.", "Only documents of this kind.")),
    Example("jahr:2023 Kita", ("Nur Unterlagen aus diesem Jahr.", "Only documents of this year.")),
    Example(
        "nach:2022-06 vor:2024 Kita",
        (
            "Nur Unterlagen nach Juni 2022 und vor 2024. Auch ein Tag ist möglich: vor:1.5.2024.",
            "Only documents after June 2022 and before 2024. A day is possible too: vor:1.5.2024.",
        ),
    ),
    Example(
        "Kita ODER Hort UND Kosten",
        (
            "ODER verbindet enger als UND: Kosten und dazu Kita oder Hort.",
            "OR binds closer than AND: costs, and with them Kita or Hort.",
        ),
    ),
)

TEXTS: dict[str, tuple[str, str]] = {
    "search_title": ("Suche in den Unterlagen", "Search the documents"),
    "search_intro": (
        "Suchen Sie nach Wörtern, Themen, Namen oder einer Drucksachennummer.",
        "Search for words, subjects, names or a document number.",
    ),
    "query_label": ("Suchwörter", "Search words"),
    "type_label": ("Art der Unterlage", "Kind of document"),
    "all_types": ("alle", "all"),
    "sort_label": ("Sortierung", "Order"),
    "sort_relevance": ("beste zuerst", "best first"),
    "sort_date": ("neueste zuerst", "newest first"),
    "search_button": ("Suchen", "Search"),
    "results_title": ("Fundstellen", "Passages found"),
    "passages_one": ("{n} Fundstelle", "{n} passage"),
    "passages": ("{n} Fundstellen", "{n} passages"),
    "results_count": ("{passages} {documents}.", "{passages} {documents}."),
    "results_range": ("Angezeigt: {first} bis {last}.", "Shown: {first} to {last}."),
    "nothing_found": ("Dazu wurde nichts gefunden.", "Nothing was found."),
    "nothing_filtered": (
        "Zu dieser Auswahl gibt es keine Unterlagen: {filters}. Bitte nehmen Sie einen Filter weg.",
        "No documents match this selection: {filters}. Please remove a filter.",
    ),
    "nothing_unconditional": ("Dieselben Wörter ohne Bedingungen suchen", "Search the same words without conditions"),
    "nothing_remedy": (
        "Bitte prüfen Sie die Schreibweise oder versuchen Sie es mit anderen Wörtern.",
        "Please check the spelling or try other words.",
    ),
    "filters_title": ("Eingrenzen", "Narrow down"),
    "filters_active": ("Eingegrenzt auf", "Narrowed down to"),
    "filter_remove": ("{value} – Filter entfernen", "{value} – remove filter"),
    "filters_clear": ("Alle Filter entfernen", "Remove all filters"),
    "facet_body": ("Körperschaft", "Body"),
    "facet_paper_type": ("Art der Unterlage", "Kind of document"),
    "facet_organization": ("Gremium", "Committee"),
    "facet_status": ("Stand der Beratung", "State of consultation"),
    "facet_year": ("Jahr", "Year"),
    "paging": ("Seiten der Trefferliste", "Result pages"),
    "previous": ("Vorige Seite", "Previous page"),
    "next": ("Nächste Seite", "Next page"),
    "page_of": ("Seite {page} von {pages}", "Page {page} of {pages}"),
    "alike_one": ("{n} fast gleiche Stelle", "{n} passage almost alike"),
    "alike": ("{n} fast gleiche Stellen", "{n} passages almost alike"),
    "alike_more": (
        "… und {n} weitere. Mit einem Wort mehr, das sie unterscheidet, finden Sie die richtige.",
        "… and {n} more. One more word that tells them apart finds the right one.",
    ),
    "page_n": ("Seite {page}", "Page {page}"),
    "date_from_label": ("Datum von", "Dated from"),
    "date_to_label": ("Datum bis", "Dated to"),
    "options_title": ("Auswahl und Sortierung", "Selection and order"),
    "shown_date_from": ("ab {day}", "from {day}"),
    "shown_date_to": ("bis {day}", "until {day}"),
    "did_you_mean": ("Meinten Sie", "Did you mean"),
    "jump_paper": ("Zur Vorlage {number}", "To paper {number}"),
    "jump_paper_of": ("Zur Vorlage {number} ({body})", "To paper {number} ({body})"),
    # how a search was read
    "read_as_title": ("So wurde gesucht:", "The search was read so:"),
    "read_demanded": ("verlangt: {terms}", "demanded: {terms}"),
    "read_excluded": ("ohne: {terms}", "without: {terms}"),
    "read_preferred": ("bevorzugt mit: {words}", "preferably with: {words}"),
    "read_as_words": ("als gewöhnlicher Text gelesen: {words}", "read as ordinary text: {words}"),
    "read_or": (" oder ", " or "),
    "read_word": ("„{text}“", "“{text}”"),
    "read_phrase": ("genau „{text}“", "exactly “{text}”"),
    "read_number": ("Nummer {text}", "number {text}"),
    "read_title": ("Titel mit „{text}“", "title with “{text}”"),
    "read_organization": ("Gremium „{text}“", "committee “{text}”"),
    "read_body": ("Körperschaft „{text}“", "body “{text}”"),
    "read_paper_type": ("Art „{text}“", "kind “{text}”"),
    "read_year": ("aus {text}", "of {text}"),
    "read_before": ("vor {text}", "before {text}"),
    "read_after": ("nach {text}", "after {text}"),
    "operators_title": ("Genauer suchen", "Search more precisely"),
    "operators_intro": (
        "Wichtig sind Großbuchstaben: „Kita und Hort“ ist eine gewöhnliche Suche.",
        "Capitals matter: “Kita und Hort” is an ordinary search.",
    ),
    # similar papers
    "similar_to": ("Ähnliche Vorlagen zu: {name}", "Papers similar to: {name}"),
    "similar_short": ("Ähnliche Vorlagen", "Similar papers"),
    "similar_of": ("Ähnlich wie: {name}", "Similar to: {name}"),
    "similar_of_text": ("Ähnlich wie Ihr Text", "Similar to your text"),
    "similar_none": ("Es gibt keine ähnlichen Vorlagen.", "There are no similar papers."),
    "similar_intro": (
        "Angezeigt wird je Vorlage die Stelle, die am besten passt. Ob sie wirklich ähnlich ist, prüfen Sie bitte selbst.",
        "For each paper you see the passage that fits best. Please check yourself whether it is really similar.",
    ),
    "paste_title": ("Ähnliche Vorlagen zu einem Text finden", "Find papers similar to a text"),
    "paste_label": ("Text einfügen", "Paste a text"),
    "paste_hint": (
        "Zum Beispiel ein Entwurf, höchstens {n} Zeichen. Der Text wird nicht gespeichert.",
        "A draft, for example, at most {n} characters. The text is not stored.",
    ),
    "paste_button": ("Ähnliche suchen", "Find similar ones"),
    # lists and feeds
    "lists_title": ("Trefferliste mitnehmen", "Take the list along"),
    "lists_hint": (
        "Eine Zeile je Dokument, höchstens {n} Dokumente.",
        "A line for each document, at most {n} documents.",
    ),
    "list_as_csv": ("Als Tabelle (CSV)", "As a table (CSV)"),
    "list_as_xlsx": ("Als Excel-Datei (XLSX)", "As an Excel file (XLSX)"),
    "list_as_bib": ("Als Literaturliste (BibTeX)", "As a bibliography (BibTeX)"),
    "list_as_json": ("Als Literaturliste (CSL-JSON)", "As a bibliography (CSL-JSON)"),
    "list_sheet": ("Treffer", "Hits"),
    "list_number": ("Nummer", "Number"),
    "list_title": ("Titel", "Title"),
    "list_date": ("Datum", "Date"),
    "list_body": ("Körperschaft", "Body"),
    "list_kind": ("Art", "Kind"),
    "list_status": ("Stand", "State"),
    "list_page": ("Seite", "Page"),
    "list_url": ("Adresse", "Address"),
    "feed_link": ("Neues zu dieser Suche als Atom-Feed", "News on this search as an Atom feed"),
    "feed_link_rss": ("Neues zu dieser Suche als RSS-Feed", "News on this search as an RSS feed"),
    "feeds_of": ("Neues als Atom-Feed:", "News as an Atom feed:"),
    "feed_title": ("Ratslotse: {search}", "Ratslotse: {search}"),
    "opensearch_description": ("In Ratsunterlagen suchen", "Search council documents"),
    # suggestions while typing
    "suggestions": ("Vorschläge", "Suggestions"),
    "suggestions_one": ("{n} Vorschlag. Auswahl mit den Pfeiltasten.", "{n} suggestion. Choose with the arrow keys."),
    "suggestions_count": ("{n} Vorschläge. Auswahl mit den Pfeiltasten.", "{n} suggestions. Choose with the arrow keys."),
    "kind_number": ("Nummer", "Number"),
    "kind_organization": ("Gremium", "Committee"),
    "kind_paper": ("Vorlage", "Paper"),
    "kind_heading": ("Abschnitt", "Section"),
    "kind_word": ("Wort", "Word"),
    "key_search": ("Zum Suchfeld", "To the search box"),
    "key_next": ("Zum nächsten Treffer", "To the next hit"),
    "key_previous": ("Zum vorigen Treffer", "To the previous hit"),
}
