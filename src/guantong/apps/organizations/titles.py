"""The same organization in its short and its official form: 禾梧中学, 禾梧中学党委, 中共禾梧中学委员会."""

from __future__ import annotations

import re
from typing import NamedTuple

from guantong.apps.organizations.models import Kind

_ENDINGS = {
    Kind.GENERAL_BRANCH: "党总支部委员会 总支部委员会 总支委员会 党总支部 党总支 总支部 总支",
    Kind.BRANCH: "党支部委员会 支部委员会 党支部 支部",
    Kind.COMMITTEE: "党的委员会 党委会 党委 委员会",
}
_KIND_OF = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings.split()}
_PARTY = r"(?:中国共产党|中共)"
_TITLE = re.compile(rf"{_PARTY}?(.+?)({'|'.join(sorted(_KIND_OF, key=len, reverse=True))})?")
_WORK_COMMITTEE = re.compile(
    rf"{_PARTY}?(?P<place>[^各]*?)(?:(?P<level>[区县市])委?)?教育(?:党?工委|工作委员会|局党组)"
)
_AT_HOME = ("工委", "党工委", "局党组")
_OURS = ("", "我", "本")


class Title(NamedTuple):
    """A name, folded, without 中共 in front and without its ending; `kind` is what the ending says, if any."""

    stem: str
    kind: Kind | None


def title_of(text: str) -> Title:
    """The parts of a folded name; one that is nothing but an ending is left whole."""
    if text in _KIND_OF or (found := _TITLE.fullmatch(text)) is None:
        return Title(text, None)
    stem, ending = found.groups()
    return Title(stem, _KIND_OF.get(ending or ""))


def means_district(text: str, district: str) -> bool:
    """Whether a folded text is one of the usual names of the work committee that is called `district`, folded.

    The bare 工委 and 局党组 are its own; one with a place or a level in it must not gainsay the district's name.
    """
    if text in _AT_HOME:
        return True
    asked, own = _WORK_COMMITTEE.fullmatch(text), _WORK_COMMITTEE.fullmatch(district)
    if asked is None or own is None:
        return False
    if asked["level"] and asked["level"] != own["level"] and (own["level"] or asked["level"] == "市"):
        return False
    return asked["place"] in _OURS or own["place"] in ("", asked["place"])
