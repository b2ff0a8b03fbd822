"""Who is held responsible behind an item: （A牵头，B、C配合） · （责任单位：A、B） · 牵头单位：A."""

from __future__ import annotations

import re
from dataclasses import dataclass

from guantong.core.reading.names import split_names


@dataclass(frozen=True, slots=True)
class Responsible:
    """Lead and support units, and a due time where the bracket gives one (完成时限：12月底前)."""

    lead: tuple[str, ...]
    support: tuple[str, ...]
    due: str = ""


_BRACKET = re.compile(r"（((?:[^（）\n]|（[^（）\n]*）){2,400})）")
_SIGN = re.compile(r"负责|牵头|责任|配合|落实|参加|参与|承办|主办|协办|时限|时间：")
_CLASS = r"(?:单位|部门|处室|科室|机构|股室|领导|人|科|处|办|者)?"
_LABEL = re.compile(
    rf"(?P<lead>(?:牵头|责任|主办|承办|负责|主责|实施|落实){_CLASS}(?:及责任人)?)：|"
    rf"(?P<support>(?:配合|参加|参与|协办|协助|支持){_CLASS})：|(?P<due>(?:完成)?(?:时限|时间|期限)(?:要求|安排|节点)?)："
)
_LABEL_LINE = re.compile(rf"[【\[]?(?:{_LABEL.pattern})")
_FIRST_LEADS = re.compile(r"[，；]?(?:排|列)?(?:名|在)?(?:第一位|首位|第一)")
_LEADS = re.compile(
    r"(?P<names>[^，；：][^；：]*?)(?:共同)?牵头(?:负责|落实|组织|实施|推进)?(?:[，；]|$|会同)"
)
_VERB = re.compile(
    r"(?:按照?(?:各自)?职责|分工|分别|共同|具体|(?<![党团])组织)*(?:负责|配合|参加|参与|落实|承办|协办|协助|实施)(?:落实|实施|组织)?$"
)
_LONGEST, _LONGEST_CONTENT = 30, 600  # characters of a name, of all names together


def says_first_leads(text: str) -> bool:
    """Whether the document says 排在第一位的部门为牵头部门，下同."""
    if "第一位" not in text and "首位" not in text:
        return False
    return any(_SIGN.search(m[1]) and _FIRST_LEADS.search(m[1]) for m in _BRACKET.finditer(text))


def find_responsible(text: str, start: int, end: int, first_leads: bool) -> list[tuple[int, Responsible]]:
    """Brackets between `start` and `end` that say who is responsible, with the place of each."""
    return [
        (match.start(), found)
        for match in _BRACKET.finditer(text, start, end)
        if _SIGN.search(match[1])
        and _closes(text, match.start(), match.end(), end)
        and (found := parse_responsible(match[1], first_leads)) is not None
    ]


def is_label_line(text: str, position: int) -> bool:
    """Whether a line 责任单位：… (without bracket) begins at `position`."""
    return _LABEL_LINE.match(text, position) is not None


def _closes(text: str, start: int, stop: int, end: int) -> bool:
    """Whether a bracket stands at the end of a sentence; one inside a sentence only explains a word."""
    return text[start - 1] in "。；！ 　" or stop >= end or text[stop] in "。；\n 　（"


def parse_responsible(content: str, first_leads: bool = False) -> Responsible | None:
    """The inside of a bracket, or a label line, as lead and support; None where it names nobody."""
    content = content[:_LONGEST_CONTENT].strip(" 　。；，【】[]")
    if first := _FIRST_LEADS.search(content):
        content, first_leads = content[: first.start()].rstrip("。；， "), True
    if labels := list(_LABEL.finditer(content)):
        return _labelled(content, labels, first_leads)
    if match := _LEADS.match(content):
        lead = tuple(split_names(match["names"]))
        rest = _VERB.sub("", content[match.end() :])
        support = tuple(n for n in split_names(rest) if n not in lead) if rest else ()
        return Responsible(lead, support) if lead else None
    if not _VERB.search(content):
        return None
    first_part, _, others = _VERB.sub("", content).partition("会同")
    names = tuple(split_names(first_part))
    if not names or any(len(n) > _LONGEST for n in names):
        return None
    if others:
        return Responsible(names, tuple(split_names(others)))
    return Responsible(names[:1], names[1:]) if first_leads else Responsible(names, ())


def _labelled(content: str, labels: list[re.Match[str]], first_leads: bool) -> Responsible | None:
    lead: list[str] = []
    support: list[str] = []
    due = ""
    headed = any((label["lead"] or "").startswith("牵头") for label in labels)
    for label, following in zip(labels, [*labels[1:], None], strict=True):
        value = content[label.end() : following.start() if following else len(content)].strip(
            " 　。；，【】[]"
        )
        if label["due"]:
            due = value
        elif label["support"] or (headed and not label["lead"].startswith("牵头")):
            support += split_names(value)
        elif first_leads and not lead:
            lead, support = split_names(value)[:1], split_names(value)[1:] + support
        else:
            lead += split_names(value)
    lead, support = list(dict.fromkeys(lead)), list(dict.fromkeys(support))
    return Responsible(tuple(lead), tuple(support), due) if lead or support or due else None
