"""Whether somebody has left: they are off the roster, or every post of theirs is over."""

from __future__ import annotations

from django.db.models import Max

from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.models import Person


def has_left(actor: Actor) -> bool:
    """Whether the actor holds no post on the day, and is off the roster or held posts of which none is still to begin.

    A post at an organization that is closed is over too. Somebody on the roster who never held one has not left. No
    query for whoever holds a post: nobody off the roster does.
    """
    if actor.posts:
        return False
    rows = Person.objects.filter(pk=actor.person).annotate(begins=Max("posts__since"))
    left_on, begins = rows.values_list("left_on", "begins").first() or (None, None)
    is_off = left_on is not None and left_on <= actor.today
    return is_off or (begins is not None and begins <= actor.today)
