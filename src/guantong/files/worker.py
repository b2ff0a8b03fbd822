"""The process that parses: `python -I -m guantong.files.worker KIND` with the file on standard input.

It limits itself before it looks at the file, writes no file, and answers with one JSON object.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys

from guantong.files import limits
from guantong.files.source import Extract, Unreadable

PARSERS = {"docx": "guantong.files.docx", "html": "guantong.files.html", "pdf": "guantong.files.pdf"}


def parse(kind: str, data: bytes) -> Extract:
    """Raises Unreadable; only the parser that is needed is loaded."""
    extract: Extract = importlib.import_module(PARSERS[kind]).parse(data)
    if len(extract.text) > limits.TEXT_CHARS:
        raise Unreadable(limits.TOO_MUCH)
    return extract


def main() -> None:
    """Read standard input, write the answer: the extract, or {"refused": sentence}."""
    limit_this_process()
    try:
        extract = parse(sys.argv[1], sys.stdin.buffer.read())
        answer: dict[str, object] = {
            "text": extract.text,
            "furniture": [(f.start, f.end, f.reason) for f in extract.furniture],
            "tables": extract.tables,
        }
    except Unreadable as exc:
        answer = {"refused": str(exc)}
    except (MemoryError, RecursionError):
        answer = {"refused": limits.TOO_MUCH}
    sys.stdout.write(json.dumps(answer))


def limit_this_process(file_bytes: int = 0) -> None:
    """Bound what this process may use, for good; `file_bytes` is the largest file it may write."""
    resource.setrlimit(resource.RLIMIT_CPU, (limits.CPU_SECONDS, limits.CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (limits.ADDRESS_SPACE, limits.ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
