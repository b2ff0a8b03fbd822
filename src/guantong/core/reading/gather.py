"""From the tree to drafts of clauses: sentence by sentence, with the units that brackets and subjects give them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from guantong.core.reading.clauses import Context, obligation, split_sentences
from guantong.core.reading.modals import Modal, find_modals
from guantong.core.reading.outline import ROOT, Chunk, Tree
from guantong.core.reading.page import Page, Span
from guantong.core.reading.responsible import (
    Responsible,
    find_responsible,
    is_label_line,
    parse_responsible,
    says_first_leads,
)
from guantong.core.reading.sections import Section, classify
from guantong.core.reading.subjects import find_partners, find_subjects, has_own_subject

_NEAR = 12  # a subject that opens its clause stands this near to its start
_LONG_PARAGRAPH = 700  # in longer ones (pages on one line) a subject is not carried on
# 重点任务, 组织领导: a topic, though it begins like an order.
_TOPIC = re.compile(
    "(?:重点|综合|组织|规范|监督|教育|保障|考核|管理|服务|宣传|检查|培训|指导|评价|统筹|实施|推进|落实|学习|准备|安排|总结)"
    "(?:任务|保障|领导|要求|检查|对象|措施|内容|方式|机制|体系|安排|工作|管理|服务|考核|评价|原则|目标|步骤|阶段|时间|范围)"
)
_FAULTS = re.compile("看到|差距|不足|短板|问题：|原因")
_ENDS = frozenset("。！？；")
_SHORTEST = 8  # characters of an item that obliges without a mark at its end
_ORDERING = re.compile(r"[ 　]*(?:要|应|必须)(?![点求])")
_LABEL = re.compile(r"([^，。；：■]{2,12})：(?=.)")
# 对存在下列问题的…要进行整改: the heading is the order, the list below it says to whom it applies.
_CONDITIONS = re.compile(r"(?:下列|以下)[^，。]{1,14}的")
_CONTENTS = re.compile(r"包括\Z")  # 内容包括: what is below only says what


@dataclass(slots=True)
class Draft:
    """A clause before its fields are found; offsets of the normalized text. `sentence` is where its sentence begins."""

    start: int
    end: int
    sentence: int
    node: int
    modals: list[Modal]
    subjects: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    due: str = ""


class LeadIn(NamedTuple):
    """What stands before a list inside a paragraph: who was named there, and whether it orders what follows."""

    paragraph: int
    units: tuple[str, ...] = ()
    orders: bool = False
    account: bool = False  # 也要看到差距：一是…: what follows tells, it does not order


class Gatherer:
    """Walks the chunks of one document in order."""

    def __init__(self, page: Page, tree: Tree, title: Span, spoken: bool) -> None:
        self.page, self.tree, self.title, self.spoken = page, tree, title, spoken
        self.first_leads = says_first_leads(page.text)
        self.sections = list(self._sections())
        self.conditions = self._conditions()
        self.drafts: list[Draft] = []
        self.open: list[Draft] = []  # clauses of the item at hand, still waiting for a bracket
        self.headed = False  # the first heading is behind us
        self.meant: dict[int, LeadIn] = {}  # node → what its last chunk leads up to

    def gather(self) -> list[Draft]:
        """All clauses of the document, in order."""
        node = ROOT
        for chunk in self.tree.chunks:
            if chunk.opens or chunk.node != node:
                self.open = []
            node = chunk.node
            self._read_chunk(chunk)
        self.drafts += self._bare_headings()
        self.drafts.sort(key=lambda draft: draft.start)
        return self.drafts

    def _sections(self) -> Iterator[Section]:
        sections: list[Section] = []
        for node in self.tree.nodes:
            above = sections[node.parent] if node.parent != ROOT else Section.ORDERS
            own = Section.ORDERS
            if node.heading:
                own = classify(self.page.text[node.title.start : node.title.end])
            if own is Section.PRINCIPLES and _ORDERING.match(self.page.text, node.title.body):
                own = Section.ORDERS  # 总体要求 followed by 要… gives orders for all its name
            sections.append(above if own is Section.ORDERS else own)
            yield sections[-1]

    def _conditions(self) -> frozenset[int]:
        """Nodes below a heading that orders something for 下列…的: they are conditions, not orders."""
        found: set[int] = set()
        for index, node in enumerate(self.tree.nodes):
            if node.parent == ROOT:
                continue
            title = self.tree.nodes[node.parent].title
            above = self.page.text[title.start : title.end]
            if node.parent in found or _CONDITIONS.search(above) or _CONTENTS.search(above):
                found.add(index)
        return frozenset(found)

    def _read_chunk(self, chunk: Chunk) -> None:
        if chunk.node in self.conditions:
            return
        self.headed = self.headed or chunk.node != ROOT
        lead_in = self._lead_in(chunk)
        start, context = self._place(chunk, lead_in)
        carried, masked = lead_in.units, ""
        for begin, end in self._sentences(start, chunk.end):
            if is_label_line(self.page.text, begin):
                self._assign(parse_responsible(self.page.text[begin:end], self.first_leads))
                continue
            masked = self.page.masked[begin:end]
            ended = masked.rstrip("”’")[-1:] in _ENDS or (chunk.opens and end - begin >= _SHORTEST)
            if found := obligation(masked, context, ended):
                draft = Draft(begin + found.start, end, begin, chunk.node, found.modals)
                carried = self._find_units(draft, carried, chunk)
                self.drafts.append(draft)
                self.open.append(draft)
        orders = False
        if masked.endswith(("：", "，")):
            modals = find_modals(masked)
            carried, orders = find_subjects(self.page.text[begin:end], masked, modals), bool(modals)
        account = orders and _FAULTS.search(masked[-_NEAR:]) is not None
        self.meant[chunk.node] = LeadIn(chunk.paragraph, carried, orders, account)
        for place, responsible in find_responsible(self.page.text, start, chunk.end, self.first_leads):
            self._assign(responsible, place)

    def _sentences(self, start: int, stop: int) -> Iterator[Span]:
        """The sentences of a stretch, without what of them is the document's title."""
        first, last = self.title
        for begin, end in split_sentences(self.page.masked, start, stop):
            if first < end and begin < last:
                yield from split_sentences(self.page.masked, last, end) if last < end else ()
            else:
                yield begin, end

    def _lead_in(self, chunk: Chunk) -> LeadIn:
        """各校要做到：一是…二是…: items inside a paragraph go on from what stands in front of them."""
        found = self.meant.get(self.tree.nodes[chunk.node].parent) if chunk.opens else None
        return found if found and found.paragraph == chunk.paragraph else LeadIn(chunk.paragraph)

    def _place(self, chunk: Chunk, lead_in: LeadIn) -> tuple[int, Context]:
        """Where the sentences of a chunk begin (behind its title or label), and what they are to be taken for."""
        start, section, headed = chunk.start, Section.ORDERS, self.headed
        if chunk.node != ROOT:
            section = Section.ACCOUNT if lead_in.account else self.sections[chunk.node]
            if chunk.opens and self.tree.nodes[chunk.node].heading:
                start = self.tree.nodes[chunk.node].title.body
        if not chunk.opens and (label := _LABEL.match(self.page.masked, start, chunk.end)):
            own = classify(label[1])
            if own is not Section.ORDERS:  # 具体指标：到2022年…
                start, section, headed = label.end(), own, True
        return start, Context(section, self.spoken and not lead_in.orders, headed)

    def _find_units(self, draft: Draft, carried: tuple[str, ...], chunk: Chunk) -> tuple[str, ...]:
        """Fill in the draft's own units; returns the subject that the next sentence may leave out."""
        masked = self.page.masked[draft.start : draft.end]
        text = self.page.text[draft.start : draft.end]
        draft.subjects = find_subjects(text, masked, draft.modals)
        draft.support = find_partners(text, masked)
        if not draft.subjects:
            draft.lead = () if has_own_subject(masked, draft.modals) else carried
            return carried
        draft.lead = draft.subjects
        first, last = self.page.paragraphs[chunk.paragraph]
        opens = 0 <= text.find(draft.subjects[0]) < _NEAR
        return draft.subjects if opens and last - first < _LONG_PARAGRAPH else ()

    def _assign(self, responsible: Responsible | None, place: int | None = None) -> None:
        """A bracket holds for all clauses of its item before it, and wins over the subject in the sentence."""
        if responsible is None:
            return
        until = len(self.open) if place is None else bisect_left(self.open, place, key=lambda d: d.start)
        for draft in self.open[:until]:
            if responsible.lead or responsible.support:
                draft.lead = responsible.lead or draft.lead
                draft.support = responsible.support
            draft.due = responsible.due or draft.due
        if place is not None:
            del self.open[:until]

    def _bare_headings(self) -> Iterator[Draft]:
        """A heading with nothing under it that obliges is its own clause if it gives an order."""
        ruled: set[int] = set()
        for draft in self.drafts:
            if draft.node != ROOT:
                ruled.update(self.tree.path(draft.node))
        ordering = {self.tree.nodes[i].parent for i in self.conditions} - self.conditions
        for index, node in enumerate(self.tree.nodes):
            if index in ruled or not node.heading or (node.children and index not in ordering):
                continue
            start, end = node.title.start, _past_marks(self.page.text, node.title.end)
            masked = self.page.masked[start:end]
            found = obligation(masked, Context(self.sections[index], spoken=True, headed=True), ended=True)
            conditional = index in ordering and _CONDITIONS.search(
                self.page.text, node.title.start, node.title.end
            )
            if conditional or (
                found and found.start == 0 and not _TOPIC.fullmatch(masked.rstrip("。！？；"))
            ):
                draft = Draft(start, end, start, index, find_modals(masked))
                self._find_units(draft, (), Chunk(start, end, index, True, 0))
                yield draft


def _past_marks(text: str, end: int) -> int:
    while end < len(text) and text[end] in "。！？；":
        end += 1
    return end


def gather_clauses(page: Page, tree: Tree, title: Span, spoken: bool) -> Sequence[Draft]:
    """Drafts of all clauses of a page, in order.

    `title` is where the document's title stands; `spoken`: a speech, where plain sentences oblige nobody.
    """
    return Gatherer(page, tree, title, spoken).gather()
