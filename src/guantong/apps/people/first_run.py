"""The first day of an installation: until there is an account, one code opens the page on which the first are made.

Whoever can read the terminal, or the data folder, of the machine has the code; nobody else can have it.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from django.utils.crypto import constant_time_compare

from guantong.apps.people import codes
from guantong.apps.people.models import Account, Tries

NAME = "first run"
"""Under which tries of the code are counted: no account can be called so."""
_FILE = "setup-code"


def is_due() -> bool:
    """Whether there is no account yet."""
    return not Account.objects.exists()


def code(folder: Path) -> str:
    """The code, made once and kept in the data folder for its owner alone. Raises OSError."""
    kept = folder / _FILE
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = folder / f".{_FILE}-{secrets.token_hex(8)}"
        fresh.touch(mode=0o600)
        fresh.write_text(codes.drawn(), encoding="utf-8")
        with suppress(FileExistsError):  # two processes started at once: the first code stays
            os.link(fresh, kept)
        fresh.unlink()
    return kept.read_text(encoding="utf-8").strip()


def is_code(folder: Path, typed: str) -> bool:
    """Whether that is the code, as it was meant; no is the answer too where there is none."""
    try:
        known = (folder / _FILE).read_text(encoding="utf-8")
    except OSError:
        return False
    return bool(codes.meant(known)) and constant_time_compare(codes.meant(known), codes.meant(typed))


def forget(folder: Path) -> None:
    """Take the code away; to be called when there is an account."""
    (folder / _FILE).unlink(missing_ok=True)


def hold() -> None:
    """Let whoever else sets up at the same time wait until this transaction ends."""
    Tries.objects.bulk_create([Tries(origin=NAME, tried_at=0)], ignore_conflicts=True)
    Tries.objects.select_for_update().get(origin=NAME, name="")
