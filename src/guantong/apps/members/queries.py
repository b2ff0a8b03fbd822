"""Reading the corrections: one's own, and those of one's desk."""

from __future__ import annotations

from django.db.models import QuerySet

from guantong.apps.members.models import Correction
from guantong.apps.organizations.access import Actor, Forbidden, NotFound, allowed


def own_corrections(actor: Actor) -> QuerySet[Correction]:
    """What somebody asked to have corrected in their own record, newest first, with the office that answers."""
    return Correction.objects.filter(person=actor.person).select_related("organization").order_by("-pk")


def correction_of(actor: Actor, pk: int) -> Correction:
    """A correction, for answering it by whoever keeps the record of the asker, wherever they are by now.

    Raises NotFound, Forbidden.
    """
    row = Correction.objects.select_related("person__organization", "organization").filter(pk=pk).first()
    if row is None or not allowed(actor, "person.see", row.person.organization.path):
        raise NotFound
    if not allowed(actor, "person.change", row.person.organization.path):
        raise Forbidden
    return row
