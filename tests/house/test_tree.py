"""The other laws are worth no more than the list of files they look at."""

from __future__ import annotations

from pathlib import Path

from .tree import ROOT, committed_files, python_files


def make_tree(root: Path) -> None:
    (root / ".gitignore").write_text(".venv/\n*.egg-info/\n", encoding="utf-8")
    for name in ("src/a.py", ".ci/run", ".venv/lib/b.py", "src/x.egg-info/PKG-INFO", ".git-note"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("", encoding="utf-8")


def test_without_git_the_tree_is_walked(tmp_path: Path) -> None:
    make_tree(tmp_path)
    names = [path.relative_to(tmp_path).as_posix() for path in committed_files(tmp_path)]
    assert names == [".ci/run", ".git-note", ".gitignore", "src/a.py"]


def test_the_list_holds_our_files_and_no_others() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in committed_files()}
    assert {"pyproject.toml", ".ci/run", "src/guantong/cli.py", "tests/house/tree.py"} <= names
    assert not any(name.startswith((".venv/", ".git/")) or "__pycache__" in name for name in names)
    assert ROOT / "src/guantong/cli.py" in python_files("src")
    assert all(path.is_relative_to(ROOT / "src") for path in python_files("src"))
