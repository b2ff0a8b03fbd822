"""Lines that are accounts, and the heads by which offices call their columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from guantong.apps.intake import services
from guantong.apps.intake.columns import proposed
from guantong.apps.intake.kinds import KINDS, lexicon
from guantong.apps.people.models import Account, Code
from guantong.apps.people.services import set_by_code
from guantong.core.permits import Role
from guantong.core.refusal import Refused

from .intake import TODAY, confirmed, make_district, reasons, received, states
from .make import make_person, make_post
from .road import Road, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def road() -> Road:
    return make_district()


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def test_accounts_are_named_and_their_codes_given_when_asked_for(road: Road) -> None:
    people = [make_person(road.branches[0], name=name) for name in ("王某", "李某")]
    make_person(road.branches[1], name="王某")
    clerk = road.actor("clerk")
    lines = [["王某", "第一支部"], ["李某", "第一支部", "Li.Mou"], ["王某", "第二支部"]]
    batch = received(clerk, "accounts", lines)
    assert states(batch) == ["new"] * 3, reasons(batch)
    with pytest.raises(Refused, match="not_accounts"):
        services.codes_of(clerk, batch=batch.pk, now=at(TODAY))
    confirmed(clerk, batch)
    names = set(Account.objects.values_list("name", flat=True))
    assert names == {"wangmou", "wangmou2", "li.mou"}
    slips = services.codes_of(clerk, batch=batch.pk, now=at(TODAY, 11))
    assert [(slip.unit, slip.person) for slip in slips] == [
        ("第一支部", "王某"),
        ("第一支部", "李某"),
        ("第二支部", "王某"),
    ]
    again = services.codes_of(clerk, batch=batch.pk, now=at(TODAY, 12))
    account = Account.objects.get(person=people[0].pk)
    for code, works in ((slips[0].code, False), (again[0].code, True)):
        if works:
            set_by_code(account, code=code, new="秋天的操场很安静2026", now=at(TODAY, 13))
        else:
            with pytest.raises(Refused, match="code_wrong"):
                set_by_code(account, code=code, new="秋天的操场很安静2026", now=at(TODAY, 13))
    left = services.codes_of(clerk, batch=batch.pk, now=at(TODAY, 14))
    assert [slip.account for slip in left] == [slip.account for slip in slips[1:]], (
        "who has used theirs keeps it"
    )
    assert Code.objects.count() == 2


@pytest.mark.parametrize(
    ("line", "field", "code"),
    [
        (["无名", "第一支部"], "person", "person_not_known"),
        (["张某", "第二支部"], "person", "person_not_there"),
        (["张某", "第一支部", "a b"], "account", "account_name_bad"),
        (["张某", "第一支部", "taken"], "account", "account_name_taken"),
        (["有了", "第一支部"], "person", "account_exists"),
        (["system", "云岫教育工委"], "organization", "not_permitted_account"),
    ],
)
def test_what_is_wrong_with_an_account_stands_at_its_cell(
    road: Road, line: list[str], field: str, code: str
) -> None:
    for name in ("张某", "有了"):
        person = make_person(road.branches[0], name=name)
    Account.objects.create(name="taken", person=person.pk, made_at=at(TODAY))
    batch = received(road.actor("clerk"), "accounts", [line])
    assert reasons(batch) == [{field: code}]


def test_nobody_opens_their_own_account_nor_one_twice(road: Road) -> None:
    make_person(road.branches[0], name="张某")
    school = road.actor("school")
    batch = received(
        road.actor("system"),
        "accounts",
        [["张某", "第一支部"], ["张某", "第一支部"], ["system", "云岫教育工委"]],
    )
    assert reasons(batch)[1:] == [{"person": "row_twice"}, {"person": "own_account"}]
    assert states(received(school, "accounts", [["张某", "第一支部"]])) == ["new"]


def test_codes_only_of_what_one_may_change_now(road: Road) -> None:
    person = make_person(road.branches[0], name="张某")
    school = road.actor("school")
    batch = received(school, "accounts", [["张某", "第一支部"]])
    confirmed(school, batch)
    make_post(person, road.schools[1], Role.COMMITTEE_MEMBER)
    with pytest.raises(Refused, match="codes_none"):
        services.codes_of(school, batch=batch.pk, now=at(TODAY))


def test_heads_mean_one_field_each() -> None:
    for kind in KINDS.values():
        own = [field.words for field in kind.fields]
        assert len(set(own)) == len(own)
        known = lexicon(kind)
        assert all(known[field.words] == field.code for field in kind.fields)


@pytest.mark.parametrize(
    ("kind", "heads", "fields"),
    [
        ("organizations", ["党组织全称", "隶属党组织"], ["name", "parent"]),
        ("persons", ["所在党支部", "姓名"], ["organization", "name"]),
        ("posts", ["所在党组织", "任职党组织", "姓名"], ["", "organization", "person"]),
        ("posts", ["所在党支部", "姓名"], ["organization", "person"]),
    ],
)
def test_heads_of_the_offices_own_tables_are_known(kind: str, heads: list[str], fields: list[str]) -> None:
    assert proposed(KINDS[kind], heads, {}) == fields
