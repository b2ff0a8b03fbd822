"""The oracle as rows: what each address answers to whom. The text beside this module is for people; only tests read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.cast import WHO, Place

ORACLE = Path(__file__).with_name("oracle.txt")
OPEN = Path(__file__).with_name("open.txt")
ANYWHERE = "-"
EVERY = "*"
"""The name of lines that hold at every address."""
NEVER = "~"
_LETTERS = frozenset("ofdsx.-r=" + NEVER)


@dataclass(frozen=True, slots=True)
class Line:
    """One address and method, what is sent, where the object may stand, where it leads, and everybody's letters."""

    address: str
    method: str
    sent: str
    places: str
    leads_to: str
    letters: dict[str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """One request: a line, somebody, a place, and the letter that stands there."""

    line: Line
    who: str
    place: Place | None
    letter: str


def lines(text: str) -> list[Line]:
    """The lines of the oracle. Raises ValueError for a line that says nothing clear."""
    rows = _rows(text)
    head = ["address", "method", "with", "places", "leads-to", *WHO]
    if not rows or rows[0] != head:
        raise ValueError(f"the oracle's columns are {head}")
    read = []
    for row in rows[1:]:
        if len(row) != len(head):
            raise ValueError(f"{row[:3]}: {len(row)} columns, not {len(head)}")
        address, method, sent, places, leads_to, *letters_of = row
        everybody = dict(zip(WHO, letters_of, strict=True))
        line = Line(address, method, sent, places, leads_to, everybody)
        for who, letters in line.letters.items():
            if len(letters) not in (1, len(line.places)) or not _LETTERS.issuperset(letters):
                raise ValueError(f"{row[:3]}: {who}: {letters}")
        if ("d" in "".join(line.letters.values())) != (line.leads_to != "-"):
            raise ValueError(f"{row[:3]}: what is done leads somewhere, and only that")
        read.append(line)
    return read


def differences(text: str) -> set[tuple[str, ...]]:
    """What is known to be answered otherwise: address, method, place, who, the letter thought and the one answered."""
    return {tuple(row) for row in _rows(text)}


def _rows(text: str) -> list[list[str]]:
    return [row.split() for row in text.splitlines() if row and not row.startswith("#")]


def cells(oracle: list[Line], names: list[str]) -> list[Cell]:
    """Every cell, in the order of the text; the lines of EVERY spelled out for each of `names`."""
    return [cell for line in oracle for each in _spelled_out(line, names) for cell in _cells_of(each)]


def _spelled_out(line: Line, names: list[str]) -> Iterator[Line]:
    for name in names if line.address == EVERY else [line.address]:
        yield Line(name, line.method, line.sent, line.places, line.leads_to, line.letters)


def _cells_of(line: Line) -> Iterator[Cell]:
    for nth, place in enumerate(line.places):
        here = {who: told[nth] if len(told) > 1 else told for who, told in line.letters.items()}
        if NEVER in here.values():
            continue
        for who, letter in here.items():
            yield Cell(line, who, None if place == ANYWHERE else Place(place), letter)


def sample(every: list[Cell], one_in: int) -> list[Cell]:
    """The same cells every time: one in so many, and besides the first of every line that is answered with a page, a
    file or done, the first of everybody at every place, and the first of every line."""
    chosen = []
    met: set[object] = set()
    for nth, cell in enumerate(every):
        line = (cell.line.address, cell.line.method, cell.line.sent)
        keys = {line, (line, cell.letter in "ofd"), (cell.who, cell.place)}
        if nth % one_in == 0 or keys - met:
            chosen.append(cell)
        met |= keys
    return chosen
