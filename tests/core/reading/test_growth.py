"""Time grows with length alone, whatever is repeated: eight times the text never costs its square."""

from __future__ import annotations

from time import perf_counter

import pytest

from guantong.core.reading import read

LINES = (
    "一 十 〇 两 1 ， 、 。 ； ： （ ） 《 》 “ ” — - . ( ) * # | < > 年 月 日 前 后 在 要 不 各 和 请 并 的 了",
    "第一 一要 一是 （一） 1. ① 1月、 、1月 6月底前 每月 30日内 不低于 不得 95% 一次 至少 全覆盖 自 之日起",
    "各学校 党支部、 牵头 配合， （安全科） 责任单位： 其中， 想法 认识 重视 2026年 一二 各校要",
    "增强 克服 统一到 思想上 树立 坚持 绷紧 提高 既然 高度重视 不要有 确保 实现 严禁 鼓励 为了 截至 自印发",
)
UNITS = [unit for line in LINES for unit in line.split()]
SHORT, TIMES, ALLOWED = 2_000, 8, 32  # linear is 8, the square 64
ATTEMPTS = 4  # a machine that is busy with something else gets another chance


def seconds(unit: str, wrapping: str, length: int) -> float:
    text = wrapping.format(unit * (length // len(unit)))
    started = perf_counter()
    read(text)
    return perf_counter() - started


def growth(unit: str, wrapping: str) -> float:
    short = min(seconds(unit, wrapping, SHORT) for _ in range(3))
    return seconds(unit, wrapping, SHORT * TIMES) / max(short, 0.002)


@pytest.mark.parametrize(
    "wrapping",
    ["{}", "一、工作\n各校要{}。", "一、工作\n各校要在6月底前完成，{}。", "各校要办好食堂。（{}）"],
)
@pytest.mark.parametrize("unit", UNITS)
def test_time_grows_with_length_alone(unit: str, wrapping: str) -> None:
    assert any(growth(unit, wrapping) < ALLOWED for _ in range(ATTEMPTS))
