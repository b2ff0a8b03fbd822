"""Corrections: anybody asks about their own record, somebody else answers, and only the two of them read it."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from guantong.apps.ledger.models import Entry
from guantong.apps.ledger.queries import faults
from guantong.apps.members import services
from guantong.apps.members.models import Correction, Outcome
from guantong.apps.members.own import Section, own_data
from guantong.apps.members.queries import correction_of, own_corrections
from guantong.apps.members.sheet import workbook_of
from guantong.apps.notices.queries import open_notices
from guantong.apps.organizations.access import Actor, Forbidden, NotFound, actor_of
from guantong.apps.organizations.models import Organization, Person
from guantong.apps.organizations.roster.register import entry_of
from guantong.core.permits import Role
from guantong.core.refusal import Refused

from .make import make_person, make_post
from .road import ISSUED, Road, at, make_road

pytestmark = pytest.mark.django_db
NOW = at(ISSUED)


@pytest.fixture
def road() -> Road:
    return make_road()


def ask(road: Road, who: str, text: str = "出生年份应为1985") -> Correction:
    return services.ask_correction(road.actor(who), text=text, now=NOW)


def settle(actor: Actor, row: Correction, *, corrected: bool = True) -> Correction:
    return services.settle_correction(
        actor, correction=row.pk, corrected=corrected, answer="已核对档案", now=NOW
    )


def test_what_is_asked_lies_at_the_desk_until_somebody_answers(road: Road) -> None:
    row = ask(road, "member")
    head, member = road.actor("school-0"), road.actor("member")
    assert [(each.code, each.object) for each in open_notices(head)] == [("person.correct", row.pk)]
    assert not open_notices(member).exists()
    assert correction_of(head, row.pk).text == "出生年份应为1985"
    settle(head, row)
    assert not open_notices(head).exists()
    [told] = own_corrections(member)
    assert (told.outcome, told.answer) == (Outcome.CORRECTED, "已核对档案")
    with pytest.raises(Refused, match="correction_settled"):
        settle(head, row)
    said = Entry.objects.filter(noun="correction").order_by("sequence").values_list("act", "facts")
    assert list(said) == [("correction.asked", {}), ("correction.settled", {"corrected": True})]
    assert faults() == []


def test_one_at_a_time_and_not_without_words(road: Road) -> None:
    ask(road, "member")
    with pytest.raises(Refused, match="correction_waits"):
        ask(road, "member")
    with pytest.raises(Refused, match="text_missing"):
        ask(road, "school-0", "  ")
    with pytest.raises(Refused, match="text_too_long"):
        ask(road, "school-0", "长" * 1001)
    with pytest.raises(NotFound):
        services.ask_correction(Actor(10**9, (), ISSUED), text="x", now=NOW)
    settle(road.actor("school-0"), Correction.objects.get(), corrected=False)
    ask(road, "member")
    assert Correction.objects.count() == 2


def test_what_one_asks_oneself_somebody_above_answers(road: Road) -> None:
    row = ask(road, "school-0")
    assert row.organization == road.district
    assert not open_notices(road.actor("school-0")).exists()
    with pytest.raises(Refused, match="own_record"):
        settle(road.actor("school-0"), row)
    settle(road.actor("clerk"), row)
    own = ask(road, "clerk")
    assert own.organization == road.district
    with pytest.raises(Refused, match="own_record"):
        settle(road.actor("clerk"), own)
    settle(road.actor("secretary"), own)


def test_a_second_in_the_same_office_answers_before_those_above(road: Road) -> None:
    school = road.schools[0]
    helper = make_person(school)
    make_post(helper, school, Role.PARTY_OFFICE)
    row = ask(road, "school-0")
    assert row.organization == school
    settle(actor_of(helper.pk, ISSUED), row)


def test_a_desk_that_is_closed_or_empty_is_passed_over(road: Road) -> None:
    branch = road.branches[0]
    asker = make_person(branch)
    Organization.objects.filter(pk=branch.pk).update(closed_on=ISSUED)
    row = services.ask_correction(Actor(asker.pk, (), ISSUED), text="x", now=NOW)
    assert row.organization == road.schools[0]


def test_it_goes_along_with_the_asker(road: Road) -> None:
    row = ask(road, "member")
    Person.objects.filter(pk=road.people["member"]).update(organization=road.schools[1])
    with pytest.raises(NotFound):
        settle(road.actor("school-0"), row)
    settle(road.actor("school-1"), row)


def test_nobody_else_reads_it(road: Road) -> None:
    row = ask(road, "member")
    for who in ("school-1", "discipline", "branch-0", "member"):
        with pytest.raises(NotFound):
            correction_of(road.actor(who), row.pk)
    keeper = make_person(road.district)
    make_post(keeper, road.district, Role.SECURITY_ADMIN)
    with pytest.raises(Forbidden):
        correction_of(actor_of(keeper.pk, ISSUED), row.pk)
    with pytest.raises(NotFound):
        correction_of(road.actor("school-0"), 10**9)
    assert [each.pk for each in own_data(road.actor("member")).corrections] == [row.pk]
    assert own_data(road.actor("school-1")).corrections == []


def test_T48_what_is_taken_along_is_text_and_never_a_formula() -> None:  # noqa: N802  (promises keep their ids)
    rows = [("=1+1", "https://example.org", "0012"), ("+2", "@x", "-3")]
    entry = entry_of("organizations.Person.name")
    book = load_workbook(BytesIO(workbook_of([Section("基本信息", ("甲", "乙", "丙"), rows, entry)])))
    sheet = book["基本信息"]
    cells = [
        [(cell.value, cell.data_type, cell.hyperlink) for cell in line] for line in sheet.iter_rows(2, 3)
    ]
    assert cells == [[(value, "s", None) for value in row] for row in rows]
    below = [str(cell.value) for [cell] in sheet.iter_rows(5, 8, 1, 1)]
    assert [each.split("：")[0] for each in below] == ["用途", "依据", "保存期限", "谁看得到"]
