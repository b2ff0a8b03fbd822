"""Small invented documents for the tests of the reader, and short views of a reading."""

from __future__ import annotations

from guantong.core.reading import BlockKind, Clause, Reading, read

TITLE = "云岫区教育局工作方案"


def make_plan(*lines: str) -> str:
    """A plan under an invented title, one paragraph a line."""
    return "\n".join([TITLE, *lines]) + "\n"


def make_speech(*lines: str) -> str:
    """A speech: there only modals and orders oblige."""
    return "\n".join(["在云岫区教育系统工作会议上的讲话", "同志们：", *lines]) + "\n"


def read_all(*lines: str) -> list[Clause]:
    """The clauses of a plan."""
    return list(read(make_plan(*lines)).clauses)


def read_one(sentence: str) -> Clause:
    """The only clause of a plan with one heading and this sentence."""
    (clause,) = read_all("一、重点工作", sentence)
    return clause


def outline_of(text: str) -> list[tuple[int, str, str]]:
    """Level, marker and title of every numbered node."""
    return [(h.level, h.marker, h.title) for h in read(text).outline if h.level]


def nodes_of(text: str) -> list[tuple[int, str]]:
    """Level and marker of every numbered node."""
    return [(level, marker) for level, marker, _ in outline_of(text)]


def pieces(reading: Reading, kind: BlockKind) -> list[str]:
    """The texts of all blocks of a kind."""
    return [reading.text[b.start : b.end] for b in reading.blocks if b.kind is kind]


def cut(reading: Reading) -> list[tuple[str, str]]:
    """Text and reason of all furniture, without the blanks around it."""
    return [(reading.text[f.start : f.end].strip(), f.reason) for f in reading.furniture]
