"""导入: from the upload to the rows, page by page, in plain words."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from playwright.sync_api import Page

from guantong.apps.intake import keeping
from guantong.apps.intake.models import Batch
from guantong.apps.organizations.models import Organization, Person
from guantong.apps.organizations.roster.appointing import check_post
from guantong.apps.people import services
from guantong.apps.people.models import Account
from guantong.apps.people.services import NewAccount, make_account
from guantong.files import limits
from guantong.web import intake_words
from tests.apps.intake import HEADS, TODAY, make_district, received
from tests.apps.make import make_person
from tests.apps.road import Road, at
from tests.browser import overflow
from tests.files.books import make_book, make_xls, with_parts
from tests.house.tree import ROOT, parsed, python_files, short

from .conftest import Enter
from .make import PASSWORD

pytestmark = pytest.mark.django_db
AXE = (ROOT / "tests/e2e/vendor/axe.min.js").read_text(encoding="utf-8")
LOOK = """async rules => {
  const told = await axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']});
  return told.violations.map(each => `${each.id}: ${each.nodes[0].html}`);
}"""


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


def test_from_the_upload_to_the_rows(enter: Enter) -> None:
    clerk = enter("clerk")
    front = clerk.get("/intake/").content.decode()
    assert "上传并核对" in front
    assert "还没有导入过" in front
    answer = upload(
        clerk,
        "organizations",
        book("organizations", ["甲校党委"], ["乙校党委", "没有这个"], ["丙", "", "小队"]),
    )
    assert answer.status_code == 302
    page = clerk.get(answer["Location"]).content.decode()
    assert "只导入没有问题的 1 行" in page
    assert "没有这个单位，或者您看不到它" in page
    assert (
        "不认识这个词。可填：党委、党总支、党支部、科室。名称末尾写明党委、党总支、党支部的，可以留空。"
        in page
    )
    assert "第 3 行" not in page
    bad = clerk.get(answer["Location"] + "?state=bad").content.decode()
    assert "乙校党委" in bad
    assert "<td>甲校党委" not in bad
    done = clerk.post(answer["Location"] + "confirm/", {"which": "good"}, follow=True).content.decode()
    assert "共 3 行，已导入 1 行，未导入 2 行，原因列在下面。" in done
    assert "乙校党委" in done
    assert Organization.objects.filter(name="甲校党委").exists()
    assert "甲.xlsx" in clerk.get("/intake/").content.decode()
    again = clerk.post(answer["Location"] + "confirm/", {"which": "good"})
    assert again.status_code == 409
    assert "已经办理过" in again.content.decode()


def test_what_was_there_before_is_told_from_what_is_wrong(enter: Enter) -> None:
    clerk = enter("clerk")
    lines = [["甲校党委"], ["岚汀小学党支部"], ["砚舟中学党委", "", "党总支"], ["丙"]]
    address = upload(clerk, "organizations", book("organizations", *lines))["Location"]
    done = clerk.post(address + "confirm/", {"which": "good"}, follow=True).content.decode()
    assert "共 4 行，已导入 1 行，未导入 3 行（其中 2 行早已有），原因列在下面。" in done
    assert "<dd>3 行（其中 2 行早已有）</dd>" in done
    assert "导入 1 行，未导入 3 行（其中 2 行早已有）。" in done


def test_lines_worth_a_look_are_counted_and_shown_alone(road: Road, enter: Enter) -> None:
    for name in ("王某", "李某"):
        make_person(road.branches[1], name=name)
    clerk = enter("clerk")
    lines = [
        [name, "砚舟中学党委", role, "2026-01-05"] for name, role in (("王某", "委员"), ("李某", "校长"))
    ]
    address = upload(clerk, "posts", book("posts", *lines))["Location"]
    assert "可以导入的里面有 1 行带提示" in clerk.get(address).content.decode()
    alone = clerk.get(address + "?state=noted").content.decode()
    assert "名册上看不出这个人任职那天是正式党员" in alone
    assert "<td>李某" not in alone


@pytest.mark.parametrize(
    ("kind", "line", "says"),
    [
        ("organizations", ["甲党委", "", "", "完全中学"], "可填：幼儿园、小学、"),
        ("organizations", ["甲党委", "", "", "完中"], "可以留空，以后在单位页改。"),
        ("organizations", ["甲党委", "", "", "教师进修学校"], "可以留空，以后在单位页改。"),
        ("persons", ["第一支部", "张某", "不详"], "可填：女、男。可以留空。"),
        ("persons", ["第一支部", "张某", "", "", "贵宾"], "不是党员的，连同起始日期留空。"),
        ("persons", ["第一支部", "张某", "", "2099"], "应是 1916 到 2010 之间的年份，请核对。"),
        ("posts", ["member", "第一支部", "大王", "2026-01-05"], "不能留空。"),
        ("posts", ["member", "第一支部", "委员", "2026-01-05", "", "也许"], "可填：是、否。可以留空。"),
        ("posts", ["member", "第一支部", "书记、校长", "2026-01-05"], ">一行只写一个职务，兼任的请分两行。<"),
        ("posts", ["member", "第一支部", "副校长", "2026-01-05"], "只登记党内职务和校长、园长"),
    ],
)
def test_a_word_that_is_not_known_says_what_will_do(
    enter: Enter, kind: str, line: list[str], says: str
) -> None:
    clerk = enter("clerk")
    address = upload(clerk, kind, book(kind, line))["Location"]
    assert says in clerk.get(address).content.decode()


def test_all_or_the_good(enter: Enter) -> None:
    clerk = enter("clerk")
    address = upload(clerk, "organizations", book("organizations", ["甲校党委"], ["", "甲校党委"]))[
        "Location"
    ]
    refused = clerk.post(address + "confirm/", {"which": "all"})
    assert refused.status_code == 400
    assert "还有 1 行有问题、0 行待确认" in refused.content.decode()
    assert not Organization.objects.filter(name="甲校党委").exists()


def test_questions_are_answered_in_place(road: Road, enter: Enter) -> None:
    for name in ("王某", "李某", "赵某"):
        make_person(road.branches[1], name=name)
    clerk = enter("clerk")
    lines = [["第一支部", name] for name in ("王某", "李某", "赵某")]
    address = upload(clerk, "persons", book("persons", *lines))["Location"]
    page = clerk.get(address).content.decode()
    assert "名册里（“第二支部”）已有同名、出生年份相同或不详的人，是同一人吗？" in page
    assert "3 行待确认，一并答复" in page
    clerk.post(address + "columns/", {"answer-2": "same", "answer-3": ""})
    clerk.post(address + "columns/", {"rest": "other"})
    batch = Batch.objects.get()
    assert batch.counts == {"same": 1, "new": 2}
    page = clerk.get(address).content.decode()
    assert "导入 2 行" in page
    assert "是已有的人，不再录入" in page
    assert clerk.post(address + "columns/", {"answer-2": "maybe"}).status_code == 400
    clerk.post(address + "confirm/", {"which": "all"})
    assert Person.objects.filter(name__in=["王某", "李某", "赵某"]).count() == 5


def test_the_same_workbook_comes_back_marked(enter: Enter) -> None:
    clerk = enter("clerk")
    address = upload(clerk, "organizations", book("organizations", ["甲校党委"], ["乙校", "", "小队"]))[
        "Location"
    ]
    answer = clerk.get(address + "marked/")
    assert "甲（标出问题）.xlsx" in unquote(answer["Content-Disposition"])
    sheet: Any = openpyxl.load_workbook(BytesIO(answer.content)).active
    assert [cell.value for cell in sheet[1]][-1] == "问题"
    assert sheet["C3"].fill.start_color.rgb == "FFFFC7CE"
    assert sheet["F3"].value.startswith("有问题。类别：不认识这个词。")
    assert sheet["F2"].value is None


def test_an_old_workbook_comes_back_as_a_new_one(enter: Enter) -> None:
    clerk = enter("clerk")
    data = make_xls([["单位名称", "类别"], ["甲校党委", "党委"], ["乙校", "小队"]])
    address = upload(clerk, "organizations", data, "旧.xls")["Location"]
    sheet: Any = openpyxl.load_workbook(BytesIO(clerk.get(address + "marked/").content)).active
    rows = [[cell.value for cell in row] for row in sheet.rows]
    assert rows[:2] == [["单位名称", "类别", "问题"], ["甲校党委", "党委", None]]
    assert rows[2][:2] == ["乙校", "小队"]
    assert "不认识这个词" in rows[2][2]


def test_what_was_let_go_is_gone(enter: Enter) -> None:
    clerk = enter("clerk")
    address = upload(clerk, "persons", book("persons", ["第一支部", "张某"]))["Location"]
    assert clerk.post(address + "discard/", follow=True).redirect_chain[-1][0] == "/intake/"
    page = clerk.get(address).content.decode()
    assert "已放弃，上传的文件和内容都已清除" in page
    assert "张某" not in page
    assert clerk.get(address + "marked/").status_code == 404


def test_what_has_run_out_says_so(enter: Enter) -> None:
    clerk = enter("clerk")
    address = upload(clerk, "persons", book("persons", ["第一支部", "张某"]))["Location"]
    keeping.sweep(TODAY.replace(month=4))
    page = clerk.get(address).content.decode()
    assert "已过期" in page
    assert "张某" not in page
    assert clerk.post(address + "confirm/", {"which": "all"}).status_code == 409


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("甲.xlsx", b"", "文件是空的"),
        ("甲.xlsm", make_book([["甲", "乙"]]), "宏"),
        ("甲.xlsx", with_parts(make_book([["甲", "乙"]]), {"xl/vbaProject.bin": b"x"}), "宏"),
        ("甲.xlsx", with_parts(make_book([["甲", "乙"]]), {"xl/media/a": bytes(40 * limits.MB)}), "恶意压缩"),
        ("甲.xlsx", make_xls([["甲"]], streams=["EncryptedPackage"]), "密码"),
        ("甲.docx", b"PK\x03\x04", "另存为 .xlsx"),
        ("甲.xlsx", make_book([["2026"], ["3"]]), "没有找到表头"),
        ("甲.xlsx", b"PK" + bytes(limits.FILE_BYTES), "20 MB"),
    ],
)
def test_a_bad_file_is_refused_at_the_field(
    enter: Enter, name: str, data: bytes, says: str, folder: Path
) -> None:
    answer = upload(enter("clerk"), "persons", data, name)
    assert answer.status_code == 400
    assert says in answer.content.decode()
    assert not Batch.objects.exists()
    assert not folder.exists()


def test_an_upload_without_file_or_kind(enter: Enter) -> None:
    clerk = enter("clerk")
    page = clerk.post("/intake/", {}).content.decode()
    assert "请选择一个文件。" in page
    assert "请选择导入什么。" in page


def test_codes_come_as_a_sheet_and_are_kept_nowhere(road: Road, enter: Enter) -> None:
    make_person(road.branches[0], name="张某")
    clerk = enter("clerk")
    address = upload(clerk, "accounts", book("accounts", ["张某", "第一支部"]))["Location"]
    assert "将用账号“zhangmou”" in clerk.get(address).content.decode()
    assert clerk.post(address + "codes/").status_code == 400
    clerk.post(address + "confirm/", {"which": "all"})
    assert "再次下载，之前的代码作废" in clerk.get(address).content.decode()
    answer = clerk.post(address + "codes/")
    assert answer["Cache-Control"] == "no-store, private"
    sheet: Any = openpyxl.load_workbook(BytesIO(answer.content)).active
    told = [cell.value for cell in sheet[2]]
    assert told[:3] == ["第一支部", "张某", "zhangmou"]
    assert len(told[3]) == 19
    Account.objects.filter(name="zhangmou").update(set_at=at(TODAY))
    assert "这批账号都已启用" in clerk.post(address + "codes/").content.decode()


def test_whose_code_is_dead_by_the_posts_of_a_sheet_is_told(road: Road, enter: Enter) -> None:
    people = [make_person(road.branches[0], name=name) for name in ("张某", "王某")]
    services.open_accounts([NewAccount(each.pk, f"mou{each.pk}") for each in people], now=at(TODAY))
    clerk = enter("clerk")
    day = TODAY.isoformat()
    lines = [["张某", "岚汀小学党支部", "片区联系人", day], ["王某", "第一支部", "委员", day]]
    address = upload(clerk, "posts", book("posts", *lines))["Location"]
    page = clerk.post(address + "confirm/", {"which": "all"}, follow=True).content.decode()
    assert "已导入 2 行" in page
    assert "张某的账号现在没有可用的密码和一次性代码" in page
    assert "王某" not in page


def test_queries_of_the_pages(enter: Enter, django_assert_max_num_queries: Any) -> None:
    clerk = enter("clerk")
    lines = [["第一支部", f"张某{n}", "?"] for n in range(60)]
    address = upload(clerk, "persons", book("persons", *lines))["Location"]
    for path in ("/intake/", address, address + "?page=2", "/intake/template/persons/", address + "marked/"):
        clerk.get(path)
        with django_assert_max_num_queries(12):
            assert clerk.get(path).status_code == 200


def codes(path: str) -> set[Any]:
    """The codes that a module gives to lines: second of `bad` and `choice`, third of `note`, first of a reason."""
    at = {"bad": 1, "note": 2, "Reason": 0, "Choice": 1}
    found: set[Any] = set()
    for node in ast.walk(parsed(ROOT / path)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in at and len(node.args) > at[name]:
                told = node.args[at[name]]
                found |= {each.value for each in ast.walk(told) if isinstance(each, ast.Constant)}
    return found


def test_of_namesakes_elsewhere_the_question_says_no_more_than_that_there_are_some() -> None:
    facts = {"places": [], "elsewhere": True, "rows": []}
    assert intake_words.told(["same_person", facts]) == "本区其他单位有同名的人，是同一人吗？"
    facts = {"places": ["第二支部"], "elsewhere": True, "rows": [3, 5]}
    assert intake_words.told(["same_person", facts]) == (
        "名册里（“第二支部”）和第 3、5 行已有同名、出生年份相同或不详的人；本区其他单位有同名的人，是同一人吗？"
    )


def test_every_code_of_judging_has_a_sentence() -> None:
    used: set[Any] = set()
    for path in python_files("src/guantong/apps/intake"):
        used |= codes(short(path))
    of_posts = {
        "until_before_since",
        "organization_closed",
        "secretary_already",
        "administrators_apart",
        "administrator_alone",
        "administrators_at_the_top",
        "portfolio_held",
        "portfolio_of_members_only",
        "post_twice",
    }
    assert len(used) > 30
    assert used | of_posts == set(intake_words.REASONS)
    assert set(re.findall(r'Refused\("(\w+)"', inspect.getsource(check_post))) == of_posts


@pytest.mark.enable_socket
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (360, 640)])
def test_the_pages_in_a_browser(
    open_page: Callable[..., Page], width: int, height: int, tmp_path: Path, settings: Any
) -> None:
    settings.DATA_DIR = tmp_path
    road = make_district()
    make_person(road.branches[1], name="王某")
    make_account(
        name="clerk", person=road.people["clerk"], password=PASSWORD, must_change=False, now=at(TODAY)
    )
    received(
        road.actor("clerk"), "persons", [["第一支部", "王某"], ["没有", "李某", "?"], ["第一支部", "张某"]]
    )
    batch = Batch.objects.get()
    page = open_page("/sign-in/", width, height)
    page.get_by_label("账号").fill("clerk")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.add_init_script(AXE)
    for address in ("/intake/", f"/intake/{batch.pk}/", f"/intake/{batch.pk}/?state=bad"):
        page.goto(address)
        for summary in page.locator("main details:not([open]) > summary").all():
            summary.click()
        found = page.evaluate(LOOK, ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
        assert not found, found
        assert overflow(page) <= 0, address
