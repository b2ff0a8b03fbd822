"""The manual tells of what is there: each picture, address, command, setting and word of a page that it names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve

from guantong.cli import _parser

ROOT = Path(__file__).parents[2]
MANUAL = ROOT / "docs/manual"
PAGES = sorted(MANUAL.glob("*.md"))
PICTURES = MANUAL / "pictures"
LARGEST = 200_000  # bytes of a picture
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#]+)(?:#[^)]*)?\)")
_CODE = re.compile(r"`([^`\n]+)`")
_QUOTED = re.compile(r"「([^」]+)」")
_BLOCK = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SETTING = re.compile(r"GUANTONG_[A-Z_]+")


def shown() -> str:
    """All that pages are made of, and what the programs print, as it stands in the sources."""
    source = ROOT / "src/guantong"
    files = [
        *(path for folder in ("web", "apps", "config", "core") for path in (source / folder).rglob("*.py")),
        *(source / "web/templates").rglob("*.html"),
        source / "cli.py",
    ]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def code(text: str) -> list[str]:
    """What stands in code letters, a line each."""
    blocks = [
        re.split("[#>]", line)[0].strip() for block in _BLOCK.findall(text) for line in block.splitlines()
    ]
    return [*_CODE.findall(_BLOCK.sub("", text)), *filter(None, blocks)]


def untrue(text: str) -> list[str]:
    """What a page of the manual names that is not there."""
    problems = [f"no picture {name}" for _, name in _PICTURE.findall(text) if not (MANUAL / name).is_file()]
    problems += [f"a picture without words: {name}" for words, name in _PICTURE.findall(text) if not words]
    problems += [f"no page {name}" for name in _LINK.findall(text) if not (MANUAL / name).exists()]
    for told in code(text):
        if told.startswith("/") and told.endswith("/"):
            try:
                resolve(told.replace("编号", "1"))
            except Resolver404:
                problems.append(f"no address {told}")
        if told.split()[0].endswith("guantong") and not may_be_typed(told.split()[1:]):
            problems.append(f"no command {told}")
    settings = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    problems += [f"no setting {name}" for name in _SETTING.findall(text) if f"`{name}`" not in settings]
    there = shown()
    problems += [f"no page says {words}" for words in _QUOTED.findall(text) if words not in there]
    return problems


def may_be_typed(words: list[str]) -> bool:
    """Whether the command line takes it."""
    try:
        _parser().parse_args([re.sub("^[\u4e00-\u9fff]+$", "x", word) for word in words])
    except SystemExit:
        return False
    return True


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_a_page_of_the_manual_names_only_what_is_there(page: Path) -> None:
    problems = untrue(page.read_text(encoding="utf-8"))
    assert not problems, "\n".join(problems)


def test_there_are_pages_for_administrator_and_clerk() -> None:
    assert {page.name for page in PAGES} >= {"administrator.md", "clerk.md"}


def test_every_picture_is_shown_and_small() -> None:
    told = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = {name for _, name in _PICTURE.findall(told)}
    kept = {f"pictures/{path.name}": path.stat().st_size for path in PICTURES.glob("*")}
    assert set(kept) == {name for name in named if name.startswith("pictures/")}
    assert not {name: size for name, size in kept.items() if size > LARGEST}


def test_control_what_is_not_there_is_noticed() -> None:
    text = (
        "![图](pictures/none.png) ![](pictures/none.png) [页](none.md) `/nowhere/` `guantong fly` `guantong read 文件`\n"
        "`GUANTONG_WINGS` 「飞起来」 「登录」 `/sign-in/` `/receipts/编号/`\n```\n.venv/bin/guantong swim  # x\n```\n"
    )
    assert untrue(text) == [
        *("no picture pictures/none.png", "no picture pictures/none.png"),
        "a picture without words: pictures/none.png",
        *("no page none.md", "no address /nowhere/", "no command guantong fly"),
        *("no command .venv/bin/guantong swim", "no setting GUANTONG_WINGS", "no page says 飞起来"),
    ]
