"""Pages of accounts: the list, one person's, and the slip that is handed over."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_otp.plugins.otp_totp.models import TOTPDevice

from guantong import clock
from guantong.apps.organizations.models import Organization, Person
from guantong.apps.organizations.spelling import spelled
from guantong.apps.people import services
from guantong.apps.people.models import Account
from guantong.apps.people.services import NewAccount, make_account, open_accounts
from guantong.core.permits import Role
from tests.apps.make import make_organization, make_person, make_post

from .make import NOW, PASSWORD, make_user, signed_in

pytestmark = pytest.mark.django_db

NEW = "银杏叶落在台阶上-1988"


def told(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def clerk() -> Client:
    """The system administrator of a district with a school."""
    return signed_in(make_user(Role.SYSTEM_ADMIN, name="guanli"))


@pytest.fixture
def head(clerk: Client) -> Person:  # noqa: ARG001 — makes the district
    school = make_organization(Organization.objects.get(), name="青禾小学党总支")
    person = make_person(school, name="林砚舟")
    person.spelled = spelled(person.name)
    person.save()
    make_post(person, school, Role.SECRETARY)
    return person


def address(person: Person, act: str = "") -> str:
    return f"/persons/{person.pk}/account/{act}"


def code_of(answer: Any) -> str:
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store, private"
    page = told(answer)
    assert "账号交接单" in page
    return page.partition('<code class="key">')[2].partition("</code>")[0]


def test_an_account_is_opened_and_its_owner_comes_in(clerk: Client, head: Person) -> None:
    assert 'value="linyanzhou"' in told(clerk.get(address(head)))
    answer = clerk.post(address(head), {"name": "LinYZ"})
    code = code_of(answer)
    for shown in ("青禾小学党总支", "林砚舟", "linyz", "testserver/"):
        assert shown in told(answer)
    assert code not in told(clerk.get(address(head)))
    client = Client()
    assert "一次性代码" in told(client.get("/code/"))
    typed = {"name": "LINYZ", "code": code.lower().replace("-", " "), "new": NEW, "again": NEW}
    answer = client.post("/code/", typed)
    assert answer["Location"] == "/"
    assert "密码已设置" in told(client.get("/"))
    assert Client().post("/code/", typed).status_code == 400
    assert signed_in_with(NEW, "linyz").get("/").status_code == 200


def signed_in_with(password: str, name: str) -> Client:
    client = Client()
    assert client.post("/sign-in/", {"name": name, "password": password}).status_code == 302
    return client


def test_a_reset_ends_sessions_and_shows_no_password(clerk: Client, head: Person) -> None:
    make_account(name="lin", person=head.pk, password=PASSWORD, must_change=False, now=NOW)
    theirs = signed_in_with(PASSWORD, "lin")
    assert theirs.get("/").status_code == 200
    answer = clerk.post(address(head, "reset/"))
    code = code_of(answer)
    assert PASSWORD not in told(answer)
    assert theirs.get("/")["Location"].startswith("/sign-in/")
    assert Client().post("/sign-in/", {"name": "lin", "password": PASSWORD}).status_code == 400
    first = code
    second = code_of(clerk.post(address(head, "reset/")))
    typed = {"name": "lin", "new": NEW, "again": NEW}
    assert Client().post("/code/", typed | {"code": first}).status_code == 400
    assert Client().post("/code/", typed | {"code": second}).status_code == 302


def test_T22_closing_ends_sessions_for_good(clerk: Client, head: Person) -> None:  # noqa: N802
    make_account(name="lin", person=head.pk, password=PASSWORD, must_change=False, now=NOW)
    theirs = signed_in_with(PASSWORD, "lin")
    kept = theirs.cookies["sessionid"].value
    answer = clerk.post(address(head, "close/"), follow=True)
    assert "账号已停用" in told(answer)
    assert "重新启用" in told(answer)
    assert clerk.post(address(head, "close/")).status_code == 409
    assert Client().post("/sign-in/", {"name": "lin", "password": PASSWORD}).status_code == 400
    assert "账号已重新启用" in told(clerk.post(address(head, "reopen/"), follow=True))
    theirs.cookies["sessionid"] = kept
    assert theirs.get("/")["Location"].startswith("/sign-in/"), (
        "it was not used in between, and is over all the same"
    )
    assert signed_in_with(PASSWORD, "lin").get("/").status_code == 200


def test_a_lost_phone_is_dropped_by_who_may_reset(clerk: Client, head: Person) -> None:
    account = make_account(name="lin", person=head.pk, password=PASSWORD, must_change=False, now=NOW)
    assert "取消动态口令" not in told(clerk.get(address(head)))
    TOTPDevice.objects.create(user=account, name="totp")
    theirs = signed_in_with(PASSWORD, "lin")
    assert theirs.get("/")["Location"] == "/second-factor/?next=/"
    assert "取消动态口令" in told(clerk.get(address(head)))
    assert "动态口令已取消" in told(clerk.post(address(head, "factor/"), follow=True))
    assert theirs.get("/")["Location"].startswith("/sign-in/")
    assert signed_in_with(PASSWORD, "lin").get("/").status_code == 200


@pytest.mark.parametrize("name", ["a b", "", "guanli", "x" * 65, "a\x00b"])
def test_a_name_that_will_not_do_is_refused_and_kept(clerk: Client, head: Person, name: str) -> None:
    answer = clerk.post(address(head), {"name": name})
    assert answer.status_code == (409 if name == "guanli" else 400)
    assert 'role="alert"' in told(answer)
    assert Account.objects.count() == 1


def test_it_is_said_who_handles_an_account_that_is_not_ours(clerk: Client, head: Person) -> None:
    top = Organization.objects.get(parent=None)
    security = make_person(top, name="何梧")
    make_post(security, top, Role.SECURITY_ADMIN)
    for _ in range(2):
        page = told(clerk.get(address(security)))
        assert "管理员的账号由安全管理员办理" in page
        assert "guantong code" in page
        account = Account.objects.filter(name="hewu").first() or make_account(
            name="hewu", person=security.pk, password=PASSWORD, must_change=False, now=NOW
        )
    guard = signed_in(account)
    assert "系统管理员。" in told(guard.get(address(head)))
    assert "您不能办理" not in told(clerk.get(address(head)))


def test_an_account_that_never_had_a_password_needs_a_code_after_reopening(
    clerk: Client, head: Person
) -> None:
    open_accounts([NewAccount(head.pk, "lin")], now=clock.now())
    page = told(clerk.post(address(head, "close/"), follow=True))
    assert "原来的密码" not in page
    assert "启用后请再点“重置密码”" in page
    page = told(clerk.post(address(head, "reopen/"), follow=True))
    assert "林砚舟的账号现在没有可用的密码和一次性代码" in page
    assert code_of(clerk.post(address(head, "reset/")))
    services.close(head.pk)
    head.left_on = clock.today()
    head.save()
    page = told(clerk.get(address(head)))
    assert "已不在名册上" in page
    assert "重新启用</button>" not in page
    assert "重新编入" in told(clerk.post(address(head, "reopen/")))


def test_whoever_appoints_is_told_that_a_code_is_dead(clerk: Client, head: Person) -> None:
    top = Organization.objects.get(parent=None)
    guard = signed_in(make_user(Role.SECURITY_ADMIN, top, name="hewu"))
    make_account(name="lin", person=head.pk, password=PASSWORD, must_change=False, now=NOW)
    theirs = signed_in_with(PASSWORD, "lin")
    form = {"person": head.pk, "role": "liaison", "since": "2026-01-01"}
    page = told(guard.post(f"/organizations/{top.pk}/posts/new/", form, follow=True))
    assert "已任林砚舟" in page
    assert "一次性代码" not in page
    assert theirs.get("/")["Location"].startswith("/sign-in/")
    assert signed_in_with(PASSWORD, "lin").get("/").status_code == 200
    other = make_person(top, name="罗禾")
    made = make_account(name="luo", person=other.pk, password=PASSWORD, must_change=False, now=NOW)
    form = {"person": other.pk, "role": "audit-admin", "since": "2026-01-01"}
    page = told(guard.post(f"/organizations/{top.pk}/posts/new/", form, follow=True))
    assert "罗禾的账号现在没有可用的密码和一次性代码" in page
    answer = Client().post("/sign-in/", {"name": "luo", "password": PASSWORD})
    assert answer.status_code == 400
    made.refresh_from_db()
    assert made.must_change
    assert clerk.post(address(other, "reset/")).status_code == 403
    assert code_of(guard.post(address(other, "reset/")))


def test_buttons_stand_where_they_work(clerk: Client, head: Person) -> None:
    own = Person.objects.get(name="张某")
    page = told(clerk.get(address(own)))
    assert "自己的账号由别人办理" in page
    assert "重置密码" not in page
    assert clerk.post(address(own, "reset/")).status_code == 400
    security = make_person(own.organization, name="何梧")
    make_post(security, own.organization, Role.SECURITY_ADMIN)
    page = told(clerk.get(address(security)))
    assert "还没有账号" in page
    assert "开通账号</button>" not in page
    assert clerk.post(address(security), {"name": "hewu"}).status_code == 403
    guard = signed_in(
        make_account(name="hewu", person=security.pk, password=PASSWORD, must_change=False, now=NOW)
    )
    assert "重置密码" in told(guard.get(address(own)))
    assert "开通账号</button>" not in told(guard.get(address(head)))
    assert guard.post(address(head), {"name": "lin"}).status_code == 403
    stranger = make_organization(name="松亭街道党工委")
    person = make_person(stranger, name="罗禾")
    assert clerk.get(address(person)).status_code == 404
    assert clerk.post(address(person), {"name": "luo"}).status_code == 404
    assert clerk.get("/persons/999999999/account/").status_code == 404


def test_the_list_is_narrowed_sorted_and_cheap(clerk: Client, head: Person) -> None:
    persons = Person.objects.bulk_create(
        Person(name=f"教师{n:02d}", spelled=spelled(f"教师{n:02d}"), organization=head.organization)
        for n in range(45)
    )
    rows = [NewAccount(person.pk, f"jiaoshi{n:02d}") for n, person in enumerate(persons)]
    open_accounts(rows, now=clock.now())
    make_account(name="lin", person=head.pk, password=PASSWORD, must_change=False, now=NOW)
    services.close(persons[3].pk)
    clerk.get("/accounts/")
    with CaptureQueriesContext(connection) as queries:
        page = told(clerk.get("/accounts/?sort=name"))
    assert len(queries) <= 12
    assert not [one for one in queries if not one["sql"].startswith("SELECT")]
    assert "共 47 条" in page
    assert page.count("<tr>") == 21
    assert "登录时间" not in page
    assert "最近登录" not in page
    assert "书记" in told(clerk.get("/accounts/?text=linyan"))
    for query, count in (
        ("text=教师0", 10),
        ("text=js1", 10),
        ("text=JIAOSHI44", 1),
        ("state=closed", 1),
        ("state=unused", 44),
        ("state=normal", 2),
        ("state=to-change", 0),
        ("state=nothing", 47),
        ("text=lin&state=normal", 1),
    ):
        page = told(clerk.get(f"/accounts/?{query}"))
        assert (f"共 {count} 条" in page) if count else ("没有符合条件的记录" in page), query


def test_who_sees_no_accounts_sees_an_empty_list() -> None:
    client = signed_in(make_user(Role.AUDIT_ADMIN))
    page = told(client.get("/accounts/"))
    assert "还没有账号。在“组织与党员”里" in page
    assert 'href="/accounts/"' not in page


def test_it_is_a_day_like_any_other_when_figures_are_given(clerk: Client, head: Person) -> None:  # noqa: ARG001
    with time_machine.travel(clock.now(), tick=False):
        assert clerk.get("/second-factor/")["Location"] == "/"
        assert clerk.post("/second-factor/", {"figures": "1"})["Location"] == "/"
