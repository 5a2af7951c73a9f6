"""The help page's live examples. German, English."""

TEXTS: dict[str, tuple[str, str]] = {
    "help_try_question": ("Ausprobieren: diese Fragen sofort stellen", "Try it: ask these questions at once"),
    "help_try_search": ("Ausprobieren: diese Suchen öffnen", "Try it: open these searches"),
    "help_ask_decided": (
        "Was wurde zur Vorlage {number} beschlossen?",
        "What was decided on paper {number}?",
    ),
    "help_ask_proposed": (
        "Was wird in der Vorlage {number} vorgeschlagen?",
        "What does paper {number} propose?",
    ),
}
