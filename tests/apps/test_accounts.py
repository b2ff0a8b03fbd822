"""Who may open, reset and close whose account, what stands on record of it, and the first day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guantong.apps.ledger.models import Entry
from guantong.apps.organizations.access import Actor, Forbidden, NotFound
from guantong.apps.organizations.accounts import opening
from guantong.apps.organizations.accounts.listing import (
    AccountState,
    found_by,
    in_state,
    proposed_names,
    shut_out,
    told,
)
from guantong.apps.organizations.accounts.listing import accounts as visible_accounts
from guantong.apps.organizations.accounts.opening import NewAccount
from guantong.apps.organizations.models import Organization, Person, Post
from guantong.apps.organizations.roster import appointing, transfers
from guantong.apps.organizations.roster.appointing import NewPost
from guantong.apps.organizations.spelling import spelled
from guantong.apps.people import codes, tries
from guantong.apps.people.models import Account, Code
from guantong.core.permits import Role, Standpoint
from guantong.core.refusal import Refused

from .make import DAY, make_organization, make_post
from .make_accounts import GOOD, NOW, Place, acts

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(settings: Any) -> Place:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return Place()


MAY = {
    "system": {"secretary", "office", "head", "teacher", "plain"},
    "security": {"system", "audit"},
    "audit": set(),
    "secretary": {"office", "head", "teacher", "plain"},
    "office": {"teacher", "plain"},
    "head": {"teacher", "plain"},
    "teacher": set(),
    "plain": set(),
}
"""Whose account each may open, reset, close: thought out, not read from the policy."""


@pytest.mark.parametrize("who", MAY)
def test_who_may_open_whose_account(place: Place, who: str) -> None:
    for other in MAY:
        if other in MAY[who]:
            place.opened(other, who)
            assert opening.handling(place.actor(who), place.key(other)).may
        else:
            with pytest.raises((NotFound, Forbidden, Refused)) as no:
                place.opened(other, who)
            assert other != who or isinstance(no.value, NotFound | Refused)
            assert not opening.handling(place.actor(who), place.key(other)).may
    assert Account.objects.count() == len(MAY[who])


def test_what_is_not_seen_is_not_there(place: Place) -> None:
    for who, other in (("audit", "head"), ("teacher", "plain"), ("office", "head"), ("plain", "teacher")):
        with pytest.raises(NotFound):
            place.opened(other, who)
    for who, other in (("security", "head"), ("system", "audit")):
        with pytest.raises(Forbidden):
            place.opened(other, who)
    with pytest.raises(NotFound):
        opening.open_account(place.actor("system"), person=10**9, name="x1", now=NOW)


def test_nobody_looks_after_their_own(place: Place) -> None:
    for who in ("system", "security", "head"):
        Account.objects.create(name=who, person=place.key(who), made_at=NOW)
    for who in ("system", "security"):
        for act in (
            opening.reset_account,
            opening.close_account,
            opening.reopen_account,
            opening.drop_factor,
        ):
            with pytest.raises(Refused, match="own_account"):
                act(place.actor(who), person=place.key(who), now=NOW)


@pytest.mark.parametrize("since", [DAY, DAY + timedelta(days=1)])
def test_a_post_elsewhere_is_asked_for_too(place: Place, since: date) -> None:
    """Whoever looks after a school's accounts gains nothing over somebody who has, or will have, a post above it."""
    place.opened("plain", "head")
    post = make_post(place.people["plain"], place.top, Role.SECTION_STAFF, since=since)
    with pytest.raises(Forbidden):
        opening.reset_account(place.actor("head"), person=place.key("plain"), now=NOW)
    opening.reset_account(place.actor("system"), person=place.key("plain"), now=NOW)
    Post.objects.filter(pk=post.pk).update(role=Role.AUDIT_ADMIN)
    for who in ("head", "system", "secretary"):
        with pytest.raises(Forbidden):
            opening.reset_account(place.actor(who), person=place.key("plain"), now=NOW)
    opening.reset_account(place.actor("security"), person=place.key("plain"), now=NOW)
    Post.objects.filter(pk=post.pk).update(since=DAY - timedelta(days=9), until=DAY - timedelta(days=1))
    opening.reset_account(place.actor("head"), person=place.key("plain"), now=NOW)


def test_an_administrator_with_an_office_besides_is_reset_by_neither(place: Place) -> None:
    """Whoever gives administrators' posts gives nobody's account into their own hands by it."""
    place.opened("secretary")
    make_post(place.people["secretary"], place.top, Role.AUDIT_ADMIN)
    for who in ("security", "system"):
        with pytest.raises(Forbidden):
            opening.reset_account(place.actor(who), person=place.key("secretary"), now=NOW)


def test_a_plain_member_elsewhere_stays_in_the_same_hands(place: Place) -> None:
    place.opened("plain")
    make_post(place.people["plain"], make_organization(place.top, name="别校"), Role.MEMBER)
    opening.reset_account(place.actor("head"), person=place.key("plain"), now=NOW)


@pytest.mark.parametrize("who", MAY)
def test_of_many_those_are_told_whose_account_may_be_handled(place: Place, who: str) -> None:
    keys = {place.key(other): other for other in MAY}
    actor = place.actor(who)
    with CaptureQueriesContext(connection) as cost:
        found = opening.changeable(actor, [*keys, 10**9])
    assert {keys[key] for key in found} == MAY[who]
    assert len(cost) == 2


def appointed(place: Place, who: str, at: Organization, role: Role, by: Role) -> None:
    actor = Actor(0, (Standpoint(by, place.top.path),), DAY)
    appointing.appoint(actor, person=place.key(who), organization=at.pk, role=role, since=DAY, now=NOW)


def comes_in(name: str, code: str) -> bool:
    return codes.holder(name, code, NOW) is not None


def test_T22_a_code_of_a_lower_office_does_not_become_an_administrator_s(place: Place) -> None:  # noqa: N802
    code = place.opened("plain", "head")
    assert comes_in("plain", code)
    appointed(place, "plain", place.top, Role.SECURITY_ADMIN, Role.SECURITY_ADMIN)
    assert not comes_in("plain", code)
    with pytest.raises(Forbidden):
        opening.reset_account(place.actor("head"), person=place.key("plain"), now=NOW)
    fresh = opening.reset_account(place.actor("security"), person=place.key("plain"), now=NOW)
    assert comes_in("plain", fresh)


def test_T22_a_password_made_below_does_not_become_an_administrator_s(place: Place) -> None:  # noqa: N802
    code = place.opened("plain", "head")
    opening.use_code(name="plain", code=code, new=GOOD, came_from="", second=0, now=NOW)
    appointed(place, "plain", place.top, Role.AUDIT_ADMIN, Role.SECURITY_ADMIN)
    account = Account.objects.get()
    assert not account.has_usable_password()
    assert account.must_change
    assert shut_out([place.key("plain"), place.key("head")], NOW) == ["plain某"]
    opening.reset_account(place.actor("security"), person=place.key("plain"), now=NOW)
    assert shut_out([place.key("plain")], NOW) == []


@pytest.mark.parametrize(
    ("at", "role", "stays", "ends"),
    [
        ("branch", Role.COMMITTEE_MEMBER, True, True),
        ("school", Role.DEPUTY, False, True),
        ("top", Role.SECTION_STAFF, False, True),
        ("top", Role.MEMBER, True, False),
    ],
)
def test_T22_a_code_stays_good_for_those_alone_who_might_give_it_still(  # noqa: N802
    place: Place, at: str, role: Role, stays: bool, ends: bool
) -> None:
    code = place.opened("plain", "head")
    before = Account.objects.get().get_session_auth_hash()
    appointed(place, "plain", getattr(place, at), role, Role.SECURITY_ADMIN)
    assert comes_in("plain", code) is stays
    assert (Account.objects.get().get_session_auth_hash() != before) is ends
    assert shut_out([place.key("plain")], NOW) == ([] if stays else ["plain某"])


def test_T22_what_the_old_office_gave_opens_nothing_after_a_transfer(place: Place) -> None:  # noqa: N802
    code = place.opened("plain", "head")
    transfers.transfer(
        place.actor("system"), person=place.key("plain"), to=make_organization(place.top).pk, on=DAY, now=NOW
    )
    assert not comes_in("plain", code)


def test_T22_sessions_end_with_a_post_in_bulk_and_a_password_stays(place: Place) -> None:  # noqa: N802
    for who in ("plain", "teacher", "head"):
        code = place.opened(who)
        opening.use_code(name=who, code=code, new=GOOD, came_from="", second=0, now=NOW)
    before = {row.name: row.get_session_auth_hash() for row in Account.objects.all()}
    rows = [NewPost(place.key(who), place.school.pk, Role.LIAISON, DAY) for who in ("plain", "teacher")]
    appointing.appoint_many(place.actor("secretary"), rows, NOW)
    after = {row.name: row.get_session_auth_hash() for row in Account.objects.all()}
    assert {name for name in after if after[name] != before[name]} == {"plain", "teacher"}
    assert all(row.check_password(GOOD) for row in Account.objects.all())


def test_whose_account_is_closed_stays_out_once_they_have_left(place: Place) -> None:
    place.opened("plain")
    opening.close_account(place.actor("system"), person=place.key("plain"), now=NOW)
    Person.objects.filter(pk=place.key("plain")).update(left_on=DAY)
    with pytest.raises(Refused, match="person_gone"):
        opening.reopen_account(place.actor("system"), person=place.key("plain"), now=NOW)
    Person.objects.filter(pk=place.key("plain")).update(left_on=None)
    opening.reopen_account(place.actor("system"), person=place.key("plain"), now=NOW)


def test_everything_is_on_record_by_ids(place: Place) -> None:
    system, head = place.actor("system"), place.key("head")
    code = place.opened("head")
    opening.use_code(name="head", code=code, new=GOOD, came_from="10.1.2.3", second=0, now=NOW)
    opening.change_password(
        place.actor("head"), old=GOOD, new=GOOD[::-1], came_from="10.1.2.3", second=0, now=NOW
    )
    opening.reset_account(system, person=head, now=NOW)
    opening.close_account(system, person=head, now=NOW)
    opening.reopen_account(system, person=head, now=NOW)
    opening.reset_at_terminal("HEAD", now=NOW)
    by = place.key("system")
    assert acts() == [
        ("account.opened", by, head),
        ("account.password_set", head, head),
        ("account.password_set", head, head),
        ("account.reset", by, head),
        ("account.closed", by, head),
        ("account.reopened", by, head),
        ("account.reset", None, head),
    ]
    assert {str(row.facts) for row in Entry.objects.all()} == {str({"account": Account.objects.get().pk})}


def test_a_refused_act_leaves_nothing(place: Place) -> None:
    place.opened("head")
    system, before = place.actor("system"), acts()
    with pytest.raises(Refused, match="account_held"):
        place.opened("head")
    with pytest.raises(Refused, match="account_name_taken"):
        opening.open_account(system, person=place.key("plain"), name="HEAD", now=NOW)
    with pytest.raises(Refused, match="account_missing"):
        opening.reset_account(system, person=place.key("plain"), now=NOW)
    with pytest.raises(Refused, match="account_missing"):
        opening.reset_at_terminal("nobody", now=NOW)
    with pytest.raises(Refused, match="factor_missing"):
        opening.reset_at_terminal("head", drops_factor=True, now=NOW)
    with pytest.raises(Refused, match="factor_missing"):
        opening.drop_factor(system, person=place.key("head"), now=NOW)
    place.people["plain"].left_on = DAY
    place.people["plain"].save()
    with pytest.raises(Refused, match="person_gone"):
        place.opened("plain")
    assert acts() == before
    assert Account.objects.count() == Code.objects.count() == 1


def test_many_are_opened_with_few_queries_all_or_none(place: Place) -> None:
    persons = Person.objects.bulk_create(
        Person(name=f"教师{n}", organization=place.branch) for n in range(600)
    )
    rows = [NewAccount(person.pk, f"jiaoshi{n}") for n, person in enumerate(persons)]
    with pytest.raises(Forbidden):
        opening.open_many(place.actor("system"), [*rows, NewAccount(place.key("audit"), "audit")], NOW)
    assert not Account.objects.exists()
    with CaptureQueriesContext(connection) as queries:
        given = opening.open_many(place.actor("head"), rows, NOW)
    assert len(queries) < 40
    assert codes.holder("jiaoshi599", given[599], NOW) == Account.objects.get(name="jiaoshi599")
    assert Entry.objects.filter(act="account.opened").count() == 600
    assert opening.open_many(place.actor("head"), [], NOW) == []


def test_the_name_of_the_person_is_no_password(place: Place) -> None:
    place.people["head"].name, place.people["head"].spelled = "林砚舟", spelled("林砚舟")
    place.people["head"].save()
    code = place.opened("head")
    for weak in ("我是林砚舟，我在青禾小学", "linyanzhou-qinghe-77"):
        with pytest.raises(Refused, match="password_named"):
            opening.use_code(name="head", code=code, new=weak, came_from="", second=0, now=NOW)
    assert opening.use_code(name="head", code=code, new=GOOD, came_from="", second=0, now=NOW)


def test_T21_guessing_a_code_is_held_up_like_a_password(place: Place) -> None:  # noqa: N802
    code = place.opened("head")

    def tried(typed: str, second: int, came_from: str = "10.1.2.3", name: str = "head") -> bool:
        found = opening.use_code(name=name, code=typed, new=GOOD, came_from=came_from, second=second, now=NOW)
        return found is not None

    assert not any(tried(codes.drawn(), second) for second in range(tries.FREE))
    assert not tried(code, tries.FREE)
    assert not any(tried(codes.drawn(), n, "10.7.7.7", f"name-{n}") for n in range(tries.STRANGERS))
    assert not tried(code, tries.STRANGERS, "10.7.7.7")
    assert tried(code, tries.STRANGERS, "10.1.2.4")


def test_a_reset_lets_somebody_in_who_was_held_up(place: Place) -> None:
    place.opened("head")
    for second in range(tries.FREE + 1):
        tries.sign_in(name="head", password="wrong", came_from="10.1.2.3", second=second)  # noqa: S106
    code = opening.reset_account(place.actor("system"), person=place.key("head"), now=NOW)
    assert opening.use_code(
        name="head", code=code, new=GOOD, came_from="10.1.2.3", second=tries.FREE + 2, now=NOW
    )


def test_the_list_tells_how_accounts_stand(place: Place) -> None:
    code = place.opened("head")
    for who in ("office", "teacher", "plain"):
        place.opened(who)
    opening.use_code(name="head", code=code, new=GOOD, came_from="", second=0, now=NOW)
    fresh = opening.reset_account(place.actor("system"), person=place.key("office"), now=NOW)
    assert fresh != code
    Account.objects.filter(name="office").update(set_at=NOW)
    opening.close_account(place.actor("system"), person=place.key("teacher"), now=NOW)
    rows = visible_accounts(place.actor("system")).order_by("name")
    with CaptureQueriesContext(connection) as queries:
        held = told(list(rows), DAY, NOW)
    assert len(queries) == 5
    assert [(each.account.name, each.state) for each in held] == [
        ("head", AccountState.NORMAL),
        ("office", AccountState.TO_CHANGE),
        ("plain", AccountState.UNUSED),
        ("teacher", AccountState.CLOSED),
    ]
    for state in AccountState:
        assert [each.state for each in told(list(in_state(rows, state)), DAY, NOW)] == [state]
    assert in_state(rows, "nothing").count() == 4
    assert [each.waits_until for each in held] == [
        None,
        NOW + timedelta(hours=24),
        NOW + timedelta(days=14),
        None,
    ]
    assert [post.role for post in held[0].posts] == [Role.SECRETARY]
    assert visible_accounts(place.actor("head")).count() == 2  # of the branch below alone
    assert not visible_accounts(place.actor("audit")).exists()


def test_accounts_are_found_by_name_pinyin_and_account(place: Place) -> None:
    place.people["head"].name, place.people["head"].spelled = "曾乐行", spelled("曾乐行")
    place.people["head"].save()
    place.opened("head")
    place.opened("plain")
    rows = visible_accounts(place.actor("system"))
    for text in ("曾乐", "zengyue", "zenglexing", "zlx", "HEAD", "ea"):
        assert [row.name for row in found_by(rows, text)] == ["head"], text
    assert not found_by(rows, "nobody").exists()


def test_for_a_name_not_all_names_are_read(place: Place) -> None:
    Account.objects.bulk_create(
        Account(name=f"{'linyanzhou' if n < 3 else 'other'}{n}", person=10**6 + n, made_at=NOW)
        for n in range(60)
    )
    place.opened("head")
    read: list[str] = []

    def watched(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        read.append(str(params))
        return result

    with connection.execute_wrapper(watched):
        assert proposed_names(["林砚舟"]) == ["linyanzhou"]
    assert len(read) == 1
    assert "linyanzhou" in read[0]


def test_a_name_is_proposed_that_is_free(place: Place) -> None:
    assert proposed_names(["林砚舟", "林艳洲", "林砚舟"]) == ["linyanzhou", "linyanzhou2", "linyanzhou3"]
    opening.open_account(place.actor("system"), person=place.key("head"), name="linyanzhou", now=NOW)
    assert proposed_names(["林砚舟"]) == ["linyanzhou2"]
    opening.open_account(place.actor("system"), person=place.key("office"), name="linyanzhou2", now=NOW)
    opening.open_account(place.actor("system"), person=place.key("plain"), name="fangyan2", now=NOW)
    names = ["林砚舟", "方砚", "方砚", "y", "y1", "y"]
    assert proposed_names(names) == ["linyanzhou3", "fangyan", "fangyan3", "y2", "y1", "y3"]
    assert proposed_names(["方砚"], besides=["fangyan"]) == ["fangyan3"]
    for person, odd in enumerate(("", "·", "哦", "A", "😀", "某" * 50), 10**6):
        (name,) = proposed_names([odd])
        Account.objects.create(name=name, person=person, made_at=NOW)
        assert 2 <= len(name) <= 64
        assert name.isascii()
