"""To-dos as people read them: one sentence each, and the one button or page that settles it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.urls import reverse

from guantong.core.calendar import WorkCalendar
from guantong.core.status import Light, light


@dataclass(frozen=True, slots=True)
class _Sort:
    """How a to-do of one code is said and settled; `sends` where the button itself does it."""

    words: str
    button: str
    url: str
    sends: bool = False


_SORTS = {
    "receipt.sign": _Sort("签收《{}》", "签收", "sign", sends=True),
    "receipt.adopt": _Sort("承接《{}》交办的任务", "全部按下达承接", "adopt-all", sends=True),
    "assignment.report": _Sort("落实并报办结：{}", "去办理", "assignment"),
    "assignment.verify": _Sort("核验报办结：{}", "去核验", "assignment"),
    "assignment.explain": _Sort("说明情况：{}", "去说明", "assignment"),
    "assignment.judge": _Sort("审核情况说明：{}", "去审核", "assignment"),
    "assignment.decide": _Sort("审批申请：{}", "去审批", "assignment"),
    "person.correct": _Sort("答复个人信息更正申请（{}）", "去答复", "correction"),
}
_PAGES = {"receipt": "receipt", "person": "correction"}
"""Where one reads of what waits, by its noun."""


class Waiting(Protocol):
    """What a row of to-dos says of itself."""

    code: str
    noun: str
    object: int
    subject: str
    due: date | None


@dataclass(frozen=True, slots=True)
class ToDo:
    """A row of the list on the front page."""

    sentence: str
    due: date | None
    light: Light
    button: str
    address: str
    sends: bool  # the button posts; otherwise it leads to the page
    page: str  # where one can read before settling


def told(row: Waiting, today: date, calendar: WorkCalendar) -> ToDo:
    """A to-do as it is shown."""
    sort = _SORTS[row.code]
    page = _PAGES.get(row.noun, "assignment")
    return ToDo(
        sentence=sort.words.format(row.subject),
        due=row.due,
        light=light(begun=False, closed_on=None, due=row.due, today=today, calendar=calendar),
        button=sort.button,
        address=reverse(sort.url, args=[row.object]),
        sends=sort.sends,
        page=reverse(page, args=[row.object]),
    )
