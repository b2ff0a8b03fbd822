"""Asking: one request for every cell, each as if nobody had asked before, and the cells that differ as one table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

import time_machine
from django.db import transaction
from django.http import HttpResponse
from django.urls import resolve, reverse

from tests.apps.road import at
from tests.cast import TODAY, Cast, Place, make_cast

from .oracle import Cell
from .scenes import Scenes
from .sent import Sent

_LETTERS = {200: "o", 400: "r", 403: "x", 404: ".", 405: "-", 409: "c"}
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')


@dataclass
class Outcome:
    """What came of asking: the cells that differ, and the addresses that somebody signed in was answered at."""

    asked: int = 0
    differing: dict[tuple[str, ...], str] = field(default_factory=dict)  # cell → what to know of the answer
    answered: set[str] = field(default_factory=set)

    def table(self, known: set[tuple[str, ...]]) -> str:
        """All that differs and is not known to, a line each; empty where nothing is."""
        rows = [f"  {'  '.join(cell)}  {note}" for cell, note in self.differing.items() if cell not in known]
        head = f"{len(rows)} of {self.asked} cells differ from tests/matrix/oracle.txt:"
        return "\n".join([head, *rows]) if rows else ""


def ask(cells: Iterable[Cell]) -> Outcome:
    """Build the district once, and ask cell by cell; what a request changes is undone before the next."""
    with time_machine.travel(at(TODAY, 10), tick=False), transaction.atomic():
        scenes = Scenes(make_cast())
        outcome = Outcome()
        for _, of_one_scene in groupby(cells, key=lambda cell: (cell.line, cell.place)):
            _ask_in_one_scene(scenes, list(of_one_scene), outcome)
        transaction.set_rollback(True)
    return outcome


def _ask_in_one_scene(scenes: Scenes, cells: list[Cell], outcome: Outcome) -> None:
    line, place = cells[0].line, cells[0].place
    with transaction.atomic():
        standing = scenes.ready(line.address, line.sent, place) if place else None
        for cell in cells:
            sent = standing or scenes.without_object(line.address, line.sent, cell.who)
            with transaction.atomic():
                found, note = _found(scenes.cast, cell, sent)
                transaction.set_rollback(True)
            outcome.asked += 1
            if found != cell.letter:
                where = place.value if place else "-"
                key = (f"{line.address}:{line.sent}".removesuffix(":-"), line.method, where, cell.who)
                outcome.differing[*key, cell.letter, found] = note
            elif found in "ofd":
                outcome.answered.add(line.address)
        transaction.set_rollback(True)


def _found(cast: Cast, cell: Cell, sent: Sent) -> tuple[str, str]:
    """The letter of what was answered, and what a reader of the table should know of it."""
    line = cell.line
    answer = _answer(cast, cell, sent)
    if line.method == "HEAD":
        got = _answer(cast, cell, sent, method="GET")
        same = (got.status_code, got.get("Location")) == (answer.status_code, answer.get("Location"))
        return ("=" if same and not answer.content else "?"), str(answer.status_code)
    if answer.status_code == 302:
        leads_to = resolve(answer["Location"].partition("?")[0]).url_name
        if leads_to == "sign-in" and "?next=" in answer["Location"]:
            return "s", ""
        return ("d" if leads_to == line.leads_to else "?"), f"leads to {leads_to}"
    if answer.status_code == 404 and sent.names:
        missing = _answer(cast, cell, sent.to_what_is_missing())
        if (missing.status_code, plain(missing)) != (404, plain(answer)):
            return "?", "404, but not the page of what is missing (T16)"
    if answer.status_code == 200 and answer.get("Content-Disposition", "").startswith("attachment"):
        return "f", ""
    return _LETTERS.get(answer.status_code, "?"), str(answer.status_code)


def _answer(cast: Cast, cell: Cell, sent: Sent, *, method: str = "") -> HttpResponse:
    address = reverse(cell.line.address, kwargs=sent.names) + (
        "?export=xlsx" if cell.line.sent == "export" else ""
    )
    method = method or cell.line.method
    body, kind = sent.body() if method == "POST" else ("", "application/x-www-form-urlencoded")
    answer = cast.client(cell.who).generic(method, address, body, kind)
    assert isinstance(answer, HttpResponse)
    return answer


def plain(answer: HttpResponse) -> bytes:
    """The page without what differs each time it is asked for."""
    return _TOKEN.sub(b"", answer.content)


def spread(cells: Iterable[Cell]) -> Iterator[tuple[str, Place]]:
    """Who asks about objects where."""
    return ((cell.who, cell.place) for cell in cells if cell.place is not None)
