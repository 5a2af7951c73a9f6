"""Fail if the installed torch is a CUDA build: it cannot be imported without NVIDIA's packages, which are left out."""

import importlib.util
import runpy
import sys
from pathlib import Path

found = importlib.util.find_spec("torch")
if not found or not found.origin:
    sys.exit("torch fehlt / is missing")
build = runpy.run_path(str(Path(found.origin).with_name("version.py")))
if build["cuda"]:
    name = f"torch {build['__version__']}"
    sys.exit(
        f"{name}: für NVIDIA-Karten gebaut; die CPU-Fassung war nicht erreichbar (TORCH_CPU_INDEX).\n"
        f"{name}: built for NVIDIA cards; the CPU build could not be reached (TORCH_CPU_INDEX).\n"
        "Siehe / see docs/installation.md, «Ohne Internet»."
    )
