"""Old formats through LibreOffice, and what LibreOffice itself writes."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from guantong.files import Unreadable, office, read_text
from guantong.files.docx import parse

from .conftest import Convert
from .made import make_docx, make_paragraph
from .numbered import DOCUMENTS

# LibreOffice 7.4 does not know isLgl and lvlRestart and cuts bullets to one character; as .doc it also writes
# restarts and linked styles otherwise. What it has changed on writing cannot read like the typed twin.
_CHANGED = {"several_levels", "never_restarts", "bullets"}
_CHANGED_AS_DOC = _CHANGED | {"restarted", "starts_elsewhere", "linked_list_style"}


def test_documents_rewritten_by_libreoffice_equal_their_twins(convert: Convert) -> None:
    kept = {name: document for name, document in DOCUMENTS.items() if name not in _CHANGED}
    written = convert(
        {f"{name}.docx": document.data for name, document in kept.items()}, "docx:MS Word 2007 XML"
    )
    assert {name: parse(path.read_bytes()).text for name, path in written.items()} == {
        name: document.twin for name, document in kept.items()
    }


@pytest.fixture(scope="module")
def old_documents(convert: Convert) -> dict[str, Path]:
    kept = {f"{name}.docx": doc.data for name, doc in DOCUMENTS.items() if name not in _CHANGED_AS_DOC}
    return convert(kept, "doc:MS Word 97")


@pytest.mark.parametrize("name", ["official", "in_tables"])
def test_doc_equals_its_twin(name: str, old_documents: dict[str, Path]) -> None:
    read = read_text(old_documents[name])
    assert (read.text, read.format) == (DOCUMENTS[name].twin, "doc")


def test_wps_is_read_like_doc(old_documents: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "方案.wps"
    shutil.copy(old_documents["official"], path)
    read = read_text(path)
    assert (read.text, read.format) == (DOCUMENTS["official"].twin, "wps")


def test_all_old_documents_convert(old_documents: dict[str, Path], convert: Convert) -> None:
    """All that survive as .doc, converted in one go, as `convert_to_docx` does them one by one."""
    back = convert({path.name: path.read_bytes() for path in old_documents.values()}, "docx:MS Word 2007 XML")
    assert {name: parse(path.read_bytes()).text for name, path in back.items()} == {
        name: DOCUMENTS[name].twin for name in old_documents
    }


def test_locked_doc_is_refused(old_documents: dict[str, Path], tmp_path: Path) -> None:
    """The flag fEncrypted of the FIB, set by hand."""
    data = bytearray(old_documents["official"].read_bytes())
    start = bytes(data).index(b"\xec\xa5")  # the FIB's magic number
    data[start + 0x0B] |= 0x01
    path = tmp_path / "locked.doc"
    path.write_bytes(data)
    with pytest.raises(Unreadable, match="密码"):
        read_text(path)


def make_ole(*streams: str) -> bytes:
    """Just enough of an OLE file to be taken for one: the magic and directory entries with these names."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(22) + b"\x09\x00" + bytes(480)
    entries = b""
    for name in streams:
        encoded = (name + "\0").encode("utf-16-le")
        entries += encoded.ljust(64, b"\0") + len(encoded).to_bytes(2, "little") + bytes(62)
    return header + entries + bytes(1024)


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    path = tmp_path / "old.doc"
    path.write_bytes(make_ole("WordDocument"))
    return path


def pretend_office(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a shell script in LibreOffice's place."""
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")


def test_without_libreoffice(old_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unreadable, match="没有安装 LibreOffice"):
        read_text(old_file)


def test_what_hangs_is_killed_with_its_children(
    old_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path / "child"
    pretend_office(tmp_path, monkeypatch, f"sleep 300 & echo $! > {child}; wait")
    monkeypatch.setattr(office, "TIME_LIMIT", 0.5)
    with pytest.raises(Unreadable, match="超时"):
        read_text(old_file)
    assert not is_running(int(child.read_text(encoding="utf-8")))


def is_running(pid: int) -> bool:
    """Looks for a second: a killed process lingers until it is reaped."""
    state = Path(f"/proc/{pid}/stat")
    for _ in range(100):
        if not state.exists() or state.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z":
            return False
        time.sleep(0.01)
    return True


def test_failed_conversion(old_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_office(tmp_path, monkeypatch, "exit 1")
    with pytest.raises(Unreadable, match="转换失败"):
        read_text(old_file)


def test_converted_file_is_inspected_too(
    old_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the program gets a profile, a home and a folder of its own."""
    made = tmp_path / "made.docx"
    made.write_bytes(make_docx(make_paragraph("正文"), more={"word/vbaProject.bin": b"x"}))
    profile = '"$HOME/profile/user/registrymodifications.xcu"'
    script = f'test -f {profile} && mkdir "$HOME/out" && cp {made} "$HOME/out/source.docx"'
    pretend_office(tmp_path, monkeypatch, script)
    with pytest.raises(Unreadable, match="宏"):
        read_text(old_file)


@pytest.mark.parametrize(
    ("streams", "suffix", "says"),
    [
        (("WordDocument", "_VBA_PROJECT"), ".doc", "宏"),
        (("EncryptedPackage", "EncryptionInfo"), ".docx", "密码"),
        (("EncryptedPackage",), ".doc", "密码"),
        (("WordDocument",), ".docx", "内容却是.doc"),
        (("Workbook",), ".doc", "内容却是电子表格"),
        (("PowerPoint Document",), ".wps", "内容却是演示文稿"),
        (("Contents",), ".doc", "另一种 Office"),
    ],
)
def test_refused_by_its_streams(streams: tuple[str, ...], suffix: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / f"file{suffix}"
    path.write_bytes(make_ole(*streams))
    with pytest.raises(Unreadable, match=says):
        read_text(path)
