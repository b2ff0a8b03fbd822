"""Reading documents: the text with its clauses where they stand, and the units they name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db.models import QuerySet

from guantong.apps.documents.models import Clause, ClauseState, Document
from guantong.apps.organizations.access import Actor, NotFound, visible
from guantong.core.reading import BlockKind


class Stretch(NamedTuple):
    """A piece of a document's text, and the clause that quotes it, if one does."""

    text: str
    clause: Clause | None
    kind: BlockKind


def documents(actor: Actor) -> QuerySet[Document]:
    """The documents that an actor may see, newest first, without their text."""
    rows: QuerySet[Document] = visible(actor, "document.see")
    return rows.order_by("-made_at", "-pk").defer("text", "outline", "blocks", "furniture")


def document_of(actor: Actor, pk: int) -> Document:
    """A document somebody may see, with its organization at hand. Raises NotFound."""
    rows = visible(actor, "document.see").select_related("organization")
    found: Document | None = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def live_clauses(document: Document) -> QuerySet[Clause]:
    """The clauses of a document that were not rejected, as they stand in it."""
    return document.clauses.exclude(state=ClauseState.REJECTED).order_by("position")


def stretches(document: Document, clauses: Sequence[Clause] | None = None) -> list[Stretch]:
    """The text cut into pieces that follow each other without a gap: joined, they are the text.

    A live clause is one piece whatever else it lies in; headings, tables and furniture are what the reader saw, and
    all else is background. `clauses` are the live ones, where they are at hand already.
    """
    found: list[Stretch] = []
    position = 0
    blocks = _Blocks(document)
    for clause in live_clauses(document) if clauses is None else clauses:
        found += blocks.between(position, clause.start)
        found.append(Stretch(document.text[clause.start : clause.end], clause, BlockKind.CLAUSE))
        position = clause.end
    found += blocks.between(position, len(document.text))
    return found


def unit_names(document: Document) -> list[str]:
    """The names that the live clauses give to whom they oblige: subjects, lead and support units; each once, in order."""
    named = live_clauses(document).values_list("subjects", "lead_units", "support_units")
    return list(dict.fromkeys(name for lists in named for names in lists for name in names))


class _Blocks:
    """What the reader saw, handed out from the front to the back."""

    def __init__(self, document: Document) -> None:
        self.text = document.text
        self.blocks = [
            (start, end, _besides_clauses(BlockKind(kind))) for start, end, kind in document.blocks
        ]
        self.at = 0

    def between(self, start: int, end: int) -> Iterator[Stretch]:
        """The pieces of `start:end`, neighbours of one kind joined. To be asked in ascending order."""
        position, kind = start, BlockKind.BACKGROUND
        for first, last, next_kind in self._touching(start, end):
            if next_kind is not kind:
                if first > position:
                    yield Stretch(self.text[position:first], None, kind)
                    position = first
                kind = next_kind
            if last >= end:  # a block that goes on behind `end` is begun anew by the next call
                break
        if end > position:
            yield Stretch(self.text[position:end], None, kind)

    def _touching(self, start: int, end: int) -> Iterator[tuple[int, int, BlockKind]]:
        while self.at < len(self.blocks):
            first, last, kind = self.blocks[self.at]
            if first >= end:
                return
            if last > start:
                yield max(first, start), last, kind
            self.at += 1


def _besides_clauses(kind: BlockKind) -> BlockKind:
    """What was read as a clause and is none any more is background."""
    return BlockKind.BACKGROUND if kind is BlockKind.CLAUSE else kind
