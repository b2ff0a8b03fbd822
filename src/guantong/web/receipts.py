"""收到的部署: what one's organization was handed, and the two acts that take it on: signing, and adopting unchanged."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from guantong import clock
from guantong.apps.directives import queries, services
from guantong.apps.documents.queries import stretches
from guantong.apps.organizations.access import Actor, allowed
from guantong.apps.organizations.calendar import work_calendar
from guantong.core.matters import Indicator
from guantong.core.status import light
from guantong.web import words
from guantong.web.assignments import shown_row
from guantong.web.exports import answer
from guantong.web.guard import Refusal, act, page
from guantong.web.listing import Column, listed

_COLUMNS = (
    Column("部署", value=lambda told: told[0].directive.title),
    Column("下达单位", value=lambda told: told[0].directive.issuer.name),
    Column("下达日期", "handed", ("handed_on",), lambda told: told[0].handed_on),
    Column("签收期限", "sign", ("sign_by",), lambda told: told[0].sign_by),
    Column("签收", value=lambda told: f"{words.word(told[1])} {words.day(told[0].signed_on)}".strip()),
)


@page
def receipts(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the organizations of one's posts were handed, newest first."""
    filters = {"text": lambda rows, text: rows.filter(directive__title__icontains=text)}
    listing = listed(request, queries.receipts(actor), columns=_COLUMNS, filters=filters)
    calendar = work_calendar()
    rows = [
        (
            row,
            light(
                begun=False,
                closed_on=row.signed_on,
                due=row.sign_by,
                today=actor.today,
                calendar=calendar,
            ),
        )
        for row in listing.rows
    ]
    return answer(request, "receipts.html", {"listing": listing, "rows": rows}, name="收到的部署")


@page
def receipt(request: HttpRequest, actor: Actor, pk: int, *, refused: Refusal | None = None) -> HttpResponse:  # noqa: ARG001
    """One directive as an organization received it: what asks something of it, and what is for information."""
    row = queries.receipt_of(actor, pk)
    calendar = work_calendar()
    assigned = queries.folder_rows(pk)
    asked_of = {each.clause_id for each in assigned}
    clauses = queries.clauses_of(row.directive_id)
    place = row.organization.path
    told = [shown_row(actor, each, calendar) for each in assigned]
    waiting = [each for each in assigned if each.state == "signed" and each.indicator != Indicator.COMPUTED]
    return render(
        request,
        "receipt.html",
        {
            "row": row,
            "in_force": row.directive.state == "issued",
            "may_sign": row.signed_on is None and allowed(actor, "receipt.sign", place),
            "may_adopt": row.signed_on is not None and waiting and allowed(actor, "assignment.adopt", place),
            "waiting": len(waiting),
            "assigned": told,
            "any_told": any(each.fact or each.term for each in told),
            "only_told": [each for each in clauses if each.pk not in asked_of],
        },
    )


@page
def paper(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The document of a directive that one's organization received, with its clauses where they stand."""
    row = queries.receipt_of(actor, pk)
    document = queries.paper_of(row)
    return render(
        request,
        "paper.html",
        {"row": row, "document": document, "stretches": stretches(document), "asked": queries.asked_of(row)},
    )


@act(back=receipt)
def sign(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Sign for the whole directive."""
    services.sign_receipt(actor, receipt=pk, now=clock.now())
    messages.success(request, "已签收。")
    return _back(request, pk)


@act(back=receipt)
def adopt_all(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Take everything on as it was assigned."""
    count = services.adopt_as_assigned(actor, receipt=pk, now=clock.now())
    messages.success(request, f"已按下达要求承接 {count} 项任务。")
    return _back(request, pk)


def _back(request: HttpRequest, pk: int) -> HttpResponse:
    return redirect("home") if request.POST.get("next") == "home" else redirect("receipt", pk=pk)
