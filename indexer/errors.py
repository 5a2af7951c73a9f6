"""What can go wrong below the service. Every message says what happened, where, and what to do next, in two languages.

RatslotseError
├── SettingsError          a setting is unknown or has a value that does not fit
├── SourceError            the path to index is not there or cannot be listed
├── BadTask                a file to evaluate on is missing or of another form
├── NestedSource           one source lies in another of a different collection
├── RunStopped             the operator ended the run; the next one goes on
├── SourceEmptied          a folder that held papers holds none any more
├── ReadError              one file could not be read; it is listed and the others go on
│   ├── EmptyFile          no bytes
│   ├── UnsupportedFormat  no parser for this kind of file
│   ├── MislabelledFile    the content is not what the ending says
│   ├── BrokenFile         the parser gave up
│   ├── EncryptedFile      a password is needed
│   ├── NestedTooDeep      an archive in an archive in an archive
│   ├── NoText             nothing readable inside
│   ├── NoRecognition      a scan, and no Tesseract to read it
│   ├── TooLarge           beyond the limit on size
│   ├── TooManyPixels      the same of a picture
│   ├── TooMuchInside      small, but beyond the limits once unpacked
│   ├── UnreadablePath     permission, vanished, not a regular file
│   ├── NotAsRead          the file is another one than was read; no page of it is shown
│   ├── BadSidecar         the metadata beside the file cannot be used
│   ├── ForgottenFile      it was forgotten; its name is not told
│   └── ReaderStopped      time or memory limit of the child process
├── HarvestError           a server of a Ratsinformationssystem, or the mirror made from it
│   ├── BadEndpoint        the address given is no OParl System or Body, or must not be asked
│   ├── ServerGone         one request after the other failed
│   ├── OutOfTime          the run took longer than it may
│   ├── NoMirror           the folder holds something else
│   ├── MirrorUnusable     the disk or a file of the mirror does not let us
│   ├── MirrorBusy         another run is writing to this mirror
│   ├── TooManyDeletions   the run would delete suspiciously much
│   └── FetchError         one address could not be fetched; it is listed and the others go on
│       ├── RefusedAddress another host, an address inside the network, no http
│       ├── Unavailable    the server answers with an error
│       └── Unusable       the answer is not what was asked for
├── BackupExists           the file to write a backup to is already there
├── BackupElsewhere        index and state lie on a server, which is backed up by other means
├── BackupUnusable         no backup, damaged, or made to do harm
├── FolderNotEmpty         a backup is restored into an empty folder only
├── ForgottenUnknown       what was forgotten since a backup was made is not known
├── EncoderError
│   ├── UnknownEncoder     the model's name leads nowhere
│   ├── UnknownReranker    the same of the reranker
│   └── EncoderMismatch    the index was built with another encoder
├── DaskError              workers on other computers that read and encode
│   ├── DaskMissing        the package is not installed
│   ├── SchedulerMissing   none answers, or it went away
│   ├── WorkersMissing     there is a scheduler, and nobody who works
│   ├── WorkersDiffer      a worker reads or encodes otherwise than this computer
│   └── WorkersFailed      passages could not be encoded
└── IndexProblem
    ├── IndexMissing       nothing was indexed yet
    ├── IndexDamaged       a file's hash differs from the manifest
    ├── IndexBusy          another indexer is at work
    ├── IndexUnusable      the disk or a file of the index does not let us
    ├── DatabaseUnusable   the PostgreSQL server that holds the index cannot be reached, or refuses
    ├── BooksElsewhere     asked on a host that only answers
    ├── NoSpace            the new index would not fit on the disk
    ├── IndexTooNew        written by a newer version
    ├── IndexTooOld        written by an older version; indexing again renews it
    ├── IndexForgotten     it holds a document that was forgotten: an old copy was put back
    ├── DatabaseUnfit      the PostgreSQL server is too old, or lacks the extension or a right
    └── IndexTaken         an index is not moved to where another one is
"""

from __future__ import annotations

import re
from typing import ClassVar

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(value: object) -> str:
    """The value as one line of text, hostile file names included: control and direction characters become U+FFFD."""
    return _CONTROL.sub("\ufffd", str(value))


class RatslotseError(Exception):
    """Root of the tree. A subclass is its two message templates; ``details`` fill them."""

    code: ClassVar[str] = "error"
    de: ClassVar[str] = "{reason}"
    en: ClassVar[str] = "{reason}"

    def __init__(self, **details: object) -> None:
        self.details = {name: printable(value) for name, value in details.items()}
        super().__init__(self.message("de"))

    def message(self, language: str) -> str:
        return (self.en if language == "en" else self.de).format(**self.details)


class SettingsError(RatslotseError):
    code = "settings"
    de = "Einstellung {name}: {problem_de}. {remedy_de}"
    en = "Setting {name}: {problem_en}. {remedy_en}"


class SourceError(RatslotseError):
    code = "source"
    de = "{path}: Der Ordner oder die Datei ist nicht vorhanden oder nicht lesbar. Bitte den Pfad prüfen."
    en = "{path}: This folder or file does not exist or cannot be read. Please check the path."


class BadTask(RatslotseError):
    code = "bad_task"
    de = "{path}, Zeile {line}: Erwartet wird {wanted}. Bitte die Datei prüfen."
    en = "{path}, line {line}: expected was {wanted}. Please check the file."


class NestedSource(RatslotseError):
    code = "nested_source"
    de = (
        "{path} (Zugang {access}) liegt in der Quelle {outer} (Zugang {outer_access}). "
        "Bitte die Ordner trennen, damit kein Dokument in beiden steht."
    )
    en = (
        "{path} (access {access}) lies inside the source {outer} (access {outer_access}). "
        "Please separate the folders, so that no document stands in both."
    )


class RunStopped(RatslotseError):
    code = "run_stopped"
    de = (
        "Der Lauf wurde auf Wunsch beendet, der Index ist unverändert. Was gelesen wurde, bleibt erhalten. "
        "Bitte «ratslotse index» noch einmal aufrufen: Der nächste Lauf macht dort weiter."
    )
    en = (
        "The run was stopped as asked, the index is unchanged. What was read is kept. "
        "Please run 'ratslotse index' again: it goes on from there."
    )


class SourceEmptied(RatslotseError):
    code = "source_emptied"
    de = (
        "{path}: Hier liegt keine Datei mehr; der Index enthält {count} Dokumente daraus und bleibt, wie er ist. Bitte prüfen, "
        "ob das Laufwerk verbunden ist. Sollen die Dokumente wirklich entfernt werden: «ratslotse index --allow-empty {path}»."
    )
    en = (
        "{path}: there is no file here any more; the index holds {count} documents of it and stays as it is. Please check "
        "whether the drive is connected. To remove the documents for good: 'ratslotse index --allow-empty {path}'."
    )


class ReadError(RatslotseError):
    code = "unreadable"


class EmptyFile(ReadError):
    code = "empty"
    de = "Die Datei ist leer. Bitte die Datei neu beschaffen."
    en = "The file is empty. Please obtain it again."


class UnsupportedFormat(ReadError):
    code = "unsupported"
    de = (
        "Dateiart {ending} wird nicht gelesen (gelesen werden: {known}). "
        "Bitte umwandeln: alte Word-Dateien (.doc) in .docx, anderes in PDF."
    )
    en = (
        "Files of kind {ending} are not read (these are: {known}). "
        "Please convert it: old Word files (.doc) to .docx, others to PDF."
    )


class MislabelledFile(ReadError):
    code = "mislabelled"
    de = "Die Endung sagt {ending}, der Inhalt ist {found}. Bitte die Datei richtig benennen."
    en = "The ending says {ending}, the content is {found}. Please rename the file."


class BrokenFile(ReadError):
    code = "broken"
    de = "Die Datei ist beschädigt ({reason}). Bitte neu herunterladen oder neu speichern."
    en = "The file is damaged ({reason}). Please download or save it again."


class EncryptedFile(ReadError):
    code = "encrypted"
    de = "Die Datei ist mit einem Kennwort geschützt. Bitte ohne Kennwort speichern."
    en = "The file is protected by a password. Please save it without one."


class NestedTooDeep(ReadError):
    code = "nested_deep"
    de = "Die Datei steckt in zu vielen Archiven oder E-Mails (gelesen werden {limit} Stufen). Bitte auspacken."
    en = "The file lies inside too many archives or e-mails ({limit} levels are read). Please unpack it."


class NoText(ReadError):
    code = "no_text"
    de = "Die Datei enthält keinen lesbaren Text, auch nicht für die Texterkennung. Bitte das Original prüfen."
    en = "The file holds no readable text, not even to text recognition (OCR). Please check the original."


class NoRecognition(ReadError):
    code = "no_recognition"
    de = (
        "Die Datei ist ein Bild ohne Text, und Tesseract oder sein deutscher Sprachteil ist nicht installiert. "
        "Bitte tesseract-ocr und tesseract-ocr-deu "
        "installieren (Debian: apt-get install tesseract-ocr tesseract-ocr-deu) und «ratslotse index» wiederholen."
    )
    en = (
        "The file is a picture without text, and Tesseract or its German data is not installed. Please install tesseract-ocr and "
        "tesseract-ocr-deu (Debian: apt-get install tesseract-ocr tesseract-ocr-deu) and run 'ratslotse index' again."
    )


class TooLarge(ReadError):
    code = "too_large"
    de = "Die Datei hat {megabytes} MB, erlaubt sind {limit} MB (Einstellung RATSLOTSE_FILE_MEGABYTES)."
    en = "The file has {megabytes} MB, the limit is {limit} MB (setting RATSLOTSE_FILE_MEGABYTES)."


class TooManyPixels(ReadError):
    code = "too_many_pixels"
    de = "Das Bild hat {width} x {height} Bildpunkte, erlaubt sind {limit} Millionen. Bitte kleiner speichern."
    en = "The picture has {width} x {height} pixels, the limit is {limit} million. Please save it smaller."


class TooMuchInside(ReadError):
    code = "too_much_inside"
    de = "Die Datei wird zum Schutz nicht entpackt ({reason}). Bitte neu speichern oder in kleinere Dateien teilen."
    en = "The file is not unpacked, for protection ({reason}). Please save it anew or split it into smaller files."


class UnreadablePath(ReadError):
    code = "path"
    de = "Die Datei kann nicht geöffnet werden ({reason}). Bitte Rechte und Art der Datei prüfen."
    en = "The file cannot be opened ({reason}). Please check its permissions and kind."


class NotAsRead(ReadError):
    code = "not_as_read"
    de = "Die Datei wurde seit dem Einlesen geändert. Bitte „ratslotse index“ erneut ausführen."
    en = "The file has changed since it was read. Please run “ratslotse index” again."


class BadSidecar(ReadError):
    code = "sidecar"
    de = "Begleitdaten nicht verwendbar ({sidecar}): {reason}. Bitte berichtigen oder entfernen."
    en = "The sidecar cannot be used ({sidecar}): {reason}. Please correct or remove it."


class ForgottenFile(ReadError):
    code = "forgotten"
    de = "Vergessen mit «ratslotse forget», wird nicht mehr gelesen. Bitte die Datei auch aus ihrem Ordner entfernen."
    en = "Forgotten by 'ratslotse forget', is not read any more. Please remove the file from its folder, too."


class ReaderStopped(ReadError):
    code = "stopped"
    de = "Das Lesen wurde abgebrochen ({reason}; Grenze {seconds} s). Bitte die Datei prüfen oder RATSLOTSE_FILE_SECONDS erhöhen."
    en = "Reading was stopped ({reason}; limit {seconds} s). Please check the file or raise RATSLOTSE_FILE_SECONDS."


class HarvestError(RatslotseError):
    code = "harvest"


class BadEndpoint(HarvestError):
    code = "endpoint"
    de = "{url}: {reason}. Bitte die Adresse eines OParl-Systems oder einer OParl-Körperschaft (Body) angeben."
    en = "{url}: {reason}. Please give the address of an OParl System or Body."


class ServerGone(HarvestError):
    code = "server_gone"
    de = "{url}: {count} Anfragen nacheinander sind gescheitert ({reason}). Bitte später erneut starten, es geht dann weiter."
    en = "{url}: {count} requests in a row failed ({reason}). Please start again later; the run then goes on."


class OutOfTime(HarvestError):
    code = "out_of_time"
    de = "Nach {hours} Stunden abgebrochen (Einstellung RATSLOTSE_HARVEST_HOURS). Bitte erneut starten, es geht dann weiter."
    en = "Stopped after {hours} hours (setting RATSLOTSE_HARVEST_HOURS). Please start again, the run then goes on."


class NoMirror(HarvestError):
    code = "no_mirror"
    de = "{path}: {reason_de}. Bitte einen leeren oder neuen Ordner angeben: Im Spiegel wird gelöscht, was der Server löscht."
    en = "{path}: {reason_en}. Please name an empty or new folder: in a mirror Ratslotse deletes what the server deletes."


class MirrorUnusable(HarvestError):
    code = "mirror_unusable"
    de = "{path}: nicht benutzbar ({reason}). Bitte Rechte und freien Platz prüfen; der nächste Lauf geht weiter."
    en = "{path}: cannot be used ({reason}). Please check permissions and free space; the next run goes on."


class MirrorBusy(HarvestError):
    code = "mirror_busy"
    de = "{path}: Ein anderer Lauf schreibt gerade in diesen Spiegel. Bitte warten, bis er fertig ist."
    en = "{path}: another run is writing to this mirror. Please wait until it is done."


class TooManyDeletions(HarvestError):
    code = "too_many_deletions"
    de = (
        "Der Server nennt {doomed} von {all} {what_de} nicht mehr. Zur Sicherheit wurde nichts davon gelöscht. "
        "Bitte den Server prüfen; ist es so gewollt, mit --allow-deletions erneut starten."
    )
    en = (
        "The server no longer names {doomed} of {all} {what_en}. To be safe none of them was deleted. "
        "Please check the server; if this is intended, start again with --allow-deletions."
    )


class FetchError(HarvestError):
    code = "fetch"


class RefusedAddress(FetchError):
    code = "refused_address"
    de = "{url}: wird nicht abgerufen ({reason}). Bitte --allow-host angeben, falls der Rechner dazugehört."
    en = "{url}: is not fetched ({reason}). If that host belongs to it, please give --allow-host."


class Unavailable(FetchError):
    """``status``: the HTTP status; 0: no answer."""

    code = "unavailable"
    de = "{url}: Der Server antwortet nicht wie verlangt ({reason}). Bitte seinen Betreiber fragen, falls es so bleibt."
    en = "{url}: the server does not answer as asked ({reason}). Please ask its operator if it stays so."

    def __init__(self, url: object, reason: object, status: int = 0) -> None:
        self.status = status
        super().__init__(url=url, reason=reason)

    @property
    def withdrawn(self) -> bool:
        """The server says that this is not, or no longer, for the public."""
        return self.status in (401, 403, 404, 410)


class Unusable(FetchError):
    code = "unusable"
    de = "{url}: nicht verwendbar ({reason}). Bitte dem Betreiber des Servers melden, falls es bleibt."
    en = "{url}: cannot be used ({reason}). Please tell the server's operator if it stays."


class BackupExists(RatslotseError):
    code = "backup_exists"
    de = "{path}: ist schon vorhanden und wird nicht überschrieben. Bitte einen anderen Namen angeben."
    en = "{path}: is already there and is not overwritten. Please give another name."


class BackupElsewhere(RatslotseError):
    code = "backup_elsewhere"
    de = (
        "{index}: Hier liegt nichts zu sichern, Index und Ablage sind auf dem Datenbankserver. "
        "Bitte dort sichern: pg_basebackup oder pg_dump, siehe docs/skalierung.md."
    )
    en = (
        "{index}: there is nothing here to back up, index and state are on the database server. "
        "Please back up there: pg_basebackup or pg_dump, see docs/skalierung.md."
    )


class BackupUnusable(RatslotseError):
    code = "backup_unusable"
    de = "{path}: keine brauchbare Sicherung ({reason}). Nichts wurde verändert. Bitte eine andere Sicherung nehmen."
    en = "{path}: no backup that can be used ({reason}). Nothing was changed. Please take another backup."


class FolderNotEmpty(RatslotseError):
    code = "folder_not_empty"
    de = "{path}: ist nicht leer. Bitte einen neuen oder leeren Ordner angeben."
    en = "{path}: is not empty. Please name a new or empty folder."


class ForgottenUnknown(RatslotseError):
    code = "forgotten_unknown"
    de = (
        "{path}: fehlt. Was seit der Sicherung vom {made} vergessen wurde, käme sonst zurück. Bitte die Datei forgotten.jsonl "
        "aus dem letzten Ordner RATSLOTSE_STATE angeben: --forgotten DATEI. Wurde sicher nichts vergessen: --forgotten none."
    )
    en = (
        "{path}: is missing. What was forgotten since the backup of {made} would come back. Please give the file forgotten.jsonl "
        "of the latest folder RATSLOTSE_STATE: --forgotten FILE. If nothing was forgotten for sure: --forgotten none."
    )


class EncoderError(RatslotseError):
    code = "encoder"


class UnknownEncoder(EncoderError):
    code = "encoder_unknown"
    de = (
        "RATSLOTSE_ENCODER={name}: Das Modell konnte nicht geladen werden ({reason}). "
        "Bekannt sind {known} sowie jeder Ordner oder Name eines sentence-transformers-Modells."
    )
    en = (
        "RATSLOTSE_ENCODER={name}: the model could not be loaded ({reason}). "
        "Known are {known} and any folder or name of a sentence-transformers model."
    )


class UnknownReranker(EncoderError):
    code = "reranker_unknown"
    de = (
        "RATSLOTSE_RERANKER={name}: Das Modell konnte nicht geladen werden ({reason}). "
        "Bitte den Ordner oder Namen eines CrossEncoder-Modells von sentence-transformers angeben."
    )
    en = (
        "RATSLOTSE_RERANKER={name}: the model could not be loaded ({reason}). "
        "Please name the folder or the name of a CrossEncoder model of sentence-transformers."
    )


class EncoderMismatch(EncoderError):
    code = "encoder_mismatch"
    de = (
        "{index}: erstellt mit dem Encoder {built_with}, eingestellt ist {asked_for}. "
        "Bitte RATSLOTSE_ENCODER zurückstellen oder mit «ratslotse index» neu aufbauen."
    )
    en = (
        "{index}: built with encoder {built_with}, but the settings ask for {asked_for}. "
        "Please restore RATSLOTSE_ENCODER or rebuild with 'ratslotse index'."
    )


class DaskError(RatslotseError):
    code = "dask"


class DaskMissing(DaskError):
    code = "dask_missing"
    de = "Das Paket Dask ist nicht installiert. Bitte «pip install 'ratslotse[dask]'» ausführen oder --dask weglassen."
    en = "The package Dask is not installed. Please run \"pip install 'ratslotse[dask]'\" or leave --dask out."


class SchedulerMissing(DaskError):
    code = "dask_scheduler"
    de = (
        "{address}: Kein Dask-Scheduler erreichbar ({reason}). Bitte Adresse, Netz und bei tls:// die Zertifikate prüfen und "
        "«dask scheduler» starten. Was schon gelesen und eingebettet wurde, bleibt erhalten: Der nächste Lauf macht dort weiter."
    )
    en = (
        "{address}: no Dask scheduler can be reached ({reason}). Please check address, network and, for tls://, the "
        "certificates, and start 'dask scheduler'. What was read and encoded so far is kept: the next run goes on from there."
    )


class WorkersMissing(DaskError):
    code = "dask_workers"
    de = (
        "{address}: Am Dask-Scheduler ist kein Worker angemeldet. Bitte «dask worker {address}» auf den Rechnern starten, die "
        "arbeiten sollen. Was schon gelesen und eingebettet wurde, bleibt erhalten."
    )
    en = (
        "{address}: no worker is registered with the Dask scheduler. Please start 'dask worker {address}' on the computers that "
        "are to work. What was read and encoded so far is kept."
    )


class WorkersDiffer(DaskError):
    code = "dask_differs"
    de = (
        "Worker {worker} liest oder bettet anders ein als dieser Rechner: {differences}. Nichts davon kommt in den Index. Bitte "
        "auf allen Rechnern dieselbe Fassung von Ratslotse (requirements.lock), dasselbe Modell und dasselbe Tesseract "
        "einrichten und Scheduler und Worker neu starten."
    )
    en = (
        "Worker {worker} reads or encodes otherwise than this computer: {differences}. Nothing of it enters the index. Please "
        "install the same version of Ratslotse (requirements.lock), the same model and the same Tesseract on all computers and "
        "restart scheduler and workers."
    )


class WorkersFailed(DaskError):
    code = "dask_failed"
    de = (
        "{address}: Passagen konnten nicht eingebettet werden ({reason}). Bitte das Protokoll der Worker und ihren Speicher "
        "prüfen und «ratslotse index» wiederholen; was fertig ist, bleibt erhalten."
    )
    en = (
        "{address}: passages could not be encoded ({reason}). Please check the log of the workers and their memory and run "
        "'ratslotse index' again; what is done is kept."
    )


class IndexProblem(RatslotseError):
    code = "index"


class IndexMissing(IndexProblem):
    code = "index_missing"
    de = "{index}: Hier ist noch kein Index. Bitte zuerst «ratslotse --index {index} index ORDNER» ausführen."
    en = "{index}: there is no index here yet. Please run 'ratslotse --index {index} index FOLDER' first."


class IndexDamaged(IndexProblem):
    code = "index_damaged"
    de = "{index}: beschädigt ({reason}). Bitte mit «ratslotse index» neu aufbauen."
    en = "{index}: damaged ({reason}). Please rebuild it with 'ratslotse index'."


class IndexBusy(IndexProblem):
    code = "index_busy"
    de = "{index}: Ein anderer Lauf schreibt gerade in diesen Index. Bitte warten, bis er fertig ist."
    en = "{index}: another run is writing to this index. Please wait until it is done."


class IndexUnusable(IndexProblem):
    code = "index_unusable"
    de = "{index}: nicht benutzbar ({reason}). Bitte Pfad, Rechte und freien Platz prüfen oder einen neuen Ordner angeben."
    en = "{index}: cannot be used ({reason}). Please check path, permissions and free space, or name a new folder."


class DatabaseUnusable(IndexProblem):
    code = "database_unusable"
    de = "{index}: Der Datenbankserver antwortet nicht ({reason}). Bitte Server, Netz und RATSLOTSE_DATABASE prüfen."
    en = "{index}: the database server does not answer ({reason}). Please check server, network and RATSLOTSE_DATABASE."


class BooksElsewhere(IndexProblem):
    code = "books_elsewhere"
    de = (
        "{index}: Dieser Rechner antwortet nur, aus der Datenbank {database}. Was gelesen wurde und was nicht, weiß der Rechner, "
        "der einliest. Bitte dort «ratslotse inspect» aufrufen oder /betrieb öffnen."
    )
    en = (
        "{index}: this host only answers, from the database {database}. What was read and what was not is known to the host that "
        "indexes. Please run 'ratslotse inspect' or open /betrieb there."
    )


class NoSpace(IndexProblem):
    code = "no_space"
    de = (
        "{index}: Frei sind {free} MB, für den neuen Index werden etwa {needed} MB gebraucht. Der bisherige bleibt, wie er "
        "ist, und was gelesen wurde, erhalten. Bitte Platz schaffen und «ratslotse index» wiederholen."
    )
    en = (
        "{index}: {free} MB are free, the new index needs about {needed} MB. The present one stays as it is, and what was read "
        "is kept. Please make room and run 'ratslotse index' again."
    )


class IndexTooNew(IndexProblem):
    code = "index_too_new"
    de = "{index}: Format {found}, dieses Programm kennt bis {known}. Bitte Ratslotse aktualisieren."
    en = "{index}: format {found}, this program knows up to {known}. Please update Ratslotse."


class IndexTooOld(IndexProblem):
    code = "index_too_old"
    de = "{index}: Format {found}, dieses Programm braucht {known}. Bitte «ratslotse index» aufrufen; eingebettet wird nur Neues."
    en = "{index}: format {found}, this program needs {known}. Please run 'ratslotse index'; only new passages are encoded."


class IndexForgotten(IndexProblem):
    code = "index_forgotten"
    de = (
        "{index}: enthält ein Dokument, das vergessen wurde; wohl eine ältere Kopie des Index. Bitte «ratslotse index ORDNER» "
        "mit demselben RATSLOTSE_STATE aufrufen, dann ist es wieder entfernt."
    )
    en = (
        "{index}: holds a document that was forgotten; probably an older copy of the index. Please run 'ratslotse index FOLDER' "
        "with the same RATSLOTSE_STATE, which removes it again."
    )


class DatabaseUnfit(IndexProblem):
    code = "database_unfit"
    de = "{index}: {problem_de}. {remedy_de}"
    en = "{index}: {problem_en}. {remedy_en}"


class IndexTaken(IndexProblem):
    code = "index_taken"
    de = "{index}: Hier liegt schon ein anderer Index ({found}). Bitte ein leeres Ziel angeben oder mit --replace ersetzen."
    en = "{index}: another index is here already ({found}). Please name an empty target or replace it with --replace."
