"""Which sheet of a workbook is read and which columns are missing, as the page tells it; templates and codes."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guantong.apps.intake.kinds import KINDS
from tests.apps.intake import HEADS, TODAY, make_district
from tests.apps.road import Road, at
from tests.files.books import make_book, make_sheets

from .conftest import Enter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "intake"


@pytest.fixture
def road() -> Iterator[Road]:
    with time_machine.travel(at(TODAY, 10), tick=False):
        yield make_district()


def book(kind: str, *lines: list[Any]) -> bytes:
    return make_book([list(HEADS[kind]), *lines])


def upload(client: Client, kind: str, data: bytes, name: str = "甲.xlsx") -> Any:
    return client.post("/intake/", {"kind": kind, "file": SimpleUploadedFile(name, data)})


def test_columns_are_chosen_on_the_page(enter: Enter) -> None:
    clerk = enter("clerk")
    data = make_sheets(
        {
            "说明": [["填", "表"], ["a", "b"]],
            "名单": [["基层组织", "种类"], ["甲校党委", "党委"], ["乙校党委", "党委"]],
        }
    )
    address = upload(clerk, "organizations", data)["Location"]
    page = clerk.get(address).content.decode()
    assert "表里没有找到“单位名称”这一列" in page
    sent = {"sheet": "名单", "column-0": "", "column-1": ""}
    assert clerk.post(address + "columns/", sent).status_code == 302
    page = clerk.get(address).content.decode()
    assert "如：甲校党委、乙校党委" in page
    sent = {"sheet": "名单", "column-0": "name", "column-1": "name"}
    refused = clerk.post(address + "columns/", sent)
    assert refused.status_code == 400
    assert "有两列都对应“单位名称”" in refused.content.decode()
    clerk.post(address + "columns/", sent | {"column-1": "kind"})
    assert "导入 2 行" in clerk.get(address).content.decode()
    assert clerk.post(address + "columns/", {"column-0": "nothing"}).status_code == 400


def test_templates_by_kind(enter: Enter) -> None:
    clerk, branch = enter("clerk"), enter("branch")
    for kind in KINDS.values():
        answer = clerk.get(f"/intake/template/{kind.code}/")
        assert f"{kind.words}导入模板.xlsx" in unquote(answer["Content-Disposition"])
        sheet: Any = openpyxl.load_workbook(BytesIO(answer.content)).active
        assert [str(cell.value).rstrip("*") for cell in sheet[1]] == [field.words for field in kind.fields]
        assert upload(clerk, kind.code, answer.content).status_code == 400, "nothing is filled in"
    assert branch.get("/intake/template/persons/").status_code == 200
    assert branch.get("/intake/template/posts/").status_code == 403
    assert clerk.get("/intake/template/nothing/").status_code == 404


def test_whoever_imports_nothing_is_told_so(enter: Enter) -> None:
    member = enter("member")
    assert member.get("/intake/").status_code == 403
    assert "导入" not in member.get("/").content.decode().partition("<main")[0]
    assert upload(member, "persons", book("persons", ["第一支部", "张某"])).status_code == 403
    branch = enter("branch")
    assert branch.get("/intake/").status_code == 200
    assert upload(branch, "organizations", book("organizations", ["甲校党委"])).status_code == 403


def test_sheets_that_were_not_read_are_told_and_one_press_away(enter: Enter) -> None:
    clerk = enter("clerk")
    heads = ["单位名称", "姓名"]
    data = make_sheets(
        {
            "封面": [["某区党员名册"]],
            "在职党员": [heads, ["岚汀小学", "张某"]],
            "退休党员": [heads, ["岚汀小学", "李某"]],
        }
    )
    address = upload(clerk, "persons", data)["Location"]
    page = clerk.get(address).content.decode()
    assert "还有 1 张工作表没有读：退休党员" in page
    assert "张某" in page
    clerk.post(address + "confirm/", {"which": "all"})
    assert "还有 1 张工作表没有读：退休党员" in clerk.get(address).content.decode()
    again = upload(clerk, "persons", data)["Location"]
    assert clerk.post(again + "columns/", {"sheet": "退休党员"}).status_code == 302
    page = clerk.get(again).content.decode()
    assert "已改读工作表“退休党员”" in page
    assert "还有 1 张工作表没有读：在职党员" in page
    assert "李某" in page
    one = upload(clerk, "persons", book("persons", ["岚汀小学", "王某"]))["Location"]
    assert "没有读" not in clerk.get(one).content.decode()


def test_a_column_that_is_missing_is_told_once(enter: Enter) -> None:
    clerk = enter("clerk")
    lines = [["岚汀小学", f"张{n}", "书记"] for n in "甲乙丙"]
    data = make_sheets({"名单": [["单位名称", "姓名", "职务"], *lines]})
    page = clerk.get(upload(clerk, "posts", data)["Location"]).content.decode()
    assert page.count("任职日期：") == 0
    assert page.count("表里没有找到“任职日期”这一列") == 1
    data = make_sheets({"名单": [["单位名称", "姓名", "职务", "任职日期"], ["岚汀小学", "张甲", "书记"]]})
    assert "必填" in clerk.get(upload(clerk, "posts", data)["Location"]).content.decode()
