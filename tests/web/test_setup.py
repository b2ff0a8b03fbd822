"""The first day: every page leads to it while there is no account, and none after."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as configured
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from guantong import clock
from guantong.apps.ledger.models import Entry
from guantong.apps.organizations.models import Organization, Post
from guantong.apps.people import codes, first_run
from guantong.apps.people.models import Account
from guantong.core.permits import Role
from tests.apps.make_accounts import shown_by
from tests.house.tree import ROOT

from .make import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "操场边的梧桐树-2017"  # noqa: S105 — of the tests


def told(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture(autouse=True)
def code(tmp_path: Path, settings: Any) -> str:
    settings.DATA_DIR = tmp_path
    return first_run.code(tmp_path)


def typed(code: str, /, **changes: str) -> dict[str, str]:
    told = {
        "code": code.lower(),
        "district": "云岫区委教育工委",
        "system_name": "林砚舟",
        "system_account": "lin",
        "new": PASSWORD,
        "again": PASSWORD,
        "security_name": "何梧",
        "security_account": "he-wu",
        "audit_name": "宋榆",
        "audit_account": "song",
    }
    return told | changes


@pytest.mark.parametrize("address", ["/", "/directives/", "/sign-in/", "/code/", "/accounts/"])
def test_every_page_leads_to_it(address: str) -> None:
    answer = Client().get(address, follow=True)
    assert answer.redirect_chain[-1][0] == "/setup/"
    assert "首次设置" in told(answer)
    assert answer["Cache-Control"] == "no-store, private"


def test_after_the_first_account_there_is_no_such_page(code: str) -> None:
    make_user()
    for answer in (Client().get("/setup/"), Client().post("/setup/", typed(code))):
        assert answer.status_code == 404
        assert "没有这个页面" in told(answer)
    assert Organization.objects.count() == 1


def test_the_first_day(code: str) -> None:
    client = Client()
    answer = client.post("/setup/", typed(code))
    assert answer.status_code == 200
    assert "安全管理员的，只能在安装本系统的机器上运行 guantong code" in told(answer)
    page = told(answer)
    assert page.count("<h2>账号交接单</h2>") == 2
    for shown in ("何梧", "he-wu", "宋榆", "song", "testserver/"):
        assert shown in page
    assert PASSWORD not in page
    assert answer["Cache-Control"] == "no-store, private"
    assert [post.role for post in Post.objects.order_by("pk")] == [
        Role.SYSTEM_ADMIN,
        Role.SECURITY_ADMIN,
        Role.AUDIT_ADMIN,
    ]
    assert not (configured.DATA_DIR / "setup-code").exists()
    assert client.post("/setup/", typed(code)).status_code == 404
    # whoever did it is signed in, and binds the second factor before anything else
    assert client.get("/")["Location"] == "/second-factor/enrol/?next=/"
    # a code of the page sets the password of whom it was handed to
    given = page.partition('一次性代码</dt><dd><code class="key">')[2][:19]
    other = Client()
    by_code = {
        "name": "he-wu",
        "code": given,
        "new": "银杏叶落在台阶上-1988",
        "again": "银杏叶落在台阶上-1988",
    }
    assert other.post("/code/", by_code)["Location"] == "/"
    assert other.get("/")["Location"] == "/second-factor/enrol/?next=/"
    assert PASSWORD not in str(list(Entry.objects.values()))


def test_the_third_administrator_may_come_later(code: str) -> None:
    answer = Client().post("/setup/", typed(code, audit_name="", audit_account=""))
    assert answer.status_code == 200
    assert told(answer).count("<h2>账号交接单</h2>") == 1
    assert Account.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"code": codes.drawn()}, "设置码不正确"),
        ({"code": ""}, "请填写设置码"),
        ({"district": ""}, "请填写教育工委名称"),
        ({"security_name": ""}, "请填写安全管理员姓名"),
        ({"audit_account": ""}, "请填写审计管理员的账号"),
        ({"audit_name": ""}, "请填写审计管理员的姓名"),
        ({"again": PASSWORD + "x"}, "两次填写的新密码不一样"),
        ({"new": "short", "again": "short"}, "至少 12 个字符"),
        ({"new": "password1234", "again": "password1234"}, "太常见"),
        ({"new": "我叫林砚舟，我在山边住", "again": "我叫林砚舟，我在山边住"}, "至少 12 个字符"),
        ({"new": "我叫林砚舟，我在南山边住", "again": "我叫林砚舟，我在南山边住"}, "不能有账号名或姓名"),
        ({"security_name": "林砚舟"}, "不能由同一个人担任"),
        ({"security_account": "LIN"}, "账号名已有人使用"),
        ({"system_account": "a b"}, "账号名要有 2 到 64 个字"),
    ],
)
def test_what_will_not_do_is_refused_with_what_to_do(
    code: str, changes: dict[str, str], sentence: str
) -> None:
    answer = Client().post("/setup/", typed(code, **changes))
    assert answer.status_code == 400
    assert sentence in told(answer)
    assert 'value="云岫区委教育工委"' in told(answer) or "district" in changes
    assert PASSWORD not in told(answer)
    assert not Organization.objects.exists()
    assert not Account.objects.exists()


def test_T21_guessing_the_code_is_held_up(code: str) -> None:  # noqa: N802
    client = Client(REMOTE_ADDR="192.0.2.7")
    for _ in range(5):
        client.post("/setup/", typed(codes.drawn()))
    assert "设置码不正确" in told(client.post("/setup/", typed(code)))
    assert not Account.objects.exists()
    assert Client(REMOTE_ADDR="192.0.2.8").post("/setup/", typed(code)).status_code == 200


def test_without_a_code_on_the_machine_nothing_is_set_up(code: str) -> None:
    first_run.forget(configured.DATA_DIR)
    assert "guantong setup" in told(Client().post("/setup/", typed(code)))
    assert not Account.objects.exists()


def test_the_second_factor_is_bound_first_and_asked_for_ever_after(code: str) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        client = Client()
        client.post("/setup/", typed(code))
        elsewhere = Client()
        elsewhere.post("/sign-in/", {"name": "lin", "password": PASSWORD})
        page = told(client.get("/second-factor/enrol/?next=/accounts/"))
        assert "您的职务要求使用动态口令" in page
        assert 'src="data:image/svg+xml' in page
        device = TOTPDevice.objects.get()
        sent = {"key": str(device.pk), "next": "/accounts/"}
        answer = client.post("/second-factor/enrol/", sent | {"figures": "000000"})
        assert answer.status_code == 400
        assert "这 6 位数字不对" in told(answer)
        assert f'name="key" value="{device.pk}"' in told(answer), "the key stays what was read"
        assert client.get("/accounts/")["Location"] == "/second-factor/enrol/?next=/accounts/"
        traveller.shift(30)
        answer = client.post("/second-factor/enrol/", sent | {"figures": shown_by(device)})
        assert answer["Location"] == "/accounts/"
        assert client.get("/accounts/").status_code == 200
        assert elsewhere.get("/")["Location"].startswith("/sign-in/")
        traveller.shift(timedelta(minutes=2))
        again = Client()
        answer = again.post("/sign-in/", {"name": "lin", "password": PASSWORD, "next": "/accounts/"})
        assert answer["Location"] == "/accounts/"
        for address in ("/accounts/", "/", "/password/", "/second-factor/enrol/"):
            assert again.get(address)["Location"].startswith("/second-factor/?next=")
        before = again.session.session_key
        answer = again.post("/second-factor/", {"figures": shown_by(device), "next": "/accounts/"})
        assert answer["Location"] == "/accounts/"
        assert again.session.session_key != before
        assert again.get("/accounts/").status_code == 200


def command(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "GUANTONG_DATA_DIR": str(folder), "GUANTONG_DATABASE_URL": ""}
    line = [sys.executable, "-m", "guantong.cli", *words]
    return subprocess.run(line, env=environment, capture_output=True, text=True, check=False)


def test_the_commands_of_the_machine(tmp_path: Path) -> None:
    """`setup` tells the code until there is an account, `code` makes one for somebody whom nobody else can help."""
    folder = tmp_path / "machine"
    folder.mkdir()
    assert "manage.py migrate" in command(folder, "setup").stderr
    script = """
import sys
from guantong.config.setup import prepare
prepare()
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""
    environment = {**os.environ, "GUANTONG_DATA_DIR": str(folder), "GUANTONG_DATABASE_URL": ""}
    subprocess.run([sys.executable, "-c", script], env=environment, check=True)
    first, second = command(folder, "setup"), command(folder, "setup")
    assert first.returncode == 0
    assert first.stdout == second.stdout
    assert first.stdout.strip().endswith((folder / "setup-code").read_text(encoding="utf-8"))
    script = script.replace(
        'call_command("migrate", verbosity=0)', "from tests.apps.test_first_day import begun; begun()"
    )
    subprocess.run([sys.executable, "-c", script], env=environment, check=True, cwd=ROOT)
    after = command(folder, "setup")
    assert (after.returncode, after.stdout) == (2, "")
    assert "已经设置过" in after.stderr
    assert not (folder / "setup-code").exists()
    made = command(folder, "code", "HE-WU")
    assert made.returncode == 0
    assert re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", made.stdout)
    for words, sentence in (
        (["code", "nobody"], "没有这个账号"),
        (["code", "he-wu", "--drop-factor"], "没有绑定动态口令"),
    ):
        refused = command(folder, *words)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert sentence in refused.stderr
