"""Every page that somebody can come to: no refusal, no other host, no error, nothing too wide, nothing axe finds."""

from __future__ import annotations

import re
from collections import Counter, deque
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser import overflow

from .conftest import Enter

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]

AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """async rules => {
  const told = await axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']});
  return told.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.html.slice(0, 200)}`));
}"""
EACH = 2  # pages of one kind that are opened; a list of 2,000 rows leads to as many alike
KINDS = {
    "gongwei": {"/directives/#/", "/documents/#/", "/assignments/#/", "/documents/#/names/"},
    "ducha": {"/directives/#/", "/documents/#/", "/assignments/#/", "/documents/#/names/"},
    "xuexiao1": {"/receipts/#/", "/receipts/#/paper/", "/assignments/#/", "/password/"},
    "zhibu1": {"/receipts/#/", "/receipts/#/paper/", "/assignments/#/", "/password/"},
}


def kind(address: str) -> str:
    """Addresses of one kind differ in numbers, or in what a list is narrowed to."""
    return re.sub(r"\d+", "#", urlsplit(address).path)


def links(page: Page) -> list[str]:
    """Where a page leads to, without the place on the page."""
    found = page.eval_on_selector_all(
        "a[href]:not([download])", "links => links.map(a => a.getAttribute('href'))"
    )
    return [urljoin(page.url, str(link)).partition("#")[0] for link in found]


def problems(page: Page, *, narrow: bool = True) -> list[str]:
    """What is wrong with the page in view, at the width of a desk and at that of a hand (there with axe if `narrow`)."""
    found = [f"{overflow(page)} px too wide"] if overflow(page) > 0 else []
    page.evaluate(AXE)
    found += page.evaluate(RUN, RULES)
    page.set_viewport_size({"width": 360, "height": 640})
    found += [f"{overflow(page)} px too wide at 360"] if overflow(page) > 0 else []
    found += page.evaluate(RUN, RULES) if narrow else []
    page.set_viewport_size({"width": 1366, "height": 768})
    return found


def walk(page: Page) -> tuple[Counter[str], list[str]]:
    """Follow the links from the page in view; how many of each kind were opened, and what is wrong with them."""
    ours = page.url
    waiting, seen = deque([ours]), {ours}
    opened: Counter[str] = Counter()
    wrong: list[str] = []
    while waiting:
        address = waiting.popleft()
        if opened[kind(address)] == EACH:
            continue
        opened[kind(address)] += 1
        answer = page.goto(address)
        path = address.removeprefix(ours)
        if answer is None or answer.status != 200:
            wrong.append(f"/{path}: {answer and answer.status}")
            continue
        wrong += [f"/{path}: {problem}" for problem in problems(page, narrow=opened[kind(address)] == 1)]
        for link in links(page):
            if link.startswith(ours) and link not in seen:
                seen.add(link)
                waiting.append(link)
    return opened, wrong


@pytest.mark.parametrize("who", list(KINDS))
def test_every_page_somebody_can_come_to(who: str, looked_at: str, enter: Enter) -> None:
    page = enter(who, looked_at)
    opened, wrong = walk(page)
    assert not wrong, "\n".join(wrong)
    assert set(opened) >= KINDS[who]


@pytest.mark.parametrize("who", ["ducha", "xuexiao1"])
def test_an_assignment_in_every_state(who: str, looked_at: str, enter: Enter) -> None:
    page = enter(who, looked_at)
    page.goto("/assignments/")
    states = page.get_by_label("状态").locator("option").evaluate_all("all => all.map(each => each.value)")
    shown, wrong = [], []
    for state in filter(None, states):
        page.goto(f"/assignments/?state={state}")
        row = page.locator("tbody .quote a").first
        if not row.count():
            continue
        row.click()
        shown.append(state)
        page.locator("details.more").evaluate_all("all => all.forEach(each => { each.open = true; })")
        wrong += [f"{state}: {problem}" for problem in problems(page, narrow=False)]
    assert not wrong, "\n".join(wrong)
    assert len(shown) >= 4


def test_pages_for_whoever_has_not_signed_in(looked_at: str, enter: Enter, noted: list[str]) -> None:
    page = enter("zhibu1", looked_at)
    page.goto("/sign-in/")
    page.context.clear_cookies()
    page.goto("/sign-in/")
    assert not problems(page)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("alert").wait_for()
    assert not problems(page)
    page.goto("/no-such-page/")
    assert not problems(page)
    assert all("status of 4" in each for each in noted), noted  # the browser tells of 400 and 404 as errors
    noted.clear()


def test_control_what_is_wrong_is_found(looked_at: str, enter: Enter) -> None:
    page = enter("zhibu1", looked_at)
    page.evaluate(
        """document.querySelector('main').insertAdjacentHTML('beforeend',
        '<div class="wide"><img src="/static/guantong.svg"></div>');
        document.querySelector('.wide').style.width = '2000px';"""
    )
    found = problems(page)
    assert any("too wide" in each for each in found)
    assert any(each.startswith("image-alt") for each in found)
