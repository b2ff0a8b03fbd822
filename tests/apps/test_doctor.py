"""`guantong doctor`: each finding both ways, by what it is given, and the command as somebody meets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection

from guantong.apps.ledger import triggers
from guantong.apps.organizations.accounts.keepers import left_open
from guantong.apps.organizations.models import Organization, Post
from guantong.apps.people.models import Account
from guantong.cli import main
from guantong.config import doctor
from guantong.config.doctor import LEAST_FREE, Finding
from guantong.core.permits import Role

from .make import make_person, make_post
from .test_first_day import begun
from .test_ledger import write

MB = 1024 * 1024
NOW = datetime(2026, 11, 25, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("version", "ok"), [((3, 51, 3), True), ((3, 52, 0), True), ((3, 51, 2), False), ((3, 40, 1), False)]
)
def test_T10_an_older_sqlite_is_told_of(version: tuple[int, int, int], ok: bool) -> None:  # noqa: N802
    found = doctor.sqlite_library(version)
    assert found.ok == ok
    assert ok or (".".join(map(str, version)) in found.advice and "3.51.3" in found.advice)


def test_T10_a_file_mapped_into_memory_is_told_of() -> None:  # noqa: N802
    assert doctor.sqlite_mmap(0).ok
    assert "268435456" in doctor.sqlite_mmap(256 * MB).advice


@pytest.mark.parametrize(
    ("free", "total", "ok"),
    [
        (LEAST_FREE, 10_000 * MB, True),
        (LEAST_FREE - 1, 1_000 * MB, False),
        (LEAST_FREE, 10_001 * MB, False),  # less than a twentieth
        (50_000 * MB, 1_000_000 * MB, True),
        (49_999 * MB, 1_000_000 * MB, False),
        (0, 0, False),
    ],
)
def test_a_disk_that_fills_up_is_told_of(free: int, total: int, ok: bool) -> None:
    found = doctor.disk(free, total)
    assert found.ok == ok
    assert ok or f"{free // MB} MB" in found.advice


@pytest.mark.parametrize(("mode", "ok"), [(0o600, True), (0o400, True), (0o640, False), (0o604, False)])
def test_a_key_that_others_may_read_is_told_of(tmp_path: Path, mode: int, ok: bool) -> None:
    kept = tmp_path / "secret-key"
    kept.touch()
    kept.chmod(mode)
    found = doctor.secret_key(kept)
    assert found.ok == ok
    assert ok or found.advice.endswith(f"chmod 600 {kept}。")


def test_a_key_may_be_kept_nowhere_but_not_be_lost(tmp_path: Path) -> None:
    assert doctor.secret_key(None).ok
    assert "读不到" in doctor.secret_key(tmp_path / "gone").advice


@pytest.mark.parametrize(
    ("offset", "told"), [(8 * 3600, ""), (0, "UTC+00:00"), (-16200, "UTC-04:30"), (9 * 3600, "UTC+09:00")]
)
def test_another_time_zone_is_told_of(offset: int, told: str) -> None:
    found = doctor.time_zone(offset)
    assert found.ok == (not told)
    assert told in found.advice


def test_a_clock_behind_the_record_is_told_of() -> None:
    assert doctor.clock_behind(NOW, None).ok
    assert doctor.clock_behind(NOW, NOW).ok
    ahead = (NOW + timedelta(seconds=1)).astimezone(UTC)
    assert "2026-11-25 09:30:01" in doctor.clock_behind(NOW, ahead).advice


def test_migrations_and_guards_are_told_of() -> None:
    assert doctor.migrations(0, "/srv/x").ok
    advice = doctor.migrations(3, "/srv/x").advice
    assert "差 3 步" in advice
    assert "/srv/x" in advice
    assert doctor.guards([]).ok
    assert doctor.guards(["缺一。", "缺二。"]).advice == "缺一。缺二。"


def test_a_folder_that_cannot_be_written_is_told_of(tmp_path: Path) -> None:
    assert doctor.data_folder(tmp_path).ok
    assert not list(tmp_path.iterdir())
    (tmp_path / "file").touch()
    for nowhere in (tmp_path / "gone", tmp_path / "file"):
        assert str(nowhere) in doctor.data_folder(nowhere).advice


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ('{"paths": {"a.css": "a.1.css"}}', ""),
        ('{"paths": {"a.css": "a.1.css", "b.js": "b.2.js"}}', "缺 1 个"),
        ("", "还没有收集"),
        ('{"paths": []}', "还没有收集"),
        ("[]", "还没有收集"),
    ],
)
def test_files_of_pages_that_are_missing_are_told_of(tmp_path: Path, listed: str, said: str) -> None:
    assert "还没有收集" in doctor.static_files(tmp_path).advice
    (tmp_path / "a.1.css").touch()
    (tmp_path / "staticfiles.json").write_text(listed, encoding="utf-8")
    found = doctor.static_files(tmp_path)
    assert found.ok == (not said)
    assert said in found.advice


def test_a_finding_is_one_line() -> None:
    assert str(Finding("时区", True)) == "正常　　时区"
    assert str(Finding("时区", False, "请改。")) == "有问题　时区：请改。"
    assert str(Finding("账号", True, "有 1 个。")) == "正常　　账号：有 1 个。", "a remark"


@pytest.fixture
def sound(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder in which nothing is wrong, on a disk with room."""
    settings.DATA_DIR = tmp_path
    room = SimpleNamespace(free=900 * 1024 * MB, total=1000 * 1024 * MB)
    monkeypatch.setattr("shutil.disk_usage", lambda _: room)
    monkeypatch.setattr(doctor, "library_version", lambda: (3, 51, 3))
    (tmp_path / "static").mkdir()
    (tmp_path / "static/staticfiles.json").write_text(json.dumps({"paths": {}}), encoding="utf-8")
    return tmp_path


def lines(capsys: pytest.CaptureFixture[str], status: int) -> dict[str, str]:
    """What the command said of each thing that is wrong; it ended with that status."""
    assert main(["doctor"]) == status
    told = capsys.readouterr().out.splitlines()
    assert all(line.startswith(("正常　　", "有问题　")) for line in told)
    assert len(told) >= 7
    wrong = [line.removeprefix("有问题　").partition("：") for line in told if line.startswith("有问题")]
    return {name: advice for name, _, advice in wrong}


@pytest.fixture
def kept(db: None, settings: Any) -> Organization:  # noqa: ARG001 — needs the tables
    """A district after its first day."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    begun()
    return Organization.objects.get()


@pytest.mark.usefixtures("kept")
def test_all_in_order_is_status_0(sound: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: ARG001
    write(2)
    assert lines(capsys, 0) == {}


@pytest.mark.django_db
def test_before_the_first_day_it_says_how_to_begin(sound: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: ARG001
    wrong = lines(capsys, 1)
    assert set(wrong) == {"首次设置"}
    assert "guantong setup" in wrong["首次设置"]


def test_a_kind_of_administrator_that_is_missing_is_told_of(
    sound: Path,  # noqa: ARG001
    kept: Organization,
    capsys: pytest.CaptureFixture[str],
) -> None:
    Account.objects.filter(name="song").update(is_active=False)
    Post.objects.filter(role=Role.SECURITY_ADMIN).update(
        until=NOW.date() - timedelta(days=1), since=date(2020, 1, 1)
    )
    wrong = lines(capsys, 1)
    assert set(wrong) == {"三种管理员"}
    assert "安全管理员、审计管理员" in wrong["三种管理员"]
    assert "系统管理员" not in wrong["三种管理员"]
    assert "何梧" not in str(wrong)
    Organization.objects.filter(pk=kept.pk).update(invented=True)
    assert main(["doctor"]) == 0, (
        "of an example none is asked, and an account that lets nobody in is no fault"
    )
    assert "正常　　离任人员的账号：有 1 个没有停用" in capsys.readouterr().out


def test_accounts_of_who_has_left_are_counted(kept: Organization) -> None:
    day = NOW.date()
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    for n, (until, left_on) in enumerate(
        ((None, None), (day, None), (before, None), (None, day), (None, after), (before, after))
    ):
        person = make_person(kept, name=f"人员{n}")
        person.left_on = left_on
        person.save()
        make_post(person, kept, Role.MEMBER, until=until)
        Account.objects.create(name=f"name{n}", person=person.pk, made_at=NOW)
    without_post = make_person(kept)
    Account.objects.create(name="fresh", person=without_post.pk, made_at=NOW)
    assert left_open(day) == 3
    to_come = make_person(kept)
    make_post(to_come, kept, Role.MEMBER, until=before)
    make_post(to_come, kept, Role.MEMBER, since=after)
    Account.objects.create(name="to-come", person=to_come.pk, made_at=NOW)
    Account.objects.filter(name="name2").update(is_active=False)
    assert left_open(day) == 2


@pytest.mark.usefixtures("kept")
def test_a_lost_trigger_and_a_clock_put_back_are_status_1(
    sound: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(2)
    triggers.lift()
    (sound / "static/staticfiles.json").unlink()
    with time_machine.travel(NOW.replace(year=2020)):
        wrong = lines(capsys, 1)
    assert set(wrong) == {"触发器和统计视图", "时钟", "静态文件", "三种管理员"}, "no post has begun by then"
    assert "ledger_entry_no_" in wrong["触发器和统计视图"]


@pytest.mark.django_db
def test_a_database_that_waits_for_migrations_is_status_1(
    sound: Path,  # noqa: ARG001
    capsys: pytest.CaptureFixture[str],
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'evidence'")
    assert set(lines(capsys, 1)) == {"数据库版本"}


def command(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    known = {name: value for name, value in os.environ.items() if name != "GUANTONG_SECRET_KEY"}
    environment = {**known, "GUANTONG_DATA_DIR": str(folder), "GUANTONG_DATABASE_URL": "", **more}
    words = [sys.executable, "-m", "guantong.cli", "doctor"]
    return subprocess.run(words, env=environment, capture_output=True, text=True, check=False)


def test_on_an_empty_machine_every_problem_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("x" * 50, encoding="utf-8")
    (tmp_path / "secret-key").chmod(0o644)
    answer = command(tmp_path, TZ="UTC")
    assert (answer.returncode, answer.stderr) == (1, "")
    for name in ("密钥文件权限：", "时区：机器的时区是 UTC+00:00", "静态文件：", "数据库版本："):
        assert f"有问题　{name}" in answer.stdout
    assert "正常　　数据库连接" in answer.stdout
    answer = command(tmp_path, TZ="Asia/Shanghai", GUANTONG_SECRET_KEY="given")  # noqa: S106 — of a test
    assert "正常　　密钥文件权限" in answer.stdout
    assert "正常　　时区" in answer.stdout


def test_what_keeps_it_from_looking_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    answer = command(tmp_path / "file" / "data")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "GUANTONG_DATA_DIR" in answer.stderr
    assert str(tmp_path / "file" / "data") in answer.stderr
    answer = command(tmp_path, GUANTONG_PROXY="next door")
    assert answer.returncode == 2
    assert "GUANTONG_PROXY" in answer.stderr
    answer = command(tmp_path, GUANTONG_DATABASE_URL="postgresql://127.0.0.1:1/x")
    assert answer.returncode == 1
    assert "有问题　数据库连接：" in answer.stdout
    assert "Traceback" not in answer.stderr
