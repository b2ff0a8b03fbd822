"""What a post does to the account of whoever gets it: a way in that others made does not grow with it (T22).

Every session begins anew. A code that waits was given by somebody who might look after the account until now; where
they may not any more, it is dead. Before somebody is an administrator even the password is put out of use.
"""

from __future__ import annotations

from collections.abc import Iterable

from guantong.apps.organizations.models import Person
from guantong.apps.people import services


def begin_anew(posts: Iterable[tuple[Person, str, bool]]) -> None:
    """Before posts are written: of each the person, the path of its place, and whether it is an administrator's.

    Whoever looks after an account at the person's own organization does so below it too: there a code stays good.
    To be called while the district is locked.
    """
    everybody, elsewhere, administrators = set[int](), set[int](), set[int]()
    for person, place, is_administrator in posts:
        everybody.add(person.pk)
        if is_administrator:
            administrators.add(person.pk)
        elif not place.startswith(person.organization.path):
            elsewhere.add(person.pk)
    services.begin_anew(everybody, without_code=elsewhere, without_password=administrators)
