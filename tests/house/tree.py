"""What the laws are checked on: the files that are, or are about to be, committed."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def committed_files(root: Path = ROOT) -> tuple[Path, ...]:
    """Files that git tracks or would add, sorted; where there is no git checkout, all that is not ignored."""
    listed = subprocess.run(
        ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=False,
    )
    inside = (root / ".git").exists() and listed.returncode == 0
    names = listed.stdout.decode().split("\0") if inside else _walk(root)
    return tuple(sorted({root / name for name in names if name and (root / name).is_file()}))


def _walk(root: Path) -> Iterator[str]:
    lines = (
        (root / ".gitignore").read_text(encoding="utf-8").split() if (root / ".gitignore").exists() else []
    )
    ignored = [".git", *(line.rstrip("/") for line in lines)]
    for path in root.rglob("*"):
        name = path.relative_to(root)
        if not any(fnmatch(part, pattern) for part in name.parts for pattern in ignored):
            yield str(name)


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """The committed modules below these folders of the checkout."""
    return tuple(
        path
        for path in committed_files()
        if path.suffix == ".py" and any(path.is_relative_to(ROOT / folder) for folder in folders)
    )


@cache
def parsed(path: Path) -> ast.Module:
    """The module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def short(path: Path) -> str:
    """The path as a message names it."""
    return path.relative_to(ROOT).as_posix()
