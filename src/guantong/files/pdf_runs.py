"""Where each piece of text stands on a PDF page (ISO 32000-2, 9.4: text objects).

pypdf's own extraction guesses at spaces and order from the order of drawing; telling paragraphs and columns
takes true positions. Its parser and its fonts (encodings, ToUnicode, widths) are used, no more.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from pypdf import PageObject
from pypdf.generic import ContentStream, DictionaryObject, StreamObject
from pypdf.generic._font import Font  # the one class that joins encoding, ToUnicode and widths

Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_NO_GLYPH = "\ufffd"
_FORM_DEPTH = 8
_PIECES = re.compile(r"\s+|\S+")


class Run(NamedTuple):
    """Text shown in one go, all blank or without blanks; `turn` is its direction in degrees."""

    x: float
    y: float
    width: float
    size: float
    text: str
    turn: int
    artifact: bool  # marked in the file as not part of the document (running heads of tagged PDFs)


@dataclass(slots=True)
class _State:
    """What q saves and Q restores."""

    ctm: Matrix = _IDENTITY
    font: _PageFont | None = None
    size: float = 0.0
    spacing: float = 0.0
    word_spacing: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0


class _Mark(NamedTuple):
    artifact: bool
    actual: list[str] | None  # replacement text not yet shown


@dataclass(slots=True)
class _PageFont:
    font: Font
    wide: bool  # two bytes a character
    mapped_only: bool  # codes are glyph numbers: without a mapping they mean nothing

    def decode(self, data: bytes) -> list[tuple[str, str, float]]:
        """(code, text, width in thousandths) of each character shown."""
        font = self.font
        if self.mapped_only:
            codes = [chr(high << 8 | low) for high, low in zip(data[::2], data[1::2], strict=False)]
            texts = [font.character_map.get(c, _NO_GLYPH) for c in codes]
        elif self.wide:
            codes = list(data[: len(data) // 2 * 2].decode("utf-16-be", "surrogatepass"))
            texts = [font.character_map.get(c, c) for c in codes]
        elif isinstance(font.encoding, str):
            codes = texts = list(data.decode(font.encoding, "replace"))
        else:
            codes = [chr(byte) for byte in data]
            named = [font.encoding.get(byte, chr(byte)) for byte in data]
            texts = [font.character_map.get(name, name) for name in named]
        default = font.character_widths.get("default", 1000)
        return [
            (c, str(t), float(font.character_widths.get(c, default)))
            for c, t in zip(codes, texts, strict=True)
        ]


def page_runs(page: PageObject, fonts: dict[int, Any]) -> list[Run]:
    """Runs of a page in drawing order, the page turned upright; `fonts` is kept from page to page."""
    box = page.mediabox
    width, height = float(box.width), float(box.height)
    turned: dict[int, Matrix] = {
        90: (0, -1, 1, 0, 0, width),
        180: (-1, 0, 0, -1, width, height),
        270: (0, 1, -1, 0, height, 0),
    }
    origin = (1, 0, 0, 1, -float(box.left), -float(box.bottom))
    start = _times(origin, turned.get(page.rotation % 360, _IDENTITY))
    contents = page.get("/Contents")
    if contents is None:
        return []
    interpreter = _Interpreter(page.pdf, fonts)
    resources = page.get("/Resources", DictionaryObject()).get_object()
    interpreter.run(contents.get_object(), resources, _State(ctm=start), 0)
    return interpreter.runs


@dataclass(slots=True)
class _Interpreter:
    pdf: Any
    fonts: dict[int, Any]
    runs: list[Run] = field(default_factory=list)
    marks: list[_Mark] = field(default_factory=list)
    state: _State = field(default_factory=_State)
    tm: Matrix = _IDENTITY
    line: Matrix = _IDENTITY

    def run(self, stream: Any, resources: DictionaryObject, state: _State, depth: int) -> None:
        self.state = state
        saved: list[_State] = []
        open_marks = len(self.marks)
        for operands, operator in ContentStream(stream, self.pdf, "bytes").operations:
            if operator == b"q":
                saved.append(replace(self.state))
            elif operator == b"Q":
                self.state = saved.pop() if saved else self.state
            elif operator == b"Tf":
                self.state.font = self._font(resources, operands[0])
                self.state.size = float(operands[1])
            elif operator == b"Do" and depth < _FORM_DEPTH:
                self._draw_form(resources, operands[0], depth)
            elif operator in (b"BDC", b"BMC"):
                self.marks.append(_read_mark(operands))
            elif operator == b"EMC" and len(self.marks) > open_marks:
                self.marks.pop()
            elif operator in _OPERATORS:
                _OPERATORS[operator](self, operands)
        del self.marks[open_marks:]

    def _font(self, resources: DictionaryObject, name: str) -> _PageFont | None:
        table = resources.get("/Font", DictionaryObject()).get_object()
        if name not in table:
            return None
        raw = table[name].get_object()
        if id(raw) not in self.fonts:
            font = Font.from_font_resource(raw)
            glyphs = str(raw.get("/Encoding", "")) in ("/Identity-H", "/Identity-V")
            # The raw font is kept too: it must outlive its id.
            self.fonts[id(raw)] = _PageFont(font, font.encoding == "utf-16-be", glyphs), raw
        known: _PageFont = self.fonts[id(raw)][0]
        return known

    def _draw_form(self, resources: DictionaryObject, name: str, depth: int) -> None:
        form = resources.get("/XObject", DictionaryObject()).get_object().get(name)
        form = form.get_object() if form is not None else None
        if not isinstance(form, StreamObject) or form.get("/Subtype") != "/Form":
            return
        matrix = _matrix(form.get("/Matrix", _IDENTITY))
        own = form.get("/Resources", resources).get_object()
        outside = self.state, self.tm, self.line
        self.run(form, own, replace(self.state, ctm=_times(matrix, self.state.ctm)), depth + 1)
        self.state, self.tm, self.line = outside

    def move(self, x: float, y: float) -> None:
        self.line = self.tm = _times((1, 0, 0, 1, x, y), self.line)

    def next_line(self) -> None:
        self.move(0, -self.state.leading)

    def show(self, data: bytes) -> None:
        state = self.state
        if state.font is None:
            return
        shown = state.font.decode(data)
        text = "".join(t for _, t, _ in shown)
        advances = [
            (width / 1000 * state.size + state.spacing + (state.word_spacing if code == " " else 0))
            * state.scale
            for code, _, width in shown
        ]
        replaced = next((mark.actual for mark in reversed(self.marks) if mark.actual is not None), None)
        if replaced is not None:
            text = replaced.pop() if replaced else ""
            self._add(text, sum(advances), 0)
        else:
            edges = _edges([chars for _, chars, _ in shown], advances)
            for piece in _PIECES.finditer(text):
                left, right = edges[piece.start()], edges[piece.end()]
                self._add(piece[0], right - left, left)
        self.tm = _times((1, 0, 0, 1, sum(advances), 0), self.tm)

    def _add(self, text: str, width: float, offset: float) -> None:
        if not text:
            return
        a, b, c, d, x, y = _times((1, 0, 0, 1, offset, self.state.rise), _times(self.tm, self.state.ctm))
        turn = round(math.degrees(math.atan2(b, a))) % 360
        size = abs(self.state.size) * math.hypot(c, d)
        artifact = any(mark.artifact for mark in self.marks)
        self.runs.append(Run(x, y, width * math.hypot(a, b), size, text, turn, artifact))

    def adjust(self, thousandths: float) -> None:
        self.tm = _times((1, 0, 0, 1, -thousandths / 1000 * self.state.size * self.state.scale, 0), self.tm)


def _edges(texts: list[str], advances: list[float]) -> list[float]:
    """Where each character of the joined texts begins, and the end of the last; a ligature is cut evenly."""
    edges, position = [0.0], 0.0
    for chars, advance in zip(texts, advances, strict=True):
        edges += [position + advance * (i + 1) / len(chars) for i in range(len(chars))]
        position += advance
    return edges


def _times(m: Matrix, n: Matrix) -> Matrix:
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def _matrix(operands: Sequence[Any]) -> Matrix:
    a, b, c, d, e, f = (float(x) for x in operands)
    return a, b, c, d, e, f


def _read_mark(operands: Sequence[Any]) -> _Mark:
    properties = operands[1].get_object() if len(operands) > 1 else None
    actual = properties.get("/ActualText") if isinstance(properties, DictionaryObject) else None
    pagination = (
        operands[:1] == ["/Artifact"]
        and isinstance(properties, DictionaryObject)
        and properties.get("/Type") == "/Pagination"
    )
    return _Mark(pagination, None if actual is None else [_text_string(actual)])


def _text_string(value: object) -> str:
    """A PDF text string (ISO 32000-2, 7.9.2.2); the bytes of PDFDocEncoding are near enough to Latin-1."""
    if not isinstance(value, bytes):
        return str(value)
    if value.startswith(b"\xfe\xff"):
        return value[2:].decode("utf-16-be", "replace")
    return value.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")


def _show_all(interpreter: _Interpreter, operands: Sequence[Any]) -> None:
    for item in operands[0]:
        if isinstance(item, bytes):
            interpreter.show(item)
        elif isinstance(item, (int, float)):
            interpreter.adjust(float(item))


def _begin_text(interpreter: _Interpreter, _operands: Sequence[Any]) -> None:
    interpreter.tm = interpreter.line = _IDENTITY


def _set_matrix(interpreter: _Interpreter, operands: Sequence[Any]) -> None:
    interpreter.tm = interpreter.line = _matrix(operands)


def _transform(interpreter: _Interpreter, operands: Sequence[Any]) -> None:
    interpreter.state.ctm = _times(_matrix(operands), interpreter.state.ctm)


def _move_and_lead(interpreter: _Interpreter, operands: Sequence[Any]) -> None:
    interpreter.state.leading = -float(operands[1])
    interpreter.move(float(operands[0]), float(operands[1]))


def _next_line_and_show(interpreter: _Interpreter, operands: Sequence[Any]) -> None:
    if len(operands) == 3:
        interpreter.state.word_spacing, interpreter.state.spacing = float(operands[0]), float(operands[1])
    interpreter.next_line()
    interpreter.show(operands[-1])


def _sets(name: str, scale: float = 1.0) -> Callable[[_Interpreter, Sequence[Any]], None]:
    def set_state(interpreter: _Interpreter, operands: Sequence[Any]) -> None:
        setattr(interpreter.state, name, float(operands[0]) * scale)

    return set_state


_OPERATORS: dict[bytes, Callable[[_Interpreter, Sequence[Any]], None]] = {
    b"BT": _begin_text,
    b"cm": _transform,
    b"Tm": _set_matrix,
    b"Td": lambda interpreter, operands: interpreter.move(float(operands[0]), float(operands[1])),
    b"TD": _move_and_lead,
    b"T*": lambda interpreter, _: interpreter.next_line(),
    b"Tj": lambda interpreter, operands: interpreter.show(operands[0]),
    b"TJ": _show_all,
    b"'": _next_line_and_show,
    b'"': _next_line_and_show,
    b"Tc": _sets("spacing"),
    b"Tw": _sets("word_spacing"),
    b"Tz": _sets("scale", 0.01),
    b"TL": _sets("leading"),
    b"Ts": _sets("rise"),
}
