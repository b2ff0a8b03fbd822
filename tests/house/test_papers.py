"""What a newcomer looks for is there: README, CHANGELOG, and a decision page per choice."""

from __future__ import annotations

import re

from .tree import ROOT, committed_files

DECISIONS = ROOT / "docs/decisions"
HEADINGS = ["Context", "Decision", "What it forbids", "What was refused, and why"]
COMMANDS = ["make demo", "make test"]


def decision_problems(name: str, text: str) -> list[str]:
    """What breaks the law of decision pages: a numbered name, one title, the template's headings in order."""
    problems = []
    if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name):
        problems.append(f"{name}: name it NNNN-what-it-decides.md")
    if len(re.findall(r"^# \S", text, re.MULTILINE)) != 1:
        problems.append(f"{name}: begin with one title, `# …`")
    found = re.findall(r"^## (.+)$", text, re.MULTILINE)
    if found != HEADINGS:
        problems.append(f"{name}: the headings are {HEADINGS}, as in 0000-template.md; found {found}")
    return problems


def missing_commands(readme: str) -> list[str]:
    """The commands a newcomer needs that the text does not name."""
    return [command for command in COMMANDS if command not in readme]


def test_decision_pages_follow_the_template() -> None:
    pages = [path for path in committed_files() if path.parent == DECISIONS]
    problems = [line for page in pages for line in decision_problems(page.name, page.read_text("utf-8"))]
    assert not problems, "\n".join(problems)
    numbers = [int(page.name[:4]) for page in pages]
    assert numbers == list(range(len(numbers))), f"give a new page the next free number: {numbers}"


def test_readme_names_the_two_commands() -> None:
    readme = ROOT / "README.md"
    missing = missing_commands(readme.read_text(encoding="utf-8") if readme.exists() else "")
    assert not missing, f"README.md must tell a newcomer to run {missing}"


def test_changelog_exists() -> None:
    assert (ROOT / "CHANGELOG.md").exists(), "CHANGELOG.md holds one line per change that a user can notice"


def test_control_decision_pages() -> None:
    good = "# Title\n" + "\n".join(f"## {heading}\n\nText." for heading in HEADINGS)
    assert not decision_problems("0001-a-choice.md", good)
    assert decision_problems("a-choice.md", good)
    assert decision_problems("0001-a-choice.md", good.replace("## Decision", "## Solution"))
    assert decision_problems("0001-a-choice.md", good.replace("## Decision\n", ""))
    assert decision_problems("0001-a-choice.md", good.removeprefix("# Title\n"))


def test_control_readme() -> None:
    assert missing_commands("run `make demo`") == ["make test"]
