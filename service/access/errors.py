"""What can go wrong about who asks. The tree goes on from service/errors.py.

ServiceError
├── KeyRefused         a key that is unknown, expired or revoked  401
├── ScopeMissing       a key that is for something else           403
├── SessionEnded       a login that is no longer good             401
├── HeadersRefused     what the proxy says of the reader is not one plain word        400
├── LoginRefused       what came back from the login service is no answer to us       403
│   └── TokenRefused   what it says of the reader does not stand the check            403
├── RoleMissing        a login without a role here                403
├── LoginUnavailable   the login service does not answer          503
├── SharingRefused     an answer that not everybody may see is not to be shared       403
└── AccessError        on the command line
    ├── KeyUnknown     no such key
    ├── KeyNameTaken   the name is in use
    └── RoleUnknown    the settings name no such role
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from service.errors import ServiceError

_NOT_KEPT = {"Cache-Control": "no-store"}


class KeyRefused(ServiceError):
    code, status = "key_refused", 401
    title_de, title_en = "Schlüssel gilt nicht", "Key not valid"
    de = "Der Schlüssel ist unbekannt, abgelaufen oder widerrufen. Bitte lassen Sie sich vom Betrieb einen neuen geben."
    en = "The key is unknown, expired or revoked. Please have the operator give you a new one."
    headers: ClassVar[Mapping[str, str]] = {
        "WWW-Authenticate": 'Bearer realm="Ratslotse", error="invalid_token"',
        **_NOT_KEPT,
    }


class ScopeMissing(ServiceError):
    code, status = "scope_missing", 403
    title_de, title_en = "Dafür gilt der Schlüssel nicht", "The key is not for this"
    de = "Dafür müsste der Schlüssel „{scope}“ erlauben. Bitte lassen Sie sich vom Betrieb einen solchen geben."
    en = "The key would have to allow “{scope}” for this. Please have the operator give you such a one."
    headers: ClassVar[Mapping[str, str]] = {
        "WWW-Authenticate": 'Bearer realm="Ratslotse", error="insufficient_scope"',
        **_NOT_KEPT,
    }


class SessionEnded(ServiceError):
    code, status = "session_ended", 401
    title_de, title_en = "Ihre Anmeldung ist beendet", "Your login has ended"
    de = "Sie waren angemeldet und sind es nicht mehr. Bitte melden Sie sich wieder an, oder lesen Sie ohne Anmeldung weiter."
    en = "You were logged in and no longer are. Please log in again, or go on reading without."
    headers: ClassVar[Mapping[str, str]] = {"WWW-Authenticate": 'Bearer realm="Ratslotse"', **_NOT_KEPT}


class HeadersRefused(ServiceError):
    code, status = "headers_refused", 400
    title_de, title_en = "Anmeldung nicht lesbar", "Login not readable"
    de = "Der vorgeschaltete Server nennt nicht eindeutig, wer fragt. Bitte wenden Sie sich an den Betrieb."
    en = "The server in front does not say clearly who asks. Please turn to the operator."
    headers: ClassVar[Mapping[str, str]] = _NOT_KEPT


class LoginRefused(ServiceError):
    code, status = "login_refused", 403
    title_de, title_en = "Anmeldung nicht angenommen", "Login refused"
    de = "Die Anmeldung war nicht gültig oder hat zu lange gedauert. Bitte melden Sie sich noch einmal an."
    en = "The login was not valid or took too long. Please log in again."
    headers: ClassVar[Mapping[str, str]] = _NOT_KEPT


class TokenRefused(LoginRefused):
    """The provider knew the reader, but what it says of them does not stand the check."""


class RoleMissing(ServiceError):
    code, status = "role_missing", 403
    title_de, title_en = "Keine Rolle", "No role"
    de = "Ihr Konto hat hier keine Rolle. Ohne Anmeldung sehen Sie alles Öffentliche. Bitte fragen Sie den Betrieb."
    en = "Your account has no role here. Without login you see all that is public. Please ask the operator."
    headers: ClassVar[Mapping[str, str]] = _NOT_KEPT


class LoginUnavailable(ServiceError):
    code, status = "login_unavailable", 503
    title_de, title_en = "Anmeldung zurzeit nicht möglich", "No login at present"
    de = "Der Anmeldedienst antwortet nicht. Bitte versuchen Sie es in einigen Minuten erneut; ohne Anmeldung geht es weiter."
    en = "The login service does not answer. Please try again in a few minutes; without login you can go on."
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "60", **_NOT_KEPT}


class SharingRefused(ServiceError):
    code, status = "sharing_refused", 403
    title_de, title_en = "Kann nicht geteilt werden", "Cannot be shared"
    de = (
        "Sie sehen auch nicht öffentliche Unterlagen; Ihre Antworten lassen sich deshalb nicht teilen. "
        "Bitte melden Sie sich dafür ab und stellen Sie die Frage noch einmal."
    )
    en = (
        "You also see papers that are not public, so your answers cannot be shared. "
        "Please log out for this and ask the question again."
    )
    headers: ClassVar[Mapping[str, str]] = _NOT_KEPT


class AccessError(ServiceError):
    """On the command line."""

    code = "access"


class KeyUnknown(AccessError):
    code = "key_unknown"
    de = "Keinen gültigen Schlüssel mit Namen oder Kennung „{which}“ gefunden. Bitte mit «ratslotse keys list» nachsehen."
    en = "No valid key with the name or id “{which}” was found. Please look with 'ratslotse keys list'."


class KeyNameTaken(AccessError):
    code = "key_name_taken"
    de = "Es gibt schon einen Schlüssel „{name}“. Bitte anders nennen oder ihn mit «ratslotse keys revoke» widerrufen."
    en = "There is a key “{name}” already. Please choose another name or revoke that one with 'ratslotse keys revoke'."


class RoleUnknown(AccessError):
    code = "role_unknown"
    de = "Die Rolle „{role}“ steht nicht in RATSLOTSE_ROLES (dort: {known}). Bitte dort eintragen oder eine der genannten wählen."
    en = "The role “{role}” is not in RATSLOTSE_ROLES (there: {known}). Please enter it there or choose one of these."
