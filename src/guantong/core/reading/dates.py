"""The date a document bears."""

from __future__ import annotations

import re
from datetime import date

from guantong.core.reading.markers import NUMBERS, YEAR_DIGITS

_ARABIC = re.compile(r"((?:19|20)\d\d) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?[日号]")
_CHINESE = re.compile(
    r"([一二][九〇○零][一二三四五六七八九〇○零]{2})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_KEYED = re.compile(r"(?:成文日期|生成日期|印发日期)：\s*((?:19|20)\d\d) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日")
_DELIVERED = re.compile(r"—{1,2} ?((?:19|20)\d\d) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日 ?在")
_PUBLISHED = re.compile(r"(?:发布时间|发布日期|时间)：\s*((?:19|20)\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})")


def _make(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def document_date(text: str, body: int) -> date | None:
    """The date in the index table, else of the signature, else of publication.

    `body` is where the author's own text begins. A signature date stands alone at the end of a short line, or right
    behind the issuer's name; dates inside sentences do not count. A speech tells below its title when it was held.
    """
    if match := _KEYED.search(text, 0, max(body, 1)):
        return _make(*map(int, match.groups()))
    signed = [m for m in _ARABIC.finditer(text, body) if _alone(text, m)]
    if signed:
        return _make(*map(int, signed[-1].groups()))
    chinese = [m for m in _CHINESE.finditer(text, body) if _alone(text, m)]
    if chinese:
        year, month, day = chinese[-1].groups()
        return _make(int(year.translate(YEAR_DIGITS)), NUMBERS.get(month, 0), NUMBERS.get(day, 0))
    if match := _DELIVERED.search(text, body, body + 600):
        return _make(*map(int, match.groups()))
    if match := _PUBLISHED.search(text, 0, max(body, 600)):
        return _make(*map(int, match.groups()))
    return None


def _alone(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 1) : match.start()]
    after = text[match.end() : match.end() + 2].lstrip(" 　")
    return (not before or before in "\n 　（局会府厅院委校组办") and (
        not after
        or after[0] in "\n）"
        or text[match.end() : match.end() + 1] in " 　\n"
        or before not in "\n 　"
    )
