"""What an organization has in hand: the directives it was handed that are not finished there, and what a year asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min, Q, QuerySet

from guantong.apps.directives.models import Receipt
from guantong.apps.organizations.access import Actor, visible
from guantong.core.matters import Indicator
from guantong.core.moves import DirectiveState

_ANSWERED = (Indicator.MILESTONE, Indicator.NUMERIC, Indicator.REPORT_BACK)
"""What somebody has to type something for; what is computed or only told asks nothing of anybody."""


@dataclass(frozen=True, slots=True)
class Burden:
    """What was asked of an organization in a year: directives, clauses that ask an answer, reports in writing."""

    directives: int
    asking: int
    reports: int


def in_hand(actor: Actor, organization: int) -> QuerySet[Receipt]:
    """The receipts of an organization that somebody may see and that are not finished, soonest due first.

    Not finished is what nobody has signed for, and what has assignments that are not closed. Each comes with its
    directive and issuer, `open`: how many assignments that are, `begun`: how many of them were acted on, `due`: the
    earliest day of those not reported, and `facts`: on how many of its assignments a fact waits for an explanation,
    to be shown to nobody without the permit case.see.
    """
    rows: QuerySet[Receipt] = visible(actor, "receipt.see")
    is_open = Q(assignments__counted=1, assignments__closed_on=None)
    told = rows.filter(organization=organization, directive__state=DirectiveState.ISSUED).annotate(
        open=Count("assignments", filter=is_open),
        begun=Count("assignments", filter=is_open & Q(assignments__acted_on__isnull=False)),
        due=Min("assignments__due", filter=is_open & Q(assignments__reported_on=None)),
        facts=Count("assignments", filter=Q(assignments__counted=1) & ~Q(assignments__fact="")),
    )
    unfinished = told.filter(Q(signed_on=None) | Q(open__gt=0))
    return unfinished.select_related("directive__issuer").order_by("sign_by", "pk")


def burden_of(actor: Actor, organization: int, year: int) -> Burden:
    """What was handed to an organization in a year, as far as somebody may see it; one query."""
    rows: QuerySet[Receipt] = visible(actor, "receipt.see")
    first, last = date(year, 1, 1), date(year, 12, 31)
    asked = Q(assignments__within=False, assignments__indicator__in=_ANSWERED)
    in_writing = Q(assignments__within=False, assignments__indicator=Indicator.REPORT_BACK)
    told = rows.filter(organization=organization, handed_on__range=(first, last)).aggregate(
        directives=Count("pk", distinct=True),
        asking=Count("assignments", filter=asked, distinct=True),
        reports=Count("assignments", filter=in_writing, distinct=True),
    )
    return Burden(**told)
