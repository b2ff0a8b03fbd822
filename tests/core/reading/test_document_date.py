"""The date a document bears: index table, then signature, then publication; never one inside a sentence."""

from __future__ import annotations

from datetime import date

import pytest

from guantong.core.reading import read

BODY = "云岫区校园安全工作方案\n一、各校要完成排查。\n二、各校要上报结果。\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"{BODY}云岫区教育局\n2026年2月10日\n", date(2026, 2, 10), id="signature"),
        pytest.param(f"{BODY}云岫区教育局2026年2月10日\n", date(2026, 2, 10), id="right behind the issuer"),
        pytest.param(f"{BODY}云岫区教育局\n二〇二六年二月十日\n", date(2026, 2, 10), id="in Chinese"),
        pytest.param(
            f"{BODY}云岫区教育局\n二○二六年十二月二十一日\n",
            date(2026, 12, 21),
            id="in Chinese with a circle",
        ),
        pytest.param(f"（2026年3月5日）\n{BODY}", date(2026, 3, 5), id="in brackets below the title"),
        pytest.param(f"{BODY}２０２６年２月１０日\n", date(2026, 2, 10), id="full-width figures"),
        pytest.param(
            f"索引号：0012\n成文日期：2026年1月8日\n\n{BODY}2026年2月10日\n",
            date(2026, 1, 8),
            id="the index table first",
        ),
        pytest.param(
            f"索引号：0012\n发布日期：2026-02-20\n\n{BODY}", date(2026, 2, 20), id="publication last"
        ),
        pytest.param(
            f"索引号：0012\n发布日期：2026-02-20\n\n{BODY}2026年2月10日\n",
            date(2026, 2, 10),
            id="signature over publication",
        ),
        pytest.param(f"{BODY}三、各校要在2026年5月1日前完成自查。\n", None, id="not inside a sentence"),
        pytest.param(f"{BODY}2026年13月40日\n", None, id="no such day"),
        pytest.param(BODY, None, id="none"),
    ],
)
def test_date(text: str, expected: date | None) -> None:
    assert read(text).date == expected


def test_of_two_signatures_the_last_counts() -> None:
    assert read(f"2026年1月1日\n{BODY}云岫区教育局\n2026年2月10日\n").date == date(2026, 2, 10)
