"""A throw-away PostgreSQL: `python -m tests.postgres COMMAND …` starts one, runs the command on it, and stops it.

The command finds it in GUANTONG_DATABASE_URL. Where no server is installed the command is skipped with a line that
says so; with CI=true that is a failure.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

_PLACES = ("/usr/lib/postgresql", "/usr/local/lib/postgresql")
_QUICK = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c shared_buffers=128MB -c max_connections=60"


class Missing(Exception):  # noqa: N818 — an answer: there is none
    """No PostgreSQL server is installed here."""


def programs() -> Path:
    """The folder of initdb and pg_ctl, of the newest version installed. Raises Missing."""
    found = [p.parent for place in _PLACES for p in Path(place).glob("*/bin/initdb")]
    if not found:
        raise Missing("PostgreSQL is not installed (Debian: postgresql)")
    return max(found, key=lambda folder: int(folder.parent.name))


class Server:
    """A cluster in a folder of its own, on a free port of the loopback address."""

    def __init__(self) -> None:
        self.bin = programs()
        self.folder = Path(tempfile.mkdtemp(prefix="guantong-pg-"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    @property
    def url(self) -> str:
        return f"postgresql://app@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        if os.geteuid() == 0:  # the server refuses to run as root
            shutil.chown(self.folder, "postgres")
        data = str(self.folder / "data")
        self._run(
            [
                *[
                    "initdb",
                    "-U",
                    "app",
                    "-A",
                    "trust",
                    "-E",
                    "UTF8",
                    "--locale=C.UTF-8",
                    "--no-sync",
                    "--no-instructions",
                    "-D",
                ],
                data,
            ]
        )
        options = f"-p {self.port} -h 127.0.0.1 -k {self.folder} {_QUICK}"
        self._run(["pg_ctl", "-D", data, "-w", "-s", "-l", str(self.folder / "log"), "-o", options, "start"])

    def stop(self) -> None:
        self._run(["pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-s", "stop"])
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, command: Sequence[str]) -> None:
        as_server = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        subprocess.run(
            [*as_server, str(self.bin / command[0]), *command[1:]],
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
        )


def main(command: Sequence[str]) -> int:
    """Run `command` on a server of its own; its exit status."""
    try:
        server = Server()
    except Missing as missing:
        sys.stderr.write(f"SKIPPED on PostgreSQL: {missing}\n")
        return 1 if os.environ.get("CI") == "true" else 0
    server.start()
    try:
        return subprocess.run(
            command, env={**os.environ, "GUANTONG_DATABASE_URL": server.url}, check=False
        ).returncode
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
