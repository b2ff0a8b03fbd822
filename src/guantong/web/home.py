"""首页: what waits for somebody, soonest first; below, what is going on, and the exceptions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from guantong.apps.directives import queries
from guantong.apps.notices.queries import open_notices
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.calendar import work_calendar
from guantong.web import words
from guantong.web.exports import answer
from guantong.web.frame import may
from guantong.web.guard import Refusal, page
from guantong.web.listing import Column, listed
from guantong.web.todos import told

_COLUMNS = (
    Column("事项", value=lambda told: told.sentence),
    Column("期限", "due", ("due",), lambda told: told.due or "—"),
    Column("灯号", value=lambda told: words.word(told.light) if told.due else "—"),
    Column("办理"),
)


@page
def home(request: HttpRequest, actor: Actor, *, refused: Refusal | None = None) -> HttpResponse:  # noqa: ARG001
    """The to-dos of whoever is there and, for whoever has something below them, five numbers."""
    listing = listed(request, open_notices(actor), columns=_COLUMNS)
    calendar = work_calendar()
    told_rows = [told(row, actor.today, calendar) for row in listing.rows]
    numbers = queries.overview(actor, actor.today) if may(actor, "assignment.verify") else None
    shown = {"listing": listing, "rows": told_rows, "numbers": numbers}
    return answer(request, "home.html", shown, name="待办")
