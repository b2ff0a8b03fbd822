"""The tree as it changes, and as it stood on any day before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from guantong.apps.ledger.models import Entry
from guantong.apps.ledger.queries import faults
from guantong.apps.organizations import queries, tree
from guantong.apps.organizations.access import Actor, Forbidden, NotFound
from guantong.apps.organizations.models import Kind, Organization
from guantong.core.permits import Role, Standpoint
from guantong.core.refusal import Refused

from .make import DAY, make_organization

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 5, 8, tzinfo=UTC)


def clerk(place: Organization, today: date = DAY, role: Role = Role.PARTY_OFFICE) -> Actor:
    return Actor(1, (Standpoint(role, place.path),), today)


def found(parent: Organization, name: str, *, by: Actor, opened_on: date = date(2020, 1, 1)) -> Organization:
    return tree.found(by, parent.pk, name=name, kind=Kind.BRANCH, opened_on=opened_on, now=NOW)


@pytest.fixture
def district() -> Organization:
    return tree.found_district("云岫区委教育工委", opened_on=date(2020, 1, 1), now=NOW)


def test_a_name_once_borne_is_known_by_date(district: Organization) -> None:
    school = found(district, "甲小学党支部", by=clerk(district))
    tree.rename(clerk(district, DAY), school.pk, "甲小学党总支", now=NOW)
    tree.rename(clerk(district, DAY), school.pk, "甲小学党委", now=NOW)  # again on the same day
    tree.rename(clerk(district, DAY + timedelta(days=10)), school.pk, "甲学校党委", now=NOW)
    days = [DAY - timedelta(days=1), DAY, DAY + timedelta(days=9), DAY + timedelta(days=10)]
    names = [{each.id: each.name for each in tree.tree_on(day)}[school.pk] for day in days]
    assert names == ["甲小学党支部", "甲小学党委", "甲小学党委", "甲学校党委"]


def test_a_merged_school_is_gone_from_the_day_and_its_path_stays_its_own(district: Organization) -> None:
    old, new = (found(district, name, by=clerk(district)) for name in ("甲小学党支部", "乙小学党支部"))
    tree.close(clerk(district), old.pk, into=new.pk, now=NOW)
    assert [each.id for each in tree.tree_on(DAY)] == [district.pk, new.pk]
    assert old.pk in {each.id for each in tree.tree_on(DAY - timedelta(days=1))}
    assert list(new.absorbed.values_list("pk", flat=True)) == [old.pk]
    later = found(district, "甲小学党支部", by=clerk(district))
    assert later.path > new.path > old.path


def test_what_moves_takes_along_what_stands_under_it(district: Organization) -> None:
    first, second = (found(district, name, by=clerk(district)) for name in ("甲学校党委", "乙学校党委"))
    branch = found(second, "第一支部", by=clerk(second))
    tree.move(clerk(district), second.pk, first.pk, now=NOW)
    branch.refresh_from_db()
    assert branch.path == first.path + "0001" + "0001"
    before = {each.id: each.path for each in tree.tree_on(DAY - timedelta(days=1))}
    assert before[branch.pk] == second.path + "0001"
    fresh = found(district, "丙学校党委", by=clerk(district))
    assert fresh.path not in before.values()


def test_what_cannot_be_is_refused(district: Organization) -> None:
    school = found(district, "甲学校党委", by=clerk(district))
    branch = found(school, "第一支部", by=clerk(school))
    with pytest.raises(Refused, match="below_itself"):
        tree.move(clerk(district), school.pk, branch.pk, now=NOW)
    with pytest.raises(Refused, match="still_parent"):
        tree.close(clerk(district), school.pk, now=NOW)
    with pytest.raises(Refused, match="name_taken"):
        found(school, "第一支部", by=clerk(school))
    tree.close(clerk(district), branch.pk, now=NOW)
    with pytest.raises(Refused, match="organization_closed"):
        tree.rename(clerk(district), branch.pk, "第二支部", now=NOW)
    with pytest.raises(Refused, match="organization_closed"):
        found(branch, "第一小组", by=clerk(district))


def test_nobody_changes_themselves_a_neighbour_or_what_is_above(district: Organization) -> None:
    school, other = (found(district, name, by=clerk(district)) for name in ("甲学校党委", "乙学校党委"))
    branch = found(school, "第一支部", by=clerk(school))
    with pytest.raises(Forbidden):
        tree.rename(clerk(school), school.pk, "甲学校", now=NOW)
    with pytest.raises(Forbidden):
        tree.close(clerk(branch, role=Role.DISCIPLINE_GROUP), branch.pk, now=NOW)
    for target in (other, district):
        with pytest.raises(NotFound):
            tree.move(clerk(school), branch.pk, target.pk, now=NOW)
    elsewhere = make_organization(name="别区教育工委", kind=Kind.WORK_COMMITTEE)
    with pytest.raises(NotFound):
        tree.rename(clerk(elsewhere), school.pk, "甲学校", now=NOW)


def test_each_change_is_on_record_without_a_name(district: Organization) -> None:
    school = found(district, "甲学校党委", by=clerk(district))
    tree.rename(clerk(district), school.pk, "甲学校党总支", now=NOW)
    acts = Entry.objects.filter(chain=district.path).order_by("sequence").values_list("act", "facts")
    assert list(acts) == [
        ("organization.founded", {"on": "2020-01-01"}),
        ("organization.founded", {"parent": district.pk, "on": "2020-01-01"}),
        ("organization.renamed", {"on": DAY.isoformat()}),
    ]
    assert faults() == []


def test_guidance_is_given_across_lines_and_taken_back(district: Organization) -> None:
    street = tree.found_district("松风街道党工委", opened_on=date(2020, 1, 1), now=NOW)
    school = found(street, "丙幼儿园党支部", by=clerk(street))
    hidden = found(district, "甲学校党委", by=clerk(district))
    for by in (district.pk, None, district.pk):
        tree.guide(clerk(street), organization=school.pk, by=by, now=NOW)
        school.refresh_from_db()
        assert school.guided_by_id == by
    tree.guide(clerk(street), organization=school.pk, by=district.pk, now=NOW)  # nothing new, no entry
    acts = Entry.objects.filter(act="organization.guided", chain=street.path).order_by("sequence")
    assert [facts["by"] for facts in acts.values_list("facts", flat=True)] == [district.pk, None, district.pk]
    with pytest.raises(Refused, match="same_line"):
        tree.guide(clerk(street), organization=school.pk, by=street.pk, now=NOW)
    with pytest.raises(NotFound):
        tree.guide(clerk(street), organization=school.pk, by=hidden.pk, now=NOW)
    guiding = Standpoint(Role.PARTY_OFFICE, school.path, guided=True)
    with pytest.raises(Forbidden):  # whoever guides does not decide it
        tree.guide(Actor(1, (guiding,), DAY), organization=school.pk, by=None, now=NOW)
    tree.guide(None, organization=school.pk, by=hidden.pk, now=NOW)  # at installation
    tree.close(clerk(street), school.pk, now=NOW)
    with pytest.raises(Refused, match="organization_closed"):
        tree.guide(clerk(street), organization=school.pk, by=district.pk, now=NOW)


def test_another_district_guides_only_where_a_district_lets_it(district: Organization) -> None:
    street = tree.found_district("松风街道党工委", opened_on=date(2020, 1, 1), now=NOW)
    school = found(district, "甲学校党委", by=clerk(district))
    branch = found(school, "第一支部", by=clerk(school))
    section = found(school, "教务处", by=clerk(school))
    office = Actor(1, (Standpoint(Role.PARTY_OFFICE, school.path),), DAY)
    with pytest.raises(Refused, match="guide_elsewhere"):
        tree.guide(office, organization=branch.pk, by=street.pk, now=NOW)
    assert queries.guides_for(office, branch) == []
    Organization.objects.filter(pk=section.pk).update(kind=Kind.SECTION)
    assert queries.guides_for(office, branch) == [(section.pk, "教务处")]
    tree.guide(office, organization=branch.pk, by=section.pk, now=NOW)
    system = Actor(1, (Standpoint(Role.SYSTEM_ADMIN, district.path),), DAY)
    both = Actor(1, (*office.posts, Standpoint(Role.SECRETARY, street.path)), DAY)
    for actor in (clerk(district), system, both):
        branch.refresh_from_db()
        assert (street.pk, street.name) in queries.guides_for(actor, branch)
        tree.guide(actor, organization=branch.pk, by=street.pk, now=NOW)
        tree.guide(office, organization=branch.pk, by=street.pk, now=NOW)  # as it is
        tree.guide(office, organization=branch.pk, by=None, now=NOW)


def test_guidance_ends_where_the_line_itself_begins(district: Organization) -> None:
    first, second = (found(district, name, by=clerk(district)) for name in ("甲学校党委", "乙学校党委"))
    branch = found(second, "第一支部", by=clerk(second))
    other = found(district, "丙学校党委", by=clerk(district))
    for row in (branch, other):
        tree.guide(clerk(district), organization=row.pk, by=first.pk, now=NOW)
    tree.move(clerk(district), second.pk, first.pk, now=NOW)
    branch.refresh_from_db()
    other.refresh_from_db()
    assert branch.guided_by is None  # now it stands below
    assert other.guided_by == first
    last = Entry.objects.filter(chain=district.path).order_by("-sequence")[:2]
    assert [(each.act, each.object) for each in last] == [
        ("organization.guided", branch.pk),
        ("organization.moved", second.pk),
    ]
