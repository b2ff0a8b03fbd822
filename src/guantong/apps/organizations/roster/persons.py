"""Who is on the roster: persons entered and corrected, one by one or in bulk; the same rules for both.

Nobody corrects their own record: they ask for it (`apps.members`), and keep nothing but their contact themselves.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone

from guantong.apps.ledger.services import Act, append
from guantong.apps.organizations.access import Actor, Forbidden, NotFound, allowed, fetch
from guantong.apps.organizations.changing import lock_districts, lock_districts_of
from guantong.apps.organizations.models import Membership, Organization, Person, Sex
from guantong.apps.organizations.spelling import spelled
from guantong.core.matters import DIGITS_PER_LEVEL
from guantong.core.permits import next_path
from guantong.core.persons import MemberStatus
from guantong.core.refusal import Refused

YOUNGEST, OLDEST = 16, 110
"""Ages on a roster: from the least working age (Labour Law, article 15) to one beyond which a year is mistyped."""
_SEXES = frozenset(Sex.values)  # made once: Django makes it anew each time it is asked for
_LONGEST_NAME, _LONGEST_CONTACT = 50, 100
_BLANK = re.compile(r"\s+")
_BETWEEN_CHARACTERS = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody to be entered: `organization` by its id; `status` with the day since when, or neither.

    `another` says that whoever is on the roster by this name and birth year is somebody else.
    """

    name: str
    organization: int
    sex: str = ""
    birth_year: int | None = None
    contact: str = ""
    status: MemberStatus | None = None
    since: date | None = None
    another: bool = False


@dataclass(frozen=True, slots=True)
class Twin:
    """Somebody on the district's roster who may be the same person; `place` only where the actor sees them."""

    person: int | None
    place: str


def enter_person(
    actor: Actor | None,
    *,
    organization: int,
    name: str,
    sex: str = "",
    birth_year: int | None = None,
    contact: str = "",
    status: MemberStatus | None = None,
    since: date | None = None,
    another: bool = False,
    now: datetime,
) -> Person:
    """Put somebody on the roster of an organization; without an actor it is the installation that does it.

    Raises NotFound, Forbidden, and Refused: organization_closed, name_missing, name_long, sex_unknown,
    birth_year_wrong, text_too_long, status_missing, since_missing, day_ahead, person_twice (asked, not guessed: sent
    again with `another` it is somebody else).
    """
    new = NewPerson(name, organization, sex, birth_year, contact, status, since, another)
    with transaction.atomic():
        [person] = _enter(actor, [new], now, numbered=False)
        place = person.organization
        act = Act(place.path[:DIGITS_PER_LEVEL], place.pk, "person.entered", "person", person.pk)
        append([act], actor=actor.person if actor else None, now=now)
    return person


def enter_many(actor: Actor, rows: Sequence[NewPerson], now: datetime) -> list[int]:
    """Put many on the roster at once; their ids, in the order of `rows`. All of them, or none.

    As many queries for five thousand as for one, beside the rows that are written. Raises what `enter_person` does,
    a refusal with `row`, the index of the first row that cannot be entered; rows are held against each other too.
    """
    with transaction.atomic():
        persons = _enter(actor, rows, now, numbered=True)
        counts: defaultdict[tuple[str, int], int] = defaultdict(int)
        for each in persons:
            counts[each.organization.path, each.organization_id] += 1
        append(
            (
                Act(path[:DIGITS_PER_LEVEL], pk, "person.imported", "organization", pk, {"count": count})
                for (path, pk), count in sorted(counts.items())
            ),
            actor=actor.person,
            now=now,
        )
    return [each.pk for each in persons]


def correct_person(
    actor: Actor,
    *,
    person: int,
    name: str,
    sex: str = "",
    birth_year: int | None = None,
    contact: str = "",
    another: bool = False,
    now: datetime,
) -> Person:
    """Put right what the roster says of somebody.

    Raises NotFound, Forbidden, and Refused: own_record, name_missing, name_long, sex_unknown, birth_year_wrong,
    text_too_long, person_twice.
    """
    with transaction.atomic():
        row = lock_person(actor, person)
        new = _tidied(
            NewPerson(name, row.organization_id, sex, birth_year, contact, another=another), actor.today
        )
        changed = {
            field: value
            for field, value in (
                ("name", new.name),
                ("sex", new.sex),
                ("birth_year", new.birth_year),
                ("contact", new.contact),
            )
            if getattr(row, field) != value
        }
        if not changed:
            return row
        if changed.keys() & {"name", "birth_year"} and not another:
            _check_twins(twins(actor, [new], {new.organization: row.organization}, but=[row.pk]).get(0))
        _save(row, changed, actor, now)
    return row


def set_own_contact(actor: Actor, *, contact: str, now: datetime) -> Person:
    """Give one's own contact, or take it back with an empty one. Raises NotFound, and Refused("text_too_long")."""
    with transaction.atomic():
        row = Person.objects.select_for_update().filter(pk=actor.person).first()
        if row is None:
            raise NotFound
        contact = _contact(contact)
        if row.contact != contact:
            _save(row, {"contact": contact}, actor, now)
    return row


def lock_person(actor: Actor, person: int) -> Person:
    """The row of somebody else, for changing it, once nobody else is changing their district's roster.

    Raises NotFound, Forbidden, and Refused("own_record").
    """
    path = Person.objects.filter(pk=person).values_list("organization__path", flat=True).first()
    if path is None:
        raise NotFound
    lock_districts([path])  # before the row, as whoever closes an organization does
    row = Person.objects.select_for_update(of=("self",)).select_related("organization").get(pk=person)
    fetch(actor, "person.change", person)
    if person == actor.person:
        raise Refused("own_record")
    return row


def places_of(actor: Actor | None, permit: str, wanted: Collection[int]) -> dict[int, Organization]:
    """Organizations by id, for doing at each what `permit` names, once nobody else is changing their districts' rosters.

    Two queries, however many they are. Raises NotFound and Forbidden as `access.at` does.
    """
    lock_districts_of(set(wanted))
    rows = Organization.objects.in_bulk(set(wanted))
    for pk in wanted:
        if pk not in rows:
            raise NotFound
        if actor and not allowed(actor, permit, rows[pk].path):
            raise Forbidden if allowed(actor, "organization.see", rows[pk].path) else NotFound
    return rows


def twins(
    actor: Actor | None,
    rows: Sequence[NewPerson],
    places: Mapping[int, Organization],
    but: Collection[int] = (),
) -> dict[int, list[Twin]]:
    """Who on the rosters of their districts may be one of `rows`, by the row's index: one query.

    The name is the same, and so is the birth year, or one of the two is not known. Of somebody whom the actor does not
    see the name alone decides, whatever year is said: else the year could be found by trying.
    """
    districts = sorted({place.path[:DIGITS_PER_LEVEL] for place in places.values()})
    if not rows or not districts:
        return {}
    # one range over all districts asked about: nearly always there is one
    known = (
        called({each.name for each in rows})
        .filter(
            organization__path__gte=districts[0],
            organization__path__lt=next_path(districts[-1]),
        )
        .exclude(pk__in=but)
    )
    on_roster: defaultdict[tuple[str, str], list[tuple[Twin, int | None]]] = defaultdict(list)
    for pk, name, year, path, place in known.order_by("organization__path", "pk").values_list(
        "pk", "name", "birth_year", "organization__path", "organization__name"
    ):
        is_seen = actor is None or allowed(actor, "person.see", path)
        met = (Twin(pk, place), year) if is_seen else (Twin(None, ""), None)
        on_roster[path[:DIGITS_PER_LEVEL], name].append(met)
    found: dict[int, list[Twin]] = {}
    for index, row in enumerate(rows):
        district = places[row.organization].path[:DIGITS_PER_LEVEL]
        same = [
            twin for twin, year in on_roster.get((district, row.name), ()) if _same_year(year, row.birth_year)
        ]
        if same:
            found[index] = same
    return found


def called(names: Collection[str]) -> QuerySet[Person]:
    """Whoever bears one of many names.

    The name is asked for as a computed one: of an index by organization and name, SQLite would try every name in every
    organization, two million times for five thousand persons in four hundred.
    """
    return Person.objects.alias(called=Concat("name", Value(""))).filter(called__in=names)


def _enter(actor: Actor | None, rows: Sequence[NewPerson], now: datetime, *, numbered: bool) -> list[Person]:
    today = actor.today if actor else timezone.localdate(now)
    places = places_of(actor, "person.change", [each.organization for each in rows])
    tidy = []
    for index, each in enumerate(rows):
        place = places[each.organization]
        try:
            if place.closed_on is not None and place.closed_on <= today:
                raise Refused("organization_closed", organization=place.pk, on=place.closed_on)
            tidy.append(_tidied(each, today))
        except Refused as refused:
            _number(refused, index, numbered)
            raise
    known = twins(actor, tidy, places)
    within: defaultdict[tuple[str, str], list[NewPerson]] = defaultdict(list)
    for index, each in enumerate(tidy):
        place = places[each.organization]
        key = place.path[:DIGITS_PER_LEVEL], each.name
        doubles = [
            Twin(None, places[other.organization].name)
            for other in within[key]
            if _same_year(other.birth_year, each.birth_year)
        ]
        within[key].append(each)
        if not each.another:
            try:
                _check_twins([*known.get(index, ()), *doubles])
            except Refused as refused:
                _number(refused, index, numbered)
                raise
    persons = Person.objects.bulk_create(
        (
            Person(
                name=each.name,
                spelled=spelled(each.name),
                sex=each.sex,
                birth_year=each.birth_year,
                organization=places[each.organization],
                contact=each.contact,
            )
            for each in tidy
        ),
        batch_size=1000,
    )
    Membership.objects.bulk_create(
        (
            Membership(
                person=person,
                organization_id=each.organization,
                status=each.status.value,
                since=each.since,
            )
            for person, each in zip(persons, tidy, strict=True)
            if each.status and each.since
        ),
        batch_size=1000,
    )
    return persons


def _tidied(new: NewPerson, today: date) -> NewPerson:
    """The row as it is written, each of its fields checked."""
    name = tidy(new.name)
    if not name:
        raise Refused("name_missing")
    if len(name) > _LONGEST_NAME:
        raise Refused("name_long", length=len(name), most=_LONGEST_NAME)
    if new.sex and new.sex not in _SEXES:
        raise Refused("sex_unknown")
    first, last = today.year - OLDEST, today.year - YOUNGEST
    if new.birth_year is not None and not first <= new.birth_year <= last:
        raise Refused("birth_year_wrong", year=new.birth_year, first=first, last=last)
    if new.status is None and new.since is not None:
        raise Refused("status_missing")
    if new.status is not None and new.since is None:
        raise Refused("since_missing")
    if new.since is not None and new.since > today:
        raise Refused("day_ahead", day=new.since, today=today)
    return NewPerson(
        name,
        new.organization,
        new.sex,
        new.birth_year,
        _contact(new.contact),
        MemberStatus(new.status) if new.status else None,
        new.since,
        new.another,
    )


def tidy(name: str) -> str:
    """A name without the blanks with which tables align two characters: 张　三."""
    return _BETWEEN_CHARACTERS.sub("", _BLANK.sub(" ", name.strip()))


def _contact(text: str) -> str:
    text = _BLANK.sub(" ", text.strip())
    if len(text) > _LONGEST_CONTACT:
        raise Refused("text_too_long", length=len(text), most=_LONGEST_CONTACT)
    return text


def _same_year(one: int | None, other: int | None) -> bool:
    return one is None or other is None or one == other


def _check_twins(found: Sequence[Twin] | None) -> None:
    if not found:
        return
    named = list(dict.fromkeys(each.place for each in found if each.place))
    elsewhere = any(not each.place for each in found)
    places = "、".join([*named[:3], *(["本区其他单位"] if elsewhere else [])])
    raise Refused("person_twice", places=places, persons=[each.person for each in found if each.person])


def _number(refused: Refused, index: int, numbered: bool) -> None:
    if numbered:
        refused.facts["row"] = index


def _save(row: Person, changed: Mapping[str, object], actor: Actor, now: datetime) -> None:
    for field, value in changed.items():
        setattr(row, field, value)
    fields = list(changed)
    if "name" in changed:
        row.spelled = spelled(row.name)
        fields.append("spelled")
    row.save(update_fields=fields)
    place = row.organization
    # which fields, never what they say
    facts = {f"changes_{field}": True for field in changed}
    act = Act(place.path[:DIGITS_PER_LEVEL], place.pk, "person.corrected", "person", row.pk, facts)
    append([act], actor=actor.person, now=now)
