"""What is not read: each with one sentence that says why and what to do."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from guantong.files import Unreadable, limits, read_text, sandbox, worker
from guantong.files.source import Extract

from .made import (
    NAMESPACES,
    OFFICE,
    PICTURE,
    make_docx,
    make_page,
    make_paragraph,
    make_pdf,
    make_raw_pdf,
    make_relations,
    make_zip,
)

BODY = make_paragraph("各校要按时落实。")


def refusal(name: str, data: bytes, folder: Path) -> str:
    path = folder / name
    path.write_bytes(data)
    with pytest.raises(Unreadable) as caught:
        read_text(path)
    return str(caught.value)


def assert_one_sentence(message: str) -> None:
    assert re.fullmatch(r"[^。\n]+。", message), message
    assert "请" in message, "the user is told what to do"
    assert not re.search(r"Traceback|Error|Exception|File \"|/tmp|\bNone\b", message), message


def make_field(code: str) -> str:
    """A field whose instruction is spread over two runs, as hiding hands do."""
    runs = "".join(f"<w:r><w:instrText>{part}</w:instrText></w:r>" for part in (code[:3], code[3:]))
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    return f"<w:p>{begin}{runs}{end}</w:p>"


def make_relation(kind: str, target: str = "http://example.invalid/a", *, external: bool = True) -> str:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="x" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'


def make_link_entry() -> bytes:
    buffer = BytesIO(make_docx(BODY))
    with zipfile.ZipFile(buffer, "a") as archive:
        info = zipfile.ZipInfo("word/link")
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def make_locked_pdf(user: str, owner: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(make_pdf([make_page(["各校要按时落实。"])]))))
    writer.encrypt(user, owner, algorithm="RC4-128")
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def make_locked_zip() -> bytes:
    """Bit 0 of the flags in the directory entry of the first part."""
    data = bytearray(make_docx(BODY))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


DOCX = make_docx(BODY)
HEADER = f"<w:hdr {NAMESPACES}>{make_field('DDE a b')}</w:hdr>".encode()
DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "b">]>'

REFUSED: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.txt", b"", "空的"),
    "blank": ("a.txt", b" \r\n ", "没有文字"),
    "too large": ("a.txt", b"a" * (limits.FILE_BYTES + 1), "20 MB"),
    "binary as text": ("a.txt", bytes(range(256)) * 9, "编码|不是文字"),
    "unknown type": ("a.ofd", b"PK\x03\x04", "读不了这种文件"),
    "no extension": ("README", b"abc", "读不了这种文件"),
    "spreadsheet": ("a.xlsx", DOCX, "读不了这种文件"),
    "macro extension": ("a.docm", DOCX, "宏"),
    "macro template": ("a.DOTM", DOCX, "宏"),
    "pdf as txt": ("a.txt", make_raw_pdf([""]), "内容却是PDF"),
    "docx as pdf": ("a.pdf", DOCX, r"内容却是.docx"),
    "text as docx": ("a.docx", "正文".encode(), "内容却不是"),
    "text as pdf": ("a.pdf", "正文".encode(), "内容却不是"),
    "rtf as doc": ("a.doc", b"{\\rtf1 abc}", "内容却是RTF"),
    "page as doc": ("a.doc", b"<html><body>abc</body></html>", "内容却是网页"),
    "picture as pdf": ("a.pdf", b"\x89PNG\r\n\x1a\n", "内容却是图片"),
    "zip as docx": ("a.docx", make_zip({"a.txt": b"a"}), "内容却是压缩包"),
    "sheet as docx": ("a.docx", make_zip({"xl/workbook.xml": b"<a/>"}), "内容却是电子表格"),
    "cut off docx": ("a.docx", DOCX[:-40], "损坏"),
    "docx with bad xml": ("a.docx", make_docx("<w:p>"), "损坏"),
    "docx without main part": ("a.docx", make_zip({"word/document.xml": b"<a/>"}), "损坏"),
    "broken pdf": ("a.pdf", b"%PDF-1.7\n" + b"x" * 100, "损坏"),
    "page without text": ("a.html", b"<html><script>a</script></html>", "没有"),
    "locked pdf": ("a.pdf", make_locked_pdf("secret", "owner"), "密码"),
    "locked zip": ("a.docx", make_locked_zip(), "密码"),
    "scanned pdf": ("a.pdf", make_raw_pdf(["q /Im Do Q"], drawn=PICTURE), "扫描"),
    "macros": ("a.docx", make_docx(BODY, more={"word/vbaProject.bin": b"x"}), "宏"),
    "macros of WPS": ("a.docx", make_docx(BODY, more={"word/jsaProject.bin": b"x"}), "宏"),
    "macro content type": (
        "a.docx",
        make_docx(BODY, main_type="application/vnd.ms-word.document.macroEnabled.main+xml"),
        "宏",
    ),
    "embedded object": ("a.docx", make_docx(BODY, more={"word/embeddings/oleObject1.bin": b"x"}), "嵌入"),
    "control": ("a.docx", make_docx(BODY, more={"word/activeX/activeX1.xml": b"<a/>"}), "嵌入"),
    "embedded by relation": (
        "a.docx",
        make_docx(BODY, relations=make_relation("oleObject", "ole.bin", external=False)),
        "嵌入",
    ),
    "other document inside": (
        "a.docx",
        make_docx(BODY, relations=make_relation("aFChunk", "a.html", external=False)),
        "嵌入",
    ),
    "dde": ("a.docx", make_docx(BODY + make_field('DDEAUTO c:\\\\cmd.exe "/k calc"')), "DDE"),
    "dde in a simple field": (
        "a.docx",
        make_docx(BODY + '<w:p><w:fldSimple w:instr=" dde excel a b "/></w:p>'),
        "DDE",
    ),
    "dde in a header": (
        "a.docx",
        make_docx(BODY, more={"word/header1.xml": HEADER}),
        "DDE",
    ),
    "outside template": (
        "a.docx",
        make_docx(
            BODY, more={"word/_rels/settings.xml.rels": make_relations(make_relation("attachedTemplate"))}
        ),
        "链接了外部",
    ),
    "outside picture": ("a.docx", make_docx(BODY, relations=make_relation("image")), "链接了外部"),
    "outside object": ("a.docx", make_docx(BODY, relations=make_relation("oleObject")), "嵌入"),
    "entities": (
        "a.docx",
        make_docx(BODY, more={"word/settings.xml": DOCTYPE + b"<x>&a;</x>"}),
        "不允许的声明",
    ),
    "bare doctype": (
        "a.docx",
        make_docx(BODY, more={"word/settings.xml": b"<!DOCTYPE x><x/>"}),
        "不允许的声明",
    ),
    "doctype in UTF-16": (
        "a.docx",
        make_docx(BODY, more={"word/settings.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode("utf-16")}),
        "不允许的声明",
    ),
    "archive in archive": (
        "a.docx",
        make_docx(BODY, more={"word/media/a.png": make_zip({"a": b"a"})}),
        "压缩包",
    ),
    "path upwards": ("a.docx", make_docx(BODY, more={"../a.xml": b"<a/>"}), "越界"),
    "path upwards of Windows": ("a.docx", make_docx(BODY, more={"word\\..\\..\\a.xml": b"<a/>"}), "越界"),
    "absolute path": ("a.docx", make_docx(BODY, more={"/etc/a.xml": b"<a/>"}), "越界"),
    "drive": ("a.docx", make_docx(BODY, more={"C:/a.xml": b"<a/>"}), "越界"),
    "symbolic link": ("a.docx", make_link_entry(), "链接"),
    "too many parts": ("a.docx", make_docx(BODY, more={f"a{i}": b"" for i in range(2_000)}), "超出"),
    "bomb in one part": ("a.docx", make_docx(BODY, more={"word/a.xml": b" " * 30_000_000}), "超出"),
    "bomb in many parts": (
        "a.docx",
        make_docx(BODY, more={f"word/{i}": bytes(900_000) for i in range(100)}),
        "超出",
    ),
}


@pytest.mark.parametrize(("name", "data", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_with_one_sentence(name: str, data: bytes, says: str, tmp_path: Path) -> None:
    message = refusal(name, data, tmp_path)
    assert_one_sentence(message)
    assert re.search(says, message), message


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.docx", tmp_path, tmp_path / "nul\0.txt"):
        with pytest.raises(Unreadable) as caught:
            read_text(path)
        assert_one_sentence(str(caught.value))


@pytest.mark.parametrize(
    "data",
    [
        make_docx(BODY, relations=make_relation("hyperlink")),
        make_docx(BODY + make_field(" HYPERLINK DDE ")),
        make_docx(BODY + make_paragraph("DDE 是一种域"), more={"word/media/image1.png": b"\x89PNG"}),
    ],
    ids=["hyperlink", "other field", "picture and the word DDE"],
)
def test_harmless_documents_are_read(data: bytes, tmp_path: Path) -> None:
    """The control: what looks like the above but loads and runs nothing."""
    path = tmp_path / "a.docx"
    path.write_bytes(data)
    assert read_text(path).text.startswith("各校要按时落实。")


def test_pdf_that_only_forbids_printing_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(make_locked_pdf("", "owner"))
    assert read_text(path).text == "各校要按时落实。"


def test_two_parts_of_one_name(tmp_path: Path) -> None:
    buffer = BytesIO(DOCX)
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("word/document.xml", "<a/>")
    assert_one_sentence(refusal("a.docx", buffer.getvalue(), tmp_path))


def test_a_bomb_is_refused_by_its_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What no parser should ever see; the limits are the figures promised (T44, T45)."""
    assert (limits.UNPACKED_BYTES, limits.UNPACKED_RATIO, limits.ENTRIES) == (100 * limits.MB, 100, 2_000)
    assert (limits.CPU_SECONDS, limits.ADDRESS_SPACE) == (20, 512 * limits.MB)
    huge = make_docx(BODY, more={f"word/{i}.xml": bytes(50_000_000) for i in range(3)})
    assert "超出" in refusal("bomb.docx", huge, tmp_path)
    monkeypatch.setattr(zipfile.ZipFile, "open", None)  # nothing is unpacked to find out
    with pytest.raises(Unreadable, match="超出"):
        worker.parse("docx", huge)


def run_worker(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a script in the worker's place."""
    real = subprocess.run

    def run(_command: list[str], **options: object) -> object:
        call: Callable[..., object] = real
        return call([sys.executable, "-I", "-c", script], **options)

    monkeypatch.setattr(subprocess, "run", run)


LIMITED = "from guantong.files import worker, limits; worker.limit_this_process(); "


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("import os; os.abort()", "损坏"),
        ("import os; os.kill(os.getpid(), 11)", "损坏"),
        ("raise SystemExit(3)", "损坏"),
        ("print('no answer')", "损坏"),
        (LIMITED + "x = bytearray(600 * 1024 * 1024)", "过大"),
        (
            "from guantong.files import limits; limits.CPU_SECONDS = 1\n" + LIMITED + "\nwhile True: pass",
            "限定时间",
        ),
        (LIMITED + "import os; os.write(os.open('/tmp', os.O_TMPFILE | os.O_WRONLY), b'x')", "损坏"),
    ],
    ids=["abort", "segfault", "exit", "babble", "memory", "cpu", "file"],
)
def test_a_worker_that_dies_is_a_refusal(script: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run_worker(monkeypatch, script)
    with pytest.raises(Unreadable, match=says) as caught:
        sandbox.parse_apart("docx", DOCX)
    assert_one_sentence(str(caught.value))


def test_a_worker_that_sleeps_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    run_worker(monkeypatch, "import time; time.sleep(60)")
    monkeypatch.setattr(limits, "WALL_SECONDS", 0.3)
    with pytest.raises(Unreadable, match="限定时间"):
        sandbox.parse_apart("docx", DOCX)


def test_text_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TEXT_CHARS", 3)
    with pytest.raises(Unreadable, match="过大"):
        worker.parse("docx", DOCX)


def test_worker_and_direct_parse_agree() -> None:
    for kind, data in (("docx", DOCX), ("pdf", make_pdf([make_page(["甲乙丙"])])), ("html", b"<p>abc</p>")):
        found = sandbox.parse_apart(kind, data)
        assert isinstance(found, Extract)
        assert found == worker.parse(kind, data)
