"""Signing in against guessing (T21): who guesses is held up, and nobody can lock somebody else out from afar.

What counts is the pair of a name and an address. From the fifth wrong password on, the pair waits before its next
try: 1, 2, 4, 8 minutes, then 15 each time. The same name from another address does not wait. A name that never
signed in from an address is a stranger there, whether it exists or not; all strangers of an address share ten failed
tries an hour, so that trying many names helps no more than trying many passwords.

A try is counted before its password is looked at, and taken back if it was right: a thousand tries at once find the
count already written. A try that has to wait is not counted and nothing is looked at.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TypeVar

from django.contrib.auth import authenticate
from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils.crypto import salted_hmac
from django.views.decorators.debug import sensitive_variables

from guantong.apps.people.models import Account, Tries, folded

FREE = 5
"""Wrong passwords of one name from one address before it has to wait."""
WAITS = (60, 120, 240, 480, 900)
"""Seconds to wait after the fifth wrong password, the sixth, …; the last goes for all later ones."""
STRANGERS = 10
"""Failed tries within an hour of names that never signed in from an address."""
_HOUR, _DAY = 3600, 86400
_FORGOTTEN, _REMEMBERED = _DAY, 90 * _DAY  # failed tries, and that somebody signed in from there
_NETWORK = 64  # bits of an IPv6 address that one subscriber holds

_LOG = logging.getLogger(__name__)
_Found = TypeVar("_Found")


def origin(peer: str, forwarded: str, proxies: Collection[IPv4Address | IPv6Address]) -> str:
    """The address a request came from: `peer`, or, where that is a proxy of ours, the last one that it was told.

    `forwarded` is the header X-Forwarded-For, of which everybody but our own proxies may write what they like. An
    IPv6 address stands for its network of 64 bits, which one subscriber has to themselves.
    """
    came_from = _address(peer)
    for told in reversed(forwarded.split(",") if forwarded else []):
        if came_from not in proxies or (before := _address(told)) is None:
            break
        came_from = before
    if isinstance(came_from, IPv6Address):
        return f"{IPv6Address(int(came_from) >> _NETWORK << _NETWORK)}/{_NETWORK}"
    return str(came_from or "")


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


@sensitive_variables("password")
def sign_in(*, name: str, password: str, came_from: str, second: int) -> Account | None:
    """The account of that name and password; None where they are wrong, or where `came_from` has to wait.

    Which of the two, and whether there is such an account, is not told. `second` is the moment since 1970.
    """

    def right() -> Account | None:
        found = authenticate(username=name, password=password)
        return found if isinstance(found, Account) else None

    return limited(right, name=name, came_from=came_from, second=second)


def limited(look: Callable[[], _Found | None], *, name: str, came_from: str, second: int) -> _Found | None:
    """What `look` finds, counted as one try of that name from there; None where it finds nothing or has to wait.

    Passwords, codes and the code of the first day are all tried through here.
    """
    place, pair = _digest(came_from), _digest(folded(name))
    if _must_wait(place, pair, second) or not _counted(place, pair, second):
        return None
    found = look()
    if found is not None:
        Tries.objects.filter(origin=place, name=pair).update(failed=0, signed_in=True, tried_at=second)
        _sweep(second)
    elif _must_wait(place, pair, second):
        _LOG.warning("来自 %s 的登录多次失败，暂缓受理。", came_from)
    return found


def forget(name: str) -> None:
    """Forget how signing in with a name went, from wherever."""
    Tries.objects.filter(name=_digest(folded(name))).delete()


def delay(failed: int) -> int:
    """Seconds that a name waits at an address after so many wrong passwords."""
    return 0 if failed < FREE else WAITS[min(failed - FREE, len(WAITS) - 1)]


def _counted(place: str, pair: str, second: int) -> bool:
    """Count one try as failed, whatever becomes of it; False, and nothing counted, where it has to wait."""
    with transaction.atomic():
        Tries.objects.bulk_create([Tries(origin=place, tried_at=second)], ignore_conflicts=True)
        Tries.objects.select_for_update().get(origin=place, name="")
        if _must_wait(place, pair, second):
            return False
        row = Tries.objects.filter(origin=place, name=pair).first()
        failed = _standing(row, second) + 1 if row else 1
        # not signed_in: whoever did well at the same time writes that
        changes = {"failed": failed, "tried_at": second}
        Tries.objects.update_or_create(origin=place, name=pair, defaults=changes)
    return True


def _must_wait(place: str, pair: str, second: int) -> bool:
    row = Tries.objects.filter(origin=place, name=pair).first()
    if row is not None and abs(second - row.tried_at) < delay(_standing(row, second)):
        return True
    return not (row and row.signed_in) and _of_strangers(place, second) >= STRANGERS


def _standing(row: Tries, second: int) -> int:
    """The failed tries that still count; `abs`, here and below, for a clock that was put back, and for two at once."""
    return row.failed if row.failed and abs(second - row.tried_at) < _FORGOTTEN else 0


def _of_strangers(place: str, second: int) -> int:
    rows: QuerySet[Tries] = Tries.objects.filter(
        origin=place, signed_in=False, tried_at__gt=second - _HOUR, tried_at__lt=second + _HOUR
    )
    return int(rows.aggregate(failed=Sum("failed"))["failed"] or 0)


def _sweep(second: int) -> None:
    """Forget what no longer counts; the rows of addresses stay, for whoever counts a try there may be holding one."""
    old = Q(tried_at__lt=second - _FORGOTTEN, signed_in=False) | Q(tried_at__lt=second - _REMEMBERED)
    Tries.objects.exclude(name="").filter(old).delete()


def _digest(text: str) -> str:
    return salted_hmac("guantong.people.tries", text, algorithm="sha256").hexdigest()
