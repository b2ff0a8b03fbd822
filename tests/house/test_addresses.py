"""No package index and no path of one machine in what is committed: it must install and run elsewhere."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .tree import ROOT, committed_files, short

INDEX = "a package index; the lock files name none, and which one pip asks is the machine's own affair"
MACHINE = "a path of one machine; derive it from __file__ or take it as an argument"
RULES = {
    r"https?://[^\s'\"<>]*/simple\b": INDEX,
    r"(?i)\bhttps?://[^\s'\"<>/]*\b(pypi|pythonhosted)\b": INDEX,
    r"(?<!no-emit-)\b(?:extra-)?index-url\b": INDEX,
    r"(?<!no-emit-)\bfind-links\b": INDEX,
    r"(?<![\w.~-])/(?:root|home|work|Users)/": MACHINE,
    r"\b[A-Za-z]:\\\\?Users\b": MACHINE,
    r"\.pyenv\b": MACHINE,
}
OWN = {ROOT / "tests/house/test_addresses.py"}  # names what it looks for


def address_problems(text: str) -> Iterator[str]:
    """What breaks the law, with what to do."""
    for pattern, advice in RULES.items():
        for match in re.finditer(pattern, text):
            line = text.count("\n", 0, match.start()) + 1
            yield f"{line}: {match.group()!r} is {advice}."


def holds_address(lock: str) -> bool:
    """Whether a lock names any address at all."""
    return "://" in lock


def texts(path: Path) -> Iterator[str]:
    """The file's text; of a .docx and other zips, the text of every member, unpacked."""
    data = path.read_bytes()
    yield data.decode("utf-8", errors="replace")
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                if member.file_size < 5_000_000:
                    yield archive.read(member).decode("utf-8", errors="replace")


def test_no_address_and_no_machine_path() -> None:
    problems = [
        f"{short(path)}:{problem}"
        for path in committed_files()
        if path not in OWN
        for text in texts(path)
        for problem in address_problems(text)
    ]
    assert not problems, "\n".join(problems)


def test_lock_files_hold_versions_and_hashes_only() -> None:
    locks = [path for path in committed_files() if path.suffix == ".lock"]
    assert locks, "requirements.lock is gone; `make lock` writes it"
    problems = [short(path) for path in locks if holds_address(path.read_text(encoding="utf-8"))]
    assert not problems, f"a lock file holds an address; write it anew with `make lock`: {problems}"


@pytest.mark.parametrize(
    "bad",
    [
        "https://mirror.example.org/repository/pypi/simple",
        "# from https://pypi.org/project/x",
        "--index-url https://example.org",
        "pip install --extra-index-url=x",
        "--find-links wheels",
        *(f"cd /{folder}/somewhere" for folder in ("root", "work", "home", "Users")),
        "C:\\Users\\somebody",
        "~/.pyenv/versions",
    ],
)
def test_control_addresses(bad: str) -> None:
    assert list(address_problems(bad))


def test_control_what_is_allowed() -> None:
    good = "uv --no-emit-index-url --no-emit-find-links\n#!/usr/bin/env bash\n../shared/rules.yaml\n/dev/null"
    assert not list(address_problems(good))


def test_control_locks() -> None:
    assert holds_address("x @ https://example.org/x-1.0-py3-none-any.whl")
    assert not holds_address("x==1.0 \\\n    --hash=sha256:00")


def test_control_zips_are_opened(tmp_path: Path) -> None:
    path = tmp_path / "template.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "word/settings.xml", '<attachedTemplate target="file:///home/somebody/Normal.dotm"/>' * 9
        )
    assert any(problem for text in texts(path) for problem in address_problems(text))
