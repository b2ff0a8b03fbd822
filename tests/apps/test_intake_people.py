"""Lines that are persons and posts: asked about, held apart, named; what is wrong stands at its cell."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from guantong.apps.intake import services
from guantong.apps.intake.kinds import KINDS
from guantong.apps.intake.lines import new_of, packed_new
from guantong.apps.organizations.models import Kind, Membership, Person, Post
from guantong.apps.organizations.roster.persons import NewPerson
from guantong.core.permits import Role
from guantong.core.persons import MemberStatus
from guantong.core.refusal import Refused

from .intake import TODAY, confirmed, make_district, reasons, received, rows, states
from .make import make_organization, make_person
from .road import Road, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def road() -> Road:
    return make_district()


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


# persons


def test_a_person_is_entered_with_what_the_sheet_says(road: Road) -> None:
    clerk = road.actor("clerk")
    batch = received(
        clerk,
        "persons",
        [
            ["砚舟中学党委/第一支部", "张　三", "女", "1985年5月", "中共党员", "20100701", 13800001234.0],
            ["岚汀小学", "李某", "", "", "群众", "", ""],
        ],
    )
    done = confirmed(clerk, batch)
    first, second = (Person.objects.get(pk=pk) for pk in done.entered)
    assert (first.name, first.sex, first.birth_year, first.contact) == ("张三", "female", 1985, "13800001234")
    assert (first.organization, second.organization) == (road.branches[0], road.schools[1])
    member = Membership.objects.get(person=first)
    assert (member.status, member.since) == ("full", date(2010, 7, 1))
    assert not Membership.objects.filter(person=second).exists()


@pytest.mark.parametrize("said", ["75.03", 75.1, "75年3月", "75-3", "1975.03", "1975年"])
def test_the_year_of_a_birth_however_it_is_written(road: Road, said: Any) -> None:
    batch = received(road.actor("clerk"), "persons", [["第一支部", "张某", "", said]])
    assert reasons(batch) == [{}]
    assert Person.objects.get(pk=confirmed(road.actor("clerk"), batch).entered[0]).birth_year == 1975


def test_whoever_is_known_already_is_asked_about(road: Road) -> None:
    known = make_person(road.branches[1], name="王某")
    Person.objects.filter(pk=known.pk).update(birth_year=1980)
    clerk = road.actor("clerk")
    lines = [
        ["第一支部", "王某", "", "1980"],
        ["第一支部", "王某", "", "1981"],
        ["第一支部", "赵某", "", "1990"],
        ["第二支部", "赵某", "", "1990"],
    ]
    batch = received(clerk, "persons", lines)
    assert states(batch) == ["question", "new", "new", "question"]
    first, last = rows(batch)[0], rows(batch)[3]
    assert first.reasons["name"][1]["places"] == ["第二支部"]
    assert last.reasons["name"][1]["rows"] == [4]
    with pytest.raises(Refused) as caught:
        confirmed(clerk, batch)
    assert caught.value.facts == {"bad": 0, "asked": 2}
    with pytest.raises(Refused):
        services.answer(clerk, batch=batch.pk, answers={2: "maybe"}, now=at(TODAY))
    batch = services.answer(clerk, batch=batch.pk, answers={2: "same"}, now=at(TODAY))
    assert states(batch) == ["same", "new", "new", "question"]
    batch = services.answer(clerk, batch=batch.pk, answers={}, rest="other", now=at(TODAY))
    assert states(batch) == ["same", "new", "new", "new"], "what was answered stays"
    batch = services.answer(clerk, batch=batch.pk, answers={2: "other"}, now=at(TODAY))
    assert states(batch) == ["new"] * 4, "an answer can be changed"
    assert confirmed(clerk, batch).imported == 4
    assert Person.objects.filter(name="王某").count() == 3


def test_of_a_person_elsewhere_only_that_there_is_one(road: Road) -> None:
    make_person(road.schools[1], name="王某")
    batch = received(road.actor("branch"), "persons", [["第一支部", "王某"]])
    assert rows(batch)[0].reasons["name"][1] == {"places": [], "elsewhere": True, "rows": []}


def test_the_birth_year_of_somebody_elsewhere_is_not_found_by_trying(road: Road) -> None:
    known = make_person(road.schools[1], name="王某")
    Person.objects.filter(pk=known.pk).update(birth_year=1983)
    lines = [["第一支部", "王某", "", str(year)] for year in range(1980, 1990)]
    batch = received(road.actor("branch"), "persons", lines)
    assert states(batch) == ["question"] * 10
    said = [row.reasons["name"] for row in rows(batch)]
    assert said == [["same_person", {"places": [], "elsewhere": True, "rows": []}]] * 10


@pytest.mark.parametrize(
    ("line", "field", "code"),
    [
        (["", "张某"], "organization", "missing"),
        (["第一支部", ""], "name", "missing"),
        (["没有", "张某"], "organization", "unit_unknown"),
        (["各学校党组织", "张某"], "organization", "unit_unknown"),
        (["第一支部", "张" * 51], "name", "text_long"),
        (["第一支部", "张某", "不详"], "sex", "word_unknown"),
        (["第一支部", "张某", "", "2020"], "birth_year", "year_wrong"),
        (["第一支部", "张某", "", "不详"], "birth_year", "year_wrong"),
        (["第一支部", "张某", "", "75.13"], "birth_year", "year_wrong"),
        (["第一支部", "张某", "", "22.03"], "birth_year", "year_wrong"),
        (["第一支部", "张某", "", "", "贵宾", "2010.7"], "status", "word_unknown"),
        (["第一支部", "张某", "", "", "正式党员"], "since", "since_missing"),
        (["第一支部", "张某", "", "", "", "2010.7.1"], "status", "status_missing"),
        (["第一支部", "张某", "", "", "正式党员", "2026年12月1日"], "since", "day_later"),
    ],
)
def test_what_is_wrong_with_a_person_stands_at_its_cell(
    road: Road, line: list[str], field: str, code: str
) -> None:
    batch = received(road.actor("clerk"), "persons", [line, ["第二支部", "好某"]])
    assert reasons(batch) == [{field: code}, {}]


# posts


def test_posts_begin_as_the_sheet_says(road: Road) -> None:
    person = make_person(road.branches[0], name="张某")
    head = make_person(road.schools[1], name="李某")
    clerk = road.actor("clerk")
    batch = received(
        clerk,
        "posts",
        [
            ["张某", "第二支部", "支部书记", "2026年1月5日", "", "是"],
            ["李某", "岚汀小学", "党支部书记", "46027", "2028.1.5"],
        ],
    )
    assert states(batch) == ["new", "new"], reasons(batch)
    confirmed(clerk, batch)
    first, second = Post.objects.get(person=person), Post.objects.get(person=head)
    assert (first.role, first.acting, first.since) == (Role.BRANCH_SECRETARY, True, date(2026, 1, 5))
    assert (second.role, second.until) == (Role.SECRETARY, date(2028, 1, 5)), "the head of a whole unit"
    assert states(received(clerk, "posts", [["张某", "第二支部", "支部书记", "2026-01-05"]])) == ["same"]


@pytest.mark.parametrize(
    ("line", "field", "code"),
    [
        (["无名", "第二支部", "委员", "2026-01-05"], "person", "person_not_known"),
        (["", "第二支部", "委员", "2026-01-05"], "person", "missing"),
        (["张某", "第二支部", "大王", "2026-01-05"], "role", "word_unknown"),
        (["张某", "第二支部", "", "2026-01-05"], "role", "missing"),
        (["张某", "第二支部", "委员", ""], "since", "missing"),
        (["张某", "第二支部", "委员", "昨天"], "since", "day_wrong"),
        (["张某", "第二支部", "委员", "2026-01-05", "2025-01-05"], "until", "until_before_since"),
        (["张某", "第二支部", "委员", "2026-01-05", "", "也许"], "acting", "word_unknown"),
        (["张某", "砚舟中学党委", "支部书记", "2026-01-05"], "role", "not_a_branch"),
        (["张某", "第一支部", "书记", "2026-01-05"], "role", "secretary_already"),
        (["张某", "云岫教育工委", "系统管理员", "2026-01-05"], "organization", "not_permitted_at"),
        (["clerk", "第二支部", "委员", "2026-01-05"], "person", "own_post"),
    ],
)
def test_what_is_wrong_with_a_post_stands_at_its_cell(
    road: Road, line: list[str], field: str, code: str
) -> None:
    make_person(road.branches[0], name="张某")
    batch = received(road.actor("clerk"), "posts", [line])
    assert reasons(batch) == [{field: code}]


@pytest.mark.parametrize(
    ("said", "role"),
    [
        *((word, Role.COMMITTEE_MEMBER) for word in ("党支部委员", "党总支委员", "党委委员", "支委")),
        *((word, Role.PARTY_OFFICE) for word in ("党务干事", "党务工作者", "组织员")),
        *((word, Role.PRINCIPAL) for word in ("园长", "执行园长", "校长")),
    ],
)
def test_posts_as_offices_call_them(road: Road, said: str, role: Role) -> None:
    person = make_person(road.schools[0], name="张某")
    batch = received(road.actor("clerk"), "posts", [["张某", "砚舟中学党委", said, "2026-01-05"]])
    assert states(batch) == ["new"], reasons(batch)
    confirmed(road.actor("clerk"), batch)
    assert Post.objects.get(person=person).role == role


@pytest.mark.parametrize(
    ("said", "code"),
    [
        *((word, "post_not_kept") for word in ("副校长", "副园长", "常务副校长", "德育主任")),
        *((word, "posts_two") for word in ("书记、校长", "党委书记兼校长", "书记兼园长", "书记 校长")),
        *(
            (word, "posts_two")
            for word in ("统战委员、党务工作者", "书记/副校长", "书记校长", "组织、宣传委员")
        ),
        *((word, "word_unknown") for word in ("大王", "大王、小王", "兼职", "委员长")),
    ],
)
def test_a_cell_names_one_post_that_is_kept(road: Road, said: str, code: str) -> None:
    make_person(road.schools[0], name="张某")
    batch = received(road.actor("clerk"), "posts", [["张某", "砚舟中学党委", said, "2026-01-05"]])
    assert reasons(batch) == [{"role": code}]


def test_an_office_of_members_for_somebody_else_is_noted(road: Road) -> None:
    spells: dict[str, list[tuple[str, date, date | None]]] = {
        "正某": [("full", date(2020, 1, 1), None)],
        "预某": [("probationary", date(2025, 7, 1), None)],
        "曾某": [("full", date(2020, 1, 1), date(2025, 12, 31))],
        "群某": [],
    }
    for name, told in spells.items():
        person = make_person(road.branches[1], name=name)
        for status, since, until in told:
            Membership.objects.create(
                person=person, organization=road.branches[1], status=status, since=since, until=until
            )
    lines = [[name, "第二支部", "委员", "2026-01-05"] for name in spells]
    batch = received(road.actor("clerk"), "posts", [*lines, ["群某", "砚舟中学党委", "校长", "2026-01-05"]])
    noted = {"role": "not_full_member"}
    assert reasons(batch) == [{}, noted, noted, noted, {}]
    assert states(batch) == ["new"] * 5, "told, not refused"
    assert confirmed(road.actor("clerk"), batch).imported == 5


def test_two_secretaries_at_once_in_one_sheet(road: Road) -> None:
    for name in ("张某", "李某"):
        make_person(road.branches[1], name=name)
    batch = received(
        road.actor("clerk"),
        "posts",
        [["张某", "第二支部", "书记", "2026-01-05"], ["李某", "第二支部", "书记", "2026-01-06"]],
    )
    assert states(batch) == ["new", "bad"]
    assert rows(batch)[1].reasons["role"] == [
        "secretary_already",
        {"organization": road.branches[1].pk, "row": 2},
    ]


def test_a_committee_member_in_charge_of_something(road: Road) -> None:
    people = [make_person(road.branches[1], name=name) for name in ("张某", "李某")]
    clerk = road.actor("clerk")
    lines = [["张某", "第二支部", "组织委员", "2026-01-05"], ["李某", "第二支部", "组织委员", "2026-01-06"]]
    batch = received(clerk, "posts", [*lines, ["李某", "第二支部", "纪律检查委员", "2026-01-06"]])
    assert states(batch) == ["new", "bad", "new"]
    assert rows(batch)[1].reasons["role"][0] == "portfolio_held"
    assert rows(batch)[1].reasons["role"][1]["row"] == 2
    confirmed(clerk, batch, only_good=True)
    held = Post.objects.filter(person__in=people).order_by("person").values_list("role", "portfolio")
    assert list(held) == [("committee-member", "organization"), ("committee-member", "discipline")]
    assert states(received(clerk, "posts", [lines[0]])) == ["same"]


def test_what_a_member_is_in_charge_of_may_stand_in_a_column_of_its_own(road: Road) -> None:
    person = make_person(road.branches[1], name="张某")
    Membership.objects.create(
        person=person, organization=road.branches[1], status="full", since=date(2020, 1, 1)
    )
    clerk, heads = road.actor("clerk"), ("姓名", "任职单位", "职务", "委员分工", "任职日期")
    for role, said, verdict in (
        ("委员", "大合唱", {"portfolio": "word_unknown"}),
        ("书记", "宣传委员", {"portfolio": "portfolio_of_members_only"}),
        ("组织委员", "宣传", {"portfolio": "portfolio_differs"}),
        ("委员", "无", {}),
        ("纪检委员", "纪检工作", {}),
        ("支委", "宣传", {}),
    ):
        batch = received(clerk, "posts", [["张某", "第二支部", role, said, "2026-01-05"]], heads=heads)
        assert reasons(batch) == [verdict]
    confirmed(clerk, batch)
    assert Post.objects.get(person__name="张某").portfolio == "publicity"


def test_of_several_persons_of_one_name_it_asks_which(road: Road) -> None:
    here, there = make_person(road.branches[0], name="张某"), make_person(road.schools[1], name="张某")
    clerk = road.actor("clerk")
    line = ["张某", "第二支部", "委员", "2026-01-05"]
    batch = received(clerk, "posts", [line, ["张某", "第一支部", "委员", "2026-01-05"]])
    assert states(batch) == ["question", "new"], "who belongs there is meant"
    assert [choice[0] for choice in rows(batch)[0].choices] == [str(here.pk), str(there.pk)]
    batch = services.answer(clerk, batch=batch.pk, answers={2: str(there.pk)}, now=at(TODAY))
    confirmed(clerk, batch)
    assert Post.objects.get(organization=road.branches[1]).person == there
    heads = ["姓名", "任职单位", "职务", "任职日期", "人员所在单位"]
    named = received(clerk, "posts", [[*line[:3], "2027-01-05", "岚汀小学"]], heads=heads)
    assert reasons(named) == [{"role": "post_twice"}], "the one of that school, who has the post already"


def test_administrators_are_for_the_security_administrator(road: Road) -> None:
    make_person(road.district, name="张某")
    line = ["张某", "云岫教育工委", "审计管理员", "2026-01-05"]
    assert states(received(road.actor("security"), "posts", [line])) == ["new"]
    line[2] = "系统管理员"
    audit = received(road.actor("security"), "posts", [["audit", "云岫教育工委", "系统管理员", "2026-01-05"]])
    assert reasons(audit) == [{"role": "administrators_apart"}]


# all


def test_what_would_be_entered_survives_being_kept() -> None:
    new = NewPerson("张某", 7, "female", 1980, "", MemberStatus.FULL, date(2010, 7, 1), another=True)
    kind = KINDS["persons"]
    assert new_of(kind.entered, packed_new(new), kind.enums) == new
    plain = NewPerson("张某", 7)
    assert packed_new(plain) == {"name": "张某", "organization": 7}
    assert new_of(kind.entered, packed_new(plain), kind.enums) == plain


def test_a_unit_of_another_district_is_not_there(road: Road) -> None:
    other = make_organization(name="别区教育工委", kind=Kind.WORK_COMMITTEE)
    make_organization(other, name="别区小学党委")
    batch = received(road.actor("clerk"), "persons", [["别区小学党委", "张某"]])
    assert reasons(batch) == [{"organization": "unit_unknown"}]


@pytest.mark.parametrize(
    ("status", "joined", "confirmed_on", "since"),
    [
        ("正式党员", "2010年7月1日", "2011年7月1日", date(2011, 7, 1)),
        ("正式党员", "2010年7月1日", "", date(2010, 7, 1)),
        ("正式党员", "", "2011年7月1日", date(2011, 7, 1)),
        ("预备党员", "2025年7月1日", "2026年7月1日", date(2025, 7, 1)),
        ("正式党员", "", "", None),
        ("预备党员", "", "2026年7月1日", None),
    ],
)
def test_a_full_member_is_one_from_the_day_of_confirmation(
    road: Road, status: str, joined: str, confirmed_on: str, since: date | None
) -> None:
    heads = ("所在党支部", "姓名", "党员类别", "转正时间", "入党时间")
    line = ["岚汀小学", "李某", status, confirmed_on, joined]
    batch = received(road.actor("clerk"), "persons", [line], heads=heads)
    if since is None:
        assert reasons(batch) == [{"since": "since_missing"}]
        return
    done = confirmed(road.actor("clerk"), batch)
    assert Membership.objects.get(person=done.entered[0]).since == since
