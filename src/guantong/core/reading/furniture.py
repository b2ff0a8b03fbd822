"""What the page or the site added to a document, and tables flattened to text. All regexes run over normalized text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from guantong.core.reading.types import Furniture


class Reason(StrEnum):
    """Why a stretch was cut from the reading."""

    SITE_HEADER = "site-header"
    SITE_FOOTER = "site-footer"
    SHARE_BAR = "share-bar"
    PAGE_NUMBER = "page-number"
    TRIAL_CUT = "trial-cut"
    ADVERTISEMENT = "advertisement"
    MARKUP = "markup"
    COPYRIGHT = "copyright-notice"
    MASKED = "masked"


_KEY = (
    "标题|名称|发布时间|发布日期|文号|发文字号|发布机构|发文机关|发文机构|成文日期|生成日期|印发日期|栏目|原文链接|本地目录|"
    "来源|信息来源|作者|索引号|主题分类|主题词|公开方式|公开范围|有效性|体裁分类|信息分类|组配分类|浏览次数|访问次数|点击数|责任编辑|编辑"
)
_KEYED = re.compile(rf"(?:{_KEY})：")
_BODY_RULE = re.compile(r"^[=＝\-]{3,} ?正文 ?[=＝\-]{3,}$", re.MULTILINE)
_BREADCRUMB = re.compile(
    r"(?:当前位置|您(?:现在)?(?:的|所在的?)位置)：[^\n]{0,300}?(?:(?:时间|日期)：\d{4}-\d\d-\d\d(?: \d\d[:：]\d\d)?"
    r"(?: (?:微信|微博|QQ空间|QQ|打印|分享|收藏|大|中|小))*|(?=\n)|$)"
)
_SHARE = re.compile(
    r"【?字(?:体|号)：?\s*(?:[【\[]?(?:特大|大|中|小)[】\]]?[ |·]*){2,3}】?|【?打印(?:本页|此页|页面)?】|打印本页|【?关闭(?:窗口|本页)】?|"
    r"分享到：[^\n]{0,40}|^[ 　]*分享到[^\n]{0,20}$|扫一扫(?:在手机打开当前页|[^\n]{0,20})|(?:手机|微信)扫(?:码|描)[^\n]{0,20}|"
    r"(?:浏览|阅读|点击)(?:次数|量|数)：\s*\d+",
    re.MULTILINE,
)
_FOOTER = re.compile(
    r"(?:(?:来源|信息来源)：\S{2,40}\s*)?附件下载\s*\Z|^[ 　]*(?:责任编辑|上一篇|下一篇|相关链接|相关附件)[：】][^\n]*$|"
    r"^[^\n]{0,40}(?:ICP备|公网安备)[^\n]*$|^[^\n]{0,40}(?:网站地图|网站声明|网站标识码|无障碍|长者版)[^\n]*$|"
    r"^[ 　]*主办：[^\n]{0,40}承办：[^\n]*$",
    re.MULTILINE,
)
_PAGE_NUMBER = re.compile(
    r"^[ 　]*(?:[-—–－]{1,2} ?\d{1,3} ?[-—–－]{1,2}|第 ?\d{1,3} ?页(?:[ ，/]{0,2}共 ?\d{1,3} ?页)?)[ 　]*$",
    re.MULTILINE,
)
_PAIR = (
    r"(?:发布时间|发布日期|时间|日期|来源|信息来源|作者|编辑|责任编辑|审核|浏览次数|点击数|阅读量|访问量)："
    r"[^ 　|\n：]{0,20}(?: \d\d:\d\d(?::\d\d)?)?"
)
_BYLINE = re.compile(rf"^[ 　【\[]*{_PAIR}(?:[ 　|]+{_PAIR})+[ 　】\]]*$", re.MULTILINE)
_FRONT_MATTER = re.compile(r"\A---\n(?:[^\n]*\n){1,40}?---(?=\n|\Z)")
_MARKUP = re.compile(r"<！--(?:(?!<！--)[^\n])*?-->|！\[[^\[\]\n]*\]（[^（）\n]*）")
# Each with the words one of which it cannot do without: most documents hold none, and looking for a word is cheap.
_PATTERNS = (
    (
        _SHARE,
        ("字体", "字号", "打印", "关闭", "分享到", "扫一扫", "手机扫", "微信扫", "次数：", "量：", "数："),
        Reason.SHARE_BAR,
    ),
    (
        _FOOTER,
        (
            "附件下载",
            "责任编辑",
            "上一篇",
            "下一篇",
            "相关链接",
            "相关附件",
            "ICP备",
            "公网安备",
            "网站",
            "无障碍",
            "长者版",
            "承办：",
        ),
        Reason.SITE_FOOTER,
    ),
    (_BYLINE, ("时间：", "日期：", "来源："), Reason.SITE_HEADER),
    (_FRONT_MATTER, ("---\n",), Reason.SITE_HEADER),
    (_MARKUP, ("<！--", "！["), Reason.MARKUP),
    (_PAGE_NUMBER, ("-", "—", "–", "－", "页"), Reason.PAGE_NUMBER),
)
_TRIAL = re.compile(
    r"(?:(?<![.…。·])[.…。·]{1,40})?[（(【]?(?:试读结束|试读已结束|以上为试读|剩余\d+%未读|下载后可?阅读全文)[^\n]*"
)
_COPYRIGHT = re.compile(
    r"^[ 　]*(?:本作品是中华人民共和国的|版权所有|版权声明|Copyright|©|本文内容由互联网用户)", re.MULTILINE
)
_RIGHTS = ("本作品是", "版权所有", "版权声明", "Copyright", "©", "互联网用户")
_MASKED = re.compile(r"\*{2,}|[\u00d7X]{3,}")

_TABLE_NAME = r"附件[：: \d]*[^\n。，；：]{0,40}?(?:安排表|一览表|统计表|汇总表|明细表|分工表|任务表|登记表|清单|名单|台账)"
_TABLE_HEAD = re.compile(
    rf"{_TABLE_NAME}(?=[^\n。；]{{0,60}}?(?:序号|制定部门|学习时间|单位名称|姓名|时间\S{{0,6}}内容))|"
    r"(?:^|(?<=[ 。]))序号 ?[^\n。，；]{0,12}(?:名称|单位|项目|内容|事项|问题|任务)[^\n。]{0,60}?(?:备注|期限|时限|情况|责任|时间|人)",
    re.MULTILINE,
)


def _header(text: str) -> int:
    """Where the site's index table at the top ends, 0 without one."""
    if rule := _BODY_RULE.search(text, 0, 4000):
        return rule.end()
    position = end = keyed = 0
    title = ""
    for raw in text[:3000].splitlines(keepends=True):
        line = raw.translate({ord(" "): None, ord("　"): None}).strip()
        if match := _KEYED.match(line):
            keyed += 1
            if line.startswith("标题："):
                title = line[3:] or "?"
            end, open_key = position + len(raw), match.end() == len(line)
        elif line and keyed and open_key and not (len(title) > 1 and title.startswith(line)):
            title = line if title == "?" else title
            end, open_key = position + len(raw), False
        elif line:
            break
        position += len(raw)
    return end if keyed >= 2 else 0


def _tail(text: str) -> Iterator[tuple[int, int, Reason]]:
    cut = _TRIAL.search(text) if any(sign in text for sign in ("试读", "未读", "阅读全文")) else None
    if cut:
        yield cut.start(), cut.end(), Reason.TRIAL_CUT
        if text[cut.end() :].strip():
            yield cut.end(), len(text), Reason.ADVERTISEMENT
    elif (
        any(sign in text for sign in _RIGHTS)
        and (notice := _COPYRIGHT.search(text))
        and notice.start() > len(text) // 2
    ):
        yield notice.start(), len(text), Reason.COPYRIGHT


def _found(text: str) -> Iterator[tuple[int, int, Reason]]:
    if end := _header(text):
        yield 0, end, Reason.SITE_HEADER
    yield from _tail(text)
    if "位置：" in text:
        for match in _BREADCRUMB.finditer(text):
            yield match.start(), match.end(), Reason.SITE_HEADER
    for pattern, signs, reason in _PATTERNS:
        if any(sign in text for sign in signs):
            for match in pattern.finditer(text):
                yield match.start(), match.end(), reason


def find_furniture(text: str) -> list[Furniture]:
    """All stretches that look like furniture; they may overlap."""
    return [Furniture(start, end, reason.value) for start, end, reason in _found(text)]


def find_masks(text: str) -> list[Furniture]:
    """Where the publisher blotted something out (`***`); inside clauses these stay part of the quotation."""
    return [Furniture(m.start(), m.end(), Reason.MASKED.value) for m in _MASKED.finditer(text)]


def find_tables(text: str) -> list[tuple[int, int]]:
    """Tables flattened to running text: from their head row to the end of the line they stand in."""
    spans: list[tuple[int, int]] = []
    if "附件" not in text and "序号" not in text:
        return spans
    for match in _TABLE_HEAD.finditer(text):
        if not spans or match.start() >= spans[-1][1]:
            line_end = text.find("\n", match.end())
            spans.append((match.start(), len(text) if line_end < 0 else line_end))
    return spans
