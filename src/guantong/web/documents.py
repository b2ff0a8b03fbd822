"""文件: the documents of one's organization, each with its clauses where they stand, and what its names mean here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from guantong import clock
from guantong.apps.documents import queries
from guantong.apps.organizations import names
from guantong.apps.organizations.access import Actor, Forbidden, allowed
from guantong.apps.organizations.queries import below, district_of
from guantong.web import forms
from guantong.web.exports import answer
from guantong.web.guard import Refusal, act, page, shown, taken
from guantong.web.listing import Column, listed

_COLUMNS = (
    Column("文件", "title", ("title",), lambda row: row.title),
    Column("文号", "number", ("number",), lambda row: row.number or "—"),
    Column("来文单位", "sender", ("sender",), lambda row: row.sender or "—"),
    Column("收文日期", "received", ("received_on",), lambda row: row.received_on or "—"),
)


@page
def documents(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The documents somebody may see, newest first."""
    filters = {"text": lambda rows, text: rows.filter(title__icontains=text)}
    listing = listed(request, queries.documents(actor), columns=_COLUMNS, filters=filters)
    return answer(request, "documents.html", {"listing": listing}, name="文件")


@page
def document(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One document: its text with every clause highlighted where it stands, and the clauses as a table."""
    row = queries.document_of(actor, pk)
    clauses = list(queries.live_clauses(row))
    told = {"row": row, "stretches": queries.stretches(row, clauses), "clauses": clauses}
    return render(request, "document.html", told)


@page
def unit_names(
    request: HttpRequest, actor: Actor, pk: int, *, refused: Refusal | None = None
) -> HttpResponse:
    """Whom the names in a document mean here; what nobody knows yet is bound once and remembered."""
    row = queries.document_of(actor, pk)
    district = district_of(row.organization.path)
    groups = list(names.groups_of(district.pk))
    resolution = names.resolve(district, queries.unit_names(row), groups=groups)
    may_bind = allowed(actor, "name.bind", district.path)
    meanings = _meanings(actor, district, groups) if may_bind and resolution.unresolved else []
    return render(
        request,
        "unit-names.html",
        {
            "row": row,
            "found": [(name, len(ids)) for name, ids in resolution.found.items()],
            "unresolved": [
                (name, _bind_form(name, meanings, refused) if may_bind else None)
                for name in resolution.unresolved
            ],
        },
    )


@act(back=unit_names)
def bind(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Remember what a name means here."""
    row = queries.document_of(actor, pk)
    district = district_of(row.organization.path)
    if not allowed(actor, "name.bind", district.path):  # the names are seen, and are the district's to give
        raise Forbidden
    meanings = _meanings(actor, district, names.groups_of(district.pk))
    form = taken(forms.BindForm, request, meanings=meanings)
    kind, _, key = form.cleaned_data["meaning"].partition(":")
    names.bind_name(
        actor,
        district=district.pk,
        text=form.cleaned_data["text"],
        organization=int(key) if kind == "organization" else None,
        group=int(key) if kind == "group" else None,
        now=clock.now(),
    )
    messages.success(request, f"已记住“{form.cleaned_data['text']}”指的是谁，以后的文件不用再对应。")
    return redirect("unit-names", pk=pk)


def _meanings(actor: Actor, district: Any, groups: Iterable[Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a name can mean: the saved groups, then the sections and the school organizations."""
    saved = [(f"group:{group.pk}", group.name) for group in groups]
    units = [(f"organization:{each.pk}", each.name) for each in below(actor, district)]
    return [("单位组", saved), ("单位", units)]


def _bind_form(
    name: str, meanings: list[tuple[str, list[tuple[str, str]]]], refused: Refusal | None
) -> forms.BindForm:
    sent = shown(forms.BindForm, refused, initial={"text": name}, meanings=meanings, auto_id=f"id_{name}_%s")
    if sent.is_bound and sent.data.get("text") != name:
        return forms.BindForm(initial={"text": name}, meanings=meanings, auto_id=f"id_{name}_%s")
    return sent
