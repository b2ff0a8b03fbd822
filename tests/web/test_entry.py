"""Signing in and out, and the password."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from guantong import clock
from guantong.apps.organizations.models import Organization, Post
from guantong.apps.people import codes, services
from guantong.apps.people.models import Account, Code
from guantong.core.permits import Role
from guantong.web.guard import FACTOR
from tests.apps.make import make_post
from tests.apps.make_accounts import shown_by

from .make import NOW, PASSWORD, make_user, signed_in

pytestmark = pytest.mark.django_db

NEW = "银杏叶落在台阶上-1988"


def told(answer: Any) -> str:
    return str(answer.content.decode())


def test_who_is_not_signed_in_is_led_to_sign_in_and_back() -> None:
    account = make_user()
    client = Client()
    assert client.get("/?page=2")["Location"] == "/sign-in/?next=/%3Fpage%3D2"
    answer = client.post("/sign-in/", {"name": "zhang", "password": PASSWORD, "next": "/password/"})
    assert answer["Location"] == "/password/"
    assert client.get("/").status_code == 200
    assert account.name == "zhang"


@pytest.mark.parametrize(
    "elsewhere",
    [
        *("https://example.org/", "//example.org/", "javascript:alert(1)"),
        *("abc", "home", "?page=2", "/" + "x" * 5000),  # no address of ours: the front page
    ],
)
def test_nobody_is_led_to_another_host(elsewhere: str) -> None:
    make_user()
    answer = Client().post("/sign-in/", {"name": "zhang", "password": PASSWORD, "next": elsewhere})
    assert answer["Location"] == "/"


def test_failure_does_not_tell_whether_the_account_exists() -> None:
    make_user()
    make_user(name="closed")
    Account.objects.filter(name="closed").update(is_active=False)
    pages = []
    for name, password in (("zhang", "wrong"), ("nobody", "wrong"), ("closed", PASSWORD)):
        answer = Client().post("/sign-in/", {"name": name, "password": password})
        assert answer.status_code == 400
        assert "sessionid" not in answer.cookies
        pages.append(errors(told(answer)))
    assert len(set(pages)) == 1
    assert "账号或密码不正确" in pages[0]


def errors(page: str) -> str:
    return page[page.index('<div id="errors"') :].partition("</div>")[0]


@pytest.mark.parametrize("name", ["", "\x00", "x" * 5000])
def test_what_is_no_name_is_answered_in_words(name: str) -> None:
    answer = Client().post("/sign-in/", {"name": name, "password": "x"})
    assert answer.status_code == 400
    assert 'role="alert"' in told(answer)


def test_sign_in_gives_a_new_session_and_sign_out_ends_it() -> None:
    client = Client()
    client.get("/sign-in/")
    client.session.save()
    account = make_user()
    client = signed_in(account)
    first = client.session.session_key
    client.post("/sign-in/", {"name": "zhang", "password": PASSWORD})
    assert client.session.session_key != first
    kept = client.cookies["sessionid"].value
    assert client.get("/sign-out/").status_code == 405
    assert client.get("/").status_code == 200
    answer = client.post("/sign-out/")
    assert answer["Location"] == "/sign-in/"
    assert answer["Clear-Site-Data"] == '"cache"'
    client.cookies["sessionid"] = kept
    assert client.get("/").status_code == 302


def test_a_first_password_must_be_changed_before_anything_else() -> None:
    client = signed_in(make_user(must_change=True))
    assert client.get("/")["Location"] == "/password/"
    assert "第一次登录" in told(client.get("/password/"))
    answer = client.post("/password/", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert answer["Location"] == "/"
    assert "密码已修改" in told(client.get("/"))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"old": "wrong", "new": NEW, "again": NEW}, "原密码不对"),
        ({"old": PASSWORD, "new": NEW, "again": NEW + "x"}, "两次填写的新密码不一样"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "至少 12 个字符"),
        ({"old": PASSWORD, "new": "1234567890123", "again": "1234567890123"}, "太常见"),
        ({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "与原密码"),
        ({}, "请填写原密码"),
    ],
)
def test_a_password_that_will_not_do_is_refused_with_what_to_do(typed: dict[str, str], sentence: str) -> None:
    account = make_user()
    answer = signed_in(account).post("/password/", typed)
    assert answer.status_code == 400
    assert sentence in told(answer)
    assert PASSWORD not in told(answer)
    before = account.password
    account.refresh_from_db()
    assert account.password == before


def test_other_sessions_end_with_the_old_password() -> None:
    account = make_user()
    here, elsewhere = signed_in(account), signed_in(account)
    here.post("/password/", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302


def test_a_session_ends_after_half_a_day_and_idle(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    client = signed_in(make_user())
    began = clock.second()
    monkeypatch.setattr(clock, "second", lambda: began + 12 * 3600 - 1)
    assert client.get("/").status_code == 200
    monkeypatch.setattr(clock, "second", lambda: began + 12 * 3600 + 1)
    assert client.get("/").status_code == 302
    assert settings.SESSION_COOKIE_AGE == 30 * 60


def test_T21_too_many_tries_are_answered_as_a_wrong_password(settings: Any) -> None:  # noqa: N802
    make_user()
    pages = []
    for name in ("zhang", "nobody"):
        for n in range(8):
            typed = {"name": name, "password": PASSWORD if n == 7 else "wrong"}
            answer = Client(REMOTE_ADDR="192.0.2.7").post("/sign-in/", typed)
            pages.append((answer.status_code, errors(told(answer))))
    assert len(set(pages)) == 1
    assert "过 15 分钟到 1 小时再试" in pages[0][1]
    assert Client().post("/sign-in/", typed | {"name": "zhang"}).status_code == 302
    settings.PROXIES = frozenset({ip_address("192.0.2.7")})
    seen_past = Client(REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR="198.51.100.4")
    assert seen_past.post("/sign-in/", typed | {"name": "zhang"}).status_code == 302


def test_T21_a_thousand_tries_over_http_are_ten_looks_a_quarter_of_an_hour(  # noqa: N802
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_user()
    looks: list[str] = []
    plain = MD5PasswordHasher.encode

    def counting(self: MD5PasswordHasher, password: str, salt: str) -> str:
        looks.append(salt)
        return plain(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        client = Client()
        for _ in range(1000):
            client.post("/sign-in/", {"name": "zhang", "password": "wrong"})
            traveller.shift(0.9)
        assert 5 < len(looks) <= 10
        right = {"name": "zhang", "password": PASSWORD}
        assert Client(REMOTE_ADDR="192.0.2.7").post("/sign-in/", right).status_code == 302
        assert client.post("/sign-in/", right).status_code == 400
        traveller.shift(900)
        assert client.post("/sign-in/", right).status_code == 302


def test_T22_a_closed_account_is_signed_out_for_good() -> None:  # noqa: N802
    account = make_user()
    client = signed_in(account)
    account.is_active = False
    account.save()
    assert client.get("/")["Location"] == "/sign-in/?next=/"
    account.is_active = True
    account.save()
    assert client.get("/").status_code == 302


def test_whose_organization_was_closed_is_signed_out() -> None:
    account = make_user()
    client = signed_in(account)
    Organization.objects.update(closed_on=clock.today())
    assert client.get("/").status_code == 302


def test_a_form_without_its_token_is_not_taken() -> None:
    make_user()
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/sign-in/", {"name": "zhang", "password": PASSWORD})
    assert answer.status_code == 403
    assert "刷新后再提交" in told(answer)


def code_page(client: Client, code: str, new: str = NEW, name: str = "zhang") -> Any:
    return client.post("/code/", {"name": name, "code": code, "new": new, "again": new})


def test_a_code_that_will_not_do_does_not_tell_why() -> None:
    """Unknown, wrong, of a closed account, used and too old look the same."""
    account = make_user()
    pages = []
    for wrong in ("unknown", "wrong", "closed", "used", "old", "reset"):
        account, code = services.reset(account.person, now=clock.now())
        name = "zhang"
        if wrong == "unknown":
            name = "nobody"
        elif wrong == "wrong":
            code = codes.drawn()
        elif wrong == "closed":
            services.close(account.person)
        elif wrong == "used":
            assert code_page(Client(), code).status_code == 302
        elif wrong == "old":
            Code.objects.update(until=clock.now())
        else:
            services.reset(account.person, now=clock.now())
        answer = code_page(Client(), code, NEW + wrong, name)
        assert answer.status_code == 400
        assert "sessionid" not in answer.cookies
        pages.append(errors(told(answer)))
        if wrong == "closed":
            services.reopen(account.person)
    assert len(set(pages)) == 1
    assert "账号或一次性代码不正确" in pages[0]


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("short", "至少 12 个字符。"),
        ("password1234", "太常见"),
        ("我叫张某，住在南边的山里", "不能有账号名或姓名"),
    ],
)
def test_a_code_stays_good_while_the_password_will_not_do(new: str, sentence: str) -> None:
    account, code = services.reset(make_user().person, now=clock.now())
    answer = code_page(Client(), code, new)
    assert answer.status_code == 400
    assert sentence in told(answer)
    assert code not in told(answer).replace(f'value="{code}"', "")
    client = Client()
    assert code_page(client, code)["Location"] == "/"
    assert client.get("/").status_code == 200
    assert client.session["_auth_user_id"] == str(account.pk)


def test_T21_guessing_the_old_password_is_held_up() -> None:  # noqa: N802
    client = signed_in(make_user())
    typed = {"old": "wrong", "new": NEW, "again": NEW}
    for _ in range(6):
        assert "原密码不对" in told(client.post("/password/", typed))
    answer = client.post("/password/", typed | {"old": PASSWORD})
    assert answer.status_code == 400
    assert "过 15 分钟到 1 小时再试" in told(answer)


def test_T24_an_old_password_is_changed_first_where_that_is_asked_for(settings: Any) -> None:  # noqa: N802
    account = make_user()
    client = signed_in(account)
    old = NOW + timedelta(days=90)
    with time_machine.travel(old, tick=False):
        client = signed_in(account)
        assert client.get("/").status_code == 200
        settings.PASSWORDS = "dengbao"
        assert client.get("/")["Location"] == "/password/"
        page = told(client.get("/password/"))
        assert "密码已经用满 90 天" in page
        assert "至少有 3 种" in page
        typed = {"old": PASSWORD, "new": NEW, "again": NEW}
        assert "至少要有 3 种" in told(client.post("/password/", typed))
        better = "Yinxing-1988"
        assert client.post("/password/", typed | {"new": better, "again": better})["Location"] == "/"
        assert client.get("/").status_code == 200


def test_the_second_factor_comes_before_all_else() -> None:
    """Whoever has the password alone reaches nothing: no page, no list, not even the form of the password."""
    account = make_user(must_change=True)
    TOTPDevice.objects.create(user=account, name="totp")
    client = Client()
    client.post("/sign-in/", {"name": "zhang", "password": PASSWORD})
    for address in ("/", "/password/", "/calendar/", "/second-factor/enrol/"):
        assert client.get(address)["Location"].startswith("/second-factor/?next="), address
        assert client.post(address, {}).status_code in (302, 405), address
    page = told(client.get("/second-factor/?next=/calendar/"))
    assert "待办" not in page
    assert "张某" not in page
    typed = {"figures": "000000", "next": "//elsewhere.example/"}
    for _ in range(3):
        answer = client.post("/second-factor/", typed)
        assert answer.status_code == 400
        assert "这 6 位数字不对" in told(answer)
    device = TOTPDevice.objects.get()
    with time_machine.travel(clock.now() + timedelta(seconds=60), tick=False):
        answer = client.post("/second-factor/", typed | {"figures": shown_by(device)})
        assert answer["Location"] == "/"
        assert client.get("/")["Location"] == "/password/"


def test_a_session_that_says_nothing_of_the_second_factor_does_not_count() -> None:
    client = signed_in(make_user())
    session = client.session
    del session[FACTOR]
    session.save()
    assert client.get("/calendar/")["Location"] == "/second-factor/?next=/calendar/"
    assert client.get("/second-factor/?next=/calendar/")["Location"] == "/calendar/"  # there was none to give
    assert client.get("/calendar/").status_code == 200


def test_a_post_that_needs_a_second_factor_asks_for_it_at_once() -> None:
    account = make_user()
    client = signed_in(account)
    assert client.get("/").status_code == 200
    post = Post.objects.get()
    make_post(post.person, post.organization, Role.AUDIT_ADMIN)
    assert client.get("/")["Location"] == "/second-factor/enrol/?next=/"
    assert "待办" not in told(client.get("/second-factor/enrol/"))
    Organization.objects.update(invented=True)
    assert client.get("/").status_code == 200


def test_whoever_wants_one_may_have_it() -> None:
    account = make_user()
    client, elsewhere = signed_in(account), signed_in(account)
    assert "别人知道密码也进不来" in told(client.get("/second-factor/enrol/"))
    device = TOTPDevice.objects.get()
    typed = {"key": str(device.pk), "figures": shown_by(device)}
    for without in ({"figures": typed["figures"]}, {"key": "x", "figures": "1"}, {}):
        assert client.post("/second-factor/enrol/", without).status_code == 400
    assert client.post("/second-factor/enrol/", typed)["Location"] == "/"
    assert client.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert "您已经绑定" in told(client.get("/second-factor/enrol/"))
    assert client.post("/second-factor/enrol/", typed).status_code == 409
    assert told(client.get("/second-factor/enrol/")).count("密钥：") == 0
