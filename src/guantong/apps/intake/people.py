"""Whom a line means: a person of the roster by name, and by where they belong and when they were born if that is needed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from guantong.apps.intake.fields import Field, take_year
from guantong.apps.intake.judging import Choice, Ground, Line, Reason, Verdict
from guantong.apps.intake.models import LineState
from guantong.apps.organizations.roster.persons import called, tidy
from guantong.core.permits import next_path

NAME = Field("person", "姓名", ("人员姓名", "名字", "姓 名"), needed=True, example="张某")
YEAR = Field(
    "birth_year",
    "出生年份",
    ("出生年", "出生日期", "出生年月", "出生时间"),
    hint="同名的人靠它区分，没有同名的可不填。",
)


_OFFERED = 8
"""Persons of one name that are offered to choose from."""


class Known(NamedTuple):
    """Somebody on the roster."""

    id: int
    name: str
    year: int | None
    unit: int
    path: str
    place: str


class Roster:
    """The persons whom the lines of a batch may mean, as far as the actor sees them; one query."""

    def __init__(self, ground: Ground, lines: Sequence[Line]) -> None:
        self.ground = ground
        wanted = {tidy(line.said("person")) for line in lines}
        rows = called(wanted - {""}).filter(
            left_on=None,
            organization__path__gte=ground.district.path,
            organization__path__lt=next_path(ground.district.path),
        )
        fields = ("pk", "name", "birth_year", "organization", "organization__path", "organization__name")
        self._named: defaultdict[str, list[Known]] = defaultdict(list)
        for row in rows.order_by("organization__path", "pk").values_list(*fields):
            if ground.may("person.see", row[4]):
                self._named[row[1]].append(Known(*row))

    def ids(self) -> list[int]:
        """Everybody who may be meant."""
        return [each.id for known in self._named.values() for each in known]

    def find(self, verdict: Verdict, line: Line, home: str, near: int | None) -> Known | None:
        """The one person a line means; None where the verdict says why not, or asks which.

        `home` is the field that says where they belong, if any does; of several, the one who belongs to the
        organization `near` is meant.
        """
        name = tidy(line.said("person"))
        if not name:
            verdict.bad("person", "missing")
            return None
        year = take_year(verdict, line, "birth_year", self.ground.today)
        found = [each for each in self._named.get(name, ()) if year is None or each.year in (None, year)]
        if (told := line.said(home)) and found:
            unit = self.ground.find(told)
            if isinstance(unit, Reason):
                verdict.bad(home, unit.code, **unit.facts)
                return None
            found = [each for each in found if each.unit == unit.id]
            if not found:
                verdict.bad("person", "person_not_there", unit=unit.name)
                return None
        if not found:
            verdict.bad("person", "person_not_known")
            return None
        return self._one(verdict, line, found, near)

    def _one(self, verdict: Verdict, line: Line, found: Sequence[Known], near: int | None) -> Known | None:
        if len(found) == 1:
            return found[0]
        here = [each for each in found if each.unit == near]
        if len(here) == 1:
            return here[0]
        verdict.choices = [
            Choice(str(each.id), "choice_person", {"year": each.year, "place": each.place})
            for each in found[:_OFFERED]
        ]
        chosen = [each for each in found[:_OFFERED] if str(each.id) == line.answer]
        if chosen:
            return chosen[0]
        if not verdict.is_bad:
            verdict.note(LineState.QUESTION, "person", "which_person", count=len(found))
        return None
