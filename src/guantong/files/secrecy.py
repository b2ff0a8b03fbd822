"""Is a document marked as a State secret? This system may not hold one, so it is refused at the door.

Where the mark stands: the top of the first page, with the term behind a star (GB/T 9704—2012, 7.2.2).
"""

from __future__ import annotations

import re

REFUSAL = "文件标有密级（绝密、机密或秘密）。本系统不处理涉密文件，已拒绝读取，也没有保存；请按保密规定处理。"

_TOP_CHARS, _TOP_LINES = 1000, 12
_LEVEL = r"(?:绝\s*密|机\s*密|秘\s*密)"
_STARRED = re.compile(rf"{_LEVEL}\s*[★☆]")
_ALONE = re.compile(rf"(?:密\s*级\s*[：:]\s*)?{_LEVEL}(?:\s*[（(]?\s*\d+\s*年[）)]?)?")


def is_marked_secret(text: str) -> bool:
    """Whether the top of a document bears a mark; words such as 保守秘密 in its sentences are none."""
    top = text[:_TOP_CHARS]
    lines = [line.strip() for line in top.splitlines() if line.strip()][:_TOP_LINES]
    return bool(_STARRED.search(top)) or any(_ALONE.fullmatch(line) for line in lines)
