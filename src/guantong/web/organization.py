"""组织一页纸: one organization on one page: what it is and was, who holds its posts, what it has in hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guantong.apps.directives import carried
from guantong.apps.figures.queries import funnels_of
from guantong.apps.organizations import queries
from guantong.apps.organizations.access import Actor, allowed, allowed_below
from guantong.apps.organizations.calendar import work_calendar
from guantong.apps.organizations.roster import offices
from guantong.apps.organizations.tree.past import Past, past_of
from guantong.core.calendar import WorkCalendar
from guantong.core.figures import Share
from guantong.core.status import Light, light
from guantong.web import words
from guantong.web.guard import Refusal, page
from guantong.web.organizations import name_of

_MOST = 20  # children and directives shown; the rest is one link away
_STAGES = ("signed", "adopted", "acted", "reported", "verified", "effect")


@dataclass(frozen=True, slots=True)
class InHand:
    """A directive that is not finished here: the receipt, its light, and how far it has come."""

    row: Any
    light: Light
    due: date | None
    funnel: tuple[tuple[str, Share], ...]


@page
def organization(
    request: HttpRequest,
    actor: Actor,
    pk: int,
    *,
    refused: Refusal | None = None,  # noqa: ARG001
) -> HttpResponse:
    """One organization on one page, as far as the actor may see of it; twelve queries at most."""
    row: Any = queries.organization_of(actor, pk)
    above, children, absorbed, split_off = queries.beside(row, actor.today, _MOST + 1)
    past = past_of(pk)
    posts = queries.posts_at(pk)
    vacant = offices.vacant_beside(row, actor.today, posts=posts, members=row.full_members)
    may_see_work = allowed(actor, "receipt.see", row.path)
    is_open = row.closed_on is None or row.closed_on > actor.today
    told: dict[str, Any] = {
        "row": row,
        "is_open": is_open,
        "above": [each for each in above if allowed(actor, "organization.see", each.path)],
        "parent": name_of(actor, row.parent),
        "parent_seen": row.parent is not None and allowed(actor, "organization.see", row.parent.path),
        "guided_seen": row.guided_by is not None and allowed(actor, "organization.see", row.guided_by.path),
        "heir": name_of(actor, row.merged_into),
        "whole": name_of(actor, row.split_from),
        "events": _events(actor, row, past, absorbed, split_off),
        "posts": [_post(actor, post) for post in posts if post.until is None or post.until >= actor.today],
        "vacant": [each.words for each in vacant],
        "children": children[:_MOST],
        "more_children": len(children) > _MOST,
        "work": _work(actor, row, past) if may_see_work else None,
        "year": actor.today.year,
        **_offers(actor, row),
    }
    return render(request, "organization.html", told)


def _work(actor: Actor, row: Any, past: Sequence[Past]) -> dict[str, Any]:
    """What it has in hand and what this year asked of it: three queries, and one for each place it had meanwhile."""
    receipts = list(carried.in_hand(actor, row.pk)[: _MOST + 1])
    shown = receipts[:_MOST]
    funnels = _funnels(row, shown, past)
    calendar = work_calendar()
    return {
        "in_hand": [
            _in_hand(each, funnels.get(each.directive_id, {}), actor.today, calendar) for each in shown
        ],
        "more": len(receipts) > _MOST,
        "stages": [words.STAGES[stage] for stage in _STAGES],
        "follows": allowed(actor, "case.see", row.path),
        "burden": carried.burden_of(actor, row.pk, actor.today.year),
    }


def _funnels(row: Any, receipts: Sequence[Any], past: Sequence[Past]) -> dict[int, dict[str, Share]]:
    """How far each directive has come here and below, by directive and stage.

    What was closed before a move is counted where the organization stood then: a query for each place of that time.
    """
    directives = [receipt.directive_id for receipt in receipts]
    told: dict[int, dict[str, Share]] = {}
    if not directives:
        return told
    earliest = min(receipt.handed_on for receipt in receipts)
    places = {row.path, *(each.own for each in past if each.kind == "place" and each.until >= earliest)}
    for place in sorted(places):
        for directive, steps in funnels_of(path=place, by="directive", several=directives).items():
            shares = told.setdefault(directive, {})
            for step in steps:
                shares[step.stage] = _added(shares.get(step.stage, _NONE), step.share)
    return told


_NONE = Share(0, 0, 0)


def _added(one: Share, other: Share) -> Share:
    return Share(one.count + other.count, one.known + other.known, one.of + other.of)


def _in_hand(row: Any, shares: Mapping[str, Share], today: date, calendar: WorkCalendar) -> InHand:
    due = row.sign_by if row.signed_on is None else row.due
    return InHand(
        row,
        light(begun=bool(row.begun), closed_on=None, due=due, today=today, calendar=calendar),
        due,
        tuple((stage, shares.get(stage, _NONE)) for stage in _STAGES),
    )


@dataclass(frozen=True, slots=True)
class Held:
    """A post as the page shows it; `note` only for those whom it is meant for."""

    row: Any
    role: str
    covers: str
    from_whom: str
    note: str


def _post(actor: Actor, post: Any) -> Held:
    """What one left word of when handing over is for whoever holds the post, and for nobody else."""
    may_read = post.person_id == actor.person
    return Held(
        post,
        post.words,
        str(post.covers.person.name) if post.covers else "",
        str(post.handed_from.person.name) if post.handed_from else "",
        str(post.note) if may_read else "",
    )


def _events(
    actor: Actor, row: Any, past: Sequence[Past], absorbed: Sequence[Any], split_off: Sequence[Any]
) -> list[tuple[date, str]]:
    """What happened to it, the latest first; of others only what the actor may see is named, and what it has taken in."""
    told = [(row.opened_on, f"从{whole}分设" if (whole := name_of(actor, row.split_from)) else "设立")]
    names = [each for each in reversed(past) if each.kind == "name"]
    called = [*(each.name for each in names), row.name]
    told += [
        (_after(each), f"由“{before}”改称“{then}”")
        for each, (before, then) in zip(names, pairwise(called), strict=True)
    ]
    told += _moves(actor, row, [each for each in reversed(past) if each.kind == "place"])
    for each in past:
        if each.kind == "closure":
            told += [(each.since, _ended(_seen_as(actor, each))), (_after(each), "恢复")]
    told += [(each.closed_on, f"{each.name}并入") for each in absorbed]
    told += [(each.opened_on, f"分出{each.name}") for each in split_off if name_of(actor, each)]
    if row.closed_on is not None:
        told.append((row.closed_on, _ended(name_of(actor, row.merged_into))))
    return sorted(told, key=lambda event: event[0], reverse=True)


def _moves(actor: Actor, row: Any, places: Sequence[Past]) -> list[tuple[date, str]]:
    """From where to where it was moved; that something above it was moved is not told here."""
    stood = [
        *((each.other, _seen_as(actor, each)) for each in places),
        (row.parent_id, name_of(actor, row.parent)),
    ]
    return [
        (_after(each), f"由{before or '别处'}移到{then or '别处'}之下")
        for each, ((parent, before), (other, then)) in zip(places, pairwise(stood), strict=True)
        if parent != other
    ]


def _seen_as(actor: Actor, past: Past) -> str:
    """The name of the other organization of a past, where the actor may know it."""
    return name_of(actor, past) if past.other is not None else ""


def _ended(heir: str) -> str:
    return f"并入{heir}" if heir else "撤销"


def _after(past: Past) -> date:
    return past.until + timedelta(days=1)


def _offers(actor: Actor, row: Any) -> dict[str, bool]:
    """What may be done with it from here."""
    may_change = allowed(actor, "organization.change", row.path)
    return {
        "may_change": may_change,
        "may_found": allowed_below(actor, "organization.change", row.path),
        "is_top": row.parent_id is None,
        "may_see_persons": allowed(actor, "person.see", row.path),
    }
