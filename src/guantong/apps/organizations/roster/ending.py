"""How posts end and how they are taken back, with whoever covers them: the rows alone, for the services that do it.

What has given its permits on a day before today can be ended and no more. What begins today or later can be taken back:
it was given by mistake, or ahead, and then it is as if it had never been given; the record keeps both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from guantong.apps.organizations.changing import ONE_DAY, check_year
from guantong.apps.organizations.models import Post
from guantong.core.refusal import Refused


@dataclass(frozen=True, slots=True)
class Over:
    """Posts that have ended, and posts that have been taken back and are no rows any more."""

    ended: list[Post]
    withdrawn: list[Post]


def finish(row: Post, until: date | None, today: date) -> Over:
    """Let a post end with the day `until`, or take it back where there is none; whoever covers it ends no later.

    A post still to begin is taken back by ending it before it begins; so is a cover not begun by then. Raises Refused:
    year_closed (of a past year), until_before_since, post_ended (it ends earlier already), post_begun (it is too late to
    take it back), cover_later (somebody covers it since a later day that has been).
    """
    if until is None and row.since < today:
        raise Refused("post_begun", since=row.since)
    if until is None or row.since > max(until, today):
        return Over([], withdraw(Post.objects.filter(pk=row.pk)))
    check_year(until + ONE_DAY, today)
    if until < row.since:
        raise Refused("until_before_since", since=row.since, until=until)
    if row.until is not None and row.until < until:
        raise Refused("post_ended", post=row.pk, on=row.until)
    covers = list(row.covered_by.select_related("organization").filter(until__gt=until).order_by("since"))
    late = [each for each in covers if each.since > until]
    if late and late[0].since < today:
        raise Refused("cover_later", since=late[0].since)
    ended = [row, *(each for each in covers if each.since <= until)]
    for each in ended:
        each.until = until
        each.save(update_fields=["until"])
    return Over(ended, withdraw(Post.objects.filter(pk__in=[each.pk for each in late])))


def withdraw(posts: QuerySet[Post]) -> list[Post]:
    """Take posts back, with whoever covers them; the rows that are gone, as they were.

    What was handed over from one of them says so no more.
    """
    gone = list(posts.select_related("organization").order_by("pk"))
    keys = {each.pk for each in gone}
    covers = Post.objects.filter(covers__in=keys).exclude(pk__in=keys)
    gone += covers.select_related("organization").order_by("pk")
    keys = {each.pk for each in gone}
    Post.objects.filter(covers__in=keys).update(covers=None)
    Post.objects.filter(handed_from__in=keys).update(handed_from=None)
    Post.objects.filter(pk__in=keys).delete()
    return gone
