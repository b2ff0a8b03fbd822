"""Each database in a process of its own, so that the peak of memory is that database's."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

CHILD = "GUANTONG_BENCH_CHILD"
ROOT = Path(__file__).resolve().parents[1]


def task() -> str:
    """What this process is asked to measure; empty in the one that starts the others."""
    return os.environ.get(CHILD, "")


def on_each_database(file: str, tasks: Sequence[str] = ("1",), **settings: str) -> int:
    """Run `file` again for every task, on SQLite and on a PostgreSQL of its own; the worst exit status.

    Every run has an empty database. `settings` are put into its environment. Where no PostgreSQL is installed a line
    says so.
    """
    sys.path.insert(0, str(ROOT))
    from tests.postgres import Missing, Server  # beside the package, not of it

    status = 0
    for each in tasks:
        status = max(status, _run(file, each, settings))
        try:
            server = Server()
        except Missing as missing:
            print(f"SKIPPED on PostgreSQL: {missing}")
            continue
        server.start()
        try:
            status = max(status, _run(file, each, {**settings, "GUANTONG_DATABASE_URL": server.url}))
        finally:
            server.stop()
    return status


def _run(file: str, asked: str, settings: dict[str, str]) -> int:
    with tempfile.TemporaryDirectory() as data:
        env = {**os.environ, CHILD: asked, "GUANTONG_DATA_DIR": data}
        env.pop("GUANTONG_DATABASE_URL", None)
        return subprocess.run([sys.executable, file], env={**env, **settings}, check=False).returncode  # noqa: S603  # ourselves
