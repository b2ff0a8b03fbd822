"""The files that documents were read from, kept under the hash of their bytes: the same content once.

A file is written beside its place, brought to the disk and renamed, so that under a hash there is either nothing or
all of it. It is kept before the row that names it; should the row fail, a file that nothing names is left, and no
row that names nothing.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from django.conf import settings


def place_of(sha256: str) -> Path:
    """Where the file with this hash is kept, or would be."""
    return Path(settings.DATA_DIR) / "files" / sha256[:2] / sha256


def keep(content: bytes) -> Path:
    """Keep a file's bytes; on return they are on the disk. Raises OSError where the disk refuses."""
    place = place_of(hashlib.sha256(content).hexdigest())
    if place.exists():
        return place
    _make_folder(place.parent)
    fresh = place.with_name(f".{place.name}-{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(place)
    finally:
        fresh.unlink(missing_ok=True)
    _sync(place.parent)
    return place


def _make_folder(folder: Path) -> None:
    """The folder and those above it, each brought to the disk with the one that names it."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
