"""Papers: the Beratungsfolge as a timeline, Anlagen, versions. German, English."""

TEXTS: dict[str, tuple[str, str]] = {
    "result_decided": ("Beschlossen", "Decided"),
    "result_rejected": ("Abgelehnt", "Rejected"),
    "result_recommended": ("Empfohlen", "Recommended"),
    "result_noted": ("Zur Kenntnis genommen", "Noted"),
    "result_postponed": ("Vertagt oder verwiesen", "Postponed or referred"),
    "result_result": ("Ergebnis", "Result"),
    "step_hidden": (
        "Nichtöffentlich beraten. Der Inhalt steht nicht in den Unterlagen.",
        "Discussed in private. The content is not in the documents.",
    ),
    "step_hidden_planned": (
        "Geplant, nichtöffentlich. Ein Ergebnis liegt noch nicht vor.",
        "Planned, in private. There is no result yet.",
    ),
    "step_silent": ("Kein Ergebnis in den Unterlagen.", "No result in the documents."),
    "step_planned": ("Geplant. Ein Ergebnis liegt noch nicht vor.", "Planned. There is no result yet."),
    "step_no_date": ("Datum nicht angegeben", "No date stated"),
    "step_not_public": ("nichtöffentliche Sitzung", "not public"),
    "step_place": ("Beleg: {title}, Seite {page}", "Evidence: {title}, page {page}"),
    "step_search": ("Unterlagen dieses Gremiums suchen: {name}", "Search documents of this committee: {name}"),
    "steps_none": (
        "Zu dieser Vorlage steht keine Beratungsfolge in den Unterlagen.",
        "The documents hold no consultations of this paper.",
    ),
    "steps_hint": (
        "Die Schritte stehen in der Reihenfolge der Sitzungen. Ein Vorschlag ist noch kein Beschluss.",
        "The steps stand in the order of the meetings. A proposal is not yet a decision.",
    ),
    "superseded": ("Diese Fassung ist überholt.", "This version is superseded."),
    "superseded_by": ("Die neueste Fassung:", "The newest version:"),
    "attachment_missing": ("nicht in den Unterlagen", "not among the documents"),
    "similar_papers": ("Ähnliche Vorlagen suchen", "Search for similar papers"),
    "pages_count_one": ("{n} Seite", "{n} page"),
    "pages_count": ("{n} Seiten", "{n} pages"),
    "reference_missing": ("nicht in den Unterlagen", "not among the documents"),
}
