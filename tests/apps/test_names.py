"""Whom the names in a document mean, and what of it is remembered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from guantong.apps.ledger.models import Entry
from guantong.apps.ledger.queries import faults
from guantong.apps.organizations import names
from guantong.apps.organizations.access import Actor, Forbidden, NotFound
from guantong.apps.organizations.models import Alias, Group, Kind, Organization, SchoolStage
from guantong.apps.organizations.names import Resolution, resolve
from guantong.core.permits import Role, Standpoint
from guantong.core.refusal import Refused

from .make import DAY, make_organization

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 5, 8, tzinfo=UTC)
NOBODY = 10**9


def make_unit(parent: Organization | None, name: str, kind: Kind, stage: str = "") -> Organization:
    unit = make_organization(parent, name=name, kind=kind)
    unit.stage = stage
    unit.save()
    return unit


def members(group: Group) -> tuple[int, ...]:
    return names.meanings(group.district, [group])[group.pk]


@pytest.fixture
def district() -> Organization:
    return make_unit(None, "云岫区委教育工委", Kind.WORK_COMMITTEE)


@pytest.fixture
def units(district: Organization) -> dict[str, Organization]:
    """A secondary school with two branches, a small primary school, an office with its branch, a section."""
    made = {"中学": make_unit(district, "云岫一中党委", Kind.COMMITTEE, SchoolStage.SENIOR)}
    for name in ("第一党支部", "第二党支部"):
        made[name] = make_unit(made["中学"], name, Kind.BRANCH, SchoolStage.SENIOR)
    made["小学"] = make_unit(district, "松风小学党支部", Kind.BRANCH, SchoolStage.PRIMARY)
    made["机关"] = make_unit(district, "教育局机关党总支", Kind.GENERAL_BRANCH, SchoolStage.OFFICE)
    made["机关支部"] = make_unit(made["机关"], "第一党支部", Kind.BRANCH, SchoolStage.OFFICE)
    made["科室"] = make_unit(district, "宣传科", Kind.SECTION)
    return made


def clerk(place: Organization, role: Role = Role.SECTION_STAFF) -> Actor:
    return Actor(1, (Standpoint(role, place.path),), DAY)


def bind(district: Organization, text: str, **meaning: Any) -> Alias:
    return names.bind_name(clerk(district), district=district.pk, text=text, now=NOW, **meaning)


def save(district: Organization, name: str, **meaning: Any) -> Group:
    return names.save_group(clerk(district), district=district.pk, name=name, now=NOW, **meaning)


def one(district: Organization, name: str) -> tuple[int, ...]:
    found = resolve(district.pk, [name])
    assert found.unresolved == (() if name in found.found else (name,))
    return found.found.get(name, ())


def ids(*units: Organization) -> tuple[int, ...]:
    return tuple(unit.pk for unit in units)


def test_whole_names_and_names_without_their_suffix(
    district: Organization, units: dict[str, Organization]
) -> None:
    for name in ("云岫一中党委", "云岫一中", "云岫 一中　党委"):
        assert one(district, name) == ids(units["中学"]), name
    assert one(district, "宣传科") == ids(units["科室"])
    assert one(district, "第二") == one(district, "第二党支部") == ids(units["第二党支部"])
    for name in ("第一党支部", "第一", "云岫二中", "云岫一中党总支", "", " "):
        assert one(district, name) == (), name
    asked = ["宣传科", "云岫二中", "宣传科", "第一"]
    assert resolve(district.pk, asked) == Resolution({"宣传科": ids(units["科室"])}, ("云岫二中", "第一"))


FORMS = {
    Kind.COMMITTEE: "禾梧中学党委 禾梧中学党委会 禾梧中学委员会 中共禾梧中学委员会 中国共产党禾梧中学委员会",
    Kind.GENERAL_BRANCH: "禾梧中学党总支 禾梧中学总支部 中共禾梧中学总支部委员会 中国共产党禾梧中学总支部委员会",
    Kind.BRANCH: "禾梧中学党支部 禾梧中学支部 中共禾梧中学支部委员会 中国共产党禾梧中学支部委员会",
}


@pytest.mark.parametrize("kind", FORMS)
def test_short_and_official_names_find_each_other(district: Organization, kind: Kind) -> None:
    forms = ["禾梧中学", *FORMS[kind].split()]
    others = [name for other, names in FORMS.items() if other is not kind for name in names.split()]
    unit = make_unit(district, "禾梧中学", kind)
    for called in forms:
        Organization.objects.filter(pk=unit.pk).update(name=called)
        for name in forms:
            assert one(district, name) == ids(unit), (called, name)
        for name in others:
            assert one(district, name) == (), (called, name)


def test_a_name_that_two_may_have_in_another_form_means_nobody(district: Organization) -> None:
    committee = make_unit(district, "禾梧中学党委", Kind.COMMITTEE)
    branch = make_unit(district, "禾梧中学党支部", Kind.BRANCH)
    assert one(district, "禾梧中学") == one(district, "中共禾梧中学") == ()
    assert one(district, "中共禾梧中学委员会") == ids(committee)
    assert one(district, "中共禾梧中学支部委员会") == ids(branch)
    make_unit(district, "中共禾梧中学委员会", Kind.COMMITTEE)
    assert one(district, "禾梧中学委员会") == ()
    assert one(district, "禾梧中学党委") == ids(committee)  # called exactly so
    make_unit(district, "宣传科", Kind.SECTION)
    assert one(district, "宣传科党支部") == one(district, "委员会") == one(district, "中共") == ()


@pytest.mark.parametrize(
    "called", ["云岫区委教育工委", "云岫教育工委", "教育工委", "中共云岫区委教育工作委员会"]
)
def test_the_district_by_its_usual_names(district: Organization, called: str) -> None:
    Organization.objects.filter(pk=district.pk).update(name=called)
    for name in (
        "教育工委",
        "区委教育工委",
        "云岫区委教育工委",
        "云岫区教育工委",
        "我区教育工委",
        "中共云岫区委教育工作委员会",
        "教育工作委员会",
        "工委",
        "局党组",
        "区教育局党组",
    ):
        assert one(district, name) == ids(district), name
    for name in ("市委教育工委", "各区教育工委", "区委", "教育局", "街道党工委", "宣传部"):
        assert one(district, name) == (), name
    if called != "教育工委":
        assert one(district, "中共禾梧区委教育工作委员会") == ()
    office = make_unit(district, "局党组", Kind.COMMITTEE)
    assert one(district, "局党组") == ids(office)


def test_another_work_committee_is_no_committee_for_education(district: Organization) -> None:
    Organization.objects.filter(pk=district.pk).update(name="岚汀街道党工委")
    assert one(district, "教育工委") == one(district, "区教育局党组") == ()
    assert one(district, "工委") == ids(district)


def test_widths_are_even(district: Organization) -> None:
    unit = make_unit(district, "第１实验学校（东区）党委", Kind.COMMITTEE, SchoolStage.NINE_YEAR)
    assert one(district, "第1实验学校(东区)") == ids(unit)


def test_a_bound_name_is_remembered_and_the_last_word_counts(
    district: Organization, units: dict[str, Organization]
) -> None:
    bind(district, "一 中", organization=units["中学"].pk)
    assert one(district, "一中") == ids(units["中学"])
    bind(district, "一中", organization=units["小学"].pk)
    bind(district, "一中", organization=units["小学"].pk)  # nothing new
    assert one(district, "一中") == ids(units["小学"])
    group = save(district, "试点学校", members=ids(units["小学"], units["中学"]))
    bind(district, "一中", group=group.pk)
    assert one(district, "一中") == one(district, "试点学校") == ids(units["中学"], units["小学"])
    bind(district, "宣传科", organization=units["机关"].pk)  # a person's word goes before the name itself
    assert one(district, "宣传科") == ids(units["机关"])
    acts = Entry.objects.filter(chain=district.path).order_by("sequence").values_list("act", "facts")
    assert list(acts) == [
        ("name.bound", {"organization": units["中学"].pk}),
        ("name.bound", {"organization": units["小学"].pk}),
        ("group.saved", {"kinds": 0, "stages": 0, "members": 2}),
        ("name.bound", {"group": group.pk}),
        ("name.bound", {"organization": units["机关"].pk}),
    ]
    assert faults() == []


def test_what_is_closed_is_never_meant(district: Organization, units: dict[str, Organization]) -> None:
    bind(district, "一中", organization=units["中学"].pk)
    group = save(district, "试点学校", members=ids(units["中学"]))
    Organization.objects.filter(path__startswith=units["中学"].path).update(closed_on=DAY)
    for name in ("一中", "云岫一中", "试点学校"):
        assert one(district, name) == ()
    assert members(group) == ()
    assert one(district, "第一") == ids(units["机关支部"])  # what was ambiguous is so no longer
    heir = make_unit(district, "一中党委", Kind.COMMITTEE)
    assert one(district, "一中") == ids(heir)


def test_collective_names_mean_the_head_of_each_unit(
    district: Organization, units: dict[str, Organization]
) -> None:
    made = names.standard_groups(district.pk, now=NOW)
    assert made == Group.objects.count() > 15
    school, primary, office = units["中学"], units["小学"], units["机关"]
    expected = {
        "各级党组织": (school, primary, office),
        "各学校党组织": (school, primary),
        "各中学": (school,),
        "各小学": (primary,),
        "各幼儿园": (),
        "各党委": (school,),
        "各党支部": (units["第一党支部"], units["第二党支部"], primary, units["机关支部"]),
        "各科室": (units["科室"],),
    }
    for name, meant in expected.items():
        assert one(district, name) == ids(*meant), name
        assert members(Group.objects.get(name=name)) == ids(*meant), name


def test_standard_names_that_were_changed_stay(
    district: Organization, units: dict[str, Organization]
) -> None:
    save(district, "各 中学", members=ids(units["小学"]))
    made = names.standard_groups(district.pk, now=NOW)
    assert names.standard_groups(district.pk, now=NOW) == 0
    assert Group.objects.count() == made + 1
    assert one(district, "各中学") == ids(units["小学"])
    again = save(district, "各中学", stages=[SchoolStage.PRIMARY, SchoolStage.SENIOR], kinds=[Kind.COMMITTEE])
    assert Group.objects.count() == made + 1
    assert (again.kinds, again.stages) == (["committee"], ["primary", "senior"])
    assert one(district, "各中学") == ids(units["中学"])
    assert [group.name for group in names.groups_of(district.pk)] == sorted(
        Group.objects.values_list("name", flat=True)
    )


def test_what_the_district_guides_may_be_addressed(district: Organization) -> None:
    street = make_unit(None, "街道党工委", Kind.WORK_COMMITTEE)
    guided = make_unit(street, "丙中学党支部", Kind.BRANCH, SchoolStage.JUNIOR)
    other = make_unit(street, "丁中学党支部", Kind.BRANCH, SchoolStage.JUNIOR)
    own = make_unit(district, "戊中学党委", Kind.COMMITTEE, SchoolStage.JUNIOR)
    Organization.objects.filter(pk=guided.pk).update(guided_by=district)
    names.standard_groups(district.pk, now=NOW)
    assert one(district, "各中学") == ids(own, guided)
    assert one(district, "丙中学") == ids(guided)
    assert one(district, "丁中学") == ()
    actor = Actor(
        1,
        (
            Standpoint(Role.SECRETARY, district.path),
            Standpoint(Role.SECRETARY, guided.path, guided=True),
            Standpoint(Role.SECRETARY, street.path),
        ),
        DAY,
    )
    names.bind_name(actor, district=district.pk, text="丙中", organization=guided.pk, now=NOW)
    with pytest.raises(Refused, match="other_district"):
        names.bind_name(actor, district=district.pk, text="丁中", organization=other.pk, now=NOW)
    with pytest.raises(Refused, match="organization_unknown"):  # who does not see it learns nothing
        bind(district, "丁中", organization=other.pk)


def test_groups_hold_official_order(district: Organization) -> None:
    schools = [
        make_unit(district, f"第{n}小学党支部", Kind.BRANCH, SchoolStage.PRIMARY) for n in ("一", "二", "三")
    ]
    for order, school in zip((2, 3, 1), schools, strict=True):
        Organization.objects.filter(pk=school.pk).update(order=order)
    group = save(district, "小学片", members=ids(*schools))
    assert members(group) == ids(schools[2], schools[0], schools[1])


@pytest.mark.parametrize(
    ("meaning", "code"),
    [
        ({"text": "　"}, "name_missing"),
        ({"text": "长" * 101}, "name_long"),
        ({"organization": None}, "meaning_not_one"),
        ({"group": 1}, "meaning_not_one"),
        ({"organization": NOBODY}, "organization_unknown"),
        ({"organization": None, "group": NOBODY}, "group_unknown"),
    ],
)
def test_a_name_that_cannot_be_bound_is_refused(
    district: Organization, units: dict[str, Organization], meaning: dict[str, Any], code: str
) -> None:
    given = {"text": "一中", "organization": units["中学"].pk, **meaning}
    with pytest.raises(Refused, match=code):
        bind(district, given.pop("text"), **given)
    assert not Alias.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("meaning", "code"),
    [
        ({"name": ""}, "name_missing"),
        ({"name": "长" * 101}, "name_long"),
        ({"kinds": ()}, "group_empty"),
        ({"members": (NOBODY,)}, "group_mixed"),
        ({"kinds": ["club"]}, "kind_unknown"),
        ({"stages": ["university"]}, "stage_unknown"),
        ({"kinds": (), "members": (NOBODY,)}, "organization_unknown"),
    ],
)
def test_a_group_that_cannot_be_is_refused(
    district: Organization, meaning: dict[str, Any], code: str
) -> None:
    given = {"name": "试点学校", "kinds": [Kind.COMMITTEE], **meaning}
    with pytest.raises(Refused, match=code):
        save(district, given.pop("name"), **given)
    assert not Group.objects.exists()


def test_closed_organizations_and_groups_of_others_are_refused(
    district: Organization, units: dict[str, Organization]
) -> None:
    elsewhere = make_unit(None, "别区教育工委", Kind.WORK_COMMITTEE)
    names.standard_groups(elsewhere.pk, now=NOW)
    with pytest.raises(Refused, match="group_unknown"):
        bind(district, "一中", group=Group.objects.all()[0].pk)
    Organization.objects.filter(pk=units["小学"].pk).update(closed_on=DAY)
    with pytest.raises(Refused, match="organization_closed"):
        bind(district, "一中", organization=units["小学"].pk)
    with pytest.raises(Refused, match="organization_closed"):
        save(district, "试点学校", members=ids(units["中学"], units["小学"]))


def test_only_the_district_binds(district: Organization, units: dict[str, Organization]) -> None:
    school = units["中学"]
    for by, place, answer in (
        (clerk(school), district, NotFound),
        (clerk(school), school, NotFound),
        (clerk(district, Role.DISCIPLINE_GROUP), district, Forbidden),
    ):
        with pytest.raises(answer):
            names.bind_name(by, district=place.pk, text="一中", organization=school.pk, now=NOW)
        with pytest.raises(answer):
            names.save_group(by, district=place.pk, name="一中", kinds=[Kind.BRANCH], now=NOW)
    for pk in (school.pk, NOBODY):
        with pytest.raises(NotFound):
            resolve(pk, ["一中"])
        with pytest.raises(NotFound):
            names.standard_groups(pk, now=NOW)


def test_five_queries_whatever_the_number_of_names(
    district: Organization,
    units: dict[str, Organization],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    names.standard_groups(district.pk, now=NOW)
    save(district, "试点学校", members=ids(units["中学"]))
    bind(district, "一中", organization=units["中学"].pk)
    asked = [unit.name for unit in units.values()] + ["一中", "试点学校", "各级党组织"]
    with django_assert_max_num_queries(5):
        found = resolve(district.pk, asked + [f"第{n}中学" for n in range(2000)])
    assert len(found.unresolved) == 2001  # 第一党支部 stands twice
