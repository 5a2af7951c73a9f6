"""Results as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(map(str, row)) + " |"


def on(machine: Mapping[str, object]) -> str:
    """One line that says what was measured on."""
    packages = machine["packages"]
    versions = ", ".join(f"{name} {version}" for name, version in packages.items()) if isinstance(packages, dict) else ""
    return f"{machine['processor']}, {machine['cores']} cores, Python {machine['python']}, {versions}, commit {machine['commit']}"
