"""Laws of the tree on random trees and random changes: each day is seen later as it was, whatever has come since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guantong.apps.ledger.queries import faults
from guantong.apps.organizations import access, tree
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.models import Kind, Organization, PastPlace, Post
from guantong.core.permits import Role, Standpoint
from guantong.core.refusal import Refused

from .make import make_person, make_post

pytestmark = pytest.mark.django_db

FIRST = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
_QUIET = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
CHANGES = st.tuples(
    st.sampled_from(["found", "rename", "move", "move", "move", "close", "merge", "split", "reopen"]),
    st.integers(0, 6),
    st.integers(0, 6),
    st.integers(0, 1),  # days that pass before it
    st.integers(0, 2),  # days by which it is dated back
)


@dataclass
class Told:
    """What was so from which day on, as a list: the last that holds on a day counts."""

    names: list[tuple[date, str]] = field(default_factory=list)
    parents: list[tuple[date, int | None]] = field(default_factory=list)
    there: list[tuple[date, bool]] = field(default_factory=list)


class Model:
    """The tree as somebody would keep it who writes down every change with its day, and rubs nothing out."""

    def __init__(self, district: Organization) -> None:
        self.told = {district.pk: Told([(FIRST, district.name)], [(FIRST, None)], [(FIRST, True)])}

    def found(self, made: Organization) -> None:
        day, parent = made.opened_on, made.parent_id
        self.told[made.pk] = Told([(day, made.name)], [(day, parent)], [(day, True)])

    def on(self, day: date) -> set[tuple[int, str, int | None]]:
        """Whoever was there, by name, and below whom."""
        found = set()
        for pk, told in self.told.items():
            if [is_there for since, is_there in told.there if since <= day][-1:] == [True]:
                name = [name for since, name in told.names if since <= day][-1]
                parent = [parent for since, parent in told.parents if since <= day][-1]
                found.add((pk, name, parent))
        return found


def seen_on(day: date, district: Organization) -> set[tuple[int, str, int | None]]:
    """The same, as the tables have it; what stands on a day stands inside what stands above it on that day."""
    placed = tree.tree_on(day, district.path)
    at = {each.path: each.id for each in placed}
    assert len(at) == len(placed), "two at one place"
    assert all(each.path[:-4] in at for each in placed if len(each.path) > 4), "a child outside its parent"
    return {(each.id, each.name, at.get(each.path[:-4])) for each in placed}


Change = tuple[str, int, int, int, int]


def planted() -> tuple[Organization, Model, date]:
    """A district with two schools, one of them with two branches and the other with one; and the day after."""
    district = tree.found_district(f"教育工委{Organization.objects.count()}", opened_on=FIRST, now=NOW)
    model, by = Model(district), Actor(1, (Standpoint(Role.SYSTEM_ADMIN, district.path),), FIRST)
    made = [district]
    for number, above in enumerate((0, 0, 1, 1, 2)):
        made.append(
            tree.found(
                by,
                made[above].pk,
                name=f"单位{number}",
                kind=Kind.BRANCH,
                opened_on=FIRST,
                now=NOW,
            )
        )
        model.found(made[-1])
    return district, model, FIRST + timedelta(days=1)


def chosen(what: str, rows: list[Organization], number: int) -> Organization:
    """One with which it can be done as far as it depends on itself; any where there is none."""
    parents = {each.parent_id for each in rows if each.closed_on is None}

    def fits(each: Organization) -> bool:
        if what == "reopen":
            return each.closed_on is not None
        return each.closed_on is None and (what not in ("close", "merge") or each.pk not in parents)

    of = [each for each in rows if fits(each) and each.parent_id] or rows
    return of[number % len(of)]


def change(model: Model, district: Organization, wanted: Change, today: date, number: int) -> None:
    """Do what can be done, and write it down; a refusal changes nothing."""
    what, one, two, _, back = wanted
    by = Actor(1, (Standpoint(Role.SYSTEM_ADMIN, district.path),), today)
    rows = list(Organization.objects.filter(path__startswith=district.path).order_by("pk"))
    row = chosen(what, rows, one)
    others = [each for each in rows if each.closed_on is None and not each.path.startswith(row.path)]
    pk, other = row.pk, (others or rows)[two % len(others or rows)].pk
    on = today - timedelta(days=back)
    name, told = f"支部{number}", model.told[pk]
    try:
        match what:
            case "found":
                model.found(tree.found(by, pk, name=name, kind=Kind.BRANCH, opened_on=today, now=NOW))
            case "rename":
                tree.rename(by, pk, name, on=on, now=NOW)
                told.names.append((on, name))
            case "move":
                before = Organization.objects.get(pk=pk).parent_id
                tree.move(by, pk, other, on=on, now=NOW)
                if before != other:
                    told.parents.append((on, other))
            case "close" | "merge":
                tree.close(by, pk, into=other if what == "merge" else None, on=on, now=NOW)
                told.there.append((on, False))
            case "split":
                children = [each.pk for each in rows if each.parent_id == pk and each.closed_on is None][:1]
                made = tree.split(by, pk, name=name, kind=Kind.BRANCH, children=children, on=on, now=NOW)
                model.found(made)
                for child in children:
                    model.told[child].parents.append((on, made.pk))
            case "reopen":
                tree.reopen(by, pk, on=on, now=NOW)
                told.there.append((on, True))
    except Refused:
        return


@_QUIET
@given(changes=st.lists(CHANGES, min_size=4, max_size=14))
def test_any_day_is_seen_later_as_it_was_then(changes: list[Change]) -> None:
    district, model, today = planted()
    for number, wanted in enumerate(changes):
        today += timedelta(days=wanted[3])
        change(model, district, wanted, today, number)
    for days in range((today - FIRST).days + 1):
        day = FIRST + timedelta(days=days)
        assert seen_on(day, district) == model.on(day), day
    paths = Counter(path for path, _ in held_by(district))
    assert max(paths.values()) == 1, "a path that was held is never given to another"
    assert faults() == []


def held_by(district: Organization) -> set[tuple[str, int]]:
    """Every path that is or was held for a day, with who held it."""
    now = Organization.objects.filter(path__startswith=district.path).values_list("path", "pk")
    then = PastPlace.objects.filter(path__startswith=district.path).values_list("path", "organization")
    return {*now, *then}


@_QUIET
@given(changes=st.lists(CHANGES, min_size=2, max_size=10))
def test_no_grant_survives_the_closing_of_its_place(changes: list[Change]) -> None:
    """Not on any day after it, not when it is opened again, and wherever it stood."""
    district, model, today = planted()
    for number, wanted in enumerate(changes):
        today += timedelta(days=wanted[3])
        change(model, district, wanted, today, number)
        for place in Organization.objects.filter(path__startswith=district.path, posts=None, closed_on=None):
            make_post(make_person(place), place, Role.SECRETARY, since=place.opened_on)
    posts = Post.objects.filter(organization__path__startswith=district.path)
    for post in posts.select_related("organization"):
        place = post.organization
        closings = [since for since, is_there in model.told[place.pk].there if not is_there]
        for days in (0, 1, 30):
            day = today + timedelta(days=days)
            holds = bool(access.actor_of(post.person_id, day).posts)
            may = access.holders("organization.see", place.path, day).filter(pk=post.person_id).exists()
            assert holds == may == (not closings or post.until is None)
        if closings and post.until is not None:
            assert post.until == max(post.since, closings[0] - timedelta(days=1)) or len(closings) > 1


def test_a_part_of_the_tree_never_comes_below_itself_and_never_to_another_district() -> None:
    here, there = (
        tree.found_district(name, opened_on=FIRST, now=NOW) for name in ("甲教育工委", "乙教育工委")
    )
    posts = tuple(Standpoint(Role.SYSTEM_ADMIN, each.path) for each in (here, there))
    by = Actor(1, posts, FIRST)
    school = tree.found(by, here.pk, name="甲校党委", kind=Kind.COMMITTEE, opened_on=FIRST, now=NOW)
    branch = tree.found(by, school.pk, name="第一支部", kind=Kind.BRANCH, opened_on=FIRST, now=NOW)
    group = tree.found(by, branch.pk, name="第一小组", kind=Kind.BRANCH, opened_on=FIRST, now=NOW)
    for below in (school, branch, group):
        with pytest.raises(Refused, match="below_itself"):
            tree.move(by, school.pk, below.pk, now=NOW)
        with pytest.raises(Refused, match="below_itself"):
            tree.close(by, school.pk, into=below.pk, now=NOW)
    for into in (there,):
        with pytest.raises(Refused, match="other_district"):
            tree.move(by, branch.pk, into.pk, now=NOW)
        with pytest.raises(Refused, match="other_district"):
            tree.close(by, group.pk, into=into.pk, now=NOW)
    tree.close(by, group.pk, now=NOW)
    deeds: list[Callable[[], object]] = [
        lambda: tree.move(by, branch.pk, group.pk, now=NOW),
        lambda: tree.close(by, branch.pk, into=group.pk, now=NOW),
        lambda: tree.found(by, group.pk, name="无", kind=Kind.BRANCH, opened_on=FIRST, now=NOW),
    ]
    for deed in deeds:
        with pytest.raises(Refused, match=r"organization_closed|below_itself"):
            deed()


def test_what_would_stand_too_deep_stays_where_it_is() -> None:
    district = tree.found_district("甲教育工委", opened_on=FIRST, now=NOW)
    by = Actor(1, (Standpoint(Role.SYSTEM_ADMIN, district.path),), FIRST)
    lines: list[list[Organization]] = []
    for length in (8, 9):
        line = [district]
        for n in range(length):
            line.append(
                tree.found(by, line[-1].pk, name=f"{length}-{n}", kind=Kind.BRANCH, opened_on=FIRST, now=NOW)
            )
        lines.append(line[1:])
    with pytest.raises(Refused, match="tree_full"):
        tree.move(by, lines[1][0].pk, lines[0][-1].pk, now=NOW)
    assert not PastPlace.objects.exists()
    tree.move(by, lines[1][1].pk, lines[0][-2].pk, now=NOW)
    lines[1][-1].refresh_from_db()
    assert len(lines[1][-1].path) == 64
