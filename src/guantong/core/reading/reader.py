"""The whole way: text → normalized text → blocks → outline → clauses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from guantong.core.reading.clauses import Context, Sentence, obligation, split_sentences
from guantong.core.reading.dates import document_date
from guantong.core.reading.deadlines import find_deadline
from guantong.core.reading.furniture import find_furniture, find_masks, find_tables
from guantong.core.reading.institutions import named_institutions
from guantong.core.reading.kinds import kind_of
from guantong.core.reading.lexicon import OBLIGE, PERMIT
from guantong.core.reading.markers import find_markers
from guantong.core.reading.normalize import Normalized, normalize
from guantong.core.reading.outline import ROOT, Chunk, Tree, build_tree, split_paragraphs
from guantong.core.reading.sections import Section, classify
from guantong.core.reading.targets import find_targets
from guantong.core.reading.types import (
    Block,
    BlockKind,
    Clause,
    Furniture,
    Heading,
    Reading,
)
from guantong.core.reading.units import (
    Duty,
    find_duties,
    find_subjects,
    in_sentence_support,
    names_first_as_lead,
)
from guantong.core.reading.title import find_document_title

_QUOTED = re.compile(r"《[^《》\n]{1,90}(?:《[^《》\n]*》[^《》\n]*)*》|“[^“”\n。]{1,70}”|（[^（）\n]{1,160}）")
_CITE = re.compile(r"《[^《》\n]{1,90}(?:《[^《》\n]*》[^《》\n]*)*》")
_SPEECH_TITLE = re.compile(r"讲话|致辞|发言|工作报告")
_SPOKEN = re.compile(r"(?:强调|指出)，|同志们[：！，:]|各位代表")


def _mask(text: str) -> str:
    """Quotations, titles and brackets filled with ■, offsets unchanged: words in them oblige nobody."""
    return _QUOTED.sub(lambda m: m[0][0] + "■" * (len(m[0]) - 2) + m[0][-1], text)


def _blank(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + "\n" * (end - start) + text[end:]
    return text


def read(text: str) -> Reading:
    """Read the decoded text of a document. Never raises on any text; takes time linear in its length."""
    normal = normalize(text)
    return _Reader(text, normal).read()


class _Reader:
    """One document on its way; fields are set once, in the order they are needed."""

    def __init__(self, source: str, normal: Normalized) -> None:
        self.source, self.normal = source, normal
        self.furniture = find_furniture(normal.text)
        spans = [(f.start, f.end) for f in self.furniture]
        live = _blank(normal.text, spans)
        self.tables = find_tables(live)
        self.text = _blank(live, self.tables)
        self.masked = _mask(self.text)
        self.paragraphs = split_paragraphs(self.text)
        self.markers = find_markers(self.text, self.masked, self.paragraphs)
        self.tree = build_tree(self.text, self.masked, self.paragraphs, self.markers)
        body = spans[0][1] if spans and spans[0][0] == 0 else 0
        self.date = document_date(normal.text, body)
        self.title = find_document_title(self.text, self.paragraphs, self.markers)
        self.spoken = bool(
            _SPEECH_TITLE.search(self.title.text if self.title else self.text[:60]) or _SPOKEN.search(self.text)
        )
        self.first_leads = names_first_as_lead(self.text)
        self.clauses: list[Clause] = []

    def read(self) -> Reading:
        sections = self._sections()
        self._inherit: dict[int, tuple[str, ...]] = {}
        draft: list[_Draft] = []
        for chunk in self.tree.chunks:
            draft += self._chunk(chunk, sections)
        draft += self._bare_headings(draft, sections)
        draft.sort(key=lambda d: d.start)
        headings = self._headings()
        clauses = tuple(self._clause(i, d) for i, d in enumerate(draft))
        return Reading(
            self.source,
            self.title.text if self.title else None,
            self.date,
            self._blocks(headings, clauses),
            self._furniture(),
            headings,
            clauses,
        )

    def _sections(self) -> list[Section]:
        sections: list[Section] = []
        for node in self.tree.nodes:
            own = classify(self.text[node.title.start : node.title.end]) if node.heading else Section.ORDERS
            above = sections[node.parent] if node.parent != ROOT else Section.ORDERS
            sections.append(own if own is not Section.ORDERS else above)
        return sections

    def _chunk(self, chunk: Chunk, sections: list[Section]) -> list[_Draft]:
        start = chunk.start
        if chunk.opens and self.tree.nodes[chunk.node].heading:
            start = self.tree.nodes[chunk.node].title.body
        section = sections[chunk.node] if chunk.node != ROOT else Section.ORDERS
        if self.title and start < self.title.end <= chunk.end + 1 and chunk.node == ROOT:
            return []
        drafts = []
        carried: tuple[str, ...] = ()
        for sentence in split_sentences(self.masked, start, chunk.end):
            masked = self.masked[sentence.start : sentence.end]
            ended = masked[-1] in "。！？；”" or chunk.opens
            begin = obligation(masked, Context(section, self.spoken, chunk.node != ROOT, ended))
            if begin < 0:
                continue
            draft = self._draft(sentence, sentence.start + begin, chunk)
            carried = self._units(draft, carried, chunk)
            drafts.append(draft)
        self._apply_brackets(chunk, start, drafts)
        return drafts

    def _draft(self, sentence: Sentence, start: int, chunk: Chunk) -> _Draft:
        return _Draft(start, sentence.end, sentence.start, chunk.node)

    def _units(self, draft: _Draft, carried: tuple[str, ...], chunk: Chunk) -> tuple[str, ...]:
        masked = self.masked[draft.start : draft.end]
        modals = [m.start() for m in OBLIGE.finditer(masked)] or [m.start() for m in PERMIT.finditer(masked)]
        draft.subjects = find_subjects(self.text[draft.start : draft.end], masked, modals)
        draft.lead = draft.subjects or carried
        draft.support = in_sentence_support(masked)
        first, last = self.paragraphs[chunk.paragraph]
        if draft.subjects:
            return draft.subjects if last - first < 700 else ()
        return carried

    def _apply_brackets(self, chunk: Chunk, start: int, drafts: list[_Draft]) -> None:
        duties = find_duties(self.text, start, chunk.end, self.first_leads)
        if not duties:
            return
        for draft in drafts:
            duty: Duty | None = next((d for at, d in duties if at >= draft.start), None)
            if duty:
                draft.lead, draft.support = duty.lead, duty.support

    def _bare_headings(self, drafts: list[_Draft], sections: list[Section]) -> list[_Draft]:
        """A heading with nothing under it that obliges is its own clause if it gives an order."""
        ruled: set[int] = set()
        for draft in drafts:
            ruled.update(self.tree.path(draft.node) if draft.node != ROOT else ())
        found = []
        for index, node in enumerate(self.tree.nodes):
            if not node.heading or index in ruled or node.children:
                continue
            end = node.title.end
            while end < len(self.text) and self.text[end] in "。！？；":
                end += 1
            text = self.masked[node.title.start : end]
            if obligation(text, Context(sections[index], True, True)) == 0:
                draft = _Draft(node.title.start, end, node.title.start, index)
                self._units(draft, (), Chunk(node.title.start, end, index, True, 0))
                found.append(draft)
        return found

    def _headings(self) -> tuple[Heading, ...]:
        found = []
        if self.title:
            found.append(
                Heading("h0", 0, "", self.title.text, self._at(self.title.start), self._to(self.title.end))
            )
        for index, node in enumerate(self.tree.nodes):
            title = node.title
            marker = self.source[self._at(node.marker.start) : self._to(node.marker.end)].strip(" 　：，")
            end = title.end
            text = self.source[self._at(title.start) : self._to(end)]
            found.append(Heading(f"h{index + 1}", node.level, marker, text, self._at(title.start), self._to(end)))
        found.sort(key=lambda h: h.start)
        return tuple(found)

    def _path(self, index: int) -> tuple[str, ...]:
        path = []
        for i in self.tree.path(index):
            node = self.tree.nodes[i]
            mark = self.text[node.marker.start : node.marker.end].strip(" 　：，、.")
            if node.marker.style == "dash":
                siblings = [
                    j
                    for j, n in enumerate(self.tree.nodes[: i + 1])
                    if n.parent == node.parent and n.marker.style == "dash"
                ]
                mark = f"——{len(siblings)}"
            path.append(mark.translate({ord("（"): "(", ord("）"): ")"}))
        return tuple(path)

    def _clause(self, number: int, draft: _Draft) -> Clause:
        masked = self.masked[draft.start : draft.end]
        text = self.text[draft.start : draft.end]
        whole = self.text[draft.sentence : draft.end]
        targets = find_targets(text, masked)
        start, end = self._at(draft.start), self._to(draft.end)
        return Clause(
            id=f"c{number + 1}",
            outline_id=f"h{draft.node + 1}" if draft.node != ROOT else None,
            path=self._path(draft.node) if draft.node != ROOT else (),
            text=self.source[start:end],
            start=start,
            end=end,
            kind=kind_of(masked, bool(targets)),
            subjects=draft.subjects,
            lead_units=draft.lead,
            support_units=draft.support,
            deadline=find_deadline(text, masked, self.date),
            targets=targets,
            cites=tuple(dict.fromkeys(_CITE.findall(whole))) if "《" in whole else (),
            institutions=named_institutions(whole),
        )

    def _blocks(self, headings: tuple[Heading, ...], clauses: tuple[Clause, ...]) -> tuple[Block, ...]:
        spans = [(c.start, c.end, BlockKind.CLAUSE) for c in clauses]
        spans += [(h.start, h.end, BlockKind.HEADING) for h in headings]
        spans += [(self._at(f.start), self._to(f.end), BlockKind.FURNITURE) for f in self.furniture]
        spans += [(self._at(s), self._to(e), BlockKind.TABLE) for s, e in self.tables]
        spans.sort(key=lambda s: (s[0], s[2] is not BlockKind.CLAUSE))
        blocks, position = [], 0
        for start, end, kind in spans:
            if start < position or end <= start:
                continue
            if start > position:
                blocks.append(Block(position, start, BlockKind.BACKGROUND))
            blocks.append(Block(start, end, kind))
            position = end
        if position < len(self.source):
            blocks.append(Block(position, len(self.source), BlockKind.BACKGROUND))
        return tuple(blocks)

    def _furniture(self) -> tuple[Furniture, ...]:
        found = [Furniture(self._at(f.start), self._to(f.end), f.reason) for f in self.furniture]
        found += [Furniture(self._at(f.start), self._to(f.end), f.reason) for f in find_masks(self.text)]
        return tuple(sorted(found, key=lambda f: f.start))

    def _at(self, position: int) -> int:
        return self.normal.source(position)

    def _to(self, position: int) -> int:
        return self.normal.source_end(position)


class _Draft:
    """A clause before its fields are found, in offsets of the normalized text."""

    __slots__ = ("end", "lead", "node", "sentence", "start", "subjects", "support")

    def __init__(self, start: int, end: int, sentence: int, node: int) -> None:
        self.start, self.end, self.sentence, self.node = start, end, sentence, node
        self.subjects: tuple[str, ...] = ()
        self.lead: tuple[str, ...] = ()
        self.support: tuple[str, ...] = ()
