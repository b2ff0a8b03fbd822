"""首页: what waits for somebody, soonest first; below, what is going on, and the exceptions."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from guantong.apps.directives import queries
from guantong.apps.intake.kinds import KINDS
from guantong.apps.notices.queries import open_notices
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.beginning import beginning
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


@dataclass(frozen=True, slots=True)
class Step:
    """What a district lacks, and where to mend it; without an address somebody else does."""

    sentence: str
    address: str = ""
    act: str = ""


@page
def home(request: HttpRequest, actor: Actor, *, refused: Refusal | None = None) -> HttpResponse:  # noqa: ARG001
    """The to-dos of whoever is there and, for whoever has something below them, five numbers."""
    listing = listed(request, open_notices(actor), columns=_COLUMNS)
    calendar = work_calendar()
    told_rows = [told(row, actor.today, calendar) for row in listing.rows]
    numbers = queries.overview(actor, actor.today) if may(actor, "assignment.verify") else None
    steps = [] if listing.count else _steps(actor)
    shown = {"listing": listing, "rows": told_rows, "numbers": numbers, "steps": steps}
    return answer(request, "home.html", shown, name="待办")


def _steps(actor: Actor) -> list[Step]:
    """What is to be done next until the district is moved in; nothing for whoever does not keep it. One query."""
    stands = beginning(actor)
    if stands is None:
        return []
    missing = next((kind for kind in KINDS.values() if not getattr(stands, kind.code)), None)
    steps = []
    if missing and may(actor, missing.permit):
        address = f"{reverse('intake')}?kind={missing.code}"
        steps.append(Step(f"下一步：导入{missing.words}。", address, f"导入{missing.words}"))
    elif missing:
        steps.append(Step(f"{missing.words}还没有导入，{words.imported_by(missing.code)}。"))
    if stands.persons and not stands.auditor and may(actor, "administrator.change"):
        address = f"{reverse('appoint', args=[stands.organization])}?role=audit-admin"
        steps.append(Step("还没有审计管理员。", address, "任命审计管理员"))
    return steps
