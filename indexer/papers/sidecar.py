"""What the file beside a paper states: OParl property names, which overrule the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from indexer.domain import Consultation, Paper
from indexer.errors import BadSidecar
from indexer.papers.publicity import strictest
from indexer.references import reference_key


def overruled(paper: Paper, sidecar: Mapping[str, object], file_name: str) -> Paper:
    """The paper with the fields that the sidecar states; it cannot lift a non-public mark. Raises BadSidecar.

    A blank string, an empty list or null states nothing: OParl servers send them.
    """
    stated = {name: value for name, value in sidecar.items() if value not in (None, "", [])}
    source = _Sidecar(stated, file_name)
    originators = source.texts("originatorOrganization") or source.texts("underDirectionOf")
    steps = [_consultation(_Sidecar(step, file_name)) for step in source.objects("consultation")]
    reference = source.text("reference") or paper.reference
    own_key = reference_key(reference or "")
    return replace(
        paper,
        name=source.text("name") or paper.name,
        reference=reference,
        paper_type=source.text("paperType") or paper.paper_type,
        date=source.day("date") or paper.date,
        body=source.text("body") or paper.body,
        public=strictest([paper.public, source.flag("public")]),
        originators=tuple(originators) or paper.originators,
        consultations=tuple(steps) or paper.consultations,
        related=tuple(raw for raw in paper.related if reference_key(raw) != own_key),
    )


def _consultation(step: _Sidecar) -> Consultation:
    return Consultation(
        organization=", ".join(step.texts("organization")),
        date=step.day("date"),
        public=step.flag("public"),
        role=step.text("role"),
        result=step.text("result"),
        agenda_item=step.text("agendaItem"),
    )


@dataclass(frozen=True)
class _Sidecar:
    """Typed access to the values beside a file. Each method raises BadSidecar on a value of another type."""

    values: Mapping[str, object]
    file_name: str

    def _bad(self, name: str, wanted: str) -> BadSidecar:
        return BadSidecar(sidecar=self.file_name, reason=f"{name}: {wanted}")

    def text(self, name: str) -> str | None:
        value = self.values.get(name)
        if value is None:
            return None
        if isinstance(value, str):
            return " ".join(value.split()) or None
        raise self._bad(name, "Text erwartet / text expected")

    def texts(self, name: str) -> list[str]:
        value = self.values.get(name)
        items: list[object] = value if isinstance(value, list) else [] if value is None else [value]
        texts = [item for item in items if isinstance(item, str)]
        if len(texts) < len(items):
            raise self._bad(name, "Text oder Liste von Texten erwartet / text or list of texts expected")
        return [text for text in texts if text.strip()]

    def flag(self, name: str) -> bool | None:
        value = self.values.get(name)
        if value is None or isinstance(value, bool):
            return value
        raise self._bad(name, "true oder false erwartet / true or false expected")

    def day(self, name: str) -> date | None:
        value = self.text(name)
        try:
            return date.fromisoformat(value[:10]) if value else None
        except ValueError:
            raise self._bad(name, "Datum JJJJ-MM-TT erwartet / date YYYY-MM-DD expected") from None

    def objects(self, name: str) -> list[Mapping[str, object]]:
        value = self.values.get(name, [])
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return list(value)
        raise self._bad(name, "Liste von Objekten erwartet / list of objects expected")
