"""docs/glossary.md joins each term of core to its Chinese word, and names nothing that is gone."""

from __future__ import annotations

import dataclasses
import enum
import importlib
import inspect
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

import guantong.core

from .tree import ROOT

# Modules whose public functions are terms too: what is counted there is spoken of by name.
GAUGES = ("guantong.core.gauges",)
CHINESE = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the glossary: `Name` | 中文 | what it is | `core.module`."""

    name: str
    chinese: str
    meaning: str
    module: str


def rows(text: str) -> list[Row]:
    """The rows of every table whose first cell is a code name."""
    cells = (
        [c.strip() for c in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("| `")
    )
    return [
        Row(name.strip("`"), chinese, meaning, module.strip("`")) for name, chinese, meaning, module in cells
    ]


def modules() -> Iterator[ModuleType]:
    """Every module of core."""
    for info in pkgutil.walk_packages(guantong.core.__path__, "guantong.core."):
        yield importlib.import_module(info.name)


def terms(module: ModuleType) -> set[tuple[str, str]]:
    """Name and module of what must stand in the glossary: records, enums, members of enums, gauges."""
    where = module.__name__.removeprefix("guantong.")
    found = set()
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
            continue
        if inspect.isclass(value) and issubclass(value, enum.Enum):
            found |= {(name, where), *((f"{name}.{member}", where) for member in value.__members__)}
        elif _is_record(value) or (inspect.isfunction(value) and module.__name__ in GAUGES):
            found.add((name, where))
    return found


def _is_record(value: object) -> bool:
    """Whether it is a dataclass or a named tuple."""
    return inspect.isclass(value) and (dataclasses.is_dataclass(value) or hasattr(value, "_fields"))


def glossary_problems(text: str, wanted: set[tuple[str, str]]) -> list[str]:
    """What breaks the law, with what to do."""
    table = rows(text)
    listed = Counter((row.name, row.module) for row in table)
    problems = [
        f"`{n}` of {m}: add a row with its Chinese term to docs/glossary.md" for n, m in wanted - set(listed)
    ]
    problems += [f"`{n}` of {m}: stands {k} times; keep one row" for (n, m), k in listed.items() if k > 1]
    problems += [
        f"`{row.name}`: the second cell must be its Chinese term"
        for row in table
        if not CHINESE.search(row.chinese)
    ]
    problems += [f"`{row.name}`: say what it is in the third cell" for row in table if not row.meaning]
    problems += [
        f"`{row.name}` of {row.module} is gone; take the row out or correct it"
        for row in table
        if not exists(row)
    ]
    return sorted(problems)


def exists(row: Row) -> bool:
    """Whether the code has what the row names."""
    try:
        value: object = importlib.import_module(f"guantong.{row.module}")
        for part in row.name.split("."):
            value = getattr(value, part)
    except (ImportError, AttributeError):
        return False
    return True


def test_the_glossary_and_core_agree() -> None:
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    problems = glossary_problems(text, {term for module in modules() for term in terms(module)})
    assert not problems, "\n".join(problems)


def test_terms_are_collected() -> None:
    found = terms(importlib.import_module("guantong.core.reading.types"))
    assert {("Clause", "core.reading.types"), ("ClauseKind.ATTITUDE", "core.reading.types")} <= found
    assert not {name for name, _ in found} & {"dataclass", "StrEnum", "date"}


def test_control_glossary() -> None:
    good = "| `Clause` | 条款 | a sentence | `core.reading.types` |"
    wanted = {("Clause", "core.reading.types")}
    assert not glossary_problems(good, wanted)
    assert "add a row" in glossary_problems("", wanted)[0]
    assert "2 times" in glossary_problems(f"{good}\n{good}", wanted)[0]
    assert "Chinese term" in glossary_problems(good.replace("条款", "clause"), wanted)[0]
    assert "what it is" in glossary_problems(good.replace("a sentence", ""), wanted)[0]
    assert (
        "is gone" in glossary_problems(f"{good}\n| `Clauze` | 条款 | x | `core.reading.types` |", wanted)[0]
    )
    assert "is gone" in glossary_problems(f"{good}\n| `Clause` | 条款 | x | `core.elsewhere` |", wanted)[0]
    assert not glossary_problems(f"{good}\n| `Clause.path` | 路径 | x | `core.reading.types` |", wanted)
