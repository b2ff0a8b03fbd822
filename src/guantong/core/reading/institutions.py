"""Which named institutions (三会一课, 主题党日, 请示报告 …) a sentence speaks of."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from guantong.core.rulebook import bare, institutions


def named_institutions(sentence: str) -> tuple[str, ...]:
    """Ids of the institutions named in the sentence, in order of appearance, each once.

    Quotation marks and spaces inside a name do not matter. Where two names begin at the same character the
    longer one is meant; a word of the lexicon's `not_in` hides the name inside it. Linear in the sentence.
    """
    pattern, owners = _lexicon()
    found = (owners[match.group()] for match in pattern.finditer(bare(sentence)))
    return tuple(dict.fromkeys(owner for owner in found if owner is not None))


@cache
def _lexicon() -> tuple[re.Pattern[str], dict[str, str | None]]:
    """One alternation over all forms, and whose each is: None for the words that only look alike."""
    owners: dict[str, str | None] = {}
    for institution in institutions():
        owners.update(dict.fromkeys(institution.forms, institution.id))
        owners.update(dict.fromkeys(institution.not_in))
    by_first: defaultdict[str, list[str]] = defaultdict(list)
    for form in sorted(owners, key=len, reverse=True):
        by_first[form[0]].append(re.escape(form[1:]))
    return re.compile("|".join(f"{re.escape(c)}(?:{'|'.join(rest)})" for c, rest in by_first.items())), owners
