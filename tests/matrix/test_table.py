"""The page of the manual says what the policy says, all of it, in words."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from guantong.apps.organizations.models import PostRole
from guantong.core.permits import PERMITS, Grant, Reach, Role

from .names import GROUPS, REACHES
from .table import PAGE, page, reach_of

ROLES = {Role(role): word for role, word in PostRole.choices}


class Table(HTMLParser):
    """The rows of a page's table, each as the text of its cells."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append("")
        self.inside = tag in ("th", "td")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[-1][-1] += data


def test_every_permit_role_and_reach_has_its_word() -> None:
    named = [permit for permits in GROUPS.values() for permit in permits]
    words = [word for permits in GROUPS.values() for word in permits.values()]
    assert sorted(named) == sorted(PERMITS), "give each permit its word in tests/matrix/names.py, once"
    assert len(words) == len(set(words))
    assert set(REACHES) == set(Reach)
    assert set(ROLES) == set(Role)
    assert all(re.fullmatch("[\u4e00-\u9fff、，（）]+", word) for word in [*words, *REACHES.values()])


def test_the_page_in_the_manual_is_the_policy_of_today() -> None:
    assert PAGE.exists(), "write it with `python -m tests.matrix.table`"
    assert PAGE.read_text(encoding="utf-8") == page(ROLES), (
        "write it anew with `python -m tests.matrix.table`"
    )


def test_the_page_says_of_each_cell_what_the_policy_says() -> None:
    table = Table()
    table.feed(PAGE.read_text(encoding="utf-8"))
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["事项"] == list(ROLES.values())
    told = dict(zip(rows["事项"], rows["签收部署"], strict=True))
    assert {role for role, reach in told.items() if reach} == {"书记", "副书记", "党务干部", "支部书记"}
    assert set(told.values()) == {"", "本级"}
    assert dict(zip(rows["事项"], rows["确认偏差"], strict=True))["派驻纪检监察组"] == "本级及下级"
    assert dict(zip(rows["事项"], rows["查看办理记录"], strict=True))["审计管理员"] == "本级及下级"
    assert not any(
        dict(zip(rows["事项"], rows[word], strict=True))["党员"] for word in ("查看文件", "登记进展")
    )


def test_own_and_below_together_are_both() -> None:
    roles = frozenset({Role.SECRETARY})
    grants = tuple(Grant(roles, reach) for reach in (Reach.GUIDED, Reach.BELOW, Reach.OWN))
    assert reach_of(grants, Role.SECRETARY) == "本级及下级、业务指导单位"
    assert reach_of(grants, Role.MEMBER) == ""
