"""Logging in and out, and what a reader who did sees. German, English."""

TEXTS: dict[str, tuple[str, str]] = {
    "login": ("Anmelden", "Log in"),
    "logout": ("Abmelden", "Log out"),
    "reach_title": ("Ihre Anmeldung", "Your login"),
    "reach_login": ("Angemeldet: {name} (Rolle: {role}).", "Logged in: {name} (role: {role})."),
    "reach_key": ("Mit Schlüssel: {name} (Rolle: {role}).", "By key: {name} (role: {role})."),
    "reach_hidden": (
        "Sie sehen auch nicht öffentliche Unterlagen. Geben Sie Antworten und Dateien nicht weiter.",
        "You also see papers that are not public. Do not pass on answers and files.",
    ),
    "reach_public": ("Sie sehen die öffentlichen Unterlagen.", "You see the public papers."),
    "share_hidden": (
        "Diese Antwort lässt sich nicht teilen: Sie sehen auch nicht öffentliche Unterlagen.",
        "This answer cannot be shared: you also see papers that are not public.",
    ),
    "kept_hidden": (
        "Nicht öffentlich: Diese Auskunft kann nicht öffentliche Unterlagen wiedergeben (Rolle {role}).",
        "Not public: this answer may reproduce papers that are not public (role {role}).",
    ),
    "logged_out_title": ("Sie sind abgemeldet", "You are logged out"),
    "logged_out": (
        "Hier sehen Sie jetzt nur noch öffentliche Unterlagen.",
        "From now on you only see public papers here.",
    ),
    "logged_out_there": (
        "Beim Anmeldedienst selbst sind Sie vielleicht noch angemeldet. Am fremden Gerät melden Sie sich bitte auch dort ab.",
        "You may still be logged in at the login service itself. On a device of others please log out there, too.",
    ),
    "logout_there": ("Auch beim Anmeldedienst abmelden", "Log out at the login service, too"),
    "login_again": ("Neu anmelden", "Log in again"),
}
