"""Word documents: the text as it stands on the page, automatic numbers included.

Read: body, tables, text boxes (after their paragraph), insertions; footnotes and endnotes follow the body.
Not read: headers and footers, deletions, hidden text, comments, instructions of fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from guantong.files.numbering import Numbering
from guantong.files.package import Element, Package, W, attr, local, switched_on, val
from guantong.files.rows import Cell, table_lines
from guantong.files.source import Extract, Line, compose
from guantong.files.styles import Styles
from guantong.files.symbols import plain_symbol

_CONTENTS = "contents"
_LEFT_OUT = frozenset({"del", "moveFrom", "pPr", "rPr", "rt", "delText", "instrText", "Fallback"})
_BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "t": None}
_NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
_NOTE_NAMES = {"footnotes": "脚注", "endnotes": "尾注"}


def parse(data: bytes) -> Extract:
    """Raises Unreadable."""
    return compose(_Body(Package(data)).read())


class _Body:
    def __init__(self, package: Package) -> None:
        self._package = package
        self._styles = Styles(package.related("styles"))
        self._numbering = Numbering(package.related("numbering"), self._styles)
        self._notes: dict[str, list[str]] = {"footnotes": [], "endnotes": []}
        self._fields: list[bool] = []  # of each field we are in: has its instruction given way to its result?
        self._carried = ""  # text of a paragraph whose end was deleted: it runs on into the next

    def read(self) -> Iterator[Line]:
        body = self._package.main().find(W + "body")
        if body is not None:
            yield from self._blocks(body)
        if self._carried:
            yield Line(self._carried)
        for part, ids in self._notes.items():
            yield from self._read_notes(part, ids)

    def _blocks(self, parent: Element) -> Iterator[Line]:
        for child in parent:
            kind = local(child)
            if kind == "p":
                yield from self._paragraph(child)
            elif kind == "tbl":
                yield from table_lines([self._row(row) for row in _rows(child)])
            elif kind not in _LEFT_OUT and kind != "sectPr":
                yield from self._blocks(child)  # sdt, customXml, ins and other wrappers

    def _row(self, row: Element) -> list[Cell]:
        cells: list[Cell] = []
        for cell in _children(row, "tc"):
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            continued = merge is not None and attr(merge, "val") != "restart"
            lines = list(self._blocks(cell))
            cells.append([] if continued else lines)
        return cells

    def _paragraph(self, paragraph: Element) -> Iterator[Line]:
        properties = paragraph.find(W + "pPr")
        style = val(properties, "pStyle")
        mark = None if properties is None else properties.find(W + "rPr")
        out: list[str] = []
        boxes: list[Element] = []
        self._inline(paragraph, style, out, boxes)
        self._fields = [shown for shown in self._fields if shown]  # an instruction ends with its paragraph
        text = self._carried + "".join(out)
        self._carried = ""
        if mark is not None and (mark.find(W + "del") is not None or mark.find(W + "moveFrom") is not None):
            self._carried = text
        elif text or mark is None or not switched_on(mark.find(W + "vanish")):
            choice = self._styles.numbering(properties)
            label = self._numbering.next_label(choice) if choice else ""
            furniture = _CONTENTS if self._styles.in_contents(style) else ""
            lead = len(text) - len(text.lstrip()) if label else 0
            yield from (Line(part, furniture=furniture) for part in (label + text[lead:]).split("\n"))
        for box in boxes:
            yield from self._blocks(box)

    def _inline(self, parent: Element, style: str | None, out: list[str], boxes: list[Element]) -> None:
        for child in parent:
            kind = local(child)
            if kind in _LEFT_OUT:
                continue
            if kind == "r" and self._styles.hides(child.find(W + "rPr"), style):
                self._follow_fields(child)
            elif kind == "fldChar":
                self._follow_field(child)
            elif kind == "txbxContent":
                boxes.append(child)
            elif kind in _NOTES:
                self._notes[_NOTES[kind]].append(attr(child, "id") or "")
            elif kind in _BREAKS and all(self._fields):
                out.append(_BREAKS[kind] or child.text or "")
            elif kind == "sym" and all(self._fields):
                out.append(_symbol(attr(child, "char")))
            elif len(child):
                self._inline(child, style, out, boxes)

    def _follow_fields(self, hidden_run: Element) -> None:
        for child in hidden_run.iter(W + "fldChar"):
            self._follow_field(child)

    def _follow_field(self, element: Element) -> None:
        kind = attr(element, "fldCharType")
        if kind == "begin":
            self._fields.append(False)
        elif self._fields and kind == "separate":
            self._fields[-1] = True
        elif self._fields and kind == "end":
            self._fields.pop()

    def _read_notes(self, part: str, ids: Iterable[str]) -> Iterator[Line]:
        root = self._package.related(part)
        notes = {} if root is None else {attr(note, "id") or "": note for note in root}
        for position, note_id in enumerate(ids, start=1):
            if note_id in notes:
                text = "".join(line.text for line in self._blocks(notes[note_id])).strip()
                yield Line(f"{_NOTE_NAMES[part]}{position}：{text}")


def _rows(table: Element) -> Iterator[Element]:
    for row in _children(table, "tr"):
        if row.find(f"{W}trPr/{W}del") is None:
            yield row


def _children(parent: Element, kind: str) -> Iterator[Element]:
    """Children of a kind, also those inside content controls and other wrappers."""
    for child in parent:
        if local(child) == kind:
            yield child
        elif local(child) in ("sdt", "sdtContent", "customXml", "ins"):
            yield from _children(child, kind)


def _symbol(code: str | None) -> str:
    try:
        return plain_symbol(chr(int(code or "", 16)))
    except (ValueError, OverflowError):
        return ""
