"""`core` is frozen dataclasses and functions: the standard library alone, no clock, no outside world."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable, Iterator

import pytest

from .tree import ROOT, parsed, python_files, short

CORE = "src/guantong/core"
READS_YAML = f"{CORE}/rulebook/loader.py"
# Parts of the standard library through which the clock, chance or the outside world would come in.
NOT_PURE = {
    "time": "take `now` or `today` as an argument",
    "random": "take the random numbers, or a seeded generator's output, as an argument",
    "secrets": "take the random value as an argument",
    "uuid": "take the id as an argument",
    "os": "take what you need from the environment as an argument",
    "pathlib": "take text or bytes as an argument; files are read in guantong.files or the cli",
    "tempfile": "files are written in guantong.files or the cli",
    "shutil": "files are written in guantong.files or the cli",
    "subprocess": "other programs are run in guantong.files",
    "socket": "core has no network",
    "urllib": "core has no network",
    "http": "core has no network",
    "sqlite3": "core has no database",
    "logging": "return what there is to say; the caller logs",
}
CLOCK = {"today", "now", "utcnow"}


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full name of every module that is imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")


def import_problems(tree: ast.AST, *, may_read_yaml: bool) -> Iterator[str]:
    """What breaks the law on imports, with what to do."""
    for line, name in imported(tree):
        top = name.partition(".")[0]
        if not top:
            yield f"{line}: relative import; write the full name, so that the import contracts can be read."
        elif top == "guantong":
            if not f"{name}.".startswith("guantong.core."):
                yield f"{line}: core imports {name}; imports point down: move the caller up or the callee in."
        elif top in NOT_PURE:
            yield f"{line}: core imports {name}; {NOT_PURE[top]}."
        elif top == "yaml":
            if not may_read_yaml:
                yield f"{line}: core imports yaml; package data is read in {READS_YAML} alone."
        elif top not in sys.stdlib_module_names:
            yield f"{line}: core imports {name}; use the standard library, or move this out of core."


def clock_problems(tree: ast.AST) -> Iterator[str]:
    """Every reading of the clock: a call of .today() or .now(), or the bare function of date or datetime."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or node.attr not in CLOCK:
            continue
        if id(node) in called or _ends_in_date(node.value):
            yield f"{node.lineno}: core reads the clock; take `today` or `now` as an argument."


def _ends_in_date(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name in {"date", "datetime"}


def open_problems(tree: ast.AST) -> Iterator[str]:
    """Every call of open()."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open":
            yield f"{node.lineno}: core opens a file; take text or bytes as an argument."


def problems_of(check: Callable[[ast.AST], Iterable[str]]) -> str:
    """What the check finds in the modules of core, one line each."""
    return "\n".join(
        f"{short(path)}:{problem}" for path in python_files(CORE) for problem in check(parsed(path))
    )


def test_core_imports_the_standard_library_alone() -> None:
    problems = [
        f"{short(path)}:{problem}"
        for path in python_files(CORE)
        for problem in import_problems(parsed(path), may_read_yaml=path == ROOT / READS_YAML)
    ]
    assert not problems, "\n".join(problems)


def test_core_reads_no_clock() -> None:
    problems = problems_of(clock_problems)
    assert not problems, problems


def test_core_opens_no_file() -> None:
    problems = problems_of(open_problems)
    assert not problems, problems


def test_yaml_is_read_in_one_module() -> None:
    readers = [
        short(p) for p in python_files("src") if any(n.startswith("yaml") for _, n in imported(parsed(p)))
    ]
    assert readers == [READS_YAML], f"PyYAML is imported in {READS_YAML} alone; ask it for what you need."


@pytest.mark.parametrize(
    "bad",
    [
        "import lxml.etree",
        "from django.db import models",
        "import yaml",
        "def f():\n    from yaml import load",
        "from guantong.files import word",
        "import guantong.cli",
        "from guantong import cli",
        "from . import types",
        "import time",
        "from time import time",
        "import os.path",
        "from random import Random",
    ],
)
def test_control_imports(bad: str) -> None:
    assert list(import_problems(ast.parse(bad), may_read_yaml=False))


def test_control_what_core_may_import() -> None:
    good = "import re\nfrom datetime import date\nfrom guantong.core import reading\nimport guantong.core.x"
    assert not list(import_problems(ast.parse(good), may_read_yaml=False))
    assert not list(import_problems(ast.parse("import yaml"), may_read_yaml=True))


@pytest.mark.parametrize(
    "bad",
    [
        "date.today()",
        "datetime.now()",
        "datetime.datetime.now(UTC)",
        "datetime.utcnow()",
        "d.today()",
        "x: date = field(default_factory=date.today)",
        "clock = datetime.datetime.now",
    ],
)
def test_control_clock(bad: str) -> None:
    assert list(clock_problems(ast.parse(bad)))


def test_control_a_day_that_was_handed_in_is_no_clock() -> None:
    assert not list(
        clock_problems(ast.parse("case.today\ntoday(case)\ndate(2024, 1, 1)\ndate.fromisoformat(x)"))
    )


def test_control_open() -> None:
    assert list(open_problems(ast.parse("open('x')")))
    assert not list(open_problems(ast.parse("files('x').joinpath('y').read_text()\nis_open(x)")))
