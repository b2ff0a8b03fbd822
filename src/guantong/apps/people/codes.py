"""One-time codes: with one, whoever got it by hand sets the password of an account, and nobody else knows that.

A code is sixteen letters and digits (80 bits), drawn from an alphabet in which none is taken for another, as people
read it out. Only its keyed digest is kept. An account has one at most: a new one kills the old, using it ends it.
"""

from __future__ import annotations

import secrets
import unicodedata
from base64 import b32encode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.crypto import constant_time_compare, salted_hmac

from guantong.apps.people.models import Account, Code, folded

FIRST, AFRESH = timedelta(days=14), timedelta(hours=24)
"""How long a code is good for: the first of an account, and one that takes the place of a password."""
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
_AS_SHOWN = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", _ALPHABET)
_MEANT = str.maketrans("OIL", "011")
_GROUPS, _LENGTH = 4, 16


def drawn() -> str:
    """A fresh code, as it is shown: 7K2M-Q9XD-0RHT-V4NB."""
    letters = b32encode(secrets.token_bytes(_LENGTH * 5 // 8)).decode("ascii").translate(_AS_SHOWN)
    return "-".join(letters[start : start + _GROUPS] for start in range(0, _LENGTH, _GROUPS))


def give(accounts: Sequence[Account], *, until: datetime) -> list[str]:
    """A code for each of the accounts, in their order; those they had before are dead."""
    given = [drawn() for _ in accounts]
    Code.objects.filter(account__in=[account.pk for account in accounts]).delete()
    Code.objects.bulk_create(
        (
            Code(account=account, digest=_digest(account.pk, code), until=until)
            for account, code in zip(accounts, given, strict=True)
        ),
        batch_size=500,
    )
    return given


def holder(name: str, code: str, now: datetime) -> Account | None:
    """The account of that name, if the code is the one it waits for, and in time; None tells nothing more."""
    row = Code.objects.select_related("account").filter(account__name=folded(name)).first()
    digest = _digest(row.account_id if row else 0, code)
    fits = constant_time_compare(row.digest if row else _digest(0, ""), digest)
    return row.account if row and fits and now < row.until and row.account.is_active else None


def used_up(account: Account, code: str, now: datetime) -> bool:
    """Whether the code was good until now, which it is no longer. To be called while the account is held."""
    ended, _ = Code.objects.filter(account=account, digest=_digest(account.pk, code), until__gt=now).delete()
    return ended == 1


def waiting(accounts: Sequence[int], now: datetime) -> Mapping[int, datetime]:
    """Until when the codes are good that accounts wait for, by account; of those that have one."""
    rows = Code.objects.filter(account__in=accounts, until__gt=now)
    return dict(rows.values_list("account", "until"))


def meant(code: str) -> str:
    """A code as it was meant: case, width, parting and letters that look like figures make no difference."""
    typed = unicodedata.normalize("NFKC", code).upper().translate(_MEANT)
    return "".join(letter for letter in typed if letter.isalnum())


def _digest(account: int, code: str) -> str:
    told = f"{account} {meant(code)}"
    return salted_hmac("guantong.people.codes", told, algorithm="sha256").hexdigest()
