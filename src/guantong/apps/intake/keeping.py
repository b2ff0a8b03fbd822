"""The workbooks that were handed in, kept for marking them until all was entered, a week at most: personal data.

A batch keeps its lines as long as its file.
"""

from __future__ import annotations

import os
import re
import secrets
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.conf import settings

from guantong.apps.intake.models import Batch

DAYS = timedelta(days=7)
"""How long lines and file are kept at most."""

_NAME = re.compile(r"[0-9a-f]{32}")


def keep(content: bytes) -> str:
    """Keep a file; the name under which `kept` finds it. Raises OSError where the disk refuses."""
    name = secrets.token_hex(16)
    place = _place(name)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.parent.chmod(0o700)
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    return name


def kept(name: str) -> bytes | None:
    """The bytes of a file; None where it is gone."""
    place = _place(name)
    return place.read_bytes() if name and place.is_file() else None


def drop(name: str) -> None:
    """Let a file go, if it is still there."""
    if name:
        _place(name).unlink(missing_ok=True)


def sweep(today: date) -> int:
    """Let lines and files go whose days are over, and files that no batch names; how many batches that were."""
    names = dict(Batch.objects.filter(keep_until__lt=today).exclude(kept="").values_list("pk", "kept"))
    Batch.objects.filter(pk__in=names).update(kept="", lines=[])
    for name in names.values():
        drop(name)
    _drop_forgotten(today)
    return len(names)


def _drop_forgotten(today: date) -> None:
    """Let files go that no batch names, as a process leaves them that ended too soon; not those of today or yesterday."""
    folder = _place("").parent
    found = [path for path in folder.glob("*") if _NAME.fullmatch(path.name)] if folder.is_dir() else []
    old = [path for path in found if _written_on(path) < today - timedelta(days=1)]
    if not old:
        return
    known = set(Batch.objects.exclude(kept="").values_list("kept", flat=True))
    for path in old:
        if path.name not in known:
            path.unlink(missing_ok=True)


def _written_on(path: Path) -> date:
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date()


def _place(name: str) -> Path:
    return Path(settings.DATA_DIR) / "intake" / (name or "none")
