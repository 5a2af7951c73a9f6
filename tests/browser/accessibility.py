"""axe-core over a page: ``assert violations(page) == []`` for the state a test has reached, ``check(page)`` in every look.

The rules are those of WCAG 2.0 to 2.2, A and AA, and axe's own best practice. What axe leaves to a human counts as wrong too,
one thing apart: it cannot judge the contrast of what is partly out of sight, as in a wide table on a phone. Colours do not
change with the width, so it is enough that one width decides.
"""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (320, 768, 1280)
SCHEMES: tuple[dict[str, Any], ...] = (
    {"color_scheme": "light", "forced_colors": "none"},
    {"color_scheme": "dark", "forced_colors": "none"},
    {"color_scheme": "light", "forced_colors": "active"},
)

_OUT_OF_SIGHT = "undecided color-contrast"
_OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations", "incomplete"]}


def violations(page: Page) -> list[str]:
    """What axe finds wrong on the page as it stands: a line for each element, with rule, place and reason."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("options => axe.run(options)", _OPTIONS)
    undecided = [{**rule, "id": f"undecided {rule['id']}"} for rule in found["incomplete"]]
    return [_line(rule, node) for rule in (*found["violations"], *undecided) for node in rule["nodes"]]


def check(page: Page) -> None:
    """The page, as it stands, in three widths, light, dark and in forced colours."""
    found: dict[str, list[str]] = {}
    for scheme in SCHEMES:
        lines = {width: _seen(page, width, scheme) for width in WIDTHS}
        decided = {line for here in lines.values() for line in here} - set.intersection(*map(set, lines.values()))
        for width, here in lines.items():
            for line in here:
                if not (line.startswith(_OUT_OF_SIGHT) and line in decided):
                    found.setdefault(line, []).append(f"{width} px {' '.join(scheme.values())}")
    assert not found, "\n".join([page.url, *(f"{line}\n    at {'; '.join(ways)}" for line, ways in found.items())])


def _seen(page: Page, width: int, scheme: dict[str, Any]) -> list[str]:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(**scheme)
    return violations(page)


def _line(rule: dict[str, Any], node: dict[str, Any]) -> str:
    reasons = "; ".join(one["message"] for kind in ("all", "any", "none") for one in node[kind])
    return f"{rule['id']}: {' '.join(map(str, node['target']))}: {reasons} [{node['html'][:160]}]"
