"""导出: every list as it is on the screen, all of its pages, and nothing in it that runs."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from guantong.apps.directives.models import Directive
from guantong.apps.documents.models import Document
from guantong.apps.organizations.models import Organization, Person
from guantong.core.figures import Share
from guantong.web import listing as lists
from guantong.web import words
from guantong.web.exports import cell
from guantong.web.listing import Column, listed
from tests.apps.make import make_organization, make_person
from tests.apps.road import ISSUED, Road
from tests.house.tree import ROOT

from .conftest import Enter

pytestmark = pytest.mark.django_db


class Table(HTMLParser):
    """The cells of the first table of a page, as text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._inside = self._ended = False
        self._skip = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  # as the base has it
        if tag in ("progress", "svg"):
            return
        if tag == "tr" and not self._ended:
            self.rows.append([])
        if tag in ("th", "td") and not self._ended:
            self.rows[-1].append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td"):
            self._inside = False
        if tag == "table":
            self._ended = True

    def handle_data(self, data: str) -> None:
        if self._inside and not self._ended:
            self.rows[-1][-1] += data


def told(page: str) -> list[list[str]]:
    """What the table of a page says, without arrows, blanks and breaks."""
    return [["".join(each.split()).rstrip("↑↓") for each in row] for row in Table(page).rows]


def sheet(data: bytes) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    return [list(row) for row in book.get_sheet_by_index(0).to_python(skip_empty_area=False)]


def as_shown(value: Any) -> str:
    if isinstance(value, date):
        return words.day(value)
    if isinstance(value, float):
        return words.figure(value)
    return "".join(str(value).split())


def exported(client: Client, address: str) -> tuple[list[list[str]], Any]:
    answer = client.get(address + ("&" if "?" in address else "?") + "export=xlsx")
    assert answer.status_code == 200, answer.content.decode()[:500]
    return [[as_shown(value) for value in row] for row in sheet(answer.content)], answer


@pytest.mark.parametrize(
    ("who", "address", "told_of"),
    [
        ("clerk", "/directives/", ("部署落实", 0)),
        ("school-0", "/receipts/", ("收到的部署", 0)),
        ("clerk", "/assignments/", ("任务项", 0)),
        ("clerk", "/assignments/?state=issued&sort=-due", ("任务项", 0)),
        ("clerk", "/documents/", ("文件", 0)),
        ("school-0", "/", ("待办", 1)),
        ("clerk", "/organizations/", ("云岫教育工委下级单位", 1)),
        ("clerk", "/organizations/?text=砚舟", ("单位", 1)),
        ("clerk", "/organizations/changes/", ("2026年单位变动", 0)),
        ("clerk", "/accounts/", ("账号", 0)),
        ("clerk", "/organizations/{school}/persons/", ("砚舟中学党委党员名册", 0)),
        ("clerk", "/organizations/{school}/posts/", ("砚舟中学党委任职", 1)),
    ],
)
def test_a_list_is_exported_as_it_is_shown(
    road: Road, enter: Enter, who: str, address: str, told_of: tuple[str, int]
) -> None:
    name, buttons = told_of
    address = address.format(school=road.schools[0].pk)
    client = enter(who)
    enter("school-0")  # so that there is an account to be seen
    page = client.get(address).content.decode()
    rows, answer = exported(client, address)
    shown = [row[: len(row) - buttons] for row in told(page)]
    assert len(shown) > 1 or "没有" in page
    if len(shown) > 1:
        assert "导出 Excel" in page
        assert shown[0] == rows[0]
        for one, other in zip(shown[1:], rows[1:], strict=True):
            assert [_plain(text) for text in one] == [_plain(text) for text in other]
    assert unquote(answer["Content-Disposition"]).endswith(f"{name} 2026年3月9日.xlsx")
    assert answer["Cache-Control"] == "no-store, private"


def _plain(text: str) -> str:
    """Without the marks that set a bar's counts apart on the screen and in a cell; a dash is an empty cell."""
    return "" if text == "—" else re.sub(r"[（）()]", "", text)


def test_all_pages_in_their_order_at_as_many_queries(road: Road, enter: Enter) -> None:
    client = enter("clerk")
    seen = [count_queries(client, "/organizations/?export=xlsx&sort=-name")]
    for number in range(60):
        make_organization(road.district, name=f"第{number:02d}小学党委")
    seen.append(count_queries(client, "/organizations/?export=xlsx&sort=-name"))
    assert seen[0] == seen[1] <= 12
    rows, _ = exported(client, "/organizations/?sort=-name")
    names = [row[0] for row in rows[1:]]
    assert len(names) == 63
    assert names == sorted(names, reverse=True)


def count_queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_more_than_can_be_exported_says_so(road: Road, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST", 2)
    client = enter("clerk")
    answer = client.get("/organizations/?export=xlsx")
    assert answer.status_code == 400
    assert "共 3 行，一次最多导出 2 行" in answer.content.decode()
    assert road.schools


def test_T48_what_people_typed_never_runs(road: Road, enter: Enter) -> None:  # noqa: N802
    hostile = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "＋1", "－1", "＠a", "=cmd|'/c calc'!A0"]
    assert road.document
    Document.objects.filter(pk=road.document.pk).update(
        title=hostile[0], number=hostile[1], sender=hostile[4]
    )
    Directive.objects.update(title=hostile[-1])
    for text in hostile:
        Organization.objects.filter(pk=make_organization(road.district).pk).update(name=text)
        make_person(road.district, name=text)
    client = enter("clerk")
    for address in (
        "/documents/",
        "/directives/",
        "/organizations/",
        f"/organizations/{road.district.pk}/persons/",
    ):
        answer = client.get(address + "?export=xlsx")
        with zipfile.ZipFile(BytesIO(answer.content)) as archive:
            parts = [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
        assert not any(re.search(r"<f[ >]|<hyperlink", part) for part in parts), address
        texts = {value for row in sheet(answer.content) for value in row}
        wanted = (
            set(hostile) if "organizations" in address else {hostile[0] if "doc" in address else hostile[-1]}
        )
        assert wanted <= texts, address
    assert Person.objects.filter(name="=1+1").exists()


def test_only_what_is_seen_is_exported(road: Road, enter: Enter) -> None:
    assert enter("member").get("/documents/?export=xlsx").status_code == 200
    assert len(exported(enter("school-1"), "/organizations/")[0]) == 1
    assert enter("member").get(f"/organizations/{road.schools[0].pk}/persons/?export=xlsx").status_code == 404


def test_a_list_without_values_has_no_workbook() -> None:
    make_organization(name="甲")
    request = RequestFactory().get("/?export=xlsx")
    listing = listed(request, Organization.objects.all(), columns=(Column("单位"),))
    assert (listing.export, listing.is_whole) == ("", False)


def test_a_cell_holds_what_the_page_says() -> None:
    assert cell(Share(3, 4, 5)) == "75%（3 / 4，另有 1 项未知）"
    assert cell(Share(0, 0, 0)) is cell("—") is None
    assert cell(Share(0, 0, 2)) == "未知（共 2 项，都还不能判定）"
    assert (cell(None), cell(7), cell(ISSUED)) == (None, 7, ISSUED)


def test_every_list_of_the_pages_is_exported() -> None:
    """A module that asks for a list answers with `exports`, or stands here with its reason."""
    without = {"listing.py"}  # where lists are made
    modules = [path for path in (ROOT / "src/guantong/web").glob("*.py") if path.name not in without]
    asking = {path.name for path in modules if re.search(r"\blisted\(", path.read_text(encoding="utf-8"))}
    answering = {path.name for path in modules if "web.exports import" in path.read_text(encoding="utf-8")}
    assert asking
    assert asking <= answering, (
        "columns say what stands in them (`value`), and the page is answered by `exports.answer`"
    )


def test_control_a_table_is_read_off_a_page() -> None:
    page = "<table><tr><th>甲 <span> ↑</span></th></tr><tr><td>乙<br>丙</td></tr></table><table><tr><td>丁</td></tr></table>"
    assert told(page) == [["甲"], ["乙丙"]]
