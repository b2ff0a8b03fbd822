"""How a name is found by what people type: its characters, its pinyin, its initials, whichever way each is read."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import islice, product
from typing import cast

from django.db.models import Q
from pypinyin import Style, lazy_pinyin, pinyin
from pypinyin.constants import PHRASES_DICT

_MOST = 16
"""Ways to read a name that are kept: three characters with two readings each give eight."""


def spelled(name: str) -> str:
    """The pinyin and the initials of a name in every usual reading, each between spaces, small letters alone.

    长乐小学 gives " changlexiaoxue clxx zhanglexiaoxue zlxx …": what somebody types is looked for anywhere in it.
    """
    forms: dict[str, None] = {}
    for reading in islice(_readings(name), _MOST):
        forms["".join(reading)] = None
        forms["".join(syllable[0] for syllable in reading if syllable)] = None
    return f" {' '.join(form for form in forms if form)} "


def looked_for(text: str, field: str = "") -> Q:
    """Rows whose `name` or `spelled` holds what was typed; `field` leads to the row that has them ("person__").

    What has other than letters and digits is looked for as it stands; a part of either will do.
    """
    folded = "".join(unicodedata.normalize("NFKC", text).split())
    found = Q(**{f"{field}name__contains": folded})
    if folded.isascii() and folded.isalnum():
        found |= Q(**{f"{field}spelled__contains": folded.lower()})
    return found


def _readings(name: str) -> Iterator[Sequence[str]]:
    """First as it is read as a phrase, then every other way."""
    folded = unicodedata.normalize("NFKC", name)
    every = [_syllables(character) for character in folded]
    # where no part of it is a phrase, the first reading of each character is the usual one
    if any(len(syllables) > 1 for syllables in every) and _has_phrase(folded):
        yield [_letters(syllable) for syllable in lazy_pinyin(folded, errors=_apart)]
    yield from product(*every)


def _has_phrase(text: str) -> bool:
    return any(
        text[start:end] in PHRASES_DICT
        for start in range(len(text) - 1)
        for end in range(start + 2, len(text) + 1)
    )


@cache
def _syllables(character: str) -> tuple[str, ...]:
    """Every reading of one character; a letter or digit is its own, all else is silent."""
    readings = pinyin(character, style=Style.NORMAL, heteronym=True)
    return tuple(dict.fromkeys(_letters(reading) for reading in readings[0])) if readings else ("",)


_apart = cast("Callable[[str], str]", list)
"""Letters and digits one by one: what is spelled by a list is taken item by item, which the library's types leave out."""


def _letters(syllable: str) -> str:
    return "".join(letter for letter in syllable.lower() if letter.isascii() and letter.isalnum())
