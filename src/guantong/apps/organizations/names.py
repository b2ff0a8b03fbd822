"""What a document calls those it addresses, and who is meant: names, aliases that were bound once, collective names."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from guantong.apps.ledger.services import Act, append
from guantong.apps.organizations.access import Actor, NotFound, at, visible
from guantong.apps.organizations.models import Alias, Group, Kind, Organization, SchoolStage
from guantong.apps.organizations.titles import Title, means_district, title_of
from guantong.core.matters import DIGITS_PER_LEVEL, is_below
from guantong.core.permits import next_path
from guantong.core.refusal import Refused

_LONGEST = 100
_PARTY = (Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.BRANCH)
_SCHOOLS = tuple(stage for stage in SchoolStage if stage is not SchoolStage.OFFICE)
_MIDDLE = (SchoolStage.JUNIOR, SchoolStage.SENIOR, SchoolStage.NINE_YEAR)
_STANDARD: Mapping[str, tuple[Sequence[Kind], Sequence[SchoolStage]]] = {
    # handed to the head of each unit, which hands on to the levels below it
    "各级党组织": (_PARTY, tuple(SchoolStage)),
    "各党组织": (_PARTY, tuple(SchoolStage)),
    "各基层党组织": (_PARTY, tuple(SchoolStage)),
    "各单位": (_PARTY, tuple(SchoolStage)),
    "各学校党组织": (_PARTY, _SCHOOLS),
    "各校党组织": (_PARTY, _SCHOOLS),
    "各学校": (_PARTY, _SCHOOLS),
    "各校": (_PARTY, _SCHOOLS),
    "各级各类学校": (_PARTY, _SCHOOLS),
    "各中小学": (_PARTY, (SchoolStage.PRIMARY, *_MIDDLE)),
    "各中学": (_PARTY, _MIDDLE),
    "各小学": (_PARTY, (SchoolStage.PRIMARY, SchoolStage.NINE_YEAR)),
    "各初中": (_PARTY, (SchoolStage.JUNIOR, SchoolStage.NINE_YEAR)),
    "各高中": (_PARTY, (SchoolStage.SENIOR,)),
    "各幼儿园": (_PARTY, (SchoolStage.KINDERGARTEN,)),
    "各职业学校": (_PARTY, (SchoolStage.VOCATIONAL,)),
    "各特殊教育学校": (_PARTY, (SchoolStage.SPECIAL,)),
    # at every level
    "各党委": ((Kind.COMMITTEE,), ()),
    "各党总支": ((Kind.GENERAL_BRANCH,), ()),
    "各党支部": ((Kind.BRANCH,), ()),
    "各支部": ((Kind.BRANCH,), ()),
    "各科室": ((Kind.SECTION,), ()),
}


@dataclass(frozen=True, slots=True)
class Resolution:
    """Whom names mean: for each the ids of organizations in official order, and the names that mean nobody yet.

    Both in the order in which the names were given, as they were written. An ambiguous name means nobody.
    """

    found: Mapping[str, tuple[int, ...]]
    unresolved: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Unit:
    """An open organization as names are held against it."""

    id: int
    path: str
    name: str
    kind: str
    stage: str
    heads_unit: bool  # nothing between it and the district has a stage: it is not a branch inside a school
    place: tuple[tuple[int, str], ...]  # by which official order sorts


class _Titled(NamedTuple):
    """An organization as its title is held against others: the kind its name ends with, if any, and its own."""

    id: int
    ending: Kind | None
    kind: str


def resolve(
    district: int | Organization, names: Sequence[str], *, groups: Sequence[Group] | None = None
) -> Resolution:
    """Say whom the names in a document of a district mean, in at most five queries whatever their number.

    The district and its `groups` are not read again where they are at hand: three queries then.

    Even widths and without spaces, a name means in this order: what it was bound to; the one open organization,
    in the district or guided by it, that is called so; a group; the one whose name says the same in its short or
    official form (禾梧中学, 禾梧中学党委, 中共禾梧中学委员会); the district, where the name is a usual one for a work
    committee. Raises NotFound for a district that is none.
    """
    place = _district(district)
    units = _units(place)
    wanted = {name: folded(name) for name in names}
    aliases = {
        alias.text: alias
        for alias in Alias.objects.filter(district=place, text__in=sorted(set(wanted.values())))
    }
    groups = list(Group.objects.filter(district=place)) if groups is None else groups
    members = _listed(groups)
    whole, stems = _by_name(units)
    own = folded(place.name)
    open_ids = {unit.id for unit in units}
    of_group = {group.pk: group for group in groups}
    called = {folded(group.name): group for group in groups}

    def meant(text: str) -> Collection[int]:
        alias = aliases.get(text)
        if alias and alias.organization_id is not None and alias.organization_id in open_ids:
            return [alias.organization_id]
        if alias and alias.group_id is not None:
            return _members(of_group[alias.group_id], units, members)
        if text in whole:
            return whole[text] if len(whole[text]) == 1 else ()
        if text in called:
            return _members(called[text], units, members)
        if titled := _titled(title_of(text), stems):
            return titled if len(titled) == 1 else ()
        return [place.pk] if place.pk in open_ids and means_district(text, own) else ()

    answers = {text: tuple(meant(text)) for text in set(wanted.values())}
    return Resolution(
        {name: answers[text] for name, text in wanted.items() if answers[text]},
        tuple(name for name, text in wanted.items() if not answers[text]),
    )


def meanings(district: Organization, groups: Iterable[Group]) -> Mapping[int, tuple[int, ...]]:
    """Whom groups of a district mean today: ids of open organizations in official order, by group; two queries."""
    groups, units = list(groups), _units(district)
    listed = _listed(groups)
    return {group.pk: tuple(_members(group, units, listed)) for group in groups}


def bind_name(
    actor: Actor,
    *,
    district: int,
    text: str,
    organization: int | None = None,
    group: int | None = None,
    now: datetime,
) -> Alias:
    """Remember whom a name means in the documents of a district: an organization or a group; the last word counts.

    Raises NotFound, Forbidden, and Refused: name_missing, name_long, meaning_not_one (neither or both are given),
    organization_unknown, organization_closed, other_district (and not guided by this one), group_unknown.
    """
    with transaction.atomic():
        place = _binding(actor, district)
        key = _checked(text)
        match organization, group:
            case int(), None:
                _check_units(actor, place, [organization])
            case None, int():
                if not Group.objects.filter(pk=group, district=place).exists():
                    raise Refused("group_unknown", group=group)
            case _:
                raise Refused("meaning_not_one")
        before = Alias.objects.filter(district=place, text=key).first()
        if before and (before.organization_id, before.group_id) == (organization, group):
            return before
        alias, _ = Alias.objects.update_or_create(
            district=place, text=key, defaults={"organization_id": organization, "group_id": group}
        )
        facts = {"organization": organization} if organization is not None else {"group": group}
        append(
            [Act(place.path, place.pk, "name.bound", "alias", alias.pk, facts)], actor=actor.person, now=now
        )
    return alias


def save_group(
    actor: Actor,
    *,
    district: int,
    name: str,
    kinds: Collection[str] = (),
    stages: Collection[str] = (),
    members: Collection[int] = (),
    now: datetime,
) -> Group:
    """Say what a collective name means: all of some kinds and stages, or the organizations listed; anew if it is known.

    Raises NotFound, Forbidden, and Refused: name_missing, name_long, group_empty, group_mixed (a list and kinds or
    stages), kind_unknown, stage_unknown, organization_unknown, organization_closed, other_district.
    """
    with transaction.atomic():
        place = _binding(actor, district)
        key = _checked(name)
        if not (kinds or stages or members):
            raise Refused("group_empty")
        if members and (kinds or stages):
            raise Refused("group_mixed")
        if strange := set(kinds) - set(Kind.values):
            raise Refused("kind_unknown", kind=min(strange))
        if strange := set(stages) - set(SchoolStage.values):
            raise Refused("stage_unknown", stage=min(strange))
        _check_units(actor, place, members)
        known = {folded(group.name): group for group in Group.objects.filter(district=place)}
        group = known.get(key) or Group(district=place, name=key)
        group.kinds = [kind.value for kind in Kind if kind in kinds]
        group.stages = [stage.value for stage in SchoolStage if stage in stages]
        group.save()
        group.members.set(members)
        _record_groups([group], actor.person, now, members=len(set(members)))
    return group


def standard_groups(district: int, *, now: datetime) -> int:
    """Give a new district the usual collective names; those it has already stay as they are.

    Returns how many were new. Raises NotFound.
    """
    with transaction.atomic():
        place = _district(district)
        known = {folded(name) for name in Group.objects.filter(district=place).values_list("name", flat=True)}
        fresh = [
            Group(district=place, name=name, kinds=[k.value for k in kinds], stages=[s.value for s in stages])
            for name, (kinds, stages) in _STANDARD.items()
            if name not in known
        ]
        _record_groups(Group.objects.bulk_create(fresh), None, now, members=0)
    return len(fresh)


def groups_of(district: int) -> list[Group]:
    """The collective names a district has, in order of name."""
    return list(Group.objects.filter(district=district).order_by("name"))


def folded(text: str) -> str:
    """A name as it is held against others: even widths, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _units(district: Organization) -> list[_Unit]:
    """The open organizations a document of the district may address, in official order; one query."""
    rows = Organization.objects.filter(
        Q(path__gte=district.path, path__lt=next_path(district.path)) | Q(guided_by=district), closed_on=None
    ).order_by("path")
    units: dict[str, _Unit] = {}
    in_unit: dict[str, bool] = {}
    for pk, path, name, kind, stage, order in rows.values_list(
        "pk", "path", "name", "kind", "stage", "order"
    ):
        inside = path.startswith(district.path)
        above = path[:-DIGITS_PER_LEVEL]
        place = units[above].place if above in units else ((0, "") if inside else (1, ""),)
        units[path] = _Unit(pk, path, name, kind, stage, not in_unit.get(above), (*place, (order, path)))
        in_unit[path] = (bool(stage) and path != district.path) or in_unit.get(above, False)
    return sorted(units.values(), key=lambda unit: unit.place)


def _by_name(units: Iterable[_Unit]) -> tuple[Mapping[str, list[int]], Mapping[str, list[_Titled]]]:
    """Ids by the whole name, and units by what is left of it without 中共 in front and its ending."""
    whole: defaultdict[str, list[int]] = defaultdict(list)
    stems: defaultdict[str, list[_Titled]] = defaultdict(list)
    for unit in units:
        name = folded(unit.name)
        whole[name].append(unit.id)
        title = title_of(name)
        stems[title.stem].append(_Titled(unit.id, title.kind, unit.kind))
    return whole, stems


def _titled(title: Title, stems: Mapping[str, Sequence[_Titled]]) -> list[int]:
    """Who is called so in another form: the same ending says the same; where one of the two has none, its kind does."""
    units = stems.get(title.stem, ())
    if title.kind is None:
        return [unit.id for unit in units]
    same = [unit.id for unit in units if unit.ending is title.kind]
    return same or [unit.id for unit in units if unit.ending is None and unit.kind == title.kind]


def _listed(groups: Iterable[Group]) -> Mapping[int, frozenset[int]]:
    """The ids listed in each group; one query."""
    listed: defaultdict[int, set[int]] = defaultdict(set)
    through = Group.members.through.objects.filter(group__in=[group.pk for group in groups])
    for group, organization in through.values_list("group_id", "organization_id"):
        listed[group].add(organization)
    return {group: frozenset(ids) for group, ids in listed.items()}


def _members(group: Group, units: Iterable[_Unit], listed: Mapping[int, frozenset[int]]) -> list[int]:
    if not group.kinds and not group.stages:
        chosen = listed.get(group.pk, frozenset())
        return [unit.id for unit in units if unit.id in chosen]
    return [
        unit.id
        for unit in units
        if (not group.kinds or unit.kind in group.kinds)
        and (not group.stages or (unit.stage in group.stages and unit.heads_unit))
    ]


def _district(district: int | Organization) -> Organization:
    if isinstance(district, int):
        place = Organization.objects.filter(pk=district, parent=None).first()
    else:
        place = district if district.parent_id is None else None
    if place is None:
        raise NotFound
    return place


def _binding(actor: Actor, district: int) -> Organization:
    place = at(actor, "name.bind", district)
    if place.parent_id is not None:
        raise NotFound
    return place


def _checked(text: str) -> str:
    key = folded(text)
    if not key:
        raise Refused("name_missing")
    if len(key) > _LONGEST:
        raise Refused("name_long", length=len(key), most=_LONGEST)
    return key


def _check_units(actor: Actor, district: Organization, ids: Collection[int]) -> None:
    """Each must be an open organization that the actor sees, in the district or guided by it."""
    rows = {row.pk: row for row in visible(actor, "organization.see").filter(pk__in=ids)}
    for pk in ids:
        row = rows.get(pk)
        if row is None:
            raise Refused("organization_unknown", organization=pk)
        if row.closed_on is not None:
            raise Refused("organization_closed", organization=pk, on=row.closed_on)
        inside = pk == district.pk or is_below(row.path, district.path)
        if not inside and row.guided_by_id != district.pk:
            raise Refused("other_district", organization=pk)


def _record_groups(groups: Iterable[Group], actor: int | None, now: datetime, *, members: int) -> None:
    acts = []
    for group in groups:
        facts = {"kinds": len(group.kinds), "stages": len(group.stages), "members": members}
        acts.append(Act(group.district.path, group.district.pk, "group.saved", "group", group.pk, facts))
    append(acts, actor=actor, now=now)
