"""Words that must not come in: what the rules against formalism forbid (F01), and work put off."""

from __future__ import annotations

import re

from .tree import committed_files, short

# 国办函〔2026〕12号, 2(2) and 2(4): points, check-ins, time online, rates of logging in, likes, study time.
FORBIDDEN = re.compile("积分|打卡|签到率|在线时长|登录率|活跃度|排行榜|点赞|转发量|学习时长")
PUT_OFF = re.compile(r"\b(TODO|FIXME)\b")
# Pages that must use the words, each with its reason.
STATE_IT = {
    "tests/house/test_words.py": "names what it looks for",
}


def lines_with(pattern: re.Pattern[str], text: str) -> list[str]:
    """Line number and word of every hit."""
    return [f"{n}: {hit}" for n, line in enumerate(text.splitlines(), 1) for hit in pattern.findall(line)]


def hits_of(pattern: re.Pattern[str]) -> str:
    """Place and word of every hit in the committed files, one line each; those of STATE_IT left out."""
    return "\n".join(
        f"{short(path)}:{hit}"
        for path in committed_files()
        if short(path) not in STATE_IT
        for hit in lines_with(pattern, path.read_text(encoding="utf-8", errors="replace"))
    )


def test_F01_no_points_check_ins_likes_or_online_time() -> None:  # noqa: N802  (promises keep their ids)
    hits = hits_of(FORBIDDEN)
    assert not hits, (
        "F01: what is done counts, not points, check-ins or time online. Show the record and its date;\n"
        f"a page that states the prohibition goes into STATE_IT with its reason.\n{hits}"
    )


def test_nothing_is_put_off() -> None:
    hits = hits_of(PUT_OFF)
    assert not hits, f"do it now, or say in the docstring or the README what is not built and why:\n{hits}"


def test_pages_that_state_the_prohibition_use_the_words() -> None:
    using = {
        short(path)
        for path in committed_files()
        if short(path) in STATE_IT and _uses(path.read_text("utf-8"))
    }
    assert using == set(STATE_IT), f"take these out of STATE_IT: {sorted(set(STATE_IT) - using)}"


def test_control_words_are_found() -> None:
    assert lines_with(FORBIDDEN, "第一行\n党员打卡得积分") == ["2: 打卡", "2: 积分"]
    assert lines_with(PUT_OFF, "# TODO: later\nx = 1  # FIXME") == ["1: TODO", "2: FIXME"]
    assert lines_with(FORBIDDEN, "签到表由记录人填写") == []


def _uses(text: str) -> bool:
    return bool(lines_with(FORBIDDEN, text))
