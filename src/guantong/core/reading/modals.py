"""The words that make a sentence oblige, forbid or permit. All work on text whose quotations are masked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple


class Force(Enum):
    """What a modal does."""

    OBLIGES = "obliges"
    FORBIDS = "forbids"
    PERMITS = "permits"


class Modal(NamedTuple):
    """A modal and where it begins."""

    place: int
    force: Force


# 要, 应, 须, 可 and 请 are part of many words; the look-arounds name those that oblige nobody (重要, 要求, 适应, 可能, 申请).
_MODAL = re.compile(
    r"(?P<forbids>不得|严禁|禁止|不准|不许|不允许|绝不|决不|不能(?!满足|适应|有效)|不要|不可(?!分割|或缺|避免|替代|逆|能|估))|"
    r"(?P<obliges>必须|务必|务须|应当|应该|"
    r"(?<![重主需必只首纲摘概简扼紧想若将求机索撮切显])要(?![求点素件害么是领闻义人旨目塞冲道地])|"
    r"(?<![对适响反相供效回呼报顺照答策理感])应(?![对用急届缴有战邀聘收付援景变力激])|"
    r"(?<![必无毋胡触])须(?![知眉臾])|"
    r"(?<![申邀聘宴报])请(?![示求教假愿你们予客柬缨审])|希望(?!的|之|工程)|需(?![求要])|需要(?=各|全|大家)|"
    r"(?<=我们)将|(?<=[局校委府厅部办院组])将(?=进一步|继续|认真|坚决|深入|适时|会同|派出|组织|全面|加大|持续))|"
    r"(?P<permits>可以|允许|鼓励|准予|"
    r"(?<![许认不方宁尚非两])可(?![持靠行能再及控操复推追查转视谓喜观比用见贵歌爱怕利溶燃燥替逆信执达期支以])|"
    r"(?:(?<=^)|(?<=[，；]))支持(?![和下]))"
)
# What a modal can begin with: found fast, then looked at closely.
_FIRST = re.compile("[不严禁绝决必务应要须请希需将可允鼓准支]")


def find_modals(masked: str) -> list[Modal]:
    """All modals in order. What permits counts only where nothing obliges or forbids."""
    found: list[Modal] = []
    end = 0
    for first in _FIRST.finditer(masked):
        if first.start() >= end and (match := _MODAL.match(masked, first.start())):
            found.append(Modal(match.start(), Force(match.lastgroup)))
            end = match.end()
    binding = [modal for modal in found if modal.force is not Force.PERMITS]
    return binding or found


def shift(modals: Sequence[Modal], start: int) -> list[Modal]:
    """The modals from `start` on, with places counted from there."""
    return [Modal(modal.place - start, modal.force) for modal in modals if modal.place >= start]
