"""The chat in a frame on other sites, where scripts do not run. German, English. With scripts: static/widget-texts.js."""

TEXTS: dict[str, tuple[str, str]] = {
    "ask_new_tab": ("Frage stellen (neues Fenster)", "Ask (new window)"),
    "search_new_tab": ("Suchen (neues Fenster)", "Search (new window)"),
    "embed_ai": ("KI-Hinweis", "About the AI"),
    "embed_privacy": ("Datenschutz", "Privacy"),
    "embed_imprint": ("Impressum", "Legal notice"),
    "embed_accessibility": ("Barrierefreiheit", "Accessibility"),
}
