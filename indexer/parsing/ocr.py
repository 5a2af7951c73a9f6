"""Text recognition by Tesseract: whether it is here."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache


@cache
def available() -> str | None:
    """The recogniser with its version and languages ("tesseract 5.3.0 deu"), None if there is none."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    try:
        version, languages = (
            subprocess.run([program, option], capture_output=True, text=True, timeout=30, check=True).stdout.splitlines()  # noqa: S603
            for option in ("--version", "--list-langs")
        )
    except (OSError, subprocess.SubprocessError):  # there, but it does not run
        return None
    return " ".join([*version[:1], *(language for language in languages[1:] if language != "osd")]) or None
