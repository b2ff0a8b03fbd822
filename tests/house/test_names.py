"""Modules say what they are about, and what is public says what it does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from .tree import parsed, python_files, short

SAY_NOTHING = {"util", "helper", "common", "manager", "handler", "misc"}
SELF_EVIDENT = 3  # a body of so many lines or fewer may speak for itself
DJANGO_OPTIONS = "Meta"  # the inner class of a model; its model says what it is
Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def empty_names(path: Path) -> set[str]:
    """The words of the module's own name, and of its folder's, that say nothing about what is inside."""
    words = {
        word.removesuffix("s") for part in (path.parent.name, path.stem) for word in part.lower().split("_")
    }
    return words & SAY_NOTHING


def undocumented(tree: ast.Module) -> Iterator[str]:
    """The module, if not empty, and each longer public class, function and method that has no docstring."""
    if tree.body and not ast.get_docstring(tree):
        yield "1: the module has no docstring; say in one line what it is about."
    yield from _undocumented(tree, "")


def _undocumented(owner: ast.Module | ast.ClassDef, prefix: str) -> Iterator[str]:
    for node in owner.body:
        if not isinstance(node, Definition) or node.name.startswith("_") or node.name == DJANGO_OPTIONS:
            continue
        lines = (node.end_lineno or node.lineno) - node.body[0].lineno + 1
        if lines > SELF_EVIDENT and not ast.get_docstring(node) and not _is_enum(node):
            yield f"{node.lineno}: {prefix}{node.name} has no docstring; give shapes, units, errors, source."
        if isinstance(node, ast.ClassDef):
            yield from _undocumented(node, f"{node.name}.")


def _is_enum(node: Definition) -> bool:
    """Whether it is an enum by its base; the glossary says what each member is."""
    return isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith("Enum") for base in node.bases)


def test_names_say_something() -> None:
    problems = [short(path) for path in python_files("src", "tests", "bench") if empty_names(path)]
    assert not problems, f"name the module after the idea it holds: {problems}"


def test_what_is_public_has_a_docstring() -> None:
    problems = [
        f"{short(path)}:{line}"
        for path in python_files("src")
        if path.parent.name != "migrations"  # written by Django
        for line in undocumented(parsed(path))
    ]
    assert not problems, "\n".join(problems)


def test_control_empty_names() -> None:
    assert empty_names(Path("src/guantong/text_utils.py")) == {"util"}
    assert empty_names(Path("src/guantong/common/dates.py")) == {"common"}
    assert empty_names(Path("src/guantong/core/deadlines.py")) == set()


def test_control_missing_docstrings() -> None:
    body = "\n".join(f"        x{n} = 1" for n in range(4))
    bad = f"def f():\n{body}\nclass C:\n    '''C.'''\n    def m(self):\n{body}"
    assert [problem.split()[1] for problem in undocumented(ast.parse(bad))] == ["the", "f", "C.m"]
    good = f"'''M.'''\ndef _f():\n{body}\ndef g():\n    return 1\n"
    good += f"class D:\n    x: int\nclass E(StrEnum):\n{body}\nclass Meta:\n{body}"
    assert not list(undocumented(ast.parse(good)))
    assert not list(undocumented(ast.parse("")))
