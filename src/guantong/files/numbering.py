"""Automatic numbers of a .docx, as Word and WPS show them (ECMA-376 part 1, 17.9).

Paragraphs are asked for in document order; each question moves the counters on. Lists that share an abstract
definition share its counters, so that a list taken up again goes on where it stood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from guantong.files.numerals import write_number
from guantong.files.package import Element, W, attr, number, switched_on, val
from guantong.files.styles import NumberingChoice, Styles
from guantong.files.symbols import plain_symbol

# After these a tab stop is only a distance; after anything else it keeps "1." and "2023年" apart.
_SELF_PARTING = ("、", "）", ")", "．", "：", "】", "〕", "》", "。")
_DEEPEST = 8
_SYMBOL_FONTS = frozenset({"Symbol", "Wingdings", "Wingdings 2", "Wingdings 3", "Webdings"})


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list counts and looks (17.9.6); defaults as where its definition says nothing."""

    start: int = 1
    kind: str = "decimal"
    pattern: str | None = None
    text: str = ""
    suffix: str = "tab"
    restart: int | None = (
        None  # 0: never; n: after level n (counted from 1) or higher; None: after any higher
    )
    legal: bool = False
    style: str | None = None


@dataclass(frozen=True, slots=True)
class NumberedList:
    """A `w:num`: its abstract definition's id and levels with its own overrides laid over them."""

    abstract: str
    levels: dict[int, Level]
    restarted: frozenset[int]  # levels it starts anew on first use


class Numbering:
    """The lists of one document and where each of them has got to."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._lists = {} if root is None else _read_lists(root, styles)
        self._counts: dict[str, dict[int, int]] = {}
        self._used: set[tuple[str, int]] = set()

    def next_label(self, choice: NumberingChoice) -> str:
        """The number in front of the next paragraph of this list, with what parts it from the text."""
        numbered = self._lists.get(choice.num_id)
        if numbered is None:
            return ""
        ilvl = _level_asked_for(choice, numbered)
        level = numbered.levels.get(ilvl)
        if level is None:
            return ""
        self._count(choice.num_id, numbered, ilvl, level)
        return self._write(numbered, level)

    def _count(self, num_id: str, numbered: NumberedList, ilvl: int, level: Level) -> None:
        counts = self._counts.setdefault(numbered.abstract, {})
        if ilvl in numbered.restarted and (num_id, ilvl) not in self._used:
            counts.pop(ilvl, None)
        self._used.add((num_id, ilvl))
        counts[ilvl] = counts[ilvl] + 1 if ilvl in counts else level.start
        for deeper in [other for other in counts if other > ilvl]:
            restart = numbered.levels.get(deeper, Level()).restart
            if restart is None or ilvl < restart:
                del counts[deeper]

    def _write(self, numbered: NumberedList, level: Level) -> str:
        counts = self._counts[numbered.abstract]

        def write_level(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            shown = numbered.levels.get(index)
            if shown is None:
                return ""
            kind = "decimal" if level.legal and shown.kind not in ("none", "bullet") else shown.kind
            return write_number(counts.get(index, shown.start), kind, shown.pattern)

        label = re.sub(r"%([1-9])", write_level, level.text)
        if level.kind == "bullet":
            label = "".join(plain_symbol(c, unknown="•") for c in label)
        if not label or level.suffix == "nothing":
            return label
        return label if level.suffix == "tab" and label.endswith(_SELF_PARTING) else label + " "


def _level_asked_for(choice: NumberingChoice, numbered: NumberedList) -> int:
    """The paragraph's own level, else the one linked to its style, else the one its style names."""
    if choice.ilvl is not None:
        return choice.ilvl
    for style in choice.styles:
        for index, level in numbered.levels.items():
            if level.style == style:
                return index
    return choice.style_ilvl or 0


def _read_lists(root: Element, styles: Styles) -> dict[str, NumberedList]:
    abstracts = {attr(one, "abstractNumId") or "": one for one in root.iterfind(W + "abstractNum")}
    nums = {attr(one, "numId") or "": one for one in root.iterfind(W + "num")}
    lists: dict[str, NumberedList] = {}
    for num_id, element in nums.items():
        abstract = _abstract_of(element, abstracts, nums, styles)
        if abstract in abstracts:
            lists[num_id] = _read_list(element, abstract, _read_levels(abstracts[abstract]))
    return lists


def _abstract_of(
    num: Element, abstracts: dict[str, Element], nums: dict[str, Element], styles: Styles
) -> str:
    """Id of the definition behind a list; one that only names a numbering style leads on to that style's."""
    abstract = val(num, "abstractNumId") or ""
    link = val(abstracts.get(abstract), "numStyleLink")
    if link is None:
        return abstract
    for key, element in abstracts.items():
        if val(element, "styleLink") == link:
            return key
    return val(nums.get(styles.list_of(link) or ""), "abstractNumId") or abstract


def _read_list(element: Element, abstract: str, levels: dict[int, Level]) -> NumberedList:
    restarted = set()
    for override in element.iterfind(W + "lvlOverride"):
        ilvl = number(attr(override, "ilvl"), 0)
        own = override.find(W + "lvl")
        if own is not None:
            levels[ilvl] = _read_level(own)
        start = val(override, "startOverride")
        if start is not None:
            levels[ilvl] = replace(levels.get(ilvl, Level()), start=number(start, 1))
            restarted.add(ilvl)
    return NumberedList(abstract, levels, frozenset(restarted))


def _read_levels(abstract: Element) -> dict[int, Level]:
    levels = {number(attr(one, "ilvl"), 0): _read_level(one) for one in abstract.iterfind(W + "lvl")}
    return {ilvl: level for ilvl, level in levels.items() if 0 <= ilvl <= _DEEPEST}


def _symbols(text: str, fonts: Element | None) -> str:
    """A label typed in plain letters but set in a symbol font ("l" in Wingdings is a disc)."""
    if (attr(fonts, "ascii") or attr(fonts, "hAnsi")) not in _SYMBOL_FONTS:
        return text
    return re.sub("[!-ÿ]", lambda match: chr(0xF000 + ord(match[0])), text)


def _read_level(element: Element) -> Level:
    # Word writes a format of its own ("001, 002") as one choice of several, the first being the true one.
    chosen = next(element.iter(W + "numFmt"), None)
    custom = attr(chosen, "format")
    restart = val(element, "lvlRestart")
    return Level(
        start=number(val(element, "start"), 0),
        kind=attr(chosen, "val") or "decimal",
        pattern=custom.split(",")[0].strip() if custom else None,
        text=_symbols(val(element, "lvlText") or "", element.find(f"{W}rPr/{W}rFonts")),
        suffix=val(element, "suff") or "tab",
        restart=None if restart is None else number(restart, 0),
        legal=switched_on(element.find(W + "isLgl")),
        style=val(element, "pStyle"),
    )
