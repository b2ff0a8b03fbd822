"""Old Word and WPS files, through LibreOffice where it is installed: converted to .docx and read as that."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from guantong.files import limits
from guantong.files.sniff import stream_entry
from guantong.files.source import Unreadable

TIME_LIMIT = 60.0  # seconds; an ordinary document takes two, most of it the start

_ABSENT = "本机没有安装 LibreOffice，读不了 .doc 和 .wps 文件，请用 Word 或 WPS 转存为 .docx 后再试。"
_FAILED = "这份 .doc 或 .wps 文件转换失败，可能已损坏，请用 Word 或 WPS 转存为 .docx 后再试。"
_TOO_SLOW = "这份 .doc 或 .wps 文件转换超时，请用 Word 或 WPS 转存为 .docx 后再试。"
_MACROS = "文件含有宏，请用 Word 或 WPS 转存为不含宏的 .docx 后再试。"

# Nothing runs, and whatever a document asks to be fetched goes to a proxy that is not there.
_SETTINGS = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)
# [MS-DOC] 2.5.2 FibBase: wIdent and nFib first, the flag fEncrypted in byte 11. Streams begin at (mini)
# sectors, in any case at multiples of 64.
_FIB = re.compile(rb"\xec\xa5[\xc1\xd9\x01\x0c\x12][\x00\x01].{7}(.)", re.DOTALL)
_ENCRYPTED = 0x01


def convert_to_docx(data: bytes) -> bytes:
    """A Word 97–2003 file, or a .wps built the same way, as .docx. Raises Unreadable."""
    _refuse_unsafe(data)
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise Unreadable(_ABSENT)
    with tempfile.TemporaryDirectory(prefix="guantong-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source, result = folder / "source.doc", folder / "out" / "source.docx"
        source.write_bytes(data)
        _write_profile(folder / "profile" / "user")
        _run(_command(program, folder, source), folder)
        if not result.is_file():
            raise Unreadable(_FAILED)
        if result.stat().st_size > limits.FILE_BYTES:
            raise Unreadable(limits.TOO_MUCH)
        return result.read_bytes()


def _refuse_unsafe(data: bytes) -> None:
    if any(stream_entry(data, name) is not None for name in ("_VBA_PROJECT", "_VBA_PROJECT_CUR", "VBA")):
        raise Unreadable(_MACROS)
    if any(found.start() % 64 == 0 and found[1][0] & _ENCRYPTED for found in _FIB.finditer(data)):
        raise Unreadable(limits.LOCKED)


def _write_profile(folder: Path) -> None:
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    folder.mkdir(parents=True)
    (folder / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"'
        f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}</oor:items>',
        encoding="utf-8",
    )


def _command(program: str, folder: Path, source: Path) -> list[str]:
    limited = 'ulimit -t 60; ulimit -v 4000000; ulimit -f 400000; exec "$@"'
    return [
        *("/bin/sh", "-c", limited, "sh", program),
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck", "--nofirststartwizard"),
        *("--infilter=MS Word 97", "--convert-to", "docx:MS Word 2007 XML"),
        *("--outdir", str(folder / "out"), str(source)),
    ]


def _run(command: list[str], folder: Path) -> None:
    """Run to the end or the time limit; whatever the program started goes with it."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "LANG": "C.UTF-8"}
    process = subprocess.Popen(  # noqa: S603  # a fixed command; the document is only ever a file name of ours
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(TIME_LIMIT)
    except subprocess.TimeoutExpired as exc:
        raise Unreadable(_TOO_SLOW) from exc
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
