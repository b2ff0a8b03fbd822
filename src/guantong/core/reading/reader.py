"""The whole way: text → page → outline → clauses, handed out in offsets of the source."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date

from guantong.core.reading.dates import document_date
from guantong.core.reading.deadlines import find_deadline
from guantong.core.reading.furniture import find_masks
from guantong.core.reading.gather import Draft, gather_clauses
from guantong.core.reading.institutions import named_institutions
from guantong.core.reading.kinds import kind_of
from guantong.core.reading.markers import find_markers
from guantong.core.reading.normalize import BLANK
from guantong.core.reading.outline import ROOT, Tree, build_tree
from guantong.core.reading.page import CITE, Page, Span, prepare
from guantong.core.reading.targets import find_targets
from guantong.core.reading.title import DocumentTitle, find_document_title, in_one_line
from guantong.core.reading.types import Block, BlockKind, Clause, Deadline, Furniture, Heading, Reading

_SPEECH_TITLE = re.compile(r"讲话|致辞|发言|工作报告")
_WRITTEN_TITLE = re.compile(r"(?:通知|意见|方案|办法|规定|计划|要点|细则|决定|规划|措施)$")
_SPOKEN = re.compile(r"(?:强调|指出)，|同志们[：！，:]|各位代表")
_SCRAP_BEFORE, _SCRAP_AFTER = 2, 4  # characters
_BRACKETS = str.maketrans("（）", "()")


def read(source: str, furniture: Sequence[Furniture] = (), tables: Sequence[Span] = ()) -> Reading:
    """Read the decoded text of a document.

    `furniture` and `tables` are stretches that the file format already knew (running heads of a PDF, tables of a
    .docx), in offsets of `source`. Never raises on any text; takes time linear in its length.
    """
    page = prepare(source, furniture, tables)
    markers = find_markers(page.text, page.masked, page.paragraphs)
    tree = build_tree(page.text, page.masked, page.paragraphs, markers)
    title = find_document_title(page.text, page.paragraphs, markers, page.normal.text[: page.body])
    issued = document_date(page.normal.text, page.body)
    span = (title.start, title.end) if title and title.start >= page.body else (0, 0)
    drafts = gather_clauses(page, tree, span, _is_spoken(page, title))
    paths = list(_paths(page, tree))
    headings = tuple(_headings(page, tree, title))
    clauses = tuple(_clause(page, paths, issued, i, draft) for i, draft in enumerate(drafts))
    return Reading(
        source,
        headings[0].title if title else None,
        issued,
        tuple(_blocks(page, headings, clauses)),
        tuple(_furniture(page)),
        headings,
        clauses,
    )


def _is_spoken(page: Page, title: DocumentTitle | None) -> bool:
    if title:
        return bool(_SPEECH_TITLE.search(title.text)) or (
            not _WRITTEN_TITLE.search(title.text) and bool(_SPOKEN.search(page.text))
        )
    return bool(_SPOKEN.search(page.text))


def _paths(page: Page, tree: Tree) -> Iterator[tuple[str, ...]]:
    """The markers from the outermost node to each node, without 、 and ．, brackets narrow: ("四", "(一)", "1")."""
    paths: list[tuple[str, ...]] = []
    dashes: dict[int, int] = {}
    for node in tree.nodes:
        if node.marker.style == "dash":
            dashes[node.parent] = dashes.get(node.parent, 0) + 1
            mark = f"——{dashes[node.parent]}"
        else:
            mark = page.text[node.marker.start : node.marker.end].strip(" 　：，、.").translate(_BRACKETS)
            mark = mark or page.text[node.title.start : node.title.end]  # an unnumbered heading
        paths.append((*(paths[node.parent] if node.parent != ROOT else ()), mark))
        yield paths[-1]


def _headings(page: Page, tree: Tree, title: DocumentTitle | None) -> Iterator[Heading]:
    if title:
        start, end = page.at(title.start), page.to(title.end)
        yield Heading("h0", 0, "", in_one_line(page.source[start:end]), start, end)
    for index, node in enumerate(tree.nodes, 1):
        start = page.at(node.title.start) if node.title.end > node.title.start else page.to(node.marker.end)
        end = max(start, page.to(node.title.end))
        marker = page.source[page.at(node.marker.start) : page.to(node.marker.end)].strip(" 　：:，,")
        yield Heading(f"h{index}", node.level, marker, page.source[start:end], start, end)


def _clause(
    page: Page, paths: Sequence[tuple[str, ...]], issued: date | None, number: int, draft: Draft
) -> Clause:
    text, masked = _as_written(page, draft), page.masked[draft.start : draft.end]
    sentence = page.text[draft.sentence : draft.end]
    targets = find_targets(text, masked)
    start, end = _without_scraps(page.source, page.at(draft.start), page.to(draft.end))
    return Clause(
        id=f"c{number + 1}",
        outline_id=f"h{draft.node + 1}" if draft.node != ROOT else None,
        path=paths[draft.node] if draft.node != ROOT else (),
        text=page.source[start:end],
        start=start,
        end=end,
        kind=kind_of(masked, draft.modals, bool(targets)),
        subjects=draft.subjects,
        lead_units=draft.lead,
        support_units=draft.support,
        deadline=find_deadline(text, masked, issued) or _bracket_deadline(draft.due, issued),
        targets=targets,
        cites=tuple(dict.fromkeys(CITE.findall(sentence))) if "《" in sentence else (),
        institutions=named_institutions(sentence),
    )


def _as_written(page: Page, draft: Draft) -> str:
    """The clause in the source's own characters, where it has as many as the evened text."""
    written = page.source[page.at(draft.start) : page.to(draft.end)]
    return written if len(written) == draft.end - draft.start else page.text[draft.start : draft.end]


def _without_scraps(source: str, start: int, end: int) -> tuple[int, int]:
    """A page may break inside a sentence. A word or two on the other side of the break is left out of the quotation."""
    first, last = source.find("\n", start, end), source.rfind("\n", start, end)
    if first >= 0 and len(source[start:first].strip(BLANK)) <= _SCRAP_BEFORE:
        start = last + 1 if first == last or not source[first:last].strip(BLANK) else first + 1
    elif last >= 0 and end - last - 1 <= _SCRAP_AFTER:
        end = start + len(source[start:last].rstrip(BLANK))
    return start, end


def _bracket_deadline(due: str, issued: date | None) -> Deadline | None:
    return (find_deadline(due, due, issued) or Deadline(due, None, None)) if due else None


def _blocks(page: Page, headings: Sequence[Heading], clauses: Sequence[Clause]) -> Iterator[Block]:
    """Tiles of the whole source; a heading that is a clause itself is a clause, one that runs into a clause ends there."""
    opens = [c.start for c in clauses]
    spans = [(c.start, c.end, BlockKind.CLAUSE) for c in clauses]
    spans += [(h.start, h.end, BlockKind.HEADING) for h in headings]
    spans += [(page.at(f.start), page.to(f.end), BlockKind.FURNITURE) for f in page.furniture]
    spans += [(page.at(start), page.to(end), BlockKind.TABLE) for start, end in page.tables]
    spans.sort(key=lambda span: (span[0], span[2] is not BlockKind.CLAUSE))
    position = 0
    for start, end, kind in spans:
        if start < position or end <= start:
            continue
        if kind is BlockKind.HEADING and (following := bisect_right(opens, start)) < len(opens):
            end = min(end, opens[following])  # noqa: PLW2901 — the tile of a heading, cut
        if start > position:
            yield Block(position, start, BlockKind.BACKGROUND)
        yield Block(start, end, kind)
        position = end
    if position < len(page.source):
        yield Block(position, len(page.source), BlockKind.BACKGROUND)


def _furniture(page: Page) -> list[Furniture]:
    found = [*page.furniture, *find_masks(page.text)]
    return sorted(
        (Furniture(page.at(f.start), page.to(f.end), f.reason) for f in found), key=lambda f: f.start
    )
