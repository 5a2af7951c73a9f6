"""Real council papers as a folder that ``ratslotse index`` reads: ``python -m benchmarks.council_papers DATA INTO``.

DATA holds the slices oparl-karlsruhe-2023, oparl-nordstemmen, munich-pdf and seeds (texts and OParl objects as JSON lines).
Each file becomes one document; what OParl says of its paper goes into manifest.jsonl beside it. Nordstemmen's pages are
joined by form feeds, so page numbers stay.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Object = Mapping[str, Any]


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def last(url: str) -> str:
    """What stands behind the last slash of an OParl id."""
    return url.rsplit("/", 1)[-1]


def sidecar(paper: Object, organizations: Mapping[str, str], meetings: Mapping[str, Object]) -> dict[str, object]:
    """The paper's own properties and its Beratungsfolge, with the names and results that other objects hold."""
    steps = []
    for step in paper.get("consultation", []):
        meeting = meetings.get(step.get("meeting", ""), {})
        item = next((i for i in meeting.get("agendaItem", []) if i["id"] == step.get("agendaItem")), {})
        names = [organizations[o] for o in step.get("organization", []) if o in organizations]
        # Nordstemmen has no organization objects: "Ortsrat Burgstemmen (6. Sitzung)" names the meeting's.
        names = names or [str(meeting.get("name", "")).split(" (")[0]]
        fields = {
            "organization": ", ".join(filter(None, names)),
            "date": str(meeting.get("start", ""))[:10],
            "role": step.get("role"),
            "result": item.get("result"),
            "agendaItem": item.get("number"),
        }
        if fields["organization"]:
            steps.append({name: value for name, value in fields.items() if value})
    offices = [organizations[o] for o in paper.get("underDirectionOf", []) if o in organizations]
    own = {name: paper.get(name) for name in ("reference", "paperType", "date", "name")}
    return own | {"underDirectionOf": offices, "consultation": steps}


def karlsruhe(data: Path, into: Path) -> None:
    source = data / "oparl-karlsruhe-2023"
    organizations = {o["id"]: o["name"] for o in lines(source / "organizations.jsonl")}
    meetings = {m["id"]: m for m in lines(source / "meetings.jsonl")}
    papers = {p["id"]: p for p in lines(source / "papers.jsonl")}
    with (into / "manifest.jsonl").open("w", encoding="utf-8") as manifest:
        for file in lines(source / "files.jsonl"):
            name = f"{last(file['id'])}.txt"
            (into / name).write_text(file["text"], encoding="utf-8")
            stated = sidecar(papers[file["paper"]], organizations, meetings)
            if not file["name"].startswith(str(stated["paperType"])):  # an Antrag's Stellungnahme is no Antrag
                stated["paperType"] = None
            stated["name"] = f"{stated['name']} ({file['name']})"
            print(json.dumps({"file": name} | stated, ensure_ascii=False), file=manifest)


def nordstemmen(data: Path, into: Path) -> None:
    source = data / "oparl-nordstemmen"
    meetings = {m["id"]: m for m in lines(source / "meetings.jsonl")}
    papers = {p["id"]: p for p in lines(source / "papers.jsonl")}
    pages: dict[tuple[str, str, str], dict[int, str]] = defaultdict(dict)
    for page in lines(source / "pages.jsonl"):
        pages[page["file"], page["fileName"], page["paper"]][int(page["page"])] = page["text"]
    with (into / "manifest.jsonl").open("w", encoding="utf-8") as manifest:
        for (identifier, file_name, paper), texts in pages.items():
            name = f"{last(identifier)} {file_name.removesuffix('.pdf')}.txt"
            whole = [texts.get(number, "") for number in range(1, max(texts) + 1)]
            (into / name).write_text("\f".join(whole), encoding="utf-8")
            stated = sidecar(papers[paper], {}, meetings)
            print(json.dumps({"file": name} | stated, ensure_ascii=False), file=manifest)


def write(data: Path, into: Path) -> None:
    for body, write_body in (("Stadt Karlsruhe", karlsruhe), ("Gemeinde Nordstemmen", nordstemmen)):
        (into / body).mkdir(parents=True)
        write_body(data, into / body)
    munich = into / "Landeshauptstadt München"
    munich.mkdir()
    for path in (data / "munich-pdf").glob("*.pdf"):
        shutil.copy(path, munich)
    shutil.copytree(data / "seeds", into / "seeds")


def main() -> None:
    write(*map(Path, sys.argv[1:3]))


if __name__ == "__main__":
    main()
