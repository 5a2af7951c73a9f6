"""The kinds of papers that hold tables or forms."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.typeset.looks import body_of, letterhead, offices
from benchmarks.typeset.parts import Grid, Heading, Items, Look, Paper, Para, Part, Turn
from benchmarks.typeset.words import MONTHS, Words


def vorlage(words: Words, look: Look) -> Paper:
    number = f"{words.random.randint(2020, 2026)}/{words.random.randint(100, 990)}"
    title, lines = words.subject(7)
    steps = [(b, words.date(), "Vorberatung" if at < 2 else "Entscheidung", "öffentlich") for at, b in enumerate(words.bodies(3))]
    head = (("Drucksache", number), ("Federführung", words.office()), ("Bearbeitung", words.person()), ("Datum", words.date()))
    parts = (
        *letterhead(words),
        Heading("Beschlussvorlage", 1),
        Grid(head, (4.0, 9.0), heads=0),
        Heading(title, 2),
        Para("**Beratungsfolge**"),
        Grid((("Gremium", "Sitzung am", "Zuständigkeit", "Status"), *steps), (6.2, 3.6, 3.2, 2.6)),
        Heading("Beschlussvorschlag", 2),
        Para(" ".join(lines[:2])),
        Heading("Sachverhalt", 2),
        Para(" ".join(lines[2:5])),
        Para(" ".join(lines[5:])),
        Heading("Finanzielle Auswirkungen", 2),
        Para(words.paragraph(3)),
    )
    return Paper(
        "vorlage",
        "Vorlage: head table, Beratungsfolge table",
        look,
        parts,
        footer=f"Drucksache {number} · Seite # von ##",
    )


def budget(words: Words, look: Look) -> Paper:
    draw = words.random
    rows: list[tuple[str, ...]] = [("Konto", "Bezeichnung", "Ergebnis 2023", "Ansatz 2024", "Ansatz 2025")]
    for at in range(14):
        sign = "-" if at % 4 == 3 else ""
        rows.append(
            (
                f"{draw.randint(4000, 5999)}",
                f"{words.office()}",
                *(f"{sign}{words.money()},{draw.randint(10, 99)}" for _ in range(3)),
            )
        )
    rows.append(("", "Summe", *(f"{words.money()},00" for _ in range(3))))
    parts = (
        Heading("Teilhaushalt 3 – Ergebnisplan", 1),
        Para(words.paragraph(3)),
        Grid(tuple(rows), (1.6, 5.6, 3.0, 3.0, 3.0), right=(2, 3, 4)),
        Para("Alle Beträge in Euro.", "caption"),
        Para(words.paragraph(3)),
    )
    return Paper("budget", "budget table, figures flush right", look, parts, scanned=True)


def budget_rows(words: Words, look: Look) -> Paper:
    rows: list[tuple[str | None, ...]] = [("Maßnahme", "Kosten in T€", None, "Beginn"), ("", "gesamt", "Eigenanteil", "")]
    for _ in range(9):
        rows.append((words.subject(0)[0], f"{words.random.randint(90, 990)}", f"{words.random.randint(10, 89)}", words.date()))
    parts = (
        Heading("Investitionsprogramm", 1),
        Para(words.paragraph(3)),
        Grid(tuple(rows), (7.2, 2.6, 2.6, 3.6), heads=2, rules="rows", right=(1, 2)),
        Para(words.paragraph(4)),
        Grid(offices(words, 7), (6.0, 4.0, 3.0), rules="shaded"),
        Para(words.paragraph(2)),
    )
    return Paper("row_rules", "table with lines under rows and a merged head; table with shaded rows", look, parts, scanned=True)


def multiline(words: Words, look: Look) -> Paper:
    rows = [("Nr.", "Anregung", "Stellungnahme der Verwaltung", "Beschluss")]
    rows += [
        (f"{at}", words.sentence(), words.paragraph(2), words.random.choice(("berücksichtigt", "zurückgewiesen")))
        for at in range(1, 6)
    ]
    parts = (
        Heading("Abwägung der Stellungnahmen", 1),
        Para(words.paragraph(2)),
        Grid(tuple(rows), (1.1, 5.0, 7.0, 3.2)),
        Para(words.paragraph(3)),
    )
    return Paper("multiline", "table with cells of several lines", look, parts, scanned=True)


def long_table(words: Words, look: Look) -> Paper:
    rows = [("Lfd. Nr.", "Straße", "Ortsteil", "Maßnahme", "Kosten")]
    works = ("Deckenerneuerung", "Gehwegbau", "Kanal und Deckschicht", "Beleuchtung")
    rows += [(f"{at}", words.street(), words.place(), words.random.choice(works), f"{words.money()} €") for at in range(1, 71)]
    parts = (
        Heading("Straßenbauprogramm", 1),
        Para(words.paragraph(3)),
        Grid(tuple(rows), (1.6, 5.8, 3.4, 3.8, 2.4), right=(4,)),
        Para(words.paragraph(3)),
    )
    return Paper(
        "long_table", "table over three pages, head repeated, page frame", look, parts, "Anlage 3 zur Vorlage", "Seite # von ##"
    )


def plain_table(words: Words, look: Look) -> Paper:
    rows = [("Gremium", "Termin", "Uhrzeit", "Ort")]
    rows += [
        (words.body(), f"{words.random.randint(1, 28)}. {month}", f"{words.random.randint(14, 19)}:30", words.place())
        for month in MONTHS
    ]
    parts = (
        Heading("Sitzungskalender", 1),
        Para(words.paragraph(3)),
        Grid(tuple(rows), (7.0, 3.5, 2.2, 3.4), rules="none"),
        Para(words.paragraph(3)),
        Grid(offices(words, 6), (6.5, 4.5, 2.5), rules="none", right=(2,)),
        Para(words.paragraph(2)),
    )
    return Paper("plain_table", "two tables without any ruling line", look, parts, scanned=True)


def landscape(words: Words, look: Look) -> Paper:
    rows = [("Ziel", "Maßnahme", "Zuständig", "Frist", "Kosten")]
    rows += [(words.subject(0)[0], words.sentence(), words.office(), words.date(), f"{words.money()} €") for _ in range(7)]
    parts = (
        Heading("Klimaschutzkonzept", 1),
        *body_of(words, 1),
        Turn("Landscape"),
        Heading("Maßnahmenübersicht", 2),
        Grid(tuple(rows), (5.0, 8.6, 4.4, 3.2, 3.0)),
        Turn("Standard"),
        *body_of(words, 1),
    )
    return Paper("landscape", "table on a landscape page between upright ones", look, parts, footer="Klimaschutzkonzept | #")


def ticks(words: Words, look: Look) -> Paper:
    parts: list[Part] = [*letterhead(words), Heading("Antrag auf Zuwendung", 1), Para(words.paragraph(2))]
    for question in ("Art der Förderung", "Finanzielle Auswirkungen", "Klimarelevanz"):
        marks = [words.random.choice("☐☒") for _ in range(3)]
        parts += [
            Heading(question, 2),
            *(Para(f"{mark} {words.subject(0)[0]}") for mark in marks),
            Para(f"☒ ja   ☐ nein   Betrag: {words.money()} Euro"),
        ]
    parts.append(Para(words.paragraph(3)))
    return Paper("ticks", "tick boxes as characters", replace(look, font="DejaVu Sans", justified=False), tuple(parts))


def annex(words: Words, look: Look) -> Paper:
    parts: list[Part] = [Heading("Anlage 1 – Fortschreibung des Kreisentwicklungskonzepts", 1)]
    for chapter in range(1, 8):
        parts += [
            *body_of(words, 4),
            Items(tuple((1, words.sentence()) for _ in range(4)), ("•",)),
            Grid(offices(words, 5), (6.5, 4.5, 2.5)),
            Para(f"Tabelle {chapter}: Zuständigkeiten", "caption"),
        ]
    return Paper(
        "annex",
        "long annex of about twelve pages with lists and tables",
        look,
        tuple(parts),
        "Anlage 1 | Kreisentwicklungskonzept",
        "Seite #",
    )
