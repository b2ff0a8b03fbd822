"""One idempotent step over whatever is due: a limit passed, a date came, though nobody did anything.

`guantong tick` makes a pass a minute in a process of its own. `guantong serve` makes them in a thread of its one
process instead: an older SQLite can corrupt its file when two processes write it, and only in the process of the pages
is it the same day as theirs, for in the demo days are shifted from the start of the process on.

Two passes at once do no harm, nor does the end of the process in the middle of one: work goes on in slices of their
own transactions, and what was not looked at is still due.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from django.db import DatabaseError, close_old_connections

from guantong import clock
from guantong.apps.directives.services import refresh_due
from guantong.apps.intake.keeping import sweep
from guantong.jobs.statistics import keep_statistics

EVERY = 60
"""Seconds between two passes."""

_LOG = logging.getLogger(__name__)


def run_pass() -> str:
    """Do what is due today; the line that tells of it. Raises DatabaseError where the database cannot be reached."""
    seen = refresh_due(today=clock.today())
    sweep(clock.today())
    keep_statistics()
    return _line(f"到期的任务项 {seen} 项，已重新核对现状。" if seen else "没有到期的事项。")


def run_until(stop: Event, tell: Callable[[str], object]) -> None:
    """A pass every minute, each told by one line, until `stop` is set; a pass that has begun is finished.

    A pass that fails is logged and made again a minute later.
    """
    while not stop.is_set():
        close_old_connections()  # as before each request: what broke a minute ago is opened anew
        try:
            line = run_pass()
        except DatabaseError as error:
            _LOG.warning(_line(f"数据库这次用不了，{EVERY} 秒后再试：{error}"))
        except Exception:  # noqa: BLE001 — whatever was wrong is logged, and the next pass may go well
            _LOG.exception(_line(f"到期事项没有核对完，{EVERY} 秒后再试。"))
        else:
            tell(line)
        close_old_connections()
        stop.wait(EVERY)


def run_beside() -> Thread:
    """Begin passes in a thread that ends with the process; only what fails is told, in the log."""
    thread = Thread(target=run_until, args=(Event(), _LOG.info), name="tick", daemon=True)
    thread.start()
    return thread


def _line(text: str) -> str:
    return f"{clock.now():%Y-%m-%d %H:%M} {text}"
