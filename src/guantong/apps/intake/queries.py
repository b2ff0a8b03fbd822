"""Reading what is being imported: whose batches somebody sees, their lines, what they may import at all."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from guantong.apps.intake.fields import Kind
from guantong.apps.intake.kinds import KINDS
from guantong.apps.intake.lines import Kept, unpacked
from guantong.apps.intake.models import Batch, BatchState
from guantong.apps.organizations.access import Actor, NotFound, allowed, allowed_below
from guantong.apps.organizations.models import Organization, Post
from guantong.core.matters import DIGITS_PER_LEVEL
from guantong.core.permits import next_path, scopes


def kinds_for(actor: Actor) -> list[Kind]:
    """What somebody may import, anywhere."""
    return [kind for kind in KINDS.values() if scopes(kind.permit, actor.posts)]


def districts_for(actor: Actor, kind: Kind) -> list[Organization]:
    """The districts for which somebody may import a kind, in order of path; nearly always there is one."""
    tops = {path[:DIGITS_PER_LEVEL] for _, path in scopes(kind.permit, actor.posts)}
    return list(Organization.objects.filter(path__in=tops).order_by("path"))


def batches(actor: Actor) -> QuerySet[Batch]:
    """The batches somebody sees, newest first: their own, and those of a kind they may import for a whole district."""
    seen = Q(made_by=actor.person, kind__in=[kind.code for kind in kinds_for(actor)])
    for kind in KINDS.values():
        for path in sorted({path[:DIGITS_PER_LEVEL] for _, path in scopes(kind.permit, actor.posts)}):
            if reaches_all(actor, kind, path):
                seen |= Q(kind=kind.code, district__path__gte=path, district__path__lt=next_path(path))
    rows = Batch.objects.filter(seen).select_related("district").defer("lines", "entered")
    return rows.order_by("-made_at", "-pk")


def reaches_all(actor: Actor, kind: Kind, district: str) -> bool:
    """Whether somebody may import a kind for all that stands under a district."""
    return allowed(actor, kind.permit, district) or allowed_below(actor, kind.permit, district)


def batch_of(actor: Actor, pk: int) -> Batch:
    """A batch somebody sees. Raises NotFound."""
    row = batches(actor).defer(None).filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def lines_of(batch: Batch) -> list[Kept]:
    """The lines of a batch that were not entered, as they stand in the sheet."""
    return unpacked(batch.lines)


def holders(batch: Batch) -> list[int]:
    """Who got the posts that a batch of posts began, by id."""
    found: list[int] = []
    for start in range(0, len(batch.entered), 500):
        rows = Post.objects.filter(pk__in=batch.entered[start : start + 500])
        found += rows.values_list("person", flat=True)
    return sorted(set(found))


def can_confirm(batch: Batch) -> tuple[bool, bool]:
    """Whether all lines can be entered, and whether some can."""
    counts = batch.counts
    some = batch.state == BatchState.OPEN and bool(batch.kept) and bool(counts.get("new"))
    return some and not counts.get("bad") and not counts.get("question"), some
