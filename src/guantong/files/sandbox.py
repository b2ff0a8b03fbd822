"""Parsing in a process of its own, so that a hostile file costs that process and nothing else (T45)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from guantong.files import limits
from guantong.files.source import Extract, Furniture, Unreadable

TOO_SLOW = "文件过于复杂，未能在限定时间内读完，请拆分文件，或把正文另存为 .txt 后再试。"
_GAVE_OUT = (
    b"MemoryError",
    b"memory allocation of",
    b"capacity overflow",
)  # as Python and what is compiled say it


def parse_apart(kind: str, data: bytes) -> Extract:
    """What `worker.parse` finds. Raises Unreadable, also when the worker dies or takes too long."""
    answer = _answer(run_apart("guantong.files.worker", [kind], data))
    return Extract(
        text=answer["text"],
        furniture=tuple(Furniture(*item) for item in answer["furniture"]),
        tables=tuple((start, end) for start, end in answer["tables"]),
    )


def answer_apart(
    module: str,
    arguments: Sequence[str],
    data: bytes,
    *,
    too_slow: str = TOO_SLOW,
    too_much: str = limits.TOO_MUCH,
) -> dict[str, Any]:
    """The JSON object with which a module of ours answers, run like `parse_apart`; its two sentences may be others.

    Raises Unreadable, also for what the module refuses.
    """
    return _answer(run_apart(module, arguments, data, too_slow=too_slow, too_much=too_much))


def run_apart(
    module: str,
    arguments: Sequence[str],
    data: bytes,
    *,
    too_slow: str = TOO_SLOW,
    too_much: str = limits.TOO_MUCH,
) -> bytes:
    """What a module of ours writes, run in a process of its own that limits itself, with `data` on its standard input.

    Raises Unreadable when it dies or takes too long.
    """
    command = [sys.executable, "-I", "-B", "-m", module, *arguments]
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
        raise Unreadable(too_slow) from exc
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise Unreadable(too_slow)
    if done.returncode != 0:
        gave_out = any(told in done.stderr for told in _GAVE_OUT)
        raise Unreadable(too_much if gave_out else limits.BROKEN)
    return done.stdout


def _answer(told: bytes) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(told)
    except ValueError as exc:
        raise Unreadable(limits.BROKEN) from exc
    if "refused" in answer:
        raise Unreadable(answer["refused"])
    return answer
