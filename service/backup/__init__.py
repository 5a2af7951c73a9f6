"""Index and state as one file, and back: writing.py, restoring.py.

A backup is a plain tar. Its first member is manifest.json: format, time, and of every other member name, size and SHA-256. The
others are ``index/…`` (of each collection the live generation and the kept vectors; the books) and ``state/…``, whole.
"""

from __future__ import annotations

import re

FORMAT = 1
MANIFEST = "manifest.json"
NAME = re.compile(r"(?=.{1,300}\Z)(?:index|state)(?:/[A-Za-z0-9_+][A-Za-z0-9._+-]*){1,6}")  # no way out, nothing hidden
