"""首页: what waits for somebody, soonest first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guantong.apps.notices.queries import open_notices
from guantong.apps.organizations.access import Actor
from guantong.web.guard import Refusal, page
from guantong.web.listing import Column, listed

_COLUMNS = (Column("事项"), Column("期限", "due", ("due",)))


@page
def home(request: HttpRequest, actor: Actor, *, refused: Refusal | None = None) -> HttpResponse:  # noqa: ARG001
    """The to-dos of whoever is there."""
    return render(request, "home.html", {"listing": listed(request, open_notices(actor), columns=_COLUMNS)})
