"""The collective names of a district as people keep them: what each means today, what points to it, letting it go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from guantong.apps.ledger.services import Act, append
from guantong.apps.organizations.access import Actor, NotFound, allowed, at
from guantong.apps.organizations.models import Alias, Group, Organization
from guantong.apps.organizations.names import meanings
from guantong.core.matters import DIGITS_PER_LEVEL


@dataclass(frozen=True, slots=True)
class Meaning:
    """A collective name, the ids of the organizations it means today in official order, and how many names mean it."""

    group: Group
    members: tuple[int, ...]
    aliases: int

    @property
    def scope(self) -> str:
        """What it takes in, in words: 党委、党支部，小学、初中."""
        kinds = "、".join(str(Organization(kind=kind).get_kind_display()) for kind in self.group.kinds)
        stages = "、".join(str(Organization(stage=stage).get_stage_display()) for stage in self.group.stages)
        return "，".join(filter(None, (kinds, stages))) or "逐个列出"


def own_district(actor: Actor) -> Organization:
    """The district whose collective names the actor keeps. Raises NotFound, Forbidden."""
    tops = dict.fromkeys(post.path[:DIGITS_PER_LEVEL] for post in actor.posts if not post.guided)
    path = next((top for top in tops if allowed(actor, "name.bind", top)), next(iter(tops), ""))
    row = Organization.objects.filter(path=path, parent=None).first()
    if row is None:
        raise NotFound
    return at(actor, "name.bind", row.pk)


def group_of(actor: Actor, pk: int) -> Group:
    """A collective name of a district where the actor keeps them. Raises NotFound, Forbidden."""
    row = Group.objects.select_related("district").filter(pk=pk).first()
    if row is None:
        raise NotFound
    at(actor, "name.bind", row.district_id)
    return row


def meanings_of(district: Organization) -> list[Meaning]:
    """The collective names of a district in order of name, with whom each means today; three queries."""
    groups = list(
        Group.objects.filter(district=district).annotate(known_as=Count("aliases")).order_by("name")
    )
    members = meanings(district, groups)
    return [Meaning(group, members[group.pk], group.known_as) for group in groups]


def names_bound(group: Group) -> list[str]:
    """What documents call it: the names that were bound to it, in order."""
    return list(Alias.objects.filter(group=group).order_by("text").values_list("text", flat=True))


def meaning_of(group: Group) -> Meaning:
    """Whom one collective name means today."""
    return Meaning(group, meanings(group.district, [group])[group.pk], group.aliases.count())


def named(ids: Sequence[int]) -> Mapping[int, Organization]:
    """Organizations by key, each with its parent, for a page of a list."""
    return Organization.objects.select_related("parent").in_bulk(ids)


def pass_names(closed: Organization, heir: Organization) -> dict[str, int]:
    """Let the names that were bound to an organization mean its heir, and the heir stand for it in lists of groups.

    Only where documents of the district may address the heir; elsewhere a name means nobody once it is closed. How many
    names and lists that were, each where there are any. A list that holds the heir already holds it once.
    """
    top = Organization.objects.filter(path=heir.path[:DIGITS_PER_LEVEL])
    districts = list(top.values_list("pk", flat=True))
    if heir.guided_by_id is not None:
        districts.append(heir.guided_by_id)
    names = Alias.objects.filter(organization=closed, district__in=districts).update(organization=heir)
    groups = list(Group.objects.filter(members=closed))
    for group in groups:
        group.members.remove(closed)
        if group.district_id in districts:
            group.members.add(heir)
    return {word: count for word, count in (("names", names), ("groups", len(groups))) if count}


def delete_group(actor: Actor, *, group: int, now: datetime) -> int:
    """Forget a collective name, and with it the names that were bound to it; how many those were.

    Raises NotFound, Forbidden.
    """
    with transaction.atomic():
        row = group_of(actor, group)
        bound = row.aliases.count()
        district, facts = row.district, {"aliases": bound}
        act = Act(district.path, district.pk, "group.deleted", "group", row.pk, facts)
        row.delete()
        append([act], actor=actor.person, now=now)
    return bound
