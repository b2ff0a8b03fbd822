"""Reading what was asked and answered."""

from __future__ import annotations

from collections.abc import Collection

from guantong.apps.replies.models import Reply


def replies_to(noun: str, objects: Collection[int]) -> list[Reply]:
    """The replies to some matters of one kind, oldest first."""
    return list(Reply.objects.filter(noun=noun, object__in=objects).order_by("pk"))
