"""The second factor: six figures from an authenticator (TOTP, RFC 6238), each good once; django-otp does the counting.

Wrong figures make whoever types them wait, 1, 2, 4, … seconds; that is kept per device and known to nobody else.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b32encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django_otp.plugins.otp_totp.models import TOTPDevice

from guantong.apps.people.models import Account
from guantong.core.refusal import Refused

_SIX = re.compile(r"[0-9]{6}")
_GROUP = 4
_SHOWN = 5  # keys that pages show at a time


@dataclass(frozen=True, slots=True)
class Key:
    """What an authenticator is told: the key in groups of four, and the address that a square code holds.

    `device` is by what the key is known here; a page sends it back with the figures.
    """

    device: int
    text: str
    address: str


def is_bound(account: Account) -> bool:
    """Whether the account has a second factor."""
    return bool(_devices(account, confirmed=True).exists())


def bound(accounts: Sequence[int]) -> Collection[int]:
    """Which of the accounts have a second factor."""
    devices = TOTPDevice.objects.filter(user__in=accounts, confirmed=True)
    return frozenset(devices.values_list("user", flat=True))


def key(account: Account, device: int | None = None) -> Key:
    """A key to be bound: the one that a page showed already, or a fresh one for every page.

    So nobody binds a key that somebody else may have read, who knew the password before.
    """
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=account.pk)
        row = _devices(account, confirmed=False).filter(pk=device).first()
        if row is None:
            row = TOTPDevice.objects.create(user=account, name="totp", confirmed=False)
            shown = _devices(account, confirmed=False).order_by("-pk").values_list("pk", flat=True)
            _devices(account, confirmed=False).exclude(pk__in=list(shown[:_SHOWN])).delete()
    letters = b32encode(row.bin_key).decode("ascii")
    text = " ".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))
    return Key(row.pk, text, str(row.config_url))


def bind(account: Account, device: int, figures: str) -> bool:
    """Bind a key that a page showed, if the authenticator shows these figures of it now; all others are forgotten.

    Raises Refused: factor_bound.
    """
    if is_bound(account):
        raise Refused("factor_bound")
    if not _right(_devices(account, confirmed=False).filter(pk=device), figures):
        return False
    _devices(account, confirmed=False).exclude(pk=device).delete()
    _devices(account, confirmed=False).update(confirmed=True)
    return True


def is_right(account: Account, figures: str) -> bool:
    """Whether the figures are those of the second factor now; not if they were used, or if it is too soon to try."""
    return _right(_devices(account, confirmed=True), figures)


def drop(account: Account) -> None:
    """Forget the second factor. Raises Refused: factor_missing."""
    if not is_bound(account):
        raise Refused("factor_missing")
    TOTPDevice.objects.filter(user=account).delete()


def _right(devices: QuerySet[TOTPDevice], figures: str) -> bool:
    """Whether the figures are right now; counted either way, with the device held, so that they are good once."""
    typed = "".join(unicodedata.normalize("NFKC", figures).split())
    with transaction.atomic():
        device = devices.select_for_update().first()
        return device is not None and bool(_SIX.fullmatch(typed)) and bool(device.verify_token(typed))


def _devices(account: Account, *, confirmed: bool) -> QuerySet[TOTPDevice]:
    devices: QuerySet[TOTPDevice] = TOTPDevice.objects.filter(user=account, confirmed=confirmed)
    return devices.order_by("pk")
