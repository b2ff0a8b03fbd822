"""Choosing one organization in a form: what the part `parts/pick-organization.html` shows, and the list it asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.tree.picker import MOST, Offered, offered
from guantong.web.guard import page
from guantong.web.listing import typed

_CODE = re.compile(r"[a-z][a-z-]{0,29}")


@dataclass(frozen=True, slots=True)
class Pick:
    """A choice of one organization: the field of the form that takes its key, and what is offered for what was typed."""

    field: str
    label: str
    text: str
    offered: Sequence[Offered]
    chosen: Offered | None = None
    error: str = ""

    @property
    def is_full(self) -> bool:
        """Whether there may be more than are offered."""
        return len(self.offered) >= MOST


def pick(
    request: HttpRequest,
    actor: Actor,
    field: str,
    label: str,
    *,
    target: Offered | None = None,
    error: str = "",
) -> Pick:
    """What the part shows: what the address holds as `q`, what that may mean, and what was chosen already.

    `target` is the choice, as `organizations.picker.named` gives it. Two queries where something was typed.
    """
    text = typed(request.GET, "q")
    return Pick(field, label, text, offered(actor, text) if text else [], target, error)


@page
def pick_organization(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The organizations somebody sees that a text may mean; `for` names the field of the form that takes the choice.

    As a part of a page they are radio buttons; as a page of its own they lead to the organizations' pages.
    """
    asked = request.GET.get("for", "")
    field = asked if _CODE.fullmatch(asked) else "organization"
    text = typed(request.GET, "q")
    told = Pick(field, "单位", text, offered(actor, text) if text else [])
    template = (
        "parts/offered-organizations.html" if getattr(request, "htmx", False) else "organization-pick.html"
    )
    return render(request, template, {"pick": told})
