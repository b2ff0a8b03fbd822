"""What `guantong doctor` looks at: one finding each, from a function that is given what it judges.

`examine` reads the settings, the machine and the database and hands what it finds to the functions above it.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from guantong.config import env
from guantong.config.serving import whereabouts
from guantong.config.sqlite import SAFE_FOR_PROCESSES, library_version

_MEGABYTE = 1024 * 1024
LEAST_FREE = 500 * _MEGABYTE
"""Bytes that must be free in the data folder, and …"""
LEAST_SHARE = 0.05
"""… the share of the disk that must be."""
_SHANGHAI = 8 * 3600  # seconds ahead of universal time, all year round


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, whether it is in order, and, where it is not, what is the matter and what to do.

    What is in order may have a remark to it.
    """

    name: str
    ok: bool
    advice: str = ""

    def __str__(self) -> str:
        told = f"{self.name}：{self.advice}" if self.advice else self.name
        return f"{'正常　　' if self.ok else '有问题　'}{told}"


def _found(name: str, advice: str | None) -> Finding:
    return Finding(name, advice is None, advice or "")


def sqlite_library(version: tuple[int, int, int]) -> Finding:
    """The SQLite library: before 3.51.3 two processes that write one file at once can corrupt it."""
    told, wanted = (".".join(map(str, each)) for each in (version, SAFE_FOR_PROCESSES))
    advice = (
        f"现在是 {told}，两个程序同时写库可能损坏数据。请安装 {wanted} 以上的 SQLite（pip install pysqlite3），"
        "或改用 PostgreSQL；在此之前只运行 guantong serve 一个程序。"
    )
    return _found("SQLite 版本", None if version >= SAFE_FOR_PROCESSES else advice)


def sqlite_mmap(size: int) -> Finding:
    """Bytes of the database file mapped into memory: a fault of the disk would then stop the process, or worse."""
    advice = f"数据库文件有 {size} 字节映射到内存，断电或磁盘出错时可能损坏数据。请恢复随软件发布的数据库设置（mmap_size=0）。"
    return _found("SQLite 内存映射", advice if size else None)


def disk(free: int, total: int) -> Finding:
    """Free and total bytes of the disk that the data folder is on."""
    advice = (
        f"只剩 {free // _MEGABYTE} MB（占 {free * 100 // max(total, 1)}%），至少要有 500 MB 且不少于 5%。"
        "请清理磁盘，或把数据目录移到更大的磁盘上。"
    )
    return _found("磁盘剩余空间", advice if free < LEAST_FREE or free < total * LEAST_SHARE else None)


def secret_key(kept: Path | None) -> Finding:
    """The file of the key that signs sessions; None where the key is given by the environment itself."""
    if kept is None:
        return _found("密钥文件权限", None)
    try:
        mode = kept.stat().st_mode & 0o777
    except OSError as error:
        return _found("密钥文件权限", f"读不到 {kept}（{error.strerror}）。请检查这个文件和它所在的目录。")
    advice = f"{kept} 的权限是 {mode:04o}，本机其他用户可能读到密钥。请运行 chmod 600 {kept}。"
    return _found("密钥文件权限", advice if mode & 0o077 else None)


def time_zone(offset: int) -> Finding:
    """The time zone that the machine gave the process, as seconds ahead of universal time."""
    hours, minutes = divmod(abs(offset) // 60, 60)
    told = f"UTC{'-' if offset < 0 else '+'}{hours:02d}:{minutes:02d}"
    advice = (
        f"机器的时区是 {told}，不是北京时间，日志和定时任务的时间会对不上。"
        "请运行 timedatectl set-timezone Asia/Shanghai，容器里设 TZ=Asia/Shanghai。"
    )
    return _found("时区", None if offset == _SHANGHAI else advice)


def clock_behind(now: datetime, last: datetime | None) -> Finding:
    """The clock against the last entry of the record of acts; None where there is no entry."""
    advice = None
    if last is not None and now < last:
        told = f"{last.astimezone(now.tzinfo):%Y-%m-%d %H:%M:%S}"
        advice = f"现在的时间早于最后一条办理记录（{told}）。请先校准机器时钟（timedatectl set-ntp true），再继续使用。"
    return _found("时钟", advice)


def migrations(due: int, where: str) -> Finding:
    """How many migrations the database waits for, and which database it is."""
    advice = (
        f"数据库（{where}）还没有更新到这个版本，差 {due} 步。"
        "请先备份，再运行 python manage.py migrate；触发器、统计视图和时钟要更新以后再查。"
    )
    return _found("数据库版本", advice if due else None)


def guards(faults: Sequence[str]) -> Finding:
    """The triggers and views, by what the start-up checks found fault with: sentences that say what to do."""
    return _found("触发器和统计视图", "".join(faults) or None)


def data_folder(folder: Path) -> Finding:
    """Whether a file can be written into the data folder; one is, and taken away again."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-") as probe:
            probe.write(b"\0")
            probe.flush()
    except OSError as error:
        advice = f"{folder} 写不进去（{error.strerror}）。请检查目录是否存在，并让运行本程序的用户能写。"
        return _found("数据目录", advice)
    return _found("数据目录", None)


def static_files(folder: Path) -> Finding:
    """Whether the files of the pages are collected: every one that the list in the folder names is there."""
    try:
        names = json.loads((folder / "staticfiles.json").read_text(encoding="utf-8"))["paths"].values()
        missing = sum(not (folder / name).is_file() for name in names)
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return _found(
            "静态文件", "页面用的样式和脚本还没有收集。请用 guantong serve 启动一次，它会自动收集。"
        )
    advice = f"页面用的样式和脚本缺 {missing} 个。请重新启动 guantong serve，它会重新收集。"
    return _found("静态文件", advice if missing else None)


def database(error: str, where: str = "") -> Finding:
    """Whether the database answers; `error` is what it said instead, `where` which database it is."""
    advice = f"{where} 连不上（{error}）。请检查设置 GUANTONG_DATABASE_URL 和 GUANTONG_DATA_DIR。其余与数据库有关的项没有查。"
    return _found("数据库连接", advice if error else None)


def set_up(due: bool) -> Finding:
    """Whether the first accounts are still to be made."""
    advice = "还没有建立教育工委和管理员。请运行 guantong setup 取得设置码，在网页上填写。"
    return _found("首次设置", advice if due else None)


def administrators(missing: Sequence[str]) -> Finding:
    """The kinds of administrators of which nobody can sign in, by what they are called."""
    advice = f"没有能登录的{'、'.join(missing)}。请由安全管理员任命并开通账号；安全管理员自己进不来的，运行 guantong code。"
    return _found("三种管理员", advice if missing else None)


def left(count: int) -> Finding:
    """How many accounts are open of persons who have left, or whose last post has ended: a remark, they let nobody in."""
    remark = f"有 {count} 个没有停用，本人已经登录不了，不停用也可以。任职有误的，请更正任职。"
    return Finding("离任人员的账号", True, remark if count else "")


def examine(offset: int) -> Iterator[Finding]:
    """Look at everything; `offset` is the time zone as it was before the settings set it. Needs settings loaded."""
    from django.conf import settings  # noqa: PLC0415 — after the settings are known
    from django.db import DatabaseError  # noqa: PLC0415

    folder: Path = settings.DATA_DIR
    yield data_folder(folder)
    if folder.is_dir():
        usage = shutil.disk_usage(folder)
        yield disk(usage.free, usage.total)
    yield secret_key(env.kept_in("GUANTONG_SECRET_KEY", folder / "secret-key"))
    yield time_zone(offset)
    yield static_files(folder / "static")
    try:
        found = list(_of_database())
    except DatabaseError as error:
        found = [database(" ".join(str(error).split()) or type(error).__name__, whereabouts())]
    yield from found


def _of_database() -> Iterator[Finding]:
    from django.core.checks import ERROR, Tags, run_checks  # noqa: PLC0415 — after the settings are known
    from django.db import connection  # noqa: PLC0415

    from guantong import clock  # noqa: PLC0415
    from guantong.apps.ledger.migrations_due import migrations_due  # noqa: PLC0415
    from guantong.apps.ledger.models import Entry  # noqa: PLC0415

    due = migrations_due()
    yield database("")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            answer = cursor.execute("PRAGMA mmap_size").fetchone()
        yield sqlite_library(library_version())
        yield sqlite_mmap(answer[0] if answer else 0)
    yield migrations(due, whereabouts())
    if due:
        return  # what the tables are guarded by, and the record, are those of another version
    messages = run_checks(tags=[Tags.database], databases=["default"])
    yield guards([each.msg for each in messages if each.is_serious(ERROR) and not each.is_silenced()])
    last = Entry.objects.order_by("-pk").values_list("at", flat=True).first()
    yield clock_behind(clock.now(), last)
    yield from _of_accounts(clock.today())


def _of_accounts(today: date) -> Iterator[Finding]:
    from guantong.apps.organizations.accounts.keepers import keepers, left_open  # noqa: PLC0415 — after the settings are known
    from guantong.apps.people import first_run  # noqa: PLC0415

    due = first_run.is_due()
    yield set_up(due)
    if not due:
        yield administrators([called for called, count in keepers(today) if not count])
        yield left(left_open(today))
