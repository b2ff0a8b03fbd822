"""Serving the pages: the static files collected, then one process with several threads in place of this one."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from guantong.config import env
from guantong.config.sqlite import library_version, may_share

THREADS = 8
"""Requests answered at once. One process: SQLite takes one writer at a time, and the pages wait on it alone."""


def hindrance(host: str, port: int) -> str | None:
    """Why the pages cannot be served now, in one sentence; None where nothing is in the way. Needs settings loaded."""
    if sentence := unready():
        return sentence
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
    except OSError as error:
        return f"地址 {host} 的端口 {port} 用不了（{error.strerror}）。请换一个端口，或停掉占用它的程序。"
    return None


def unready() -> str | None:
    """Why nothing may run on the database now, in one sentence; None where it is in order. Needs settings loaded."""
    from django.core.checks import ERROR, Tags, run_checks  # noqa: PLC0415 — after the settings are known
    from django.db import DatabaseError  # noqa: PLC0415

    from guantong.apps.ledger.migrations_due import migrations_due  # noqa: PLC0415

    if sentence := _missing():
        return sentence
    try:
        steps = migrations_due()
        found = [] if steps else run_checks(tags=[Tags.database], databases=["default"])
    except DatabaseError as error:
        return unusable(error)
    if steps:
        return (
            f"数据库（{whereabouts()}）还没有更新到这个版本，差 {steps} 步。"
            "如果不是这个库，请检查设置 GUANTONG_DATA_DIR；是的，请先运行 python manage.py migrate。"
        )
    if wrong := [message.msg for message in found if message.is_serious(ERROR) and not message.is_silenced()]:
        return "数据库检查没有通过：" + "".join(wrong)
    return None


def whereabouts() -> str:
    """Which database is meant: the file, or the name and the host of a server. Needs settings loaded."""
    from django.db import connection  # noqa: PLC0415 — after the settings are known

    told = connection.settings_dict
    return str(told["NAME"]) if connection.vendor == "sqlite" else f"{told['HOST']} 上的 {told['NAME']}"


def unusable(error: Exception) -> str:
    """What to say where the database does not answer: which it is, what it said, what to look at."""
    said = " ".join(str(error).split()) or type(error).__name__
    return (
        f"数据库（{whereabouts()}）用不了：{said}。"
        "请检查设置 GUANTONG_DATABASE_URL 和 GUANTONG_DATA_DIR，以及运行本程序的用户能不能写数据目录。"
    )


def _missing() -> str | None:
    """Where the database is a file: that there is none yet, or that nothing can be written beside it."""
    from django.db import connection  # noqa: PLC0415 — after the settings are known

    file = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor != "sqlite" or not file.is_absolute():
        return None
    if not file.exists():
        return (
            f"{file.parent} 里还没有数据库。数据放在别处的，请检查设置 GUANTONG_DATA_DIR；"
            "新装的，请先运行 python manage.py migrate。"
        )
    try:
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".serving-"):
            return None
    except OSError as error:
        return str(env.unwritable(file.parent, error))


def address(host: str, port: int, names: Sequence[str]) -> str:
    """Where the pages can be opened: `host`, or, where it stands for every address, the first of `names` that is one."""
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 — compared, not bound
        host = next((name for name in names if not name.startswith((".", "*"))), "127.0.0.1")
    return f"http://[{host}]:{port}" if ":" in host and not host.startswith("[") else f"http://{host}:{port}"


def crowded() -> str | None:
    """Why a second process may not open the database, in one sentence; None where it may. Needs settings loaded."""
    from django.db import connection  # noqa: PLC0415 — after the settings are known

    if connection.vendor != "sqlite" or may_share():
        return None
    version = ".".join(map(str, library_version()))
    return f"这里的 SQLite（{version}）不能由两个程序同时写一个库。到期事项由 guantong serve 自己核对，不用另外运行 tick。"


def first_day() -> str | None:
    """What to tell while there is no account: the code with which the first are made; None afterwards."""
    from django.conf import settings  # noqa: PLC0415 — after the settings are known

    from guantong.apps.people import first_run  # noqa: PLC0415

    if not first_run.is_due():
        first_run.forget(settings.DATA_DIR)
        return None
    code = first_run.code(settings.DATA_DIR)
    return f"还没有设置过。请在浏览器里打开首页，填写设置码：{code}"


def collect() -> None:
    """Put the files of the pages into the data folder: compressed, and under names that change with their content."""
    from django.conf import settings  # noqa: PLC0415
    from django.contrib.staticfiles.management.commands.collectstatic import Command  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from whitenoise.storage import (  # type: ignore[import-untyped]  # noqa: PLC0415 — ships no types
        CompressedManifestStaticFilesStorage,
    )

    root = settings.DATA_DIR / "static"
    root.mkdir(parents=True, exist_ok=True)
    command = Command()
    command.storage = CompressedManifestStaticFilesStorage(location=str(root), base_url=settings.STATIC_URL)
    call_command(command, interactive=False, clear=True, verbosity=0)


def command(host: str, port: int) -> list[str]:
    """The server's command line."""
    server = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    threads = ["--workers", "1", "--blocking-threads", str(THREADS), "--log-level", "error"]
    return [*server, *threads, "guantong.config.wsgi:application"]


def serve(host: str, port: int) -> NoReturn:
    """Collect the static files and become the server, which also looks after what is due. Needs settings loaded."""
    collect()
    os.environ["GUANTONG_COLLECTED"] = "1"
    if not os.environ.get("GUANTONG_TICK"):
        os.environ["GUANTONG_TICK"] = "1"
    words = command(host, port)
    os.execv(words[0], words)  # noqa: S606 — our own interpreter with our own arguments
