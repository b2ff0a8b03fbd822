"""The frame around every page: who is there, the menu by permit, the to-dos, the banners."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from guantong.apps.intake.kinds import KINDS
from guantong.apps.notices.queries import open_notices
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.acting import acting
from guantong.apps.organizations.queries import any_invented
from guantong.core.matters import level_of
from guantong.core.permits import scopes


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the menu: its words, the name of its address, who sees it, and what other addresses belong to it."""

    words: str
    url: str
    is_for: Callable[[Actor], bool]
    also: str = ""  # a pattern


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as it stands in the menu of a page."""

    words: str
    address: str
    is_here: bool


def may(actor: Actor, *permits: str) -> bool:
    """Whether the actor's posts give any of the permits, anywhere."""
    return any(scopes(permit, actor.posts) for permit in permits)


def _sees_directives(actor: Actor) -> bool:
    """Who drafts them, and who watches without having to answer any."""
    return may(actor, "directive.draft") or (may(actor, "directive.see") and not may(actor, "receipt.sign"))


def _receives(actor: Actor) -> bool:
    """Who works for an organization that has another above it."""
    return may(actor, "assignment.act") and any(level_of(post.path) > 1 for post in actor.posts)


def _keeps_organizations(actor: Actor) -> bool:
    """Who keeps organizations or their rosters, and the discipline group, which watches over them."""
    return may(actor, "person.see", "case.confirm")


_PERSON = r"/persons/\d+/"
MENU = (
    Entry("首页", "home", lambda _: True),
    Entry("部署落实", "directives", _sees_directives),
    Entry("收到的部署", "receipts", _receives),
    Entry("文件", "documents", lambda actor: may(actor, "document.see")),
    Entry(
        "组织与党员",
        "organizations",
        _keeps_organizations,
        rf"/(groups|posts|corrections)/|{_PERSON}(?!account/)",
    ),
    Entry("账号", "accounts", lambda actor: may(actor, "account.see"), rf"{_PERSON}account/"),
    Entry("导入", "intake", lambda actor: may(actor, *(kind.permit for kind in KINDS.values()))),
    Entry("系统日历", "calendar", lambda actor: may(actor, "calendar.change")),
)
"""The menu in its order; an area adds its entry here. One whose address does not exist yet is left out."""


def menu(actor: Actor, here: str) -> list[Link]:
    """The entries somebody sees; `here` is the path of the page."""
    links = []
    for entry in MENU:
        if not entry.is_for(actor):
            continue
        try:
            address = reverse(entry.url)
        except NoReverseMatch:
            continue
        is_here = here == address if address == "/" else here.startswith(address)
        is_here |= bool(entry.also and re.match(entry.also, here))
        links.append(Link(entry.words, address, is_here))
    return links


def theme() -> str:
    """The colours of the pages: red or blue."""
    return str(getattr(settings, "THEME", "red"))


def frame(request: HttpRequest) -> dict[str, Any]:
    """What base.html needs: one query for somebody who is signed in and for anybody else, none for a part of a page."""
    told: dict[str, Any] = {"theme": theme(), "refused": getattr(request, "refusal", None)}
    if getattr(request, "htmx", False):
        return told
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return told | {"invented": any_invented()}
    who = acting(actor, open_notices(actor))
    return told | {
        "actor": actor,
        "acting": who,
        "invented": who.invented,
        "menu": menu(actor, request.path),
    }
