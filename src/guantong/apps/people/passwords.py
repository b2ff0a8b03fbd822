"""What a password must be (T24): two profiles, one of which an installation chooses.

`asvs` is the usual one (OWASP ASVS 4, V2.1; NIST SP 800-63B): long, not common, without names, and never changed by
the calendar. `dengbao` is for machines that are graded (GB/T 22239-2019, 8.1.4.1): kinds of characters, a change
every 90 days, none of the last five again.
"""

from __future__ import annotations

import string
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from guantong.apps.people.models import Account, PastPassword, folded
from guantong.core.refusal import Refused

_DISTINCT = 5
"""Characters of which a password has to hold so many different ones."""
_AROUND = string.digits + string.punctuation
_LEAST_NAME = 3  # letters of a name; of Chinese characters, two


@dataclass(frozen=True, slots=True)
class Profile:
    """Least length, how many kinds of characters, days until it must be changed (0: never), how many not again."""

    least: int
    kinds: int = 1
    days: int = 0
    last: int = 0


PROFILES: Mapping[str, Profile] = {
    "asvs": Profile(least=12),
    "dengbao": Profile(least=8, kinds=3, days=90, last=5),
}


def profile() -> Profile:
    """The profile that the setting GUANTONG_PASSWORDS chooses."""
    chosen: str = settings.PASSWORDS
    return PROFILES[chosen]


def check(password: str, names: Collection[str]) -> None:
    """Check a password that somebody chose; `names` are those of the account and the person.

    Raises Refused: password_short, password_plain (too few kinds of characters), password_named (holds a name),
    password_common.
    """
    wanted = profile()
    if len(password) < wanted.least:
        raise Refused("password_short", least=wanted.least)
    if _kinds(password) < wanted.kinds:
        raise Refused("password_plain", kinds=wanted.kinds)
    if any(_tells(name) and folded(name) in folded(password) for name in names):
        raise Refused("password_named")
    if len(set(password)) < _DISTINCT or _is_common(password):
        raise Refused("password_common")


def check_fresh(account: Account, password: str) -> None:
    """Check that a password is none the account has, or had of late. Raises Refused: password_same, password_again."""
    if account.check_password(password):
        raise Refused("password_same")
    last = profile().last
    if any(check_password(password, past) for past in _past(account, last)):
        raise Refused("password_again", last=last)


def keep(account: Account) -> None:
    """Remember the password of the account as one that it had, where the profile asks for that; older ones go."""
    if last := profile().last:
        PastPassword.objects.create(account=account, password=account.password)
    kept = PastPassword.objects.filter(account=account).order_by("-pk").values_list("pk", flat=True)[:last]
    PastPassword.objects.filter(account=account).exclude(pk__in=list(kept)).delete()


def must_change(account: Account, now: datetime) -> bool:
    """Whether somebody has to set another password before anything else: told to, or because of its age."""
    days = profile().days
    since = account.set_at or account.made_at
    return account.must_change or bool(days and now - since >= timedelta(days=days))


def _past(account: Account, last: int) -> Sequence[str]:
    rows = PastPassword.objects.filter(account=account).order_by("-pk")
    return list(rows.values_list("password", flat=True)[:last])


def _kinds(password: str) -> int:
    """How many of small letters, capitals, figures and other characters it has."""
    is_other = [not (letter.isascii() and letter.isalnum()) for letter in password]
    return sum(
        (
            any(letter in string.ascii_lowercase for letter in password),
            any(letter in string.ascii_uppercase for letter in password),
            any(letter in string.digits for letter in password),
            any(is_other),
        )
    )


def _tells(name: str) -> bool:
    """Whether a name is long enough that a password with it is chosen from it."""
    return len(name) >= (_LEAST_NAME if name.isascii() else _LEAST_NAME - 1)


def _is_common(password: str) -> bool:
    """Whether it is in the list of common ones, as it stands or without the figures and signs around it."""
    plain = password.strip(_AROUND)
    for each in (password, *([plain] if len(plain) > len(password) // 3 else [])):
        try:
            _common().validate(each)
        except ValidationError:
            return True
    return False


@cache
def _common() -> CommonPasswordValidator:
    return CommonPasswordValidator()
