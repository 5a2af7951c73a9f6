"""What can go wrong above the index, each with the HTTP status it is answered with. Below it: indexer/errors.py.

ServiceError (a RatslotseError)
├── QuestionEmpty      nothing was asked                          422
├── QuestionTooLong    longer than is answered                    422
├── BadParameter       a query parameter or field does not fit    422
├── NotFound           no such document, paper or page            404
├── FileChanged        the original differs from what was read    410
├── CursorExpired      the index changed between two pages        410
├── StillLoading       the model is not loaded yet                503
├── PasswordNeeded     the operator's page without its password   401
├── ForeignForm        a form that another site sent              403
├── TooLittleLeft      too few of the model's sentences stood the check
├── UnknownEntailment  its model cannot be loaded
├── CannotWatch        no events from the file system             (command line)
└── PortInUse          another program listens there              (command line)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from indexer.errors import RatslotseError


class ServiceError(RatslotseError):
    status: ClassVar[int] = 500
    title_de: ClassVar[str] = "Fehler"
    title_en: ClassVar[str] = "Error"
    headers: ClassVar[Mapping[str, str]] = {}


class QuestionEmpty(ServiceError):
    code, status = "question_empty", 422
    title_de, title_en = "Keine Frage", "No question"
    de = "Es wurde nichts eingegeben. Bitte stellen Sie eine Frage oder nennen Sie ein Stichwort."
    en = "Nothing was entered. Please ask a question or give a keyword."


class QuestionTooLong(ServiceError):
    code, status = "question_too_long", 422
    title_de, title_en = "Frage zu lang", "Question too long"
    de = "Die Eingabe hat {length} Zeichen, möglich sind {limit}. Bitte kürzen Sie sie auf die eigentliche Frage."
    en = "The input has {length} characters, {limit} are possible. Please shorten it to the question itself."


class BadParameter(ServiceError):
    code, status = "bad_parameter", 422
    title_de, title_en = "Angabe passt nicht", "Parameter does not fit"
    de = "{name}: {problem}. Bitte berichtigen Sie diese Angabe."
    en = "{name}: {problem}. Please correct this value."


class NotFound(ServiceError):
    code, status = "not_found", 404
    title_de, title_en = "Nicht gefunden", "Not found"
    de = "{what} ist in den Unterlagen nicht vorhanden. Bitte suchen Sie nach Titel oder Drucksachennummer."
    en = "{what} is not among the documents. Please search for its title or number."


class FileChanged(ServiceError):
    code, status = "file_changed", 410
    title_de, title_en = "Original nicht mehr vorhanden", "Original gone"
    de = "Die Originaldatei von {what} fehlt oder wurde seit dem Einlesen geändert. Der eingelesene Text bleibt lesbar."
    en = "The original file of {what} is missing or has changed since it was read. The text as read stays available."


class CursorExpired(ServiceError):
    code, status = "cursor_expired", 410
    title_de, title_en = "Trefferliste veraltet", "Result list outdated"
    de = "Die Unterlagen wurden inzwischen erneuert. Bitte starten Sie die Suche neu."
    en = "The documents have been renewed meanwhile. Please start the search again."


class StillLoading(ServiceError):
    code, status = "still_loading", 503
    title_de, title_en = "Startet noch", "Still starting"
    de = "Ratslotse startet noch. Bitte versuchen Sie es in einigen Sekunden erneut."
    en = "Ratslotse is still starting. Please try again in a few seconds."


class PasswordNeeded(ServiceError):
    code, status = "password_needed", 401
    title_de, title_en = "Kennwort nötig", "Password needed"
    de = "Diese Seite ist für den Betrieb. Bitte geben Sie das Kennwort aus RATSLOTSE_OPERATOR_PASSWORD ein."
    en = "This page is for the operator. Please enter the password from RATSLOTSE_OPERATOR_PASSWORD."
    headers: ClassVar[Mapping[str, str]] = {
        "WWW-Authenticate": 'Basic realm="Ratslotse Betrieb", charset="UTF-8"',
        "Cache-Control": "no-store",
    }


class ForeignForm(ServiceError):
    code, status = "foreign_form", 403
    title_de, title_en = "Nicht angenommen", "Refused"
    de = "Die Anfrage kam nicht von dieser Seite. Bitte öffnen Sie /betrieb und versuchen Sie es dort erneut."
    en = "The request did not come from this page. Please open /betrieb and try again there."
    headers: ClassVar[Mapping[str, str]] = {"Cache-Control": "no-store"}


class TooLittleLeft(ServiceError):
    code = "model_not_used"
    de = "Zu wenige Sätze des Sprachmodells hielten der Prüfung stand. Kommt das oft vor: Bitte ein besseres Modell wählen."
    en = "Too few sentences of the language model stood the check. If that happens often: please choose a better model."


class UnknownEntailment(ServiceError):
    code = "entailment_unknown"
    de = (
        "RATSLOTSE_ENTAILMENT={name}: Das Modell konnte nicht geladen werden ({reason}). "
        "Bitte den Ordner oder Namen eines CrossEncoder-Modells von sentence-transformers angeben, das „entailment“ erkennt."
    )
    en = (
        "RATSLOTSE_ENTAILMENT={name}: the model could not be loaded ({reason}). "
        "Please name the folder or the name of a CrossEncoder model of sentence-transformers that tells entailment."
    )


class CannotWatch(ServiceError):
    code = "cannot_watch"
    de = (
        "Änderungen können nicht beobachtet werden ({reason}); es wird alle {minutes} Minuten nachgesehen. "
        "Bitte fs.inotify.max_user_watches erhöhen oder WATCHFILES_FORCE_POLLING=true setzen."
    )
    en = (
        "Changes cannot be watched ({reason}); the folders are looked through every {minutes} minutes. "
        "Please raise fs.inotify.max_user_watches or set WATCHFILES_FORCE_POLLING=true."
    )


class PortInUse(ServiceError):
    code = "port_in_use"
    de = (
        "{host}:{port} kann nicht geöffnet werden ({reason}). "
        "Bitte mit --port einen anderen Port wählen, z. B. {other}, oder --host prüfen."
    )
    en = "{host}:{port} cannot be opened ({reason}). Please choose another port with --port, e.g. {other}, or check --host."
