"""Markers → a tree. Levels come from nesting in this document, never from a marker's usual rank."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from guantong.core.reading.markers import RUN_IN, Marker
from guantong.core.reading.responsible import is_label_line
from guantong.core.reading.titles import Title, find_title, item_title, whole_sentence

ROOT = -1
# A paragraph ends at a line end or a wide gap; in a page flattened to one line also at a gap behind a finished sentence.
_BREAK = re.compile(r"\n+|　{2,}")
_FLAT_BREAK = re.compile(r"\n+|　{2,}| (?<=[。！？；：）”] )(?<![一二三四五六七八九十\d]） ) *")
_FLAT = 1200  # characters of a line that no author typed: the page was flattened
_BLANKS = " 　\n"
_BULLETS = _BLANKS + "●◆■•○▪◇□※★☆➢✓"
_SALUTATION = re.compile(r"(?:各位(?:代表|领导|同志|同仁)|同志们|朋友们)[，、：！各位同志们朋友代表]*")


@dataclass(slots=True)
class Node:
    """A marker with its place in the tree; `title` and `heading` are settled once all siblings are known."""

    marker: Marker
    parent: int
    level: int
    title: Title
    heading: bool = True
    children: int = 0
    paragraphs: int = 1  # how many paragraphs of its own it has


@dataclass(slots=True)
class Chunk:
    """A stretch of one paragraph that belongs to one node (ROOT: to none)."""

    start: int
    end: int
    node: int
    opens: bool  # begins right behind the node's marker
    paragraph: int


@dataclass(slots=True)
class Tree:
    """The outline as it stands: nodes in document order, and chunks that cover all paragraphs in order."""

    nodes: list[Node] = field(default_factory=list)
    chunks: list[Chunk] = field(default_factory=list)

    def path(self, index: int) -> tuple[int, ...]:
        """The indices from the outermost enclosing node down to `index` itself."""
        nodes: list[int] = []
        while index != ROOT:
            nodes.append(index)
            index = self.nodes[index].parent
        return tuple(reversed(nodes))


def split_paragraphs(text: str) -> list[tuple[int, int]]:
    """Start and end of every paragraph, without the blanks around it."""
    spans, last = [], 0
    for match in (_FLAT_BREAK if is_flat(text) else _BREAK).finditer(text):
        spans.append((last, match.start()))
        last = match.end()
    spans.append((last, len(text)))
    return [span for span in (_trim(text, *span) for span in spans) if span[0] < span[1]]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _BULLETS:
        start += 1
    while start < end and text[end - 1] in _BLANKS:
        end -= 1
    return start, end


def is_flat(text: str) -> bool:
    """Whether whole pages stand on one line."""
    return any(end - start > _FLAT for start, end in _lines(text))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield start, end
        start = end + 1
    yield start, len(text)


def build_tree(
    text: str, masked: str, paragraphs: Sequence[tuple[int, int]], markers: Sequence[Marker]
) -> Tree:
    """Nest the markers and give every stretch of text to the node it belongs to."""
    tree = Tree()
    flat = is_flat(text)
    stack: list[int] = []
    queue = iter(markers)
    marker = next(queue, None)
    for number, (start, end) in enumerate(paragraphs):
        if marker is None or marker.start > start:  # opens with unmarked text
            if stack and _SALUTATION.fullmatch(text, start, end):
                del stack[1:]
            stop = end if marker is None else min(end, marker.start)
            tree.chunks.append(
                Chunk(start, stop, stack[-1] if stack else ROOT, opens=False, paragraph=number)
            )
        while marker is not None and marker.start < end:
            following = next(queue, None)
            stop = end if following is None else min(end, following.start)
            _push(tree, stack, marker, find_title(text, masked, marker.end, stop, flat))
            tree.chunks.append(Chunk(tree.nodes[-1].title.start, stop, len(tree.nodes) - 1, True, number))
            marker = following
        _close_run_in(tree, stack, start)
    own = _own_paragraphs(tree, text)
    _settle_kinds(tree, masked, own)
    _release_closing_paragraphs(tree, own)
    return tree


def _push(tree: Tree, stack: list[int], marker: Marker, title: Title) -> None:
    """A marker of a style that is open continues that list; any other opens a list one level below."""
    for depth, index in enumerate(stack):
        if tree.nodes[index].marker.style == marker.style:
            del stack[depth:]
            break
    parent = stack[-1] if stack else ROOT
    if parent != ROOT:
        tree.nodes[parent].children += 1
    tree.nodes.append(Node(marker, parent, len(stack) + 1, title))
    stack.append(len(tree.nodes) - 1)


def _close_run_in(tree: Tree, stack: list[int], paragraph_start: int) -> None:
    """一要…二要… inside one paragraph: the list ends where the paragraph ends."""
    for depth, index in enumerate(stack):
        marker = tree.nodes[index].marker
        if marker.style in RUN_IN and marker.start > paragraph_start and not marker.leads:
            del stack[depth:]
            return


def _siblings(tree: Tree) -> Iterator[list[int]]:
    groups: dict[tuple[int, str], list[int]] = {}
    for index, node in enumerate(tree.nodes):
        groups.setdefault((node.parent, node.marker.style), []).append(index)
    yield from groups.values()


def _own_paragraphs(tree: Tree, text: str) -> dict[int, list[Chunk]]:
    """The unmarked paragraphs that follow a node's first one (a line 责任单位：… belongs to what stands before it)."""
    own: dict[int, list[Chunk]] = {}
    for chunk in tree.chunks:
        if chunk.node != ROOT and not chunk.opens and not is_label_line(text, chunk.start):
            own.setdefault(chunk.node, []).append(chunk)
    return own


def _settle_kinds(tree: Tree, masked: str, own: dict[int, list[Chunk]]) -> None:
    """Heading or item? A short first sentence with more behind it is a title where most siblings have one too."""
    for group in _siblings(tree):
        nodes = [tree.nodes[i] for i in group]
        titled = sum(
            1 for n in nodes if n.title.heading or n.children or (n.title.doubtful and not n.title.orders)
        )
        continued = sum(1 for i, n in zip(group, nodes, strict=True) if i in own or n.children)
        for index in group:
            node = tree.nodes[index]
            node.heading = (
                node.title.heading
                or (node.title.doubtful and titled * 2 > len(group))
                or bool(node.children)
                or (node.title.alone and index in own and continued * 2 > len(group))
            )
            if not node.heading:
                node.title = item_title(masked, node.title)
            elif node.title.body == node.title.start < node.title.end:
                node.title = whole_sentence(masked, node.title)


def _release_closing_paragraphs(tree: Tree, own: dict[int, list[Chunk]]) -> None:
    """Unmarked paragraphs behind the last of a list whose members are one paragraph each belong to the list's parent."""
    for group in _siblings(tree):
        last = group[-1]
        extra = own.get(last)
        if (
            extra
            and len(group) > 1
            and not (tree.nodes[last].title.alone and tree.nodes[last].heading)
            and not tree.nodes[last].children
            and not any(own.get(i) for i in group[:-1])
        ):
            for chunk in extra:
                chunk.node = tree.nodes[last].parent
