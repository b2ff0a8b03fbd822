"""Writing a reply and deciding on it: called by the services of the matter, which check the permits."""

from __future__ import annotations

from datetime import datetime

from guantong.apps.organizations.access import Actor
from guantong.apps.replies.models import Kind, Outcome, Reply
from guantong.core.refusal import Refused

LONGEST = 2000


def write_reply(
    actor: Actor,
    *,
    organization: int,
    noun: str,
    about: int,
    kind: Kind,
    text: str,
    proposed: int | None = None,
    now: datetime,
) -> Reply:
    """Put a reply on the matter. Raises Refused("text_long"), Refused("reply_waits") while one of its kind is open."""
    check_text(text)
    if Reply.objects.filter(noun=noun, object=about, kind=kind, outcome=Outcome.OPEN).exists():
        raise Refused("reply_waits", kind=kind.value)
    return Reply.objects.create(
        organization_id=organization,
        noun=noun,
        object=about,
        kind=kind,
        text=text.strip(),
        proposed=proposed,
        made_by=actor.person,
        made_at=now,
    )


def decide_replies(
    actor: Actor, *, noun: str, about: int, kind: Kind, accepted: bool, decision: str = "", now: datetime
) -> int:
    """Decide on the open reply of a kind to a matter; how many there were (none or one)."""
    check_text(decision)
    return Reply.objects.filter(noun=noun, object=about, kind=kind, outcome=Outcome.OPEN).update(
        outcome=Outcome.ACCEPTED if accepted else Outcome.REFUSED,
        decision=decision.strip(),
        decided_by=actor.person,
        decided_at=now,
    )


def decide_reply(actor: Actor, *, reply: int, accepted: bool, decision: str = "", now: datetime) -> bool:
    """Decide on one reply; False where that was done already."""
    check_text(decision)
    return bool(
        Reply.objects.filter(pk=reply, outcome=Outcome.OPEN).update(
            outcome=Outcome.ACCEPTED if accepted else Outcome.REFUSED,
            decision=decision.strip(),
            decided_by=actor.person,
            decided_at=now,
        )
    )


def check_text(text: str) -> None:
    """Raises Refused("text_long")."""
    if len(text) > LONGEST:
        raise Refused("text_long", most=LONGEST, length=len(text))
