"""Asking for a correction of one's own record, and answering it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from guantong.apps.ledger.services import Act, append
from guantong.apps.members.models import Correction, Outcome
from guantong.apps.members.queries import correction_of
from guantong.apps.notices.services import ToDo, raise_notices, settle_notices
from guantong.apps.organizations.access import Actor, NotFound
from guantong.apps.organizations.models import Organization, Person, Post
from guantong.core.matters import DIGITS_PER_LEVEL
from guantong.core.permits import PERMITS
from guantong.core.refusal import Refused

CODE, PERMIT = "person.correct", "person.change"
LONGEST = 1000


def ask_correction(actor: Actor, *, text: str, now: datetime) -> Correction:
    """Say what is wrong in one's own record; it lies at the desk of the nearest office with somebody else in it.

    Raises NotFound (the actor is on no roster), and Refused: text_missing, text_too_long, correction_waits.
    """
    text = _text(text)
    with transaction.atomic():
        person = Person.objects.select_related("organization").filter(pk=actor.person).first()
        if person is None:
            raise NotFound
        desk = _desk(person, actor.today)
        try:
            with transaction.atomic():
                row = Correction.objects.create(person=person, organization=desk, text=text, asked_at=now)
        except IntegrityError:
            raise Refused("correction_waits") from None
        raise_notices([ToDo(desk.pk, PERMIT, CODE, row.pk, person.organization.name)], now=now)
        _record(row, "correction.asked", actor, now)
    return row


def settle_correction(
    actor: Actor, *, correction: int, corrected: bool, answer: str, now: datetime
) -> Correction:
    """Answer what somebody asked for: the record has been put right, or stays as it is, and why.

    Raises NotFound, Forbidden, and Refused: own_record, text_missing, text_too_long, correction_settled.
    """
    answer = _text(answer)
    correction_of(actor, correction)
    with transaction.atomic():
        row = Correction.objects.select_for_update().get(pk=correction)
        if row.person_id == actor.person:
            raise Refused("own_record")
        if row.outcome != Outcome.OPEN:
            raise Refused("correction_settled")
        row.outcome = Outcome.CORRECTED if corrected else Outcome.KEPT
        row.answer, row.settled_at, row.settled_by = answer, now, actor.person
        row.save(update_fields=["outcome", "answer", "settled_at", "settled_by"])
        settle_notices(CODE, [row.pk], by=actor.person, now=now)
        _record(row, "correction.settled", actor, now, corrected=corrected)
    return row


def _text(text: str) -> str:
    text = text.strip()
    if not text:
        raise Refused("text_missing")
    if len(text) > LONGEST:
        raise Refused("text_too_long", length=len(text), most=LONGEST)
    return text


def _desk(person: Person, today: date) -> Organization:
    """The nearest organization, upwards, where somebody else may change the roster; the top one where nobody does."""
    path = person.organization.path
    above = [path[:end] for end in range(DIGITS_PER_LEVEL, len(path) + 1, DIGITS_PER_LEVEL)]
    roles = {role for grant in PERMITS[PERMIT] for role in grant.roles}
    manned = (
        Post.objects.filter(Q(until=None) | Q(until__gte=today), since__lte=today)
        .filter(organization__path__in=above, organization__closed_on=None, role__in=sorted(roles))
        .exclude(person=person)
    )
    nearest = manned.order_by("-organization__path").values_list("organization__path", flat=True).first()
    return Organization.objects.get(path=nearest or above[0])


def _record(row: Correction, act: str, actor: Actor, now: datetime, **facts: bool) -> None:
    place = row.organization
    entry = Act(place.path[:DIGITS_PER_LEVEL], place.pk, act, "correction", row.pk, facts)
    append([entry], actor=actor.person, now=now)
