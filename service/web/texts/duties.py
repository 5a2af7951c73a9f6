"""The pages of duty: their names, and what is said while they are not complete. German, English."""

TEXTS: dict[str, tuple[str, str]] = {
    "duty_impressum": ("Impressum", "Legal notice"),
    "duty_datenschutz": ("Datenschutz", "Data protection"),
    "duty_barrierefreiheit": ("Barrierefreiheit", "Accessibility"),
    "duty_barriere-melden": ("Barriere melden", "Report a barrier"),
    "duty_ki-hinweis": ("KI-Hinweis", "Notice on AI"),
    "duty_incomplete": ("Diese Seite ist noch nicht vollständig.", "This page is not complete yet."),
    "duty_missing": ("Die betreibende Stelle muss noch angeben:", "The operator still has to state:"),
    "nav_more_about": ("Mehr dazu: {page}", "More about it: {page}"),
}
