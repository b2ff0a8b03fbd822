"""400 lines of a module are a smell, 600 a failure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from .tree import ROOT, python_files

# Modules over 400 lines, each with the reason why it is not two.
LONG: dict[str, str] = {}


def too_long(paths: Iterable[Path], root: Path, excused: Mapping[str, str]) -> list[str]:
    """What breaks the law, with what to do."""
    problems = []
    lengths = {p.relative_to(root).as_posix(): len(p.read_text(encoding="utf-8").splitlines()) for p in paths}
    for name, lines in lengths.items():
        if lines > 600:
            problems.append(f"{name}: {lines} lines; 600 is the limit. Split it by what it is about.")
        elif lines > 400 and not excused.get(name):
            problems.append(
                f"{name}: {lines} lines. Split it, or give the reason in LONG of tests/house/test_size.py."
            )
    problems += [
        f"{name}: no longer over 400 lines; take it out of LONG in tests/house/test_size.py."
        for name in excused
        if lengths.get(name, 0) <= 400
    ]
    return problems


def test_modules_are_short() -> None:
    problems = too_long(
        [path for path in python_files("src", "tests", "bench") if "migrations" not in path.parts], ROOT, LONG
    )
    assert not problems, "\n".join(problems)


def test_control_long_modules_are_noticed(tmp_path: Path) -> None:
    for lines in (400, 401, 600, 601):
        (tmp_path / f"m{lines}.py").write_text("x = 1\n" * lines, encoding="utf-8")
    paths = sorted(tmp_path.iterdir())
    assert [p.split(":")[0] for p in too_long(paths, tmp_path, {})] == ["m401.py", "m600.py", "m601.py"]
    excused = {
        "m401.py": "one table",
        "m600.py": "",
        "m601.py": "one table",
        "m400.py": "stale",
        "gone.py": "stale",
    }
    assert [p.split(":")[0] for p in too_long(paths, tmp_path, excused)] == [
        "m600.py",
        "m601.py",
        "m400.py",
        "gone.py",
    ]
