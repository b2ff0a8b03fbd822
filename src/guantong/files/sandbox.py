"""Parsing in a process of its own, so that a hostile file costs that process and nothing else (T45)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

from guantong.files import limits
from guantong.files.source import Extract, Furniture, Unreadable

_TOO_SLOW = "文件过于复杂，未能在限定时间内读完，请拆分文件，或把正文另存为 .txt 后再试。"


def parse_apart(kind: str, data: bytes) -> Extract:
    """What `worker.parse` finds. Raises Unreadable, also when the worker dies or takes too long."""
    command = [sys.executable, "-I", "-B", "-m", "guantong.files.worker", kind]
    # Nothing of ours goes along but what an interpreter outside the system's own folders may need to start.
    environment = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter and module, no shell
            command,
            input=data,
            capture_output=True,
            env=environment,
            timeout=limits.WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as exc:
        raise Unreadable(_TOO_SLOW) from exc
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise Unreadable(_TOO_SLOW)
    if done.returncode != 0:
        raise Unreadable(limits.TOO_MUCH if b"MemoryError" in done.stderr else limits.BROKEN)
    try:
        answer = json.loads(done.stdout)
    except ValueError as exc:
        raise Unreadable(limits.BROKEN) from exc
    if "refused" in answer:
        raise Unreadable(answer["refused"])
    return Extract(
        text=answer["text"],
        furniture=tuple(Furniture(*item) for item in answer["furniture"]),
        tables=tuple((start, end) for start, end in answer["tables"]),
    )
