"""A short document for demos that tests build: each way of asking once, so that the year is quick to do again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from guantong.demo import place
from guantong.demo.making import Clock, Made, load, make

DOCUMENT = """关于抓好几项重点工作的通知
各学校党组织：
一、重点任务
（一）各学校党组织要在2026年11月底前组织党员轮训，参训率不低于90%。（组织科牵头，各学校党组织配合）
（二）各学校党组织要在2026年5月20日前列出问题清单，明确整改时限。
（三）各党支部要坚持每月开展一次主题党日。
（四）严禁在职教师参与有偿补课。
（五）大家不要有“先放一放”的想法。
中共云岫区委教育工作委员会
2026年3月5日
"""


@contextmanager
def making(folder: Path) -> Iterator[Made]:
    """A demo of the short document in the tests' database, which is empty again afterwards."""
    file = folder / "notice.txt"
    file.write_text(DOCUMENT, encoding="utf-8")
    _, reading = load(file)
    told: list[tuple[str, float]] = []
    place.clear()
    try:
        yield make(reading, file, Clock(lambda step, taken: told.append((step, taken))))
    finally:
        place.clear()
