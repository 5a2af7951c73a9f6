"""axe-core over a page: ``assert violations(page) == []`` for the state a test has reached, ``check(page)`` in every look.

The rules are those of WCAG 2.0 to 2.2, A and AA, and axe's own best practice. What axe leaves to a human counts as wrong too,
two things apart: it cannot judge the contrast of what is partly out of sight, as in a wide table on a phone. Colours do not
change with the width, so it is enough that one width decides. And what lies under an open list or card cannot be read.
Schemes change nothing but colours, so all rules look at the first scheme and those about colours alone at the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (320, 768, 1280)
LIGHT: dict[str, Any] = {"color_scheme": "light", "forced_colors": "none"}
DARK: dict[str, Any] = {"color_scheme": "dark", "forced_colors": "none"}
FORCED: dict[str, Any] = {"color_scheme": "light", "forced_colors": "active"}

_RUN = """options => axe.run(options).then((found) => {
  const over = [...document.querySelectorAll(".suggestions, .card")].filter((one) => !one.hidden);
  const covered = ({target}) => {
    const {left, right, top, bottom} = document.querySelector([target[0]].flat()[0]).getBoundingClientRect();
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const boxes = over.map((one) => one.getBoundingClientRect());
    return boxes.some((box) => box.left < x && x < box.right && box.top < y && y < box.bottom);
  };
  for (const rule of found.incomplete)
    if (rule.id === "color-contrast") rule.nodes = rule.nodes.filter((node) => !covered(node));
  return found;
})"""
_OUT_OF_SIGHT = "undecided color-contrast"
_ALL = {"type": "tag", "values": TAGS}
_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}


def violations(page: Page, rules: dict[str, Any] = _ALL) -> list[str]:
    """What axe finds wrong on the page as it stands: a line for each element, with rule, place and reason."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(_RUN, {"runOnly": rules, "resultTypes": ["violations", "incomplete"]})
    undecided = [{**rule, "id": f"undecided {rule['id']}"} for rule in found["incomplete"]]
    return [_line(rule, node) for rule in (*found["violations"], *undecided) for node in rule["nodes"]]


def check(page: Page, schemes: Iterable[dict[str, Any]] = (LIGHT, DARK, FORCED), state: str = "") -> None:
    """The page, as it stands, in three widths, light, dark and in forced colours; ``state``: how to call it in the message."""
    found: dict[str, list[str]] = {}
    for number, scheme in enumerate(schemes):
        lines = {width: _seen(page, width, scheme, _COLOURS if number else _ALL) for width in WIDTHS}
        decided = {line for here in lines.values() for line in here} - set.intersection(*map(set, lines.values()))
        for width, here in lines.items():
            for line in here:
                if not (line.startswith(_OUT_OF_SIGHT) and line in decided):
                    found.setdefault(line, []).append(f"{width} px {' '.join(scheme.values())}")
    assert not found, "\n".join([f"{state} {page.url}", *(f"{line}\n    at {'; '.join(ways)}" for line, ways in found.items())])


def _seen(page: Page, width: int, scheme: dict[str, Any], rules: dict[str, Any]) -> list[str]:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(**scheme)
    return violations(page, rules)


def _line(rule: dict[str, Any], node: dict[str, Any]) -> str:
    reasons = "; ".join(one["message"] for kind in ("all", "any", "none") for one in node[kind])
    return f"{rule['id']}: {' '.join(map(str, node['target']))}: {reasons} [{node['html'][:160]}]"
