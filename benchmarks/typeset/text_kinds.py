"""The kinds of papers that are text: in columns, lists, frames, with notes, under headings."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.typeset.looks import body_of, letterhead
from benchmarks.typeset.parts import Columns, Heading, Items, Look, Note, Paper, Para, Part, Picture, Placed, Turn
from benchmarks.typeset.words import Words

_BULLETS = (("•", "–"), ("▪", "◦"), ("➢", "•"), ("–", "•"), ("◆", "–"), ("✓", "▪"))


def minutes(words: Words, look: Look) -> Paper:
    parts: list[Part] = [
        Heading(f"Niederschrift über die Sitzung: {words.body()}", 1),
        Para(f"Sitzungstermin: {words.date()}, 17:30 bis 20:05 Uhr\nOrt: Sitzungssaal, {words.street()} 12"),
        Para("**Anwesend:** " + "; ".join(dict.fromkeys(words.person() for _ in range(6)))),
        Heading("Öffentlicher Teil", 2),
    ]
    for top in range(1, 8):
        title, lines = words.subject(5)
        yes = words.random.randint(14, 29)
        parts += [
            Heading(f"TOP {top} {title}", 3),
            Para(" ".join(lines)),
            Para(f"**Abstimmungsergebnis:** {yes} Ja-Stimmen, {top} Nein-Stimmen, keine Enthaltungen"),
        ]
    parts += [Para("gez. Vorsitz\ngez. Schriftführung", "right")]
    return Paper("minutes", "minutes with agenda items", look, tuple(parts), "Niederschrift – öffentlicher Teil", "- # -")


def motion(words: Words, look: Look) -> Paper:
    title, lines = words.subject(8)
    parts = (
        Para(f"Fraktion Bürgerliste {words.place()}", "letterhead"),
        Para(f"im Kreistag · {words.street()} 7 · fraktion@buergerliste.example", "small"),
        Para(words.date(), "right"),
        Para(f"An den Vorsitz\n{words.body()}"),
        Heading(f"Antrag: {title}", 1),
        Para("**Der Kreistag möge beschließen:** " + " ".join(lines[:2])),
        Items(tuple((1, line) for line in lines[2:5]), ("1.",)),
        Para("**Begründung:** " + " ".join(lines[5:])),
        Para(words.paragraph(3)),
        Para("Mit freundlichen Grüßen"),
        Para(words.person()),
    )
    return Paper("motion", "motion with letterhead and run-in headings, one page", look, parts, scanned=True)


def plan(words: Words, look: Look) -> Paper:
    parts = (
        Heading("Teilhabeplan – Handlungsfelder", 1),
        Para(words.paragraph(4)),
        Columns(2, tuple(body_of(words, 3, level=3))),
        Heading("Ausblick", 2),
        Para(words.paragraph(3)),
        Columns(2, tuple(body_of(words, 3, level=3))),
        Para(words.paragraph(2)),
    )
    return Paper("plan", "plan with two-column sections between full width", look, parts, "Teilhabeplan", "#")


def press(words: Words, look: Look) -> Paper:
    look = replace(look, hyphenated=True, justified=True, size=9, heading_sizes=(18, 13, 10.5), leading=100, space=3)
    parts = (
        Heading("Kreisblatt aktuell", 1),
        Para(words.paragraph(2)),
        Columns(3, tuple(body_of(words, 6, level=3, sentences=3))),
    )
    return Paper("press", "press-like page of three justified, hyphenated columns", look, parts, scanned=True)


def gazette(words: Words, look: Look) -> Paper:
    look = replace(look, hyphenated=True, justified=True)
    parts = (Heading("Amtliche Bekanntmachungen", 1), Columns(2, tuple(body_of(words, 9, level=2))))
    return Paper(
        "gazette", "two hyphenated columns over several pages, page frame", look, parts, "Amtsblatt Nr. 14", "Amtsblatt – Seite #"
    )


def leaflet(words: Words, look: Look) -> Paper:
    look = replace(look, size=9.5, heading_sizes=(20, 13, 11), leading=100, space=4)
    top = words.random.choice((5.0, 5.8))
    left, right = (tuple(body_of(words, 2, level=3)) for _ in range(2))
    parts = Placed(
        (
            (2.0, 2.0, 17.0, (Heading("Gut unterwegs im Landkreis", 1), Para(words.sentence()))),
            (2.0, top, 8.1, left),
            (10.9, top, 8.1, right),
            (2.0, 25.5, 17.0, (Para(f"Auskunft: {words.office()}, {words.street()} 3, {words.place()}"),)),
        )
    )
    return Paper("leaflet", "leaflet of text frames, drawn from the last to the first", look, (parts,), scanned=True)


def nested(words: Words, look: Look) -> Paper:
    parts: list[Part] = [Heading("Handlungsempfehlungen", 1), Para(words.paragraph(2))]
    for marks in words.random.sample(_BULLETS, 3):
        levels = (1, 2, 2, 1, 1, 2)
        parts += [Para(words.sentence()), Items(tuple((level, words.sentence()) for level in levels), marks)]
    parts.append(Items(tuple((level, words.sentence()) for level in (1, 2, 2, 1, 2)), ("1.", "a)")))
    return Paper("nested_lists", "nested lists with odd bullets and numbers", look, tuple(parts), scanned=True)


def statute(words: Words, look: Look) -> Paper:
    parts: list[Part] = [Heading("Satzung der Gemeinde " + words.place(), 1), Para(words.paragraph(2))]
    for at in range(1, 7):
        title, lines = words.subject(6)
        parts += [
            Heading(f"§ {at} {title}", 2, bold_only=True),
            Items(tuple((1 if i < 3 else 2, line) for i, line in enumerate(lines)), ("(1)", "a)"), typed=True),
        ]
    return Paper(
        "statute", "statute, numbers typed with tabs, headings bold in text size", look, tuple(parts), footer="Satzung – Seite #"
    )


def footnotes(words: Words, look: Look) -> Paper:
    parts: list[Part] = [Heading("Sozialbericht", 1)]
    for _ in range(6):
        title, lines = words.subject(7)
        marked = [f"{line}{{{words.aside()}}}" if at in (1, 3) else line for at, line in enumerate(lines)]
        parts += [Heading(title, 2), Para(" ".join(marked))]
    return Paper("footnotes", "footnotes on every page", look, tuple(parts), footer="#")


def hyphenated(words: Words, look: Look) -> Paper:
    look = replace(look, hyphenated=True, justified=True, margin=4.6)
    return Paper(
        "hyphenated",
        "narrow, justified, hyphenated",
        look,
        (Heading("Erläuterungsbericht", 1), *body_of(words, 5)),
        footer="Erläuterungen #",
    )


def framed(words: Words, look: Look) -> Paper:
    parts = (Heading("Verwaltungsbericht", 1), *body_of(words, 9))
    return Paper(
        "framed",
        "page header and footer on every page",
        look,
        parts,
        f"Landkreis {words.place()} · Verwaltungsbericht",
        "Stand: 05/2025 – Seite # von ##",
    )


def roman(words: Words, look: Look) -> Paper:
    parts = (Turn("Roman", 1), Heading("Vorwort", 1), *body_of(words, 3), Turn("Standard", 1), *body_of(words, 5))
    return Paper("roman", "roman page labels before arabic ones", look, parts, footer="#", labels=("roman",))


def headings(words: Words, look: Look) -> Paper:
    parts: list[Part] = [Heading("Schulentwicklungsplan", 1)]
    for chapter in range(1, 4):
        parts += [Heading(f"{chapter} {words.subject(0)[0]}", 1), Para(words.paragraph(2))]
        for section in range(1, 3):
            title, lines = words.subject(6)
            parts += [
                Heading(f"{chapter}.{section} {title}", 2),
                Para(" ".join(lines[:3])),
                Heading(f"{chapter}.{section}.1 Bewertung", 3),
                Para(" ".join(lines[3:])),
            ]
    return Paper("headings", "headings of three sizes, numbered", look, tuple(parts), footer="Seite #")


def run_in(words: Words, look: Look) -> Paper:
    parts: list[Part] = [Heading("Prüfauftrag und Ergebnis", 1)]
    for name in ("Sachverhalt:", "Rechtslage:", "Bewertung:", "Kosten:", "Alternativen:", "Zeitplan:", "Ergebnis:"):
        parts += [Para(f"**{name}** {words.paragraph(4)}")]
    return Paper("run_in", "bold words that run into their paragraph", look, tuple(parts), scanned=True)


def ligatures(words: Words, look: Look) -> Paper:
    parts = []
    for part in body_of(words, 4):
        parts.append(replace(part, text=part.text.replace("fi", "ﬁ").replace("fl", "ﬂ")) if isinstance(part, Para) else part)
    extra = "Die Graﬁken zur Flächenpﬂege, zu Zuﬂüssen, zur Auﬂage von Pﬁngstmontag und zur ﬁnanziellen Schieﬂage sind beigefügt."
    return Paper(
        "ligatures",
        "ligature characters in the text layer",
        look,
        (Heading("Grünflächenpflege", 1), *parts, Para(extra)),
        footer="#",
        scanned=True,
    )


def letter(words: Words, look: Look) -> Paper:
    title, lines = words.subject(8)
    parts = (
        *letterhead(words),
        Para(f"{words.person()}\n{words.street()} 31\n{words.random.randint(10000, 98999)} {words.place()}"),
        Para(f"Ihr Zeichen: {words.random.randint(10, 99)}-4/B\nUnser Zeichen: 61.2-{words.random.randint(100, 999)}", "right"),
        Para(f"{words.place()}, {words.date()}", "right"),
        Heading(title, 3, bold_only=True),
        Para("Sehr geehrte Damen und Herren,"),
        Para(" ".join(lines[:4])),
        Para(" ".join(lines[4:])),
        Para(words.paragraph(4)),
        Para("Mit freundlichen Grüßen\nIm Auftrag"),
        Para(words.person()),
    )
    return Paper("letter", "letter with address block, one page", look, parts, scanned=True)


def margin_notes(words: Words, look: Look) -> Paper:
    look = replace(look, margin=4.2, hyphenated=False)
    parts: list[Part] = [Heading("Leitlinien der Beteiligung", 1)]
    for _ in range(4):
        parts += [Note(words.aside(), margin=True), Para(words.paragraph(6)), Para(words.paragraph(4))]
    return Paper("margin_notes", "notes in the margin beside the text", look, tuple(parts), footer="#")


def boxed(words: Words, look: Look) -> Paper:
    parts: list[Part] = [Heading("Jahresbericht", 1)]
    for _ in range(3):
        parts += [*body_of(words, 1), Note(words.aside(), margin=False), Para(words.paragraph(8)), Para(words.paragraph(5))]
    return Paper("boxed", "framed text boxes with text flowing around them", look, tuple(parts), footer="Jahresbericht – #")


def english(words: Words, look: Look) -> Paper:
    title, lines = words.english()
    parts = (
        Heading("Partnerschaft", 1),
        *body_of(words, 2),
        Turn("Standard"),
        Heading("Annex: " + title, 1),
        Para(" ".join(lines[:3])),
        Items(tuple((1, line) for line in lines[3:]), ("(1)",)),
    )
    return Paper("english", "German paper with English annex", replace(look, hyphenated=False), parts, footer="Page #")


def pictures(words: Words, look: Look) -> Paper:
    parts: list[Part] = [Heading("Energiebericht", 1)]
    for at in range(1, 4):
        parts += [
            *body_of(words, 1),
            Picture(9, 4),
            Para(f"Abbildung {at}: Verbrauch nach Monaten in kWh/m²", "caption"),
            Para(words.paragraph(3)),
        ]
    return Paper("pictures", "pictures without text between paragraphs", look, tuple(parts), footer="#")
