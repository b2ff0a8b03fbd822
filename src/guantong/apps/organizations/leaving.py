"""Whether somebody has left: every post of theirs is over."""

from __future__ import annotations

from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.models import Post


def has_left(actor: Actor) -> bool:
    """Whether the actor held posts, holds none on the day, and none is still to begin.

    A post at an organization that is closed is over too. Somebody who never held one has not left. No query for
    whoever holds a post.
    """
    if actor.posts:
        return False
    begins = (
        Post.objects.filter(person=actor.person).values_list("since", flat=True).order_by("-since").first()
    )
    return begins is not None and begins <= actor.today
