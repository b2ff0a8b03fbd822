"""Paragraph and character styles: what they say about numbering, hidden text and tables of contents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from guantong.files.package import Element, W, attr, number, switched_on, val


@dataclass(frozen=True, slots=True)
class Style:
    """What one style says; None where it leaves the word to the style it is based on."""

    id: str
    name: str
    based_on: str | None
    num_id: str | None
    ilvl: int | None
    hidden: bool | None


@dataclass(frozen=True, slots=True)
class NumberingChoice:
    """What a paragraph asks for: list, level if it names one, and the styles it stands in, nearest first."""

    num_id: str
    ilvl: int | None
    style_ilvl: int | None
    styles: tuple[str, ...]


def numbering_of(properties: Element | None) -> tuple[str | None, int | None]:
    """(numId, ilvl) of a `w:pPr`, each None where it says nothing."""
    if properties is None:
        return None, None
    num_pr = properties.find(W + "numPr")
    ilvl = val(num_pr, "ilvl")
    return val(num_pr, "numId"), None if ilvl is None else number(ilvl, 0)


class Styles:
    """The styles of one document, from its styles.xml or none."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Style] = {}
        self._default: str | None = None
        for element in () if root is None else root.iterfind(W + "style"):
            style = _read_style(element)
            self._styles[style.id] = style
            if attr(element, "type") == "paragraph" and attr(element, "default") in ("1", "true", "on"):
                self._default = style.id

    def numbering(self, properties: Element | None) -> NumberingChoice | None:
        """The list a paragraph belongs to by itself or by its style; numId 0 switches numbering off."""
        num_id, ilvl = numbering_of(properties)
        chain = tuple(self._chain(val(properties, "pStyle") or self._default))
        num_id = num_id or next((style.num_id for style in chain if style.num_id is not None), None)
        if num_id is None or num_id == "0":
            return None
        style_ilvl = next((style.ilvl for style in chain if style.ilvl is not None), None)
        return NumberingChoice(num_id, ilvl, style_ilvl, tuple(style.id for style in chain))

    def list_of(self, style_id: str) -> str | None:
        """The numId a numbering style stands for."""
        style = self._styles.get(style_id)
        return style.num_id if style else None

    def hides(self, run_properties: Element | None, paragraph_style: str | None) -> bool:
        """Is a run with these properties hidden text? Own setting, then its style, then the paragraph's."""
        own = None if run_properties is None else run_properties.find(W + "vanish")
        if own is not None:
            return switched_on(own)
        for start in (val(run_properties, "rStyle"), paragraph_style or self._default):
            said = next((style.hidden for style in self._chain(start) if style.hidden is not None), None)
            if said is not None:
                return said
        return False

    def in_contents(self, paragraph_style: str | None) -> bool:
        """Is this the style of a line in a generated table of contents?"""
        return any(style.name.lower().startswith("toc ") for style in self._chain(paragraph_style))

    def _chain(self, style_id: str | None) -> Iterator[Style]:
        seen: set[str] = set()
        while style_id is not None and style_id in self._styles and style_id not in seen:
            seen.add(style_id)
            yield self._styles[style_id]
            style_id = self._styles[style_id].based_on


def _read_style(element: Element) -> Style:
    num_id, ilvl = numbering_of(element.find(W + "pPr"))
    run = element.find(W + "rPr")
    vanish = None if run is None else run.find(W + "vanish")
    return Style(
        id=attr(element, "styleId") or "",
        name=val(element, "name") or "",
        based_on=val(element, "basedOn"),
        num_id=num_id,
        ilvl=ilvl,
        hidden=None if vanish is None else switched_on(vanish),
    )
