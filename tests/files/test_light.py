"""The command answers `--help` at once: importing the readers must not load the parsers."""

from __future__ import annotations

import subprocess
import sys


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_parsers_are_not_loaded() -> None:
    heavy = {"lxml", "pypdf", "docx", "django", "ibis"}
    assert not heavy & loaded_by("import guantong.files")
    assert "lxml" in loaded_by("import guantong.files.html"), "the check itself sees what is loaded"


def test_a_worker_loads_its_own_parser_only() -> None:
    assert "pypdf" not in loaded_by("from guantong.files import worker; worker.parse('html', b'<p>a</p>')")
