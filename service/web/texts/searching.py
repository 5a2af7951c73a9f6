"""The search. German, English. EXAMPLES are searches for the help page; every one is a test."""

from __future__ import annotations

from typing import NamedTuple


class Example(NamedTuple):
    """A search and what it does, in German and English. ``{number}`` is that of a paper in the reader's index."""

    query: str
    explained: tuple[str, str]


EXAMPLES: tuple[Example, ...] = (
    Example("{number}", ("Eine Nummer führt zu ihrer Vorlage.", "A number leads to its paper.")),
    Example(
        "Kreistag Beschluss",
        ("Mehrere Wörter finden Stellen mit allen oder einigen davon.", "Several words find passages with all or some."),
    ),
    Example(
        "Planung",
        ("Gefunden werden auch Zusammensetzungen wie „Sozialplanung“.", "Compounds such as “Sozialplanung” are found as well."),
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
}
