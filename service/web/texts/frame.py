"""The frame of every page, and errors. German, English."""

TEXTS: dict[str, tuple[str, str]] = {
    # frame
    "site": ("Ratslotse", "Ratslotse"),
    "claim": ("Auskunft aus Ratsunterlagen", "Answers from council documents"),
    "skip": ("Zum Inhalt springen", "Skip to content"),
    "main_navigation": ("Hauptnavigation", "Main navigation"),
    "footer_navigation": ("Weitere Seiten", "More pages"),
    "nav_ask": ("Fragen", "Ask"),
    "nav_search": ("Suche", "Search"),
    "nav_help": ("Hilfe", "Help"),
    "nav_about": ("Über Ratslotse", "About Ratslotse"),
    "other_language": ("English", "Deutsch"),
    "other_language_code": ("en", "de"),
    "footer": (
        "Maßgeblich sind allein die Originaldokumente. Keine Cookies, keine Weitergabe an Dritte.",
        "Only the original documents are authoritative. No cookies, nothing is passed to third parties.",
    ),
    "footer_model": (
        "Maßgeblich sind allein die Originaldokumente. Antworten formuliert eine KI. Keine Cookies.",
        "Only the original documents are authoritative. Answers are worded by AI. No cookies.",
    ),
    "footer_login": (
        "Maßgeblich sind allein die Originaldokumente. Ein Cookie hält Ihre Anmeldung. Keine Weitergabe an Dritte.",
        "Only the original documents are authoritative. A cookie keeps your login. Nothing is passed to third parties.",
    ),
    "footer_model_login": (
        "Maßgeblich sind allein die Originaldokumente. Antworten formuliert eine KI. Ein Cookie hält Ihre Anmeldung.",
        "Only the original documents are authoritative. Answers are worded by AI. A cookie keeps your login.",
    ),
    # errors
    "error_home": ("Zur Startseite", "To the start page"),
    "error_search": ("In den Unterlagen suchen", "Search the documents"),
    "error_help": ("Hilfe lesen", "Read the help"),
    "error_ways": ("So kommen Sie weiter", "Where to go from here"),
    "error_number": (
        "Fehlernummer: {number}. Nennen Sie sie bitte, wenn Sie uns den Fehler melden.",
        "Error number: {number}. Please name it if you report this error.",
    ),
}
