"""The `guantong` command. Each command imports what it needs, so that --help answers at once."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from guantong.core.chain import Head
    from guantong.core.reading import Reading
    from guantong.files import SourceText

_UNWRITABLE, _UNREADABLE, _TAMPERED, _INTERRUPTED = 1, 2, 3, 130
_AILING = 1


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
    if _is_data(args) and isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="strict")  # for programs: quoted to the character
    from guantong.core.refusal import Refused
    from guantong.files import Unreadable

    try:
        status = _COMMANDS[args.command](args)
        sys.stdout.flush()
    except Unreadable as refusal:
        return _say(str(refusal), _UNREADABLE)
    except Refused as refusal:
        return _say(_REFUSALS.get(refusal.code, str(refusal)), _UNREADABLE)
    except BrokenPipeError:  # the reader of our output had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        what = error.filename or "结果"
        return _say(f"{what} 写不出去（{error.strerror}），请检查磁盘空间和能不能写。", _UNWRITABLE)
    except KeyboardInterrupt:
        return _INTERRUPTED
    else:
        return status
    return 0


def _is_data(args: argparse.Namespace) -> bool:
    return getattr(args, "json", False) or getattr(args, "text", False)


def _say(sentence: str, status: int) -> int:
    _tell(sentence)
    return status


def _tell(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")


_REFUSALS = {
    "account_missing": "没有这个账号，请核对后重新运行。",
    "account_closed": "这个账号已停用。请由系统管理员或安全管理员重新启用后再重置。",
    "factor_missing": "这个账号没有绑定动态口令。请去掉 --drop-factor 重新运行。",
    "nothing_to_assign": "这份文件里没有读出可以交办的条款（只有态度性、许可性表述，或没有任务句），无法演示。",
    "demo_elsewhere": "这个数据库里有演示以外的数据，演示不会动它。请另指定一个空的数据库，或不作设置、用当前目录下的 demo 文件夹。",
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="guantong", description="贯通：把部署变成落实，并且看得见。")
    commands = parser.add_subparsers(dest="command", metavar="命令")
    read = commands.add_parser("read", help="读一份公文：提纲、条款、责任单位、时限、目标")
    read.add_argument("file", type=Path, help=".txt .md .html .docx .pdf .doc .wps")
    shape = read.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="输出 JSON（位置为文本中的字符序号）")
    shape.add_argument("--text", action="store_true", help="只输出取出的文字")
    demo = commands.add_parser("demo", help="把一份讲话部署到示例区，办一年，在浏览器里看漏斗和三个标尺")
    demo.add_argument("--document", type=Path, help="要部署的文件；不给则用自带的示例讲话")
    demo.add_argument("--json", action="store_true", help="输出 JSON")
    demo.add_argument("--no-serve", action="store_true", help="只建库、打印，不启动网页")
    demo.add_argument("--port", type=_port, default=8000, help="网页的端口，默认 8000")
    serve = commands.add_parser("serve", help="启动网页服务")
    serve.add_argument("--host", default="127.0.0.1", help="监听的地址，默认只限本机")
    serve.add_argument("--port", type=_port, default=8000, help="端口，默认 8000")
    tick = commands.add_parser("tick", help="核对到期事项，每分钟一遍；guantong serve 已经自己核对")
    tick.add_argument("--once", action="store_true", help="只核对一遍")
    commands.add_parser("doctor", help="检查运行环境，逐项说明是否正常、怎么处理；有问题时退出码为 1")
    commands.add_parser("setup", help="首次设置前，显示一次性设置码；在网页上用它建立教育工委和管理员")
    code = commands.add_parser("code", help="给一个账号重置密码，显示一次性代码；只在没有别人能重置时用")
    code.add_argument("account", help="账号")
    code.add_argument("--drop-factor", action="store_true", help="同时取消它的动态口令（手机丢失时）")
    ledger = commands.add_parser("ledger", help="办理记录：打印链头，核验有没有被改动")
    acts = ledger.add_subparsers(dest="act", metavar="动作", required=True)
    acts.add_parser("head", help="打印每条链的末尾（序号和摘要），抄下或存档备查")
    verify = acts.add_parser("verify", help="核验每条链；有改动时退出码为 3")
    verify.add_argument("--against", type=Path, help="以前存下的链头，核验它之前的记录都还在")
    return parser


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError("端口应是 1 到 65535 之间的整数")
    return int(text)


def _load(path: Path) -> tuple[SourceText, Reading]:
    from guantong.core.reading import Furniture, read
    from guantong.files import read_text

    source = read_text(path)
    known = [Furniture(f.start, f.end, f.reason) for f in source.furniture]
    return source, read(source.text, known, source.tables)


def _read(args: argparse.Namespace) -> int:
    from guantong.report import reading_json, reading_tables

    if args.text:
        from guantong.console import harmless
        from guantong.files import read_text

        text = read_text(args.file).text
        sys.stdout.write(harmless(text) if sys.stdout.isatty() else text)
        return 0
    source, reading = _load(args.file)
    _print(reading_json(reading, source.sha256) if args.json else reading_tables(reading))
    return 0


def _demo(args: argparse.Namespace) -> int:
    """Build the demo, tell what became of the document, and serve it."""
    from guantong.config.env import SettingError
    from guantong.config.setup import prepare
    from guantong.demo.place import choose

    choose()
    try:
        prepare()
    except SettingError as error:
        return _say(str(error), _UNREADABLE)
    from django.db import DatabaseError

    try:
        return _show(args)
    except DatabaseError:
        return _say("数据库连不上。请检查设置 GUANTONG_DATABASE_URL 和 GUANTONG_DATA_DIR。", _UNREADABLE)


def _show(args: argparse.Namespace) -> int:
    from guantong.config.serving import hindrance, serve
    from guantong.demo.making import Clock, load, make
    from guantong.demo.place import clear, make_ready
    from guantong.demo.summary import STEPS, summary
    from guantong.example.demo import check
    from guantong.example.telling import tell
    from guantong.report import account_table, demo_tables, reading_tables

    _, reading = load(args.document)
    check(reading)
    make_ready()
    if not args.no_serve and (sentence := hindrance("127.0.0.1", args.port)):
        return _say(sentence, _UNREADABLE)
    clear()
    clock = Clock(lambda step, taken: _tell(f"{STEPS[step]}：{taken:.1f} 秒"))
    made = make(reading, args.document, clock)
    told = tell(made.played)
    if args.json:
        _print(json.dumps(summary(told, made.gauges, clock.seconds), ensure_ascii=False))
    else:
        parts = [] if args.document else [reading_tables(reading)]
        _print("\n\n".join([*parts, demo_tables(told, made.gauges), account_table(made.accounts)]))
    if args.no_serve:
        return 0
    os.environ["GUANTONG_DEMO_DAY"] = made.played.present.isoformat()
    _tell(f"演示已就绪：http://127.0.0.1:{args.port}（按 Ctrl+C 停止）")
    sys.stdout.flush()
    return serve("127.0.0.1", args.port)


def _ledger(args: argparse.Namespace) -> int:
    """`head` prints where each chain ends; `verify` finds what was tampered with, status 3 if anything was."""
    from guantong.core.chain import parse_heads

    try:
        known = (
            parse_heads(args.against.read_text(encoding="utf-8"))
            if args.act == "verify" and args.against
            else []
        )
    except (OSError, ValueError):
        return _say(f"读不出以前存下的链头：{args.against}。它应是 ledger head 打印的内容。", _UNREADABLE)
    from django.db import DatabaseError

    from guantong.config.env import SettingError
    from guantong.config.setup import prepare

    try:
        prepare()
        return _heads() if args.act == "head" else _verify(known)
    except SettingError as error:
        return _say(str(error), _UNREADABLE)
    except DatabaseError:
        return _say(
            "数据库连不上，或者还没有建表。请检查设置 GUANTONG_DATABASE_URL 和 GUANTONG_DATA_DIR；"
            "新装的系统先运行 python manage.py migrate。",
            _UNREADABLE,
        )


def _heads() -> int:
    from guantong.apps.ledger.queries import heads
    from guantong.core.chain import heads_json

    _print(heads_json(heads()))
    return 0


def _verify(known: list[Head]) -> int:
    from guantong.apps.ledger.queries import faults, heads
    from guantong.report import fault_lines

    if found := faults(known):
        _print("\n".join(fault_lines(found)))
        return _TAMPERED
    _print(f"办理记录完整：{len(heads())} 条链，未发现改动。")
    return 0


def _serve(args: argparse.Namespace) -> int:
    """Become the server; status 2 with one sentence where something is in the way."""
    from guantong.config.env import SettingError
    from guantong.config.setup import prepare

    try:
        prepare()
    except SettingError as error:
        return _say(str(error), _UNREADABLE)
    from django.conf import settings

    from guantong.config.serving import address, first_day, hindrance, serve

    if sentence := hindrance(args.host, args.port):
        return _say(sentence, _UNREADABLE)
    _print(f"贯通正在启动：{address(args.host, args.port, settings.ALLOWED_HOSTS)}（按 Ctrl+C 停止）")
    if told := first_day():
        _print(told)
    sys.stdout.flush()
    return serve(args.host, args.port)


def _setup(args: argparse.Namespace) -> int:  # noqa: ARG001 — it takes none
    """Show the code of the first day; status 2 where there is nothing to set up, or something is in the way."""
    if sentence := _hindered():
        return _say(sentence, _UNREADABLE)
    from guantong.config.serving import first_day

    if (told := first_day()) is None:
        return _say("系统已经设置过了。忘记密码的，请找上级党务干部或系统管理员。", _UNREADABLE)
    _print(told)
    return 0


def _code(args: argparse.Namespace) -> int:
    """Put a code in the place of a password, at the machine itself; status 2 where there is no such open account."""
    if sentence := _hindered():
        return _say(sentence, _UNREADABLE)
    from guantong import clock
    from guantong.apps.organizations.accounts.opening import reset_at_terminal

    code = reset_at_terminal(args.account, drops_factor=args.drop_factor, now=clock.now())
    _print(f"一次性代码：{code}\n24 小时内有效，只能用一次。在登录页点“第一次登录，或已领到一次性代码”。")
    return 0


def _hindered() -> str | None:
    """Make Django ready; why nothing can run on the database, None where it can."""
    from guantong.config.env import SettingError
    from guantong.config.setup import prepare

    try:
        prepare()
    except SettingError as error:
        return str(error)
    from guantong.config.serving import unready

    return unready()


def _tick(args: argparse.Namespace) -> int:
    """Look after what is due, once or until told to stop; status 2 with one sentence where something is in the way."""
    import signal
    from threading import Event

    from guantong.config.env import SettingError
    from guantong.config.setup import prepare

    try:
        prepare()
    except SettingError as error:
        return _say(str(error), _UNREADABLE)
    from django.db import DatabaseError

    from guantong.config.serving import crowded, unready
    from guantong.jobs.tick import run_pass, run_until

    if sentence := crowded() or unready():
        return _say(sentence, _UNREADABLE)
    if args.once:
        try:
            _print(run_pass())
        except DatabaseError as error:
            return _say(f"数据库这次用不了，没有核对完，可以再运行一次：{error}", _UNREADABLE)
        return 0
    stop = Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    run_until(stop, _print_now)
    return 0


def _doctor(args: argparse.Namespace) -> int:  # noqa: ARG001 — it takes none
    """Look at what the system runs on; status 1 where something is wrong, 2 where a setting cannot be used."""
    import time

    from guantong.config.env import SettingError
    from guantong.config.setup import prepare

    offset = time.localtime().tm_gmtoff  # before Django sets the zone of the process
    try:
        prepare()
    except SettingError as error:
        return _say(str(error), _UNREADABLE)
    except OSError as error:
        cure = "请检查设置 GUANTONG_DATA_DIR 和 GUANTONG_SECRET_KEY_FILE。"
        return _say(f"{error.filename} 用不了（{error.strerror}）。{cure}", _AILING)
    from guantong.config.doctor import examine

    findings = list(examine(offset))
    _print("\n".join(map(str, findings)))
    return 0 if all(finding.ok for finding in findings) else _AILING


_COMMANDS = {
    "read": _read,
    "demo": _demo,
    "ledger": _ledger,
    "serve": _serve,
    "tick": _tick,
    "doctor": _doctor,
    "setup": _setup,
    "code": _code,
}


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")


def _print_now(text: str) -> None:
    _print(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
