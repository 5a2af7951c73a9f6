"""What can go wrong above the index, each with the HTTP status it is answered with. Below it: indexer/errors.py.

ServiceError (a RatslotseError); those about who asks stand in access/errors.py
├── QuestionEmpty      nothing was asked                          422
├── QuestionTooLong    longer than is answered                    422
├── BadParameter       a query parameter or field does not fit    422
├── NotFound           no such document or paper                  404
├── NoSuchAddress      no such page                               404
├── NotAllowed         another method                             405
├── BadRequest         a body that cannot be read                 400
├── TooLarge           a body beyond the limit                    413
├── UnsupportedType    a body that is no JSON                     415
├── FileChanged        the original differs from what was read    410
├── AnswerUnknown      an answer to export or share that this service did not give   410
├── StateUnusable      shared answers and judgements cannot be stored or read        503
├── StateFull          as many of them as are kept                                   503
├── AuditUnusable      what must be accounted for cannot be written down, so it is not done   503
├── TooMany            more requests than one reader may send     429
├── AllBusy            as many answers as are made at once        503
├── NoPageImage        a page that cannot be shown as a picture   404
├── PagesBusy          too many pages are to be drawn             503
├── CursorExpired      the list began in an index that is gone    410
├── StillLoading       the model is not loaded yet                503
├── Overloaded         more is being asked than can be answered   503
├── OutOfService       what readers are told of a broken index    503
├── Unexpected         a fault of ours                            500
├── PasswordNeeded     the operator's page without its password   401
├── ForeignForm        a form that another site sent              403
├── ForeignSite        a site that may not embed the widget       403
├── ForeignPage        a page of another site at a door for programs   403
├── UnknownModel       a model that is not Ratslotse              404
├── NotOffered         what other models do and this one does not 400
├── GeneratorFailed    the language model gave no answer; here and below: the quotations stand in, the log has the line
│   ├── GeneratorUnreachable   no connection
│   ├── GeneratorRefused       an answer with an error status
│   ├── GeneratorSlow          one of the limits on time
│   ├── GeneratorGarbled       not the protocol, too much, broken off
│   └── GeneratorResting       not asked, after failures in a row
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


def problem(code: str, title: str, status: int, detail: str, identifier: str) -> dict[str, str | int]:
    """An error as RFC 9457 words it; ``id`` stands in the log, see incidents.py."""
    return {"type": f"urn:ratslotse:problem:{code}", "title": title, "status": status, "detail": detail, "id": identifier}


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
    de = "Die Angabe „{name}“ {problem_de}. Bitte berichtigen Sie sie."
    en = "The value “{name}” {problem_en}. Please correct it."


class NotFound(ServiceError):
    code, status = "not_found", 404
    title_de, title_en = "Nicht gefunden", "Not found"
    de = "{what} ist in den Unterlagen nicht vorhanden. Bitte suchen Sie nach Titel oder Drucksachennummer."
    en = "{what} is not among the documents. Please search for its title or number."


class NoSuchAddress(ServiceError):
    code, status = "not_found", 404
    title_de, title_en = "Diese Seite gibt es nicht", "There is no such page"
    de = "Unter {path} ist nichts zu finden. Bitte prüfen Sie die Adresse oder suchen Sie in den Unterlagen."
    en = "There is nothing at {path}. Please check the address or search the documents."


class NotAllowed(ServiceError):
    code, status = "not_allowed", 405
    title_de, title_en = "Hier nicht möglich", "Not possible here"
    de = "Diese Adresse nimmt die Anfrage so nicht an. Bitte beginnen Sie auf der Startseite."
    en = "This address does not accept the request. Please begin at the start page."


class BadRequest(ServiceError):
    code, status = "bad_request", 400
    title_de, title_en = "Anfrage nicht lesbar", "Request not readable"
    de = "Die Anfrage war unvollständig oder beschädigt. Bitte senden Sie sie noch einmal."
    en = "The request was incomplete or damaged. Please send it again."


class TooLarge(ServiceError):
    code, status = "too_large", 413
    title_de, title_en = "Anfrage zu groß", "Request too large"
    de = "Die Anfrage ist zu groß, möglich sind {limit} KB. Bitte kürzen Sie den Text oder beginnen Sie ein neues Gespräch."
    en = "The request is too large, {limit} KB are possible. Please shorten the text or begin a new conversation."


class UnsupportedType(ServiceError):
    code, status = "unsupported_type", 415
    title_de, title_en = "Kein JSON", "Not JSON"
    de = "Die Anfrage muss JSON sein. Bitte senden Sie sie mit „Content-Type: application/json“."
    en = "The request must be JSON. Please send it with “Content-Type: application/json”."


class FileChanged(ServiceError):
    code, status = "file_changed", 410
    title_de, title_en = "Original nicht mehr vorhanden", "Original gone"
    de = "Die Originaldatei von {what} fehlt oder wurde seit dem Einlesen geändert. Der eingelesene Text bleibt lesbar."
    en = "The original file of {what} is missing or has changed since it was read. The text as read stays available."


class AnswerUnknown(ServiceError):
    code, status = "answer_unknown", 410
    title_de, title_en = "Antwort nicht mehr bekannt", "Answer no longer known"
    de = "Diese Antwort ist nicht mehr bekannt, etwa weil Ratslotse neu gestartet wurde. Bitte stellen Sie die Frage noch einmal."
    en = "This answer is no longer known, perhaps because Ratslotse was restarted. Please ask the question again."


class StateUnusable(ServiceError):
    code, status = "state_unusable", 503
    title_de, title_en = "Speichern nicht möglich", "Cannot be stored"
    de = "Es kann gerade nichts gespeichert werden. Die Antwort selbst bleibt gültig. Bitte versuchen Sie es später noch einmal."
    en = "Nothing can be stored just now. The answer itself stays valid. Please try again later."


class AuditUnusable(ServiceError):
    code, status = "audit_unusable", 503
    title_de, title_en = "Zurzeit nicht möglich", "Not possible just now"
    de = "Das lässt sich gerade nicht protokollieren und unterbleibt deshalb. Bitte versuchen Sie es später noch einmal."
    en = "This cannot be written to the audit log just now and is therefore not done. Please try again later."


class StateFull(ServiceError):
    code, status = "state_full", 503
    title_de, title_en = "Speichern nicht möglich", "Cannot be stored"
    de = "Der Speicher dafür ist voll. Die Antwort selbst bleibt gültig. Bitte versuchen Sie es in einigen Tagen noch einmal."
    en = "The storage for this is full. The answer itself stays valid. Please try again in some days."


class NoPageImage(ServiceError):
    code, status = "no_page_image", 404
    title_de, title_en = "Kein Seitenbild", "No picture of the page"
    de = "Von {what} gibt es kein Bild der Seite ({reason}), nur den Text. Bitte lesen Sie ihn auf der Seite des Dokuments."
    en = "There is no picture of the page of {what} ({reason}), only the text. Please read it on the page of the document."


class PagesBusy(ServiceError):
    code, status = "pages_busy", 503
    title_de, title_en = "Gerade viele Anfragen", "Busy just now"
    de = "Gerade werden viele Seiten gezeichnet. Bitte versuchen Sie es in einigen Sekunden erneut. Der Text ist lesbar."
    en = "Many pages are being drawn just now. Please try again in a few seconds. The text can be read."
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "5"}


class TooMany(ServiceError):
    code, status = "too_many", 429
    title_de, title_en = "Zu viele Anfragen", "Too many requests"
    de = "Von Ihnen kamen sehr viele Anfragen in kurzer Zeit. Bitte versuchen Sie es in {seconds} Sekunden noch einmal."
    en = "Very many requests came from you in a short time. Please try again in {seconds} seconds."
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "5"}  # rates.py says it more exactly


class AllBusy(ServiceError):
    code, status = "all_busy", 503
    title_de, title_en = "Sehr viele Fragen zugleich", "Very many questions at once"
    de = "Im Augenblick werden sehr viele Fragen beantwortet. Bitte versuchen Sie es in einigen Sekunden noch einmal."
    en = "Very many questions are being answered at the moment. Please try again in a few seconds."
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "5"}


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
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "5"}


class Overloaded(ServiceError):
    code, status = "overloaded", 503
    title_de, title_en = "Gerade viele Anfragen", "Busy just now"
    de = "Gerade wird sehr viel gefragt. Bitte versuchen Sie es in einigen Sekunden erneut."
    en = "A great deal is being asked just now. Please try again in a few seconds."
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "5"}


class OutOfService(ServiceError):
    code, status = "out_of_service", 503
    title_de, title_en = "Zurzeit nicht erreichbar", "Not available at present"
    de = "Die Unterlagen sind zurzeit nicht erreichbar. Bitte versuchen Sie es in einigen Minuten erneut."
    en = "The documents are not available at present. Please try again in a few minutes."
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "60"}


class Unexpected(ServiceError):
    code = "unexpected"
    title_de, title_en = "Unerwarteter Fehler", "Unexpected error"
    de = "Etwas ist schiefgegangen, das nicht vorgesehen war. Bitte versuchen Sie es erneut."
    en = "Something went wrong that was not foreseen. Please try again."


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
    de = "Die Anfrage kam nicht von einer Seite dieses Angebots. Bitte öffnen Sie die Seite neu und versuchen Sie es dort erneut."
    en = "The request did not come from a page of this site. Please open the page anew and try again there."
    headers: ClassVar[Mapping[str, str]] = {"Cache-Control": "no-store"}


class ForeignSite(ServiceError):
    code, status = "foreign_site", 403
    title_de, title_en = "Website nicht freigeschaltet", "Site not allowed"
    de = "Diese Website darf hier nicht fragen. Wer den Ratslotsen betreibt, trägt sie in RATSLOTSE_WIDGET_ORIGINS ein."
    en = "This web site may not ask here. Whoever runs Ratslotse enters it in RATSLOTSE_WIDGET_ORIGINS."


class ForeignPage(ServiceError):
    code, status = "foreign_page", 403
    title_de, title_en = "Nicht von fremden Seiten", "Not from other sites"
    de = "Diese Schnittstelle ist für Programme, nicht für Seiten anderer Websites. Für die eigene: RATSLOTSE_PUBLIC_URL setzen."
    en = "This interface is for programs, not for pages of other web sites. If this one is your own: set RATSLOTSE_PUBLIC_URL."


class UnknownModel(ServiceError):
    code, status = "model_not_found", 404
    title_de, title_en = "Kein solches Modell", "No such model"
    de = "Das Modell {model} gibt es hier nicht. Bitte „ratslotse“ wählen."
    en = "There is no model {model} here. Please choose “ratslotse”."


class NotOffered(ServiceError):
    code, status = "unsupported_value", 400
    title_de, title_en = "Nicht möglich", "Not possible"
    de = "„{name}“ ist hier nicht möglich: Ratslotse beantwortet eine Frage aus den Unterlagen mit einem Text. Bitte weglassen."
    en = "“{name}” is not possible here: Ratslotse answers one question from the documents by a text. Please leave it out."


class GeneratorFailed(ServiceError):
    code = "model"


class GeneratorUnreachable(GeneratorFailed):
    code = "model_unreachable"
    de = "Sprachmodell {host}: nicht erreichbar ({reason}). Bitte prüfen, ob es läuft, und die Adresse RATSLOTSE_LLM_URL."
    en = "Language model {host}: cannot be reached ({reason}). Please check whether it runs, and the address RATSLOTSE_LLM_URL."


class GeneratorRefused(GeneratorFailed):
    code = "model_refused"
    de = (
        "Sprachmodell {host}: antwortet mit Status {status}. Bitte prüfen: bei 401 und 403 RATSLOTSE_LLM_KEY, bei 400 und 404 "
        "RATSLOTSE_LLM_MODEL und RATSLOTSE_LLM_URL (meist mit /v1 am Ende), sonst das Protokoll des Servers."
    )
    en = (
        "Language model {host}: answers with status {status}. Please check: for 401 and 403 RATSLOTSE_LLM_KEY, for 400 and 404 "
        "RATSLOTSE_LLM_MODEL and RATSLOTSE_LLM_URL (mostly ending in /v1), else the server's log."
    )


class GeneratorSlow(GeneratorFailed):
    code = "model_slow"
    de = "Sprachmodell {host}: zu langsam. Bitte ein kleineres Modell wählen oder RATSLOTSE_LLM_SECONDS ({seconds}) erhöhen."
    en = "Language model {host}: too slow. Please choose a smaller model or raise RATSLOTSE_LLM_SECONDS ({seconds})."


class GeneratorGarbled(GeneratorFailed):
    code = "model_garbled"
    de = "Sprachmodell {host}: Die Antwort ist nicht verwendbar ({reason}). Bitte den Server und sein Protokoll prüfen."
    en = "Language model {host}: the answer cannot be used ({reason}). Please check the server and its log."


class GeneratorResting(GeneratorFailed):
    code = "model_resting"
    de = "Sprachmodell {host}: nach Fehlern in Folge gerade nicht gefragt, später wieder. Bitte die Meldung davor beachten."
    en = "Language model {host}: not asked just now, after failures in a row, but later again. Please see the message before."


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
