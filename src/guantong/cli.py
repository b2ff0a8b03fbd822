"""The `guantong` command. Each command imports what it needs, so that --help answers at once."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from guantong.core.reading import Reading
    from guantong.files import SourceText

_UNWRITABLE, _UNREADABLE, _INTERRUPTED = 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0 when done, 2 when the input cannot be used (one sentence on standard error)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal of another encoding gets ?, not an error
    parser = _parser()
    args = parser.parse_args(argv)
    if args.command is None:
        parser.print_help()
        return 0
    from guantong.core.refusal import Refused
    from guantong.files import Unreadable

    try:
        _read(args) if args.command == "read" else _demo(args)
        sys.stdout.flush()
    except Unreadable as refusal:
        return _say(str(refusal), _UNREADABLE)
    except Refused as refusal:
        return _say(_REFUSALS.get(refusal.code, str(refusal)), _UNREADABLE)
    except BrokenPipeError:  # the reader of our output had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        return _say(f"结果写不出去（{error.strerror}），请检查磁盘空间和输出位置。", _UNWRITABLE)
    except KeyboardInterrupt:
        return _INTERRUPTED
    return 0


def _say(sentence: str, status: int) -> int:
    sys.stderr.write(sentence + "\n")
    return status


_REFUSALS = {
    "nothing_to_assign": "这份文件里没有读出可以交办的条款（只有态度性、许可性表述，或没有任务句），无法演示。"
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="guantong", description="贯通：把部署变成落实，并且看得见。")
    commands = parser.add_subparsers(dest="command", metavar="命令")
    read = commands.add_parser("read", help="读一份公文：提纲、条款、责任单位、时限、目标")
    read.add_argument("file", type=Path, help=".txt .md .html .docx .pdf .doc .wps")
    shape = read.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="输出 JSON（位置为文本中的字符序号）")
    shape.add_argument("--text", action="store_true", help="只输出取出的文字")
    demo = commands.add_parser("demo", help="把一份讲话部署到示例区，演一年，看漏斗和三个标尺")
    demo.add_argument("--document", type=Path, help="要部署的文件；不给则用自带的示例讲话")
    demo.add_argument("--json", action="store_true", help="输出 JSON")
    return parser


def _load(path: Path) -> tuple[SourceText, Reading]:
    from guantong.core.reading import Furniture, read
    from guantong.files import read_text

    source = read_text(path)
    known = [Furniture(f.start, f.end, f.reason) for f in source.furniture]
    return source, read(source.text, known, source.tables)


def _read(args: argparse.Namespace) -> None:
    from guantong.report import reading_json, reading_tables

    if args.text:
        from guantong.console import harmless
        from guantong.files import read_text

        text = read_text(args.file).text
        sys.stdout.write(harmless(text) if sys.stdout.isatty() else text)
        return
    source, reading = _load(args.file)
    _print(reading_json(reading, source.sha256) if args.json else reading_tables(reading))


def _demo(args: argparse.Namespace) -> None:
    from guantong.example.demo import play
    from guantong.example.speech import sample_speech
    from guantong.report import demo_json, demo_tables

    if args.document:
        _, reading = _load(args.document)
    else:
        from guantong.core.reading import read

        reading = read(sample_speech())
    demo = play(reading)
    if args.json:
        _print(demo_json(demo))
    elif args.document:
        _print(demo_tables(demo))
    else:
        from guantong.report import reading_tables

        _print(reading_tables(reading) + "\n\n" + demo_tables(demo))


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
