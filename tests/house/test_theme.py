"""What is written can be read: every text colour on the ground it stands on keeps 4.5:1 (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from .tree import ROOT, committed_files, short

THEME = ROOT / "src/guantong/web/static/theme.css"
LEAST, LEAST_EDGE = 4.5, 3.0
THEMES = ("red", "blue")
# What the design fixes: the two primaries, and the text of lights.
FIXED = {
    "red": {"primary": "#c8102e", "green": "#135200", "yellow": "#874d00", "red": "#a8071a"},
    "blue": {"primary": "#0958d9", "green": "#135200", "yellow": "#874d00", "red": "#a8071a"},
}
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")
_COLOR = re.compile(r"(?<![\w-])color:\s*var\(--([\w-]+)\)")
_GROUND = re.compile(r"(?<![\w-])background(?:-color)?:\s*var\(--([\w-]+)\)")


def rules(css: str) -> list[tuple[str, str]]:
    """Selector and declarations of every rule; those inside @media too."""
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    bare = re.sub(r"@(?:media|page)[^{]*\{(?=[^}]*\{)", "", bare)
    return [(selector.strip(), body) for selector, body in _RULE.findall(bare)]


def tokens(css: str, theme: str) -> dict[str, str]:
    """The colours of a theme by name, #rrggbb."""
    found: dict[str, str] = {}
    for selector, body in rules(css):
        if selector in (":root", f'[data-theme="{theme}"]'):
            found |= {name: value.strip() for name, value in _TOKEN.findall(body)}
    return {name: value for name, value in found.items() if re.fullmatch("#[0-9a-f]{6}", value)}


def pairs(css: str) -> set[tuple[str, str]]:
    """Every token of text and the token of its ground: those of one rule, and text without ground on both grounds."""
    found: set[tuple[str, str]] = set()
    for _, body in rules(css):
        text, ground = _COLOR.search(body), _GROUND.search(body)
        if text:
            grounds = [ground.group(1)] if ground else ["ground", "wash"]
            found |= {(text.group(1), each) for each in grounds}
    return found


def contrast(one: str, other: str) -> float:
    """The ratio of two colours as WCAG defines it."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def pale(css: str, theme: str) -> list[str]:
    """The pairs that cannot be read, with what to do."""
    colours: Mapping[str, str] = tokens(css, theme)
    problems = []
    for text, ground in sorted(pairs(css)):
        if text not in colours or ground not in colours:
            problems.append(
                f"{theme}: {text} on {ground}: name a colour of :root or of the theme, as #rrggbb."
            )
        elif (ratio := contrast(colours[text], colours[ground])) < LEAST:
            problems.append(f"{theme}: {text} on {ground} is {ratio:.2f}:1; darken one until it is {LEAST}.")
    return problems


def css() -> str:
    return THEME.read_text(encoding="utf-8")


@pytest.mark.parametrize("theme", THEMES)
def test_every_pair_can_be_read(theme: str) -> None:
    assert len(pairs(css())) >= 15
    problems = pale(css(), theme)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("theme", THEMES)
def test_edges_and_focus_can_be_seen(theme: str) -> None:
    colours = tokens(css(), theme)
    for edge in ("edge", "primary", "primary-deep"):
        assert contrast(colours[edge], colours["ground"]) >= LEAST_EDGE, edge
        assert contrast(colours[edge], colours["wash"]) >= LEAST_EDGE, edge


@pytest.mark.parametrize("theme", THEMES)
def test_the_colours_of_the_design(theme: str) -> None:
    colours = tokens(css(), theme)
    assert {name: colours[name] for name in FIXED[theme]} == FIXED[theme]


@pytest.mark.parametrize("theme", THEMES)
def test_figures_of_a_colour_are_those_of_its_token(theme: str) -> None:
    """Bootstrap mixes some colours from three figures; they say the same as the token."""
    body = dict(rules(css()))[f'[data-theme="{theme}"]']
    told = dict(_TOKEN.findall(body))
    for name in ("primary", "primary-deep"):
        value = told[name].strip()
        figures = ", ".join(str(int(value[at : at + 2], 16)) for at in (1, 3, 5))
        assert told[f"{name}-rgb"].strip() == figures


def test_no_page_is_styled_or_scripted_in_place() -> None:
    """The Content-Security-Policy would refuse it; and nothing comes from another host."""
    templates = [
        path for path in committed_files() if path.is_relative_to(ROOT / "src/guantong/web/templates")
    ]
    assert templates
    found = [
        f"{short(path)}: {hit}" for path in templates for hit in in_place(path.read_text(encoding="utf-8"))
    ]
    assert not found, "put it into theme.css or a script of ours:\n" + "\n".join(found)


def in_place(text: str) -> list[str]:
    """Styles, scripts and addresses of other hosts that stand in a page itself."""
    return re.findall(
        r"\sstyle\s*=|<style|<script(?![^>]*\ssrc=)[^>]*>|\son\w+\s*=\s*[\"']|javascript:|hx-on|"
        r"(?:src|href|action)=[\"'](?:https?:)?//",
        text,
    )


def test_vendored_files_ask_for_no_source_map() -> None:
    vendored = [path for path in committed_files() if "static/vendor" in short(path)]
    told = (ROOT / "src/guantong/web/static/vendor/README.md").read_text(encoding="utf-8")
    for path in vendored:
        assert "sourceMappingURL=" not in path.read_text(encoding="utf-8"), short(path)
        assert path.name == "README.md" or path.name in told, f"say in README.md where {path.name} comes from"


def test_control_pale_text_is_noticed() -> None:
    sheet = ":root { --a: #777777; --ground: #ffffff; --wash: #f5f6f8; } .x { color: var(--a); }"
    assert [line.split(" is")[0] for line in pale(sheet, "red")] == ["red: a on ground", "red: a on wash"]
    assert pale(sheet.replace("#777777", "#595959"), "red") == []
    assert pale(sheet.replace("var(--a)", "var(--b)"), "red")[0].endswith("as #rrggbb.")
    media = "@media print { .x { color: var(--a); background-color: var(--b); } }"
    assert pairs(media) == {("a", "b")}
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="width:1px">',
        "<style>p{}</style>",
        "<script>x()</script>",
        '<a onclick="x()">',
        '<a href="//example.org">',
        '<img src="https://example.org/x.png">',
        '<a href="javascript:x()">',
    ],
)
def test_control_what_stands_in_place_is_noticed(bad: str) -> None:
    assert in_place(bad)
    assert not in_place('<script src="{% static "x.js" %}"></script><a href="/x?style=1">')
