"""Laws of open work on random trees: a move keeps sums, and no change touches what is closed or the figures of the past."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guantong.apps.directives.models import Assignment, Directive, DirectiveClause, Receipt, Terms
from guantong.apps.directives.services.ending import is_open
from guantong.apps.documents.models import Clause, Document
from guantong.apps.organizations import tree
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.models import Kind, Organization
from guantong.apps.organizations.tree import Work
from guantong.core.matters import is_below
from guantong.core.permits import Role, Standpoint
from guantong.core.refusal import Refused

from .make import make_organization
from .road import DUE, at

pytestmark = pytest.mark.django_db

ISSUED = date(2026, 3, 2)
NOW = at(ISSUED)
WAYS = ("issued", "signed", "adopted", "acted", "reported", "verified", "exempted")
PLACES = ((0,), (0,), (0, 1), (0, 1), (0, 2), (0, 2, 5))  # from the top down, each by what stands above it
STATES = st.lists(
    st.lists(st.sampled_from(["", "root", "part", "part"]), min_size=2, max_size=2),
    min_size=len(PLACES),
    max_size=len(PLACES),
)
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["move", "move", "split", "merge", "merge", "close"]),
        st.integers(0, 9),
        st.integers(0, 9),
    ),
    min_size=1,
    max_size=6,
)
_QUIET = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)


def planted() -> tuple[Organization, list[Organization]]:
    district = make_organization(name=f"教育工委{Organization.objects.count()}", kind=Kind.WORK_COMMITTEE)
    made = [district]
    for number, above in enumerate(PLACES):
        made.append(make_organization(made[above[-1]], name=f"单位{number}", kind=Kind.COMMITTEE))
    return district, made[1:]


def handed_down(
    district: Organization, places: list[Organization], how: list[list[str]], ways: list[str]
) -> Directive:
    """Two clauses; each organization has of each a task of its own, a part of what lies above it, or nothing."""
    document = Document.objects.create(
        organization=district, title="通知", sha256=district.name, text="", reader="", made_at=NOW, made_by=1
    )
    directive = Directive.objects.create(
        document=document,
        issuer=district,
        title="通知",
        state="issued",
        issued_on=ISSUED,
        drafted_by=1,
        made_at=NOW,
    )
    terms = Terms.objects.create(indicator="milestone", due=DUE)
    for nth in range(2):
        clause = Clause.objects.create(
            document=document,
            code=f"c{nth}",
            position=nth,
            start=nth,
            end=nth + 1,
            text="",
            kind="duty",
            state="confirmed",
        )
        asked = DirectiveClause.objects.create(
            directive=directive, clause=clause, position=nth, kind="duty", terms=terms
        )
        made: dict[int | None, Assignment] = {}
        for number, place in enumerate(places):
            whole = made.get(place.parent_id)
            as_what, way = how[number][nth], ways[(number * 2 + nth) % len(ways)]
            if as_what == "root" or (as_what == "part" and whole is not None):
                made[place.pk] = _one(asked, terms, place, way, whole if as_what == "part" else None)
    return directive


def _one(
    asked: DirectiveClause, terms: Terms, place: Organization, way: str, whole: Assignment | None
) -> Assignment:
    reached = WAYS.index(way)
    receipt, _ = Receipt.objects.get_or_create(
        directive=asked.directive,
        organization=place,
        defaults={"handed_on": ISSUED, "sign_by": ISSUED, "signed_on": ISSUED},
    )
    if whole is not None:
        Assignment.objects.filter(pk=whole.pk).update(is_split=True)
    closed = way in ("verified", "exempted")
    return Assignment.objects.create(
        directive=asked.directive,
        clause=asked,
        receipt=receipt,
        organization=place,
        path=place.path,
        level=len(place.path) // 4,
        parent=whole,
        state=way,
        counted=int(way != "exempted"),
        indicator="milestone",
        assigned_terms=terms,
        adopted_terms=terms if reached >= 2 else None,
        due=DUE,
        handed_on=ISSUED,
        sign_by=ISSUED,
        adopt_by=ISSUED,
        signed_on=ISSUED if reached >= 1 else None,
        closed_on=ISSUED if closed else None,
    )


def change(district: Organization, wanted: tuple[str, int, int], today: date) -> bool:
    """Do it where it can be done; whether it was."""
    (what, one, two), now = wanted, at(today)
    by = Actor(1, (Standpoint(Role.SYSTEM_ADMIN, district.path),), today)
    rows = Organization.objects.filter(path__startswith=district.path, closed_on=None)
    own = list(rows.exclude(pk=district.pk).order_by("pk"))
    if what in ("merge", "close"):
        own = [each for each in own if not each.children.filter(closed_on=None).exists()]
    row = own[one % len(own)]
    others = [each for each in rows.order_by("pk") if not each.path.startswith(row.path)]
    other = others[two % len(others)].pk
    try:
        if what == "move":
            tree.move(by, row.pk, other, now=now)
        elif what == "split":
            children = list(row.children.filter(closed_on=None).values_list("pk", flat=True)[:1])
            name = f"分出{Organization.objects.count()}"
            tree.split(by, row.pk, name=name, kind=Kind.COMMITTEE, children=children, now=now)
        elif what == "merge":
            tree.close(by, row.pk, into=other, work=Work.HAND_OVER, now=now)
        else:
            tree.close(by, row.pk, now=now)
    except Refused:
        return False
    return True


@_QUIET
@given(how=STATES, ways=st.lists(st.sampled_from(WAYS), min_size=5, max_size=12), changes=CHANGES)
def test_open_work_follows_the_tree_and_the_past_stays(
    how: list[list[str]], ways: list[str], changes: list[tuple[str, int, int]]
) -> None:
    district, places = planted()
    directive = handed_down(district, places, how, ways)
    rows = Assignment.objects.filter(directive=directive)
    for number, wanted in enumerate(changes, 1):
        today = ISSUED + timedelta(days=number)
        closed = rows.exclude(is_open()).order_by("pk")
        stood = list(closed.values("pk", "organization", "path", "level", "state", "counted"))
        figures, eve = (
            _by_path(rows.exclude(is_open())),
            tree.tree_on(today - timedelta(days=1), district.path),
        )
        counted, total = rows.filter(counted=1).count(), rows.count()
        kept = [each["pk"] for each in stood]
        if not change(district, wanted, today):
            continue
        # what was closed is where it was, and so are the figures of the places where it was done
        assert list(closed.filter(pk__in=kept).values(*stood[0]) if stood else []) == stood
        assert _by_path(closed.filter(pk__in=kept)) == figures
        assert tree.tree_on(today - timedelta(days=1), district.path) == eve
        assert rows.count() == total
        lost = rows.filter(state__in=["merged", "withdrawn"], closed_on=today).exclude(pk__in=kept).count()
        assert rows.filter(counted=1).count() == counted - lost
        if wanted[0] in ("move", "split"):
            assert lost == 0, "a move keeps sums"
        _check_open(rows)


def _by_path(rows: object) -> Counter[str]:
    """How many are counted at and below every path."""
    told: Counter[str] = Counter()
    for path in rows.filter(counted=1).values_list("path", flat=True):  # type: ignore[attr-defined]
        told.update(path[:end] for end in range(4, len(path) + 1, 4))
    return told


def _check_open(rows: object) -> None:
    """It lies at an open organization, on its path, once for a clause, as a part of what lies above it."""
    found = rows.filter(is_open()).select_related("organization", "receipt", "parent__organization")  # type: ignore[attr-defined]
    asked: Counter[tuple[int, int]] = Counter()
    for row in found:
        assert row.organization.closed_on is None
        assert (row.path, row.level) == (row.organization.path, len(row.path) // 4)
        assert row.receipt.organization_id == row.organization_id
        assert row.parent is None or is_below(row.path, row.parent.organization.path)
        assert row.parent is None or row.parent.is_split
        asked[row.organization_id, row.clause_id] += 1
    assert max(asked.values(), default=1) == 1
    for whole in rows.filter(is_split=True):  # type: ignore[attr-defined]
        assert whole.parts.exists(), "nothing waits for parts that are not its own any more"
